"""`make run`: servers, migrations, demo data and every process, until it is told to stop."""

import http.client
import os
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import FrameType
from typing import NoReturn

from sqlalchemy import create_engine, func, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from backoffice.core.integration import WebhookEndpoint
from backoffice.core.work import WorkSession, unit_of_work
from backoffice.dev import environment, leftovers, place
from backoffice.dev.environment import LOCAL
from backoffice.dev.postgres import Postgres
from backoffice.dev.process import Process, Program
from backoffice.dev.say import DEMO, step, welcome
from backoffice.dev.supervisor import LATER, Supervisor, programs
from backoffice.dev.valkey import Valkey
from backoffice.migrations import upgrade
from backoffice.reference import seed_reference
from config.settings import ROOT

READY_SECONDS = 60
SANDBOXES = ("COMPANY_REGISTER_URL", "VIES_URL", "TRANSPARENCY_URL", "STRIPE_KEY")
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main() -> None:
    """Run the back-office of this clone; ends when a signal asks for it."""
    started_at = time.monotonic()
    try:
        lock = place.take()
    except place.AlreadyRunning as holder:
        sys.exit(f"This clone is running already: {holder}")
    for number in ENDINGS:
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup stays nohup
            signal.signal(number, _end)
    if leftovers.end(leftovers.of_run(LOCAL)):
        print("An earlier run was killed; what it left has ended")
    port = environment.choose_port(os.environ)
    supervisor = Supervisor()
    try:
        values = _start(supervisor, port)
        place.write_holder(lock, f"process {os.getpid()} at {values['BASE_URL']}")
        welcome(values["BASE_URL"], time.monotonic() - started_at)
        while True:
            supervisor.tend()
            time.sleep(0.25)
    finally:
        with step("Stopping"):
            supervisor.stop()


def _end(_number: int, _frame: FrameType | None) -> NoReturn:
    for each in ENDINGS:
        signal.signal(each, signal.SIG_IGN)  # the end is under way, and has its own time limits
    print(flush=True)
    raise SystemExit(0)


def _start(supervisor: Supervisor, port: int) -> dict[str, str]:
    """Start everything in order and return the settings of this run."""
    before = environment.read()
    values = environment.development(port, kept=before, given=os.environ)
    if "DATABASE_URL" not in values:
        with step("Starting PostgreSQL"):
            postgres = Postgres(place.postgres_folder())
            supervisor.keep_server("postgres", postgres.start)
            values["DATABASE_URL"] = postgres.database("backoffice")
    if "REDIS_URL" not in values:
        with step("Starting Valkey"):
            valkey = Valkey(LOCAL / "valkey")
            supervisor.keep_server("valkey", valkey.start)
            values["REDIS_URL"] = valkey.url()
    environment.write(values)
    Path(values["FILES_DIR"]).mkdir(mode=0o700, parents=True, exist_ok=True)
    environ = {**os.environ, **values, leftovers.MARK: str(LOCAL), "PYTHONUNBUFFERED": "1"}
    with step("Bringing the tables up to date"):
        _bring_up_to_date(values, before)
    if not DEMO.exists():
        with step("Filling in demo data"):
            _fill_in_demo_data(environ)
    table = [program for program in programs(environ) if program.name not in _not_needed()]
    with step("Starting the processes"):
        for program in table:
            if program.name not in LATER:
                supervisor.keep(program)
        _wait_until_ready(supervisor, port)
        for program in table:
            if program.name in LATER:
                supervisor.keep(program)
    return values


def _bring_up_to_date(values: Mapping[str, str], before: Mapping[str, str]) -> None:
    """Run the migrations, add reference data, and follow our own webhook inbox to its new port."""
    url = values["DATABASE_URL"]
    try:
        upgrade(url)
    except OperationalError as error:
        sys.exit(f"The database does not answer: {error.orig}")
    with WorkSession(create_engine(url, poolclass=NullPool)) as session, unit_of_work(session):
        seed_reference(session)
        if before:
            address = WebhookEndpoint.url
            new = func.replace(address, before["BASE_URL"], values["BASE_URL"])
            ours = address.startswith(before["BASE_URL"] + "/")
            session.execute(update(WebhookEndpoint).where(ours).values(url=new))


def _fill_in_demo_data(environ: Mapping[str, str]) -> None:
    words = (sys.executable, "-m", "backoffice.dev.demo")
    process = Process(Program("demo", words, environ, ROOT))
    try:
        status = process.popen.wait()
    finally:
        process.stop()
    if status:
        sys.exit(f"The demo data could not be filled in (status {status})")


def _not_needed() -> list[str]:
    """Name the processes whose place a given address takes."""
    outside = {"mail": ("SMTP_URL",), "sandboxes": SANDBOXES}
    return [name for name, given in outside.items() if all(each in os.environ for each in given)]


def _wait_until_ready(supervisor: Supervisor, port: int) -> None:
    """Return when /readyz says yes; after a minute say what it says instead, and go on."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        supervisor.tend()
        is_ready, answer = _ask_whether_ready(port)
        if is_ready:
            return
        time.sleep(0.1)
    print(f"Not ready after {READY_SECONDS} s: {answer}")


def _ask_whether_ready(port: int) -> tuple[bool, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        response = connection.getresponse()
        return response.status == 200, response.read().decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        return False, repr(error)
    finally:
        connection.close()


if __name__ == "__main__":
    main()
