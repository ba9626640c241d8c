"""The centre as a running server: the one place at this end that fetches the clock, chance and a socket."""

import contextlib
import gc
import logging
import secrets
import socket
import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from prometheus_client import CollectorRegistry, start_http_server

from sync.endpoint import routes
from sync.endpoint.auth import Chance
from sync.endpoint.connections import PromptConnection
from sync.endpoint.database import Database
from sync.endpoint.exchange import Centre
from sync.endpoint.files import write_whole
from sync.endpoint.limits import Limits
from sync.endpoint.logs import say
from sync.endpoint.manner import PLAIN, Manner

_log = logging.getLogger(__name__)

MOST_AT_ONCE = 200
STOP_SECONDS = 20.0
WORKER_SILENT_SECONDS = 30  # a worker that is only busy must not be taken for one that hangs


def now() -> datetime:
    return datetime.now(UTC)


REAL_CHANCE = Chance(
    below=secrets.randbelow, new_id=lambda: str(uuid.uuid4()), new_token=lambda: secrets.token_urlsafe(32)
)


def open_centre(database_url: str, *, clock: Callable[[], datetime] = now, chance: Chance = REAL_CHANCE) -> Centre:
    """The centre on this database, with tables made in an empty one. Raises DatabaseUnusable."""
    centre = Centre(Database(database_url), clock, chance)
    centre.prepare()
    return centre


def create_app(database_url: str, manner: Manner = PLAIN) -> FastAPI:
    """The ASGI application for this database. Raises DatabaseUnusable."""
    return routes.build(open_centre(database_url), manner=manner)


@dataclass(frozen=True, slots=True)
class Address:
    host: str
    port: int  # 0 takes a free one


@dataclass(frozen=True, slots=True)
class Service:
    """What is served, and where its numbers are told; None: nowhere."""

    database_url: str
    manner: Manner = PLAIN
    metrics_at: Address | None = None


def serve(service: Service, at: Address, *, port_file: Path | None = None) -> None:
    """Serve until told to stop (SIGINT, SIGTERM). `port_file` then says at which port.

    Raises DatabaseUnusable, or OSError or OverflowError when an address cannot be had.
    """
    app = create_app(service.database_url, service.manner)
    look_for_garbage_less()
    with _telling(app.state.metrics.registry, service.metrics_at), listening_at(at, port_file) as listening:
        uvicorn.Server(make_config(app)).run(sockets=[listening])


def look_for_garbage_less() -> None:
    """For a process that serves and does nothing else. A batch makes ten thousands of small things that go by
    themselves; to look through all that there is for rings among them, each 700, took a sixth of the time."""
    gc.collect()
    gc.freeze()  # the program itself is never garbage
    gc.set_threshold(20_000, 20, 20)


@contextlib.contextmanager
def listening_at(at: Address, port_file: Path | None) -> Iterator[socket.socket]:
    """A socket that is found through `port_file`. Who comes before somebody serves waits."""
    with socket.create_server((at.host, at.port)) as listening:
        host, port = listening.getsockname()[:2]
        if port_file is not None:
            write_whole(port_file, [f"{port}\n".encode("ascii")])
        say(_log, logging.INFO, "listening", host=host, port=port)
        yield listening


@contextlib.contextmanager
def _telling(registry: CollectorRegistry, at: Address | None) -> Iterator[None]:
    """The numbers at an address of their own: a proxy that hands on the tablets' address never hands these on."""
    if at is None:
        yield
        return
    server, thread = start_http_server(at.port, at.host, registry)
    say(_log, logging.INFO, "metrics at", host=at.host, port=server.server_port)
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join(STOP_SECONDS)


@contextlib.contextmanager
def running(
    centre: Centre, connection: type[PromptConnection] = PromptConnection, *, limits: Limits | None = None
) -> Iterator[str]:
    """The centre in a thread of this process, for tests and measurements: gives its address, stops it at the end."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(make_config(routes.build(centre, limits=limits), connection=connection))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, name="centre", daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(STOP_SECONDS)


def make_config(
    app: FastAPI | Callable[[], FastAPI], *, connection: type[PromptConnection] = PromptConnection, workers: int = 1
) -> uvicorn.Config:
    """No access log: addresses of people's tablets are nobody's business."""
    return uvicorn.Config(
        app,
        factory=not isinstance(app, FastAPI),
        workers=workers,
        http=connection,
        ws="none",
        access_log=False,
        log_config=None,  # its lines go where ours go, in our form
        server_header=False,
        date_header=False,  # the answer says the time where it matters
        lifespan="on",
        limit_concurrency=MOST_AT_ONCE,
        log_level="warning",
        timeout_graceful_shutdown=5,
        timeout_worker_healthcheck=WORKER_SILENT_SECONDS,
    )
