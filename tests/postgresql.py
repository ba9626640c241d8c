"""A PostgreSQL server of the tests' own; installs Debian's when there is none.

`python tests/postgresql.py` prints where its programs are.

Looked for in this order: the folder in the variable POSTGRESQL, Debian's folders, PATH. A run of the tests starts one
server in a temporary folder on a free port of this machine and stops exactly that one; nothing else is left running.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg

DEBIAN = Path("/usr/lib/postgresql")
ADVICE = """no PostgreSQL server found, and none could be installed. Do one of these and try again:
  Debian, Ubuntu:  sudo apt-get install postgresql
  any system:      set POSTGRESQL to the folder that holds initdb and postgres; nothing is installed while it is set"""

# Debian's package makes and starts a server of its own unless a file here says otherwise.
DEBIAN_SETTINGS = Path("/etc/postgresql-common/createcluster.d")
# PostgreSQL refuses to run as root. Debian's package brings the first of these; the second is everywhere.
UNPRIVILEGED = ("postgres", "nobody")
MEMORY = Path("/dev/shm")  # noqa: S108
PLENTY_BYTES = 2 << 30
TRIES = 3  # somebody else may take the free port before the server has it
START_SECONDS = 30.0
PAUSE_SECONDS = 0.02


class ServerFailed(Exception):
    """The server of the tests could not be started: the message holds what it said."""


def find_programs() -> Path | None:
    """The folder of initdb and postgres, of the newest version here, or None when this machine has none."""
    if chosen := os.environ.get("POSTGRESQL"):
        return Path(chosen) if _has_programs(Path(chosen)) else None
    folders = sorted(DEBIAN.glob("*/bin"), key=lambda folder: float(folder.parent.name), reverse=True)
    if in_path := shutil.which("initdb"):
        folders.append(Path(in_path).resolve().parent)
    return next((folder for folder in folders if _has_programs(folder)), None)


def _has_programs(folder: Path) -> bool:
    return all(os.access(folder / name, os.X_OK) for name in ("initdb", "postgres"))


def install_programs() -> None:
    """Try the system's package, where this user may, without the server it would start by itself."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    print("setting up: installing PostgreSQL from the system's packages (once, a minute)", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    no_server = DEBIAN_SETTINGS / "acompanya.conf"
    no_server.parent.mkdir(parents=True, exist_ok=True)
    no_server.write_text("create_main_cluster = false\n", encoding="ascii")
    try:
        for command in (["update"], ["install", "-y", "--no-install-recommends", "postgresql"]):
            subprocess.run(["apt-get", "-qq", *command], env=quiet, stdout=subprocess.DEVNULL, check=False)
    finally:
        no_server.unlink()


