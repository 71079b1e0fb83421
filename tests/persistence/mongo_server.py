"""A MongoDB server for tests: the one of `TMF_TEST_MONGODB_URI`, or SecantusDB, in a process of
its own, which speaks the same protocol. With `TMF_TEST_MONGODB_USERS=1` it demands a user.
"""

import atexit
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from urllib.parse import quote_plus, urlsplit
from uuid import uuid4

import pytest
from pymongo import MongoClient
from pymongo.errors import PyMongoError

GIVEN = os.environ.get("TMF_TEST_MONGODB_URI", "")
#: Whether servers of ours serve only who names a user, by a URL as operators have it.
USERS = os.environ.get("TMF_TEST_MONGODB_USERS") == "1"
USER, PASSWORD = "tmf", "of the tests/@:"
OPTIONS = "authSource=admin&authMechanism=SCRAM-SHA-256&appName=tests&retryWrites=true"
MISSING = "there is no MongoDB server: pip install --pre secantusdb, or set TMF_TEST_MONGODB_URI"
#: Seconds a server may take to start, on a machine that does other things as well.
PATIENCE = 60.0
#: How much it holds: all data in memory and what is kept of past writes, and a transaction at most
#: a seventh of it.
CACHE, PAST_WRITES = "1G", "10000"


class MongoServer:
    """A server that can be killed and started again on the same port and data."""

    def __init__(self, folder: Path, *flags: str, storage: str = ":memory:") -> None:
        self.port = _free_port()
        self.url = f"mongodb://127.0.0.1:{self.port}"
        self._users = USERS and "--auth" not in flags
        if self._users and storage == ":memory:":
            storage = str(folder / "data of users")
        self._log = folder / "mongo.log"
        config = folder / "secantusd.toml"
        config.touch()
        self._command = [
            str(_program()), "--config", str(config), "--host", "127.0.0.1", "--port",
            str(self.port), "--storage-path", storage, "--cache-size", CACHE,
            "--oplog-max-entries", PAST_WRITES, *flags,
        ]  # fmt: skip
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Return when it answers."""
        self._started()
        if self._users:
            self._demand_users()

    def _demand_users(self) -> None:
        self._users = False
        with MongoClient(self.url) as client:
            client.admin.command("createUser", USER, pwd=PASSWORD, roles=["root"])
        self.stop()
        self._command.append("--auth")
        self.url = f"mongodb://{USER}:{quote_plus(PASSWORD)}@127.0.0.1:{self.port}/?{OPTIONS}"
        self._started()

    def _started(self) -> None:
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                self._command, stdout=log, stderr=log, start_new_session=True
            )
        until = monotonic() + PATIENCE
        while monotonic() < until:
            if self.process.poll() is not None:
                raise RuntimeError(f"the MongoDB server ended: {self._log.read_text()[-500:]}")
            try:
                with MongoClient(self.url, serverSelectionTimeoutMS=500) as client:
                    client.admin.command("ping")
                    return
            except PyMongoError:
                sleep(0.05)
        raise TimeoutError("the MongoDB server does not answer")

    def kill(self) -> None:
        """End it at once, as kill -9 does."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def stop(self) -> None:
        """Ask it to stop, and make sure."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.kill()


@cache
def shared_server() -> str:
    """The URL of the server that all tests of a process share, without a database."""
    if GIVEN:
        return GIVEN
    need_server()
    folder = TemporaryDirectory()
    server = MongoServer(Path(folder.name))
    server.start()
    atexit.register(folder.cleanup)
    atexit.register(server.stop)
    return server.url


@contextmanager
def fresh_database() -> Iterator[str]:
    """The URL of a database of one's own, dropped afterwards."""
    name = f"test-{uuid4().hex[:12]}"
    try:
        yield database_url(shared_server(), name)
    finally:
        with MongoClient(shared_server(), serverSelectionTimeoutMS=5_000) as client:
            client.drop_database(name)


def database_url(server: str, name: str) -> str:
    """The URL of a database of a server, whose users are those of `admin` unless it says so."""
    parts = urlsplit(server)
    query = parts.query
    if parts.username and "authSource" not in query:
        query = f"{query}&authSource=admin".lstrip("&")
    return parts._replace(path=f"/{name}", query=query).geturl()


def need_server() -> None:
    """Skip the test without a server program, or fail it where everything is required."""
    if not _program().is_file():
        if os.environ.get("TMF_REQUIRE_ALL") == "1":
            pytest.fail(MISSING)
        pytest.skip(MISSING)


def _program() -> Path:
    beside = Path(sys.executable).with_name("secantusd-py")
    return beside if beside.is_file() else Path(shutil.which("secantusd-py") or beside)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
