"""Several processes that serve one address and keep nothing of their own: all they share is in the database."""

import logging
import multiprocessing
import os
import signal
import sys
import threading
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI
from uvicorn.supervisors import Multiprocess

from sync.endpoint import logs
from sync.endpoint.database import DatabaseUnusable
from sync.endpoint.manner import PLAIN, Manner
from sync.endpoint.server import Address, create_app, listening_at, look_for_garbage_less, make_config, open_centre

_log = logging.getLogger(__name__)

WORKER_FAILED = 1  # a worker that ends is replaced, so a database that is away for a while is found again


@dataclass(frozen=True, slots=True)
class Worker:
    """What one of the processes does first: it is sent there, and called there."""

    database_url: str
    log_format: str
    manner: Manner = PLAIN

    def __call__(self) -> FastAPI:
        logs.begin(sys.stderr, self.log_format)
        threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
        try:
            app = create_app(self.database_url, self.manner)
        except DatabaseUnusable as error:
            logs.say_error(_log, "a worker cannot use the database", error)
            sys.exit(WORKER_FAILED)
        look_for_garbage_less()
        return app


def serve_together(worker: Worker, at: Address, *, count: int, port_file: Path | None = None) -> None:
    """Serve with `count` processes until told to stop; one that dies is replaced.

    Raises DatabaseUnusable, or OSError or OverflowError when the address cannot be had.
    """
    with closing(open_centre(worker.database_url)) as centre:
        if centre.database.has_one_writer:
            raise DatabaseUnusable("several workers need PostgreSQL: SQLite has one writer, for which all would wait")
    with listening_at(at, port_file) as listening:
        Multiprocess(make_config(worker, workers=count), sockets=[listening]).run()


def _end_with_parent() -> None:
    """When the process that watches over the workers is killed outright, nobody else would stop them."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)
