"""The centre as people start it, a process of its own, and a tablet with its real store and its real way there."""

import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from sqlite3 import connect
from time import monotonic, sleep

from sync.client.engine import Engine
from sync.client.phase import Phase
from sync.client.transport import HttpTransport
from sync.endpoint import parcels
from sync.endpoint.server import open_centre
from tests.sync.desks import Desk
from tests.sync.making import Clock, enrolment

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "sync.endpoint"]
START_SECONDS = 20.0


@contextmanager
def serving(database: str, port_file: Path, *more: str) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """What the centre logs goes to a file beside `port_file`: a pipe nobody reads would fill up and stop it."""
    arguments = ["serve", "--database", database, "--port", "0", "--port-file", str(port_file), *more]
    port_file.unlink(missing_ok=True)
    log = port_file.with_suffix(".log")
    with log.open("ab") as said, subprocess.Popen([*COMMAND, *arguments], cwd=ROOT, stderr=said) as process:
        try:
            yield process, f"http://127.0.0.1:{_port(process, port_file, log)}"
        finally:
            process.kill()


def _port(process: subprocess.Popen[bytes], port_file: Path, log: Path) -> int:
    """The centre listens before it writes the file, which appears whole."""
    deadline = monotonic() + START_SECONDS
    while not port_file.exists():
        assert process.poll() is None and monotonic() < deadline, log.read_text()
        sleep(0.01)
    return int(port_file.read_text())


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *arguments], cwd=ROOT, capture_output=True, text=True, check=False, timeout=30)


def make_key(database: str, folder: Path) -> None:
    """What the centre wants to have before it lets a tablet in; the private half lies in `folder`."""
    with closing(open_centre(database)) as centre:
        parcels.make_key(centre, folder / "centre.key")


async def enrolled(url: str, code: str) -> str:
    transport = HttpTransport(url, token=lambda: None, clock=Clock())
    try:
        return (await transport.enrol(enrolment(code, "Tablet 1", "1.0"))).token
    finally:
        await transport.close()


@dataclass
class Branch:
    """A running centre of its own, and how to look into its database from outside."""

    folder: Path
    url: str = ""
    database: str = field(init=False)

    def __post_init__(self) -> None:
        self.database = f"sqlite:///{self.folder / 'centre.db'}"

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[bytes]]:
        with serving(self.database, self.folder / "port") as (process, self.url):
            yield process

    def code(self, name: str) -> str:
        with closing(open_centre(self.database)) as centre:
            return centre.issue_code(name)

    async def token(self, name: str) -> str:
        return await enrolled(self.url, self.code(name))

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return command(*arguments, "--database", self.database)

    def ids(self) -> list[str]:
        with closing(connect(self.folder / "centre.db")) as database:
            return [row[0] for row in database.execute("SELECT id FROM record ORDER BY id")]


@asynccontextmanager
async def reaching(
    desk: Desk, url: str, token: str | None, *, clock: Clock | None = None, exchange_seconds: float = 20.0
) -> AsyncIterator[Engine]:
    """A tablet that keeps its things in `desk`, over real sockets."""
    now = clock or Clock()
    transport = HttpTransport(url, token=lambda: token, clock=now, exchange_seconds=exchange_seconds)
    try:
        yield Engine(desk.outbox, transport, clock=now, report=lambda _: None)
    finally:
        await transport.close()


async def one_round(
    desk: Desk, url: str, token: str | None, *, clock: Clock | None = None, exchange_seconds: float = 20.0
) -> Phase:
    async with reaching(desk, url, token, clock=clock, exchange_seconds=exchange_seconds) as engine:
        return await engine.round()
