"""An IMAP server on loopback that keeps the messages it is given, and misbehaves as told.

It speaks what RFC 3501 and RFC 6851 (MOVE) ask of the commands that our side uses.
"""

import re
import socketserver
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

USER, PASSWORD = "support", 's3cret & "s@r"'


@dataclass
class Kept:
    """One message of a folder."""

    uid: int
    data: bytes
    flags: set[str] = field(default_factory=set)


class Box:
    """The account: its folders, and how it misbehaves."""

    def __init__(self) -> None:
        self.folders: dict[str, list[Kept]] = {"INBOX": []}
        self.capabilities = "IMAP4rev1 MOVE UIDPLUS"
        self.refuses_login = False
        self.answers_after_seconds = 0.0
        self.hangs_up_on: str | None = None  # a command, e.g. "UID STORE", once
        self.commands: list[str] = []
        self._next_uid = 1

    def put(self, *mails: bytes) -> None:
        """Deliver messages."""
        for data in mails:
            crlf = re.sub(rb"\r?\n", b"\r\n", data)
            self.folders["INBOX"].append(Kept(self._next_uid, crlf))
            self._next_uid += 1

    @property
    def unread(self) -> list[Kept]:
        """The messages that nobody has read."""
        return [one for one in self.folders["INBOX"] if r"\Seen" not in one.flags]


class _Handler(socketserver.StreamRequestHandler):
    """One connection; a line is a command."""

    disable_nagle_algorithm = True

    def handle(self) -> None:
        self.box: Box = self.server.box  # type: ignore[attr-defined]  # set by `imap_server`
        self.folder = "INBOX"
        self.say("* OK ready")
        while line := self.rfile.readline():
            tag, _, command = line.decode().strip().partition(" ")
            self.box.commands.append(command)
            time.sleep(self.box.answers_after_seconds)
            if self.box.hangs_up_on and command.upper().startswith(self.box.hangs_up_on):
                self.box.hangs_up_on = None
                return
            if command.upper() == "LOGOUT":
                self.say("* BYE", f"{tag} OK bye")
                return
            self.say(f"{tag} {self.answered(command)} completed")

    def say(self, *lines: str | bytes) -> None:
        """Send lines."""
        for line in lines:
            self.wfile.write((line.encode() if isinstance(line, str) else line) + b"\r\n")

    def answered(self, command: str) -> str:
        """Do what a command asks and return how it ends."""
        name, _, rest = command.partition(" ")
        if name.upper() == "UID":
            name, _, rest = rest.partition(" ")
            return getattr(self, f"uid_{name.lower()}")(rest)
        handler = getattr(self, f"do_{name.lower()}", None)
        return handler(rest) if handler else "BAD unknown command"

    def do_capability(self, _: str) -> str:
        self.say(f"* CAPABILITY {self.box.capabilities}")
        return "OK"

    def do_login(self, rest: str) -> str:
        given = re.findall(r'"((?:[^"\\]|\\.)*)"|(\S+)', rest)
        words = [re.sub(r"\\(.)", r"\1", quoted or bare) for quoted, bare in given]
        is_right = words == [USER, PASSWORD] and not self.box.refuses_login
        return "OK" if is_right else f"NO [AUTHENTICATIONFAILED] not {words[-1]}"

    def do_select(self, rest: str) -> str:
        self.folder = rest.strip('"')
        if self.folder not in self.box.folders:
            return "NO no such folder"
        self.say(f"* {len(self.box.folders[self.folder])} EXISTS")
        return "OK [READ-WRITE]"

    def do_create(self, rest: str) -> str:
        self.box.folders.setdefault(rest.strip('"'), [])
        return "OK"

    def uid_search(self, _: str) -> str:
        self.say(f"* SEARCH {' '.join(str(one.uid) for one in self.box.unread)}".rstrip())
        return "OK"

    def uid_fetch(self, rest: str) -> str:
        uid, _, what = rest.partition(" ")
        for kept in self._named(uid):
            if "RFC822.SIZE" in what:
                self.say(f"* 1 FETCH (UID {uid} RFC822.SIZE {len(kept.data)})")
                continue
            part = re.search(r"<(\d+)\.(\d+)>", what)
            data = kept.data[int(part[1]) : int(part[1]) + int(part[2])] if part else kept.data
            origin = f"<{part[1]}>" if part else ""
            self.say(f"* 1 FETCH (UID {uid} BODY[]{origin} {{{len(data)}}}", data + b")")
            if "PEEK" not in what:
                kept.flags.add(r"\Seen")
        return "OK"

    def uid_store(self, rest: str) -> str:
        uid, _, flags = rest.split(" ", 2)
        for kept in self._named(uid):
            kept.flags |= set(flags.strip("()").split())
        return "OK"

    def uid_move(self, rest: str) -> str:
        uid, _, folder = rest.partition(" ")
        if (name := folder.strip('"')) not in self.box.folders:
            return "NO [TRYCREATE] no such folder"
        for kept in self._named(uid):
            self.box.folders[self.folder].remove(kept)
            self.box.folders[name].append(kept)
        return "OK"

    def _named(self, uid: str) -> list[Kept]:
        return [one for one in self.box.folders[self.folder] if str(one.uid) == uid]


class _Server(socketserver.ThreadingTCPServer):
    """Ends without waiting for connections that were left open."""

    daemon_threads, block_on_close, allow_reuse_address = True, False, True


@contextmanager
def imap_server(box: Box, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """Yield the port of a server that shows this account."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.box = box  # type: ignore[attr-defined]  # read by the handler
        if tls:
            # Each connection greets in its own thread: one that is silent holds up no other.
            server.socket = tls.wrap_socket(
                server.socket, server_side=True, do_handshake_on_connect=False
            )
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()
