"""What happens by itself, later: a few threads and a heap of what is due."""

import heapq
import itertools
import threading
import time
from collections.abc import Callable

Task = Callable[[], None]


class Clockwork:
    """Runs tasks when their time has come; started by the first one, ended by `stop()`."""

    def __init__(self, threads: int = 4) -> None:
        self._heap: list[tuple[float, int, Task]] = []
        self._numbers = itertools.count()
        self._condition = threading.Condition()
        self._size = threads
        self._threads: list[threading.Thread] = []
        self._running = 0
        self._is_over = False

    def after(self, seconds: float, task: Task) -> None:
        """Run a task so many seconds from now."""
        with self._condition:
            if self._is_over:
                return
            heapq.heappush(self._heap, (time.monotonic() + seconds, next(self._numbers), task))
            if not self._threads:
                self._start()
            self._condition.notify_all()

    def wait(self, seconds: float = 10) -> bool:
        """Wait until nothing is due any more; returns whether that came about."""
        with self._condition:
            return self._condition.wait_for(lambda: not self._heap and not self._running, seconds)

    def stop(self) -> None:
        """Drop what is still due, and end the threads."""
        with self._condition:
            self._is_over = True
            self._heap.clear()
            self._condition.notify_all()
        for thread in self._threads:
            thread.join(10)

    def _start(self) -> None:
        self._threads = [
            threading.Thread(target=self._work, daemon=True) for _ in range(self._size)
        ]
        for thread in self._threads:
            thread.start()

    def _work(self) -> None:
        while (task := self._take()) is not None:
            try:
                task()
            finally:
                with self._condition:
                    self._running -= 1
                    self._condition.notify_all()

    def _take(self) -> Task | None:
        with self._condition:
            while not self._is_over:
                wait = self._heap[0][0] - time.monotonic() if self._heap else None
                if wait is not None and wait <= 0:
                    self._running += 1
                    return heapq.heappop(self._heap)[2]
                self._condition.wait(wait)
            return None
