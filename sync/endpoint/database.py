"""The connection to the database and its transactions. Writing is durable when the block ends, not before."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, create_engine, event, make_url, select
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from sync.endpoint.schema import metadata
from sync.errors import CentreBusy

BUSY_SECONDS = 5.0
# Held by another, or no room or no right to write just now. All of it may be over in a minute, and none of it is the
# fault of a change.
BUSY_CODES = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
    }
)


class DatabaseUnusable(Exception):
    """The centre cannot start with this database, in one line. Correct the address or the rights."""


class Database:
    """One database, SQLite or any other SQLAlchemy speaks to."""

    def __init__(self, url: str, *, busy_seconds: float = BUSY_SECONDS) -> None:
        """Opens it and makes the tables that are missing. Raises DatabaseUnusable."""
        self._engine = _open(url, busy_seconds)
        self.has_one_writer = self._engine.dialect.name == "sqlite"

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that holds the right to write from its first moment. Raises CentreBusy."""
        with _busy_is_named(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads, and waits for nobody."""
        with _busy_is_named(), self._engine.connect().execution_options(only_reads=True) as connection:
            yield connection

    def close(self) -> None:
        self._engine.dispose()


def _open(url: str, busy_seconds: float) -> Engine:
    try:
        address = make_url(url)
    except ArgumentError:
        raise DatabaseUnusable("the database address is not a URL like sqlite:///centre.db") from None
    shown = address.render_as_string(hide_password=True)
    try:
        # Parameters are people's writing: they must not reach a log by way of an error.
        engine = create_engine(address, hide_parameters=True)
        if engine.dialect.name == "sqlite":
            _prepare_sqlite(engine, busy_seconds)
        metadata.create_all(engine)
        with engine.connect() as connection:
            connection.execute(select(1))
    except (NoSuchModuleError, ImportError, ArgumentError):
        raise DatabaseUnusable(f"{shown}: this kind of database is not supported here") from None
    except DBAPIError as error:
        raise DatabaseUnusable(f"{shown}: {' '.join(str(error.orig).split())}") from None
    return engine


def _prepare_sqlite(engine: Engine, busy_seconds: float) -> None:
    @event.listens_for(engine, "connect")
    def _connect(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")  # NORMAL may forget the last commits at a power cut
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA busy_timeout = {int(busy_seconds * 1000)}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A transaction that reads first and writes later cannot be upgraded once another has written: it would fail.
        only_reads = connection.get_execution_options().get("only_reads", False)
        connection.exec_driver_sql("BEGIN" if only_reads else "BEGIN IMMEDIATE")


@contextmanager
def _busy_is_named() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        if _is_busy(error.orig):
            raise CentreBusy from error
        raise


def _is_busy(cause: BaseException | None) -> bool:
    return isinstance(cause, sqlite3.Error) and cause.sqlite_errorcode & 0xFF in BUSY_CODES
