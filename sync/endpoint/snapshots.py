"""Reading the whole database as it was at one moment, however long it takes, in pages that fit into memory."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Row, Select

from sync.endpoint.database import Database

PAGE_ROWS = 1000

Place = Any  # what the rows are ordered by: a number or a text, never both in one reading

# On SQLite every reading transaction is like this already.
_POSTGRESQL = (
    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
    "SET LOCAL statement_timeout = 0",
    "SET LOCAL idle_in_transaction_session_timeout = 0",  # whoever reads what we write may be slow
)


@contextmanager
def snapshot(database: Database) -> Iterator[Connection]:
    """A transaction that sees everything as it is now and nothing that comes after. Others go on working."""
    with database.reading() as connection:
        if connection.dialect.name == "postgresql":
            for statement in _POSTGRESQL:
                connection.exec_driver_sql(statement)
        yield connection


def paged(
    connection: Connection,
    page_after: Callable[[Place], Select[Any]],
    place_of: Callable[[Row[Any]], Place],
    first: Place,
) -> Iterator[list[Row[Any]]]:
    """Pages of rows; `page_after(place)` selects what comes after a place, in its order."""
    after = first
    while rows := list(connection.execute(page_after(after).limit(PAGE_ROWS))):
        yield rows
        after = place_of(rows[-1])
