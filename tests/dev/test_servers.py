"""The embedded servers: first start, crash, leftovers, data that is kept."""

import os
import shutil
import signal
import tempfile
from pathlib import Path

import psycopg
import pytest
import redis

from backoffice.dev.postgres import Postgres, own_folder
from backoffice.dev.valkey import Valkey


@pytest.fixture
def folder():
    folder = Path(tempfile.mkdtemp(dir="/var/tmp"))
    own_folder(folder)
    yield folder
    shutil.rmtree(folder)


def test_postgres_keeps_its_data_through_a_kill(folder):
    postgres = Postgres(folder)
    process = postgres.start()
    plain = postgres.database("kept").replace("+psycopg", "")
    with psycopg.connect(plain) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
    os.kill(process.popen.pid, signal.SIGKILL)  # its own children find out, and end
    process.popen.wait()
    process = Postgres(folder).start()
    process.stop()

    (folder / "data" / "postmaster.pid").write_text("1\n")  # a number that is another's now
    process = postgres.start()
    with psycopg.connect(plain) as connection:
        assert connection.execute("SELECT one FROM kept").fetchone() == (1,)
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(plain, password="wrong")
    process.stop()


def test_data_of_another_postgres_is_refused_with_advice(folder):
    Postgres(folder, scratch=True).start().stop()
    (folder / "data" / "PG_VERSION").write_text("9\n")
    with pytest.raises(RuntimeError, match="make reset"):
        Postgres(folder).start()


def test_valkey_keeps_its_data_through_a_kill(tmp_path):
    valkey = Valkey(tmp_path / "valkey")
    process = valkey.start()
    with redis.Redis.from_url(valkey.url()) as client:
        client.set("kept", "yes")
    process.stop()
    process = valkey.start()
    with redis.Redis.from_url(valkey.url()) as client:
        assert client.get("kept") == b"yes"
    with pytest.raises(redis.AuthenticationError):
        redis.Redis(port=valkey.port).ping()
    process.stop()
