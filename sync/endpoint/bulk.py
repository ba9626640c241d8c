"""Many rows in one statement, whatever their number. A batch travels to PostgreSQL in one parameter.

A parameter for each value made every size of batch a statement of its own there. SQLite runs in this process and takes
row by row as fast.
"""

from collections.abc import Mapping, Sequence, Set
from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    Column,
    Connection,
    Row,
    Select,
    Table,
    Text,
    TextClause,
    bindparam,
    func,
    insert,
    select,
    text,
    true,
)
from sqlalchemy.dialects import sqlite

from sync.protocol.record_codec import canonical

ON_ITS_OWN = "postgresql"  # the database that is a process of its own


def insert_all(connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert rows that each say every column of the table."""
    if not rows:
        return
    if connection.dialect.name == ON_ITS_OWN:
        connection.execute(_from_one_document(connection, table), {"rows": canonical(rows)})
    else:
        # As the driver takes them: these are texts, numbers and truths, and there is nothing to turn round in them.
        connection.exec_driver_sql(_row_by_row(table), rows)


@cache
def _row_by_row(table: Table) -> str:
    return str(insert(table).compile(dialect=sqlite.dialect(paramstyle="named")))


def rows_with(connection: Connection, column: Column[str], words: Set[str], *, tenant: str) -> Sequence[Row[Any]]:
    """The rows of the column's table, of this tenant, that hold one of the words in it."""
    is_on_its_own = connection.dialect.name == ON_ITS_OWN
    statement = _word_by_word(column) if is_on_its_own else _among_words(column)
    given: object = sorted(words) if is_on_its_own else canonical(sorted(words))
    return connection.execute(statement, {"words": given, "tenant": tenant}).all()


@cache  # putting them together takes longer than asking
def _word_by_word(column: Column[str]) -> Select[Any]:
    """PostgreSQL is made to look up each word: it knows nothing of a young table, and would read all of it instead."""
    table = column.table
    asked = func.unnest(bindparam("words", type_=ARRAY(Text))).table_valued("word").render_derived()
    of_word = select(table).where(column == asked.c.word, table.c.tenant == bindparam("tenant")).offset(0).lateral()
    return select(of_word).select_from(asked.join(of_word, true()))


@cache
def _among_words(column: Column[str]) -> Select[Any]:
    table = column.table
    asked = func.json_each(bindparam("words", type_=Text)).table_valued("value")
    return select(table).where(column.in_(select(asked.c.value)), table.c.tenant == bindparam("tenant"))


def _from_one_document(connection: Connection, table: Table) -> TextClause:
    """The words of it are the names of our own tables, and nobody else's."""
    dialect = connection.dialect
    quote = dialect.identifier_preparer.quote
    names = ", ".join(quote(column.name) for column in table.columns)
    typed = ", ".join(f"{quote(column.name)} {column.type.compile(dialect)}" for column in table.columns)
    source = f"json_to_recordset(CAST(:rows AS json)) AS rows ({typed})"
    return text(f"INSERT INTO {quote(table.name)} ({names}) SELECT {names} FROM {source}")  # noqa: S608
