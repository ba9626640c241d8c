"""Many rows in one statement, whatever their number.

PostgreSQL takes new rows as a stream, and the words to look for in one parameter: one for each value made every size of
batch a statement of its own. SQLite runs in this process and takes row by row as fast.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from functools import cache
from operator import itemgetter
from typing import Any

import psycopg
from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Row,
    Select,
    Table,
    Text,
    bindparam,
    cast,
    func,
    insert,
    select,
    true,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError

from sync.protocol.record_codec import canonical

ON_ITS_OWN = "postgresql"  # the database that is a process of its own


def insert_all(connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert rows that each say every column of the table."""
    if not rows:
        return
    in_order = itemgetter(*table.columns.keys())
    if connection.dialect.name == ON_ITS_OWN:
        _copy(connection, table, map(in_order, rows))
    else:
        # As the driver takes them: these are texts, numbers and truths, and there is nothing to turn round in them. By
        # place: to look up each value by its name takes a sixth of the time.
        connection.exec_driver_sql(_row_by_row(table), [in_order(row) for row in rows])


def _copy(connection: Connection, table: Table, rows: Iterable[tuple[object, ...]]) -> None:
    """Raises what SQLAlchemy raises, which knows nothing of COPY. The words of it are our own tables' names."""
    quote = connection.dialect.identifier_preparer.quote
    names = ", ".join(quote(column.name) for column in table.columns)
    statement = f"COPY {quote(table.name)} ({names}) FROM STDIN"
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except psycopg.Error as error:
        raise DBAPIError.instance(statement, None, error, psycopg.Error, hide_parameters=True) from error


@cache
def _row_by_row(table: Table) -> str:
    return str(insert(table).compile(dialect=sqlite.dialect(paramstyle="qmark")))


def rows_with(connection: Connection, column: Column[str], words: Set[str], *, tenant: str) -> Sequence[Row[Any]]:
    """The rows of the column's table, of this tenant, that hold one of the words in it."""
    is_on_its_own = connection.dialect.name == ON_ITS_OWN
    statement = _word_by_word(column) if is_on_its_own else _among_words(column)
    return connection.execute(statement, {"words": canonical(sorted(words)), "tenant": tenant}).all()


@cache  # putting them together takes longer than asking
def _word_by_word(column: Column[str]) -> Select[Any]:
    """PostgreSQL is made to look up each word: it knows nothing of a young table, and would read all of it instead."""
    table = column.table
    asked = (
        func.json_array_elements_text(cast(bindparam("words", type_=Text), JSON)).table_valued("word").render_derived()
    )
    of_word = select(table).where(column == asked.c.word, table.c.tenant == bindparam("tenant")).offset(0).lateral()
    return select(of_word).select_from(asked.join(of_word, true()))


@cache
def _among_words(column: Column[str]) -> Select[Any]:
    table = column.table
    asked = func.json_each(bindparam("words", type_=Text)).table_valued("value")
    return select(table).where(column.in_(select(asked.c.value)), table.c.tenant == bindparam("tenant"))