@dataclass
class Server:
    """A server of its own, and the databases the tests make on it. Their owner has the rights of an ordinary role."""

    programs: Path
    folder: Path
    account: pwd.struct_passwd | None
    port: int = 0
    _process: subprocess.Popen[bytes] | None = None
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def start(self) -> None:
        """Raises ServerFailed. A server that ran before comes back on its port."""
        for _ in range(TRIES):
            port = self.port or _free_port()
            self._process = self._begin(port)
            if self._answers(port):
                self.port = port
                return
        raise ServerFailed((self.folder.parent / "log").read_text(errors="replace")[-3000:])

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT sends everybody away and writes everything down; SIGQUIT is a crash."""
        assert self._process is not None
        self._process.send_signal(how)
        self._process.wait()

    @contextmanager
    def stopped(self, how: signal.Signals) -> Iterator[None]:
        self.stop(how)
        try:
            yield
        finally:
            self.start()

    def url(self, database: str, *, user: str = "centre") -> str:
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}"

    def create(self, *, like: str = "template1") -> str:
        """A new database with the content of another, by name. Whoever is connected to the other is sent away."""
        name = f"centre_{next(self._numbers)}"
        self.copy(like, name)
        return name

    def copy(self, source: str, target: str) -> None:
        self.send_away(source)
        self.order(f"CREATE DATABASE {target} OWNER centre TEMPLATE {source}")

    def drop(self, name: str) -> None:
        self.order(f"DROP DATABASE {name} WITH (FORCE)")

    def send_away(self, database: str) -> None:
        """End every connection to this database."""
        self.order(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'")  # noqa: S608

    def order(self, statement: str) -> None:
        """A statement as the server's superuser."""
        _order(statement, self.port)

    def _begin(self, port: int) -> subprocess.Popen[bytes]:
        settings = {"listen_addresses": "127.0.0.1", "port": str(port), "unix_socket_directories": ""}
        arguments = [f"--{name}={value}" for name, value in settings.items()]
        # When the tests are killed, the server must not stay behind.
        with_us = ["setpriv", "--pdeathsig", "INT"] if shutil.which("setpriv") else []
        with (self.folder.parent / "log").open("ab") as log:
            command = [*with_us, str(self.programs / "postgres"), "-D", str(self.folder), *arguments]
            return subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder, **_as_user(self.account))

    def _answers(self, port: int) -> bool:
        """Waits until the server takes connections; false when it ended instead."""
        assert self._process is not None
        deadline = time.monotonic() + START_SECONDS
        while self._process.poll() is None and time.monotonic() < deadline:
            try:
                _order("SELECT 1", port)
            except psycopg.OperationalError:
                time.sleep(PAUSE_SECONDS)
            else:
                return self._process.poll() is None
        self._process.kill()
        self._process.wait()
        return False


@contextmanager
def running(*, on_disk: bool = False) -> Iterator[Server]:
    """A server in a temporary folder, durable as a real one, for this machine alone. Raises ServerFailed.

    Its files are in memory when there is plenty of it; `on_disk` is for measuring.
    """
    programs = find_programs()
    if programs is None:
        raise ServerFailed(ADVICE)
    with TemporaryDirectory(prefix="acompanya-postgresql-", dir=None if on_disk else _quick_folder()) as temporary:
        server = Server(programs, Path(temporary) / "data", _account())
        if server.account is not None:
            shutil.chown(temporary, server.account.pw_uid, server.account.pw_gid)
        kind = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
        _run([programs / "initdb", f"--pgdata={server.folder}", *kind], server.account)
        server.start()
        try:
            server.order("CREATE ROLE centre LOGIN")
            yield server
        finally:
            server.stop()


def _order(statement: str, port: int) -> None:
    with psycopg.connect(f"postgresql://postgres@127.0.0.1:{port}/postgres", autocommit=True) as connection:
        connection.execute(statement.encode())


def _quick_folder() -> Path | None:
    """Where writing down durably costs little: memory, when there is plenty. None is wherever temporary files go."""
    return MEMORY if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > PLENTY_BYTES else None


def _run(command: list[object], account: pwd.struct_passwd | None) -> None:
    words = [str(word) for word in command]
    done = subprocess.run(words, capture_output=True, text=True, check=False, cwd="/", **_as_user(account))
    if done.returncode:
        raise ServerFailed(done.stdout + done.stderr)


def _account() -> pwd.struct_passwd | None:
    """Who the server runs as: whoever runs the tests, or an account without rights when that is root."""
    if os.geteuid() != 0:
        return None
    known = {account.pw_name: account for account in pwd.getpwall()}
    return next(known[name] for name in UNPRIVILEGED if name in known)


def _as_user(account: pwd.struct_passwd | None) -> dict[str, Any]:
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}


def _free_port() -> int:
    with socket.socket() as asking:
        asking.bind(("127.0.0.1", 0))
        return int(asking.getsockname()[1])


def main() -> int:
    if find_programs() is None and "POSTGRESQL" not in os.environ:
        install_programs()
    folder = find_programs()
    print(f"PostgreSQL: {folder}" if folder else ADVICE, file=sys.stdout if folder else sys.stderr)
    return 0 if folder else 1


if __name__ == "__main__":
    sys.exit(main())
