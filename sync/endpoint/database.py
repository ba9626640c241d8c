"""The connection to the database and its transactions. Writing is durable when the block ends, not before."""

import logging
import sqlite3
from collections.abc import Iterator, Set
from contextlib import ExitStack, contextmanager

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.pool import ConnectionPoolEntry

from sync.endpoint.logs import say
from sync.endpoint.migrating import OURS, Standing, Steps
from sync.endpoint.outage import outage
from sync.errors import CentreBusy

_log = logging.getLogger(__name__)

BUSY_SECONDS = 5.0
SQLITE_CACHE_KIB = (
    64 << 10
)  # of each connection; with the 2 MiB that SQLite takes, a city's records are read again and again
SQLITE_LOG_PAGES = 8_000  # 32 MiB
POSTGRESQL_CONNECTIONS = 10  # of each process that serves
STATEMENT_SECONDS = 30
VANISHED_SECONDS = 20  # a server that says nothing for so long, not even that it is there, is taken for gone
CONNECT_SECONDS = 5
# Any number, the same for everybody: whoever has it makes or changes the tables.
TABLES_LOCK = 8470


class DatabaseUnusable(Exception):
    """The centre cannot start with this database, in one line. Correct the address, the rights or the version."""


class Database:
    """One database: a file of SQLite, or PostgreSQL."""

    def __init__(self, url: str, *, busy_seconds: float = BUSY_SECONDS, steps: Steps = OURS) -> None:
        """Opens it, and makes the tables in an empty one. Raises DatabaseUnusable."""
        self._engine = _opened(url, busy_seconds, steps, upgraded={Standing.EMPTY})
        self.has_one_writer = self._engine.dialect.name == "sqlite"

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that may write; on SQLite it holds the right to from its first moment. Raises CentreBusy."""
        with _outage_is_named(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads, and waits for nobody. Raises CentreBusy."""
        with _outage_is_named(), self._engine.connect().execution_options(only_reads=True) as connection:
            yield connection

    def close(self) -> None:
        self._engine.dispose()


def migrate(url: str, *, steps: Steps = OURS) -> str:
    """Bring the tables of an older program to this one's version, which it returns. Raises DatabaseUnusable."""
    _opened(url, BUSY_SECONDS, steps, upgraded={Standing.EMPTY, Standing.OLDER}).dispose()
    return steps.newest()


def _opened(url: str, busy_seconds: float, steps: Steps, *, upgraded: Set[Standing]) -> Engine:
    """The engine on up-to-date tables; those that stand otherwise are brought there or refused."""
    engine, shown = _engine(url, busy_seconds)
    with ExitStack() as undo:
        undo.callback(engine.dispose)
        _bring_up_to_date(engine, shown, steps, upgraded)
        undo.pop_all()
    return engine


def _bring_up_to_date(engine: Engine, shown: str, steps: Steps, upgraded: Set[Standing]) -> None:
    try:
        with engine.connect().execution_options(only_reads=True) as connection:
            standing = steps.standing(connection)
        if standing in upgraded:
            _upgrade(engine, steps)
        elif standing is not Standing.CURRENT:
            raise DatabaseUnusable(f"{shown}: {standing.value}")
    except DBAPIError as error:
        raise DatabaseUnusable(f"{shown}: {' '.join(str(error.orig).split())}") from None


def _upgrade(engine: Engine, steps: Steps) -> None:
    """In one transaction, and one process at a time: whoever comes second finds it done."""
    with engine.connect().execution_options(migrates=True) as connection:
        connection.detach()  # its settings are for this alone: nobody gets it afterwards
        with connection.begin():
            if engine.dialect.name == "postgresql":
                connection.execute(text("SET LOCAL statement_timeout = 0"))
                connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": TABLES_LOCK})
            steps.upgrade(connection)


def _engine(url: str, busy_seconds: float) -> tuple[Engine, str]:
    """The engine for this address, not connected yet, and the address as it may be shown. Raises DatabaseUnusable."""
    try:
        address = make_url(url)
    except ArgumentError:
        raise DatabaseUnusable("the database address is not a URL like sqlite:///centre.db") from None
    shown = address.render_as_string(hide_password=True)
    match address.drivername:
        case "sqlite":
            return _sqlite(address, busy_seconds), shown
        case "postgresql" | "postgresql+psycopg":
            return _postgresql(address.set(drivername="postgresql+psycopg"), busy_seconds), shown
    raise DatabaseUnusable(f"{shown}: this kind of database is not supported here")


def _postgresql(address: URL, busy_seconds: float) -> Engine:
    """Settings that a server, a database or a role may have otherwise are said here, for each connection."""
    settings = {
        "synchronous_commit": "on",  # an answer is a promise, also at a power cut
        "lock_timeout": f"{max(1, int(busy_seconds * 1000))}ms",
        "statement_timeout": f"{STATEMENT_SECONDS}s",
        "idle_in_transaction_session_timeout": f"{2 * STATEMENT_SECONDS}s",
    }
    return create_engine(
        address,
        # Parameters are people's writing: they must not reach a log by way of an error.
        hide_parameters=True,
        # Each statement sees the newest data: whoever has waited for the counter must see what was written meanwhile.
        isolation_level="READ COMMITTED",
        pool_size=POSTGRESQL_CONNECTIONS,
        max_overflow=0,
        pool_timeout=busy_seconds,
        pool_pre_ping=True,
        connect_args={
            "options": " ".join(f"-c {name}={value}" for name, value in settings.items()),
            "connect_timeout": CONNECT_SECONDS,
            "tcp_user_timeout": VANISHED_SECONDS * 1000,
        },
    )


def _sqlite(address: URL, busy_seconds: float) -> Engine:
    # The connection that was used last knows most: what another wrote has to be read again.
    engine = create_engine(address, hide_parameters=True, pool_timeout=busy_seconds, pool_use_lifo=True)

    @event.listens_for(engine, "connect")
    def _connect(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")  # NORMAL may forget the last commits at a power cut
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA cache_size = -{SQLITE_CACHE_KIB}")
        # A page that many batches change goes to its place once for all of them.
        connection.execute(f"PRAGMA wal_autocheckpoint = {SQLITE_LOG_PAGES}")
        connection.execute(f"PRAGMA busy_timeout = {int(busy_seconds * 1000)}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if options.get("migrates", False):
            # SQLite changes a table by making another and dropping the first, which others may point at.
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        # A transaction that reads first and writes later cannot be upgraded once another has written: it would fail.
        connection.exec_driver_sql("BEGIN" if options.get("only_reads", False) else "BEGIN IMMEDIATE")

    return engine


@contextmanager
def _outage_is_named() -> Iterator[None]:
    try:
        yield
    except PoolExhausted as error:
        raise CentreBusy from error
    except DBAPIError as error:
        named = outage(error.orig)
        if named is None:
            raise
        say(_log, logging.WARNING, "the database cannot be used now", reason=named)
        raise CentreBusy from error
