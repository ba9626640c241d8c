"""The app and the centre as real processes: started, stopped, killed and started again on the same folder and port.

with Centre(tmp_path / "centre") as centre, App(tmp_path / "tablet", centre_url=centre.url) as app:
    app.kill()      # as if the battery fell out
    app.start()     # the same tablet, at the same address
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Self

ROOT = Path(__file__).parents[2]
START_SECONDS = 60.0  # Flet alone takes two on an idle machine; a busy one needs many more
STOP_SECONDS = 10.0
POLL_SECONDS = 0.1


class ProcessFailed(AssertionError):
    """A process ended or did not answer. Its last words are in the message."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def free_pair() -> int:
    """The first of two ports that follow each other: a demo takes one for its centre as well."""
    while True:
        first = free_port()
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", first + 1))
            except (OSError, OverflowError):
                continue
        return first


class ServerProcess:
    """One `python -m …` that answers HTTP on a loopback port, which it keeps from start to start."""

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        port: int,
        log: Path,
        environment: Mapping[str, str] | None = None,
        path: str = "/",
        sources: Path = ROOT,
    ) -> None:
        self.arguments = tuple(arguments)
        self.sources = sources
        self.port = port
        self.log = log
        self.environment = dict(environment or {})
        self.path = path  # any answer to a GET here means "started", an error status too
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> Self:
        """Start it, or start it again; returns when it answers."""
        if self.is_running:
            raise ProcessFailed(f"{self._name} is running already")
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, *self.arguments],
                cwd=self.sources,
                env={**os.environ, "PYTHONUNBUFFERED": "1", **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # so that what it started ends with it
            )
        self._wait_until_it_answers(self._process)
        return self

    def stop(self) -> None:
        """Ask it to end, as closing the app does; kill it if it does not."""
        self._signal(signal.SIGTERM)
        if self._process is not None:
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self) -> None:
        """End it at once (SIGKILL): nothing is flushed, nothing is said goodbye to."""
        self._signal(signal.SIGKILL)
        if self._process is not None:
            self._process.wait(STOP_SECONDS)

    def output(self) -> str:
        """Everything it printed, over all its starts."""
        return self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""

    def __enter__(self) -> Self:
        return self if self.is_running else self.start()

    def __exit__(self, *_: object) -> None:
        self.kill()

    @property
    def _name(self) -> str:
        return " ".join(self.arguments[:2])

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)

    def _wait_until_it_answers(self, process: subprocess.Popen[bytes]) -> None:
        for _ in range(int(START_SECONDS / POLL_SECONDS)):
            if self._answers():
                return
            try:
                code = process.wait(POLL_SECONDS)
            except subprocess.TimeoutExpired:
                continue
            raise ProcessFailed(f"{self._name} ended with {code}:\n{self.output()[-3000:]}")
        self.kill()
        raise ProcessFailed(f"{self._name} does not answer at {self.url}:\n{self.output()[-3000:]}")

    def _answers(self) -> bool:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", self.path)
            connection.getresponse().read()
        except (OSError, HTTPException):
            return False
        else:
            return True
        finally:
            connection.close()


class App(ServerProcess):
    """The tablet's app as a web page, on a folder of its own.

    `renderer` is "auto" for driving it (twice as quick to start) and "canvaskit" for pictures of it (never drops a
    letter on a machine without a graphics card).
    """

    def __init__(
        self,
        folder: Path,
        *,
        centre_url: str | None = None,
        arguments: Sequence[str] = (),
        port: int | None = None,
        renderer: str = "auto",
        sources: Path = ROOT,
    ) -> None:
        port = port or free_port()
        centre = ("--centre", centre_url) if centre_url else ()
        super().__init__(
            ["-m", "app", "--data", str(folder), "--port", str(port), "--no-browser", *centre, *arguments],
            port=port,
            log=folder.with_name(f"{folder.name}.log"),
            environment={"FLET_WEB_RENDERER": renderer, "FLET_WEB_NO_CDN": "true"},
            sources=sources,
        )
        self.folder = folder


class Centre(ServerProcess):
    """The centre on an SQLite file of its own, without TLS, on loopback."""

    def __init__(self, folder: Path, *, arguments: Sequence[str] = (), port: int | None = None) -> None:
        port = port or free_port()
        self.folder = folder
        self.database = f"sqlite:///{folder / 'centre.db'}"
        self.key = folder / "centre.key"
        address = ["--host", "127.0.0.1", "--port", str(port)]
        super().__init__(
            ["-m", "sync.endpoint", "serve", "--database", self.database, *address, *arguments],
            port=port,
            log=folder.with_name(f"{folder.name}.log"),
            path="/healthz",
        )

    def start(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        return super().start()

    def code(self, name: str) -> str:
        """A one-time code that lets a tablet in. Before the first one the centre makes its key."""
        if not self.key.exists():
            self.command("hand-over-key", "--output", str(self.key))
        return self.command("enrol", "--name", name).split()[-1]

    def command(self, name: str, *arguments: str) -> str:
        """Run another command of `python -m sync.endpoint` on the same database; what it printed."""
        self.folder.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            [sys.executable, "-m", "sync.endpoint", name, "--database", self.database, *arguments],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=START_SECONDS,
        )
        if done.returncode:
            raise ProcessFailed(f"sync.endpoint {name} ended with {done.returncode}:\n{done.stderr[-3000:]}")
        return done.stdout
