"""Many rows in one statement, whatever their number. A batch travels to PostgreSQL as one JSON document.

A parameter for each value made every size of batch a statement of its own there, and PostgreSQL, which knows nothing of
a young table, read it whole to find a batch's rows. SQLite runs in this process and takes row by row as fast.
"""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import JSON, Connection, Select, Table, Text, TextClause, cast, func, insert, literal, select, text

from sync.protocol.record_codec import canonical

ON_ITS_OWN = "postgresql"  # the database that is a process of its own


def insert_all(connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert rows that each say every column of the table."""
    if not rows:
        return
    if connection.dialect.name == ON_ITS_OWN:
        connection.execute(_from_one_document(connection, table), {"rows": canonical(rows)})
    else:
        connection.execute(insert(table), rows)


def listed(connection: Connection, words: Iterable[str]) -> Select[tuple[str]]:
    """The words as rows, for `column.in_`."""
    document = literal(canonical(sorted(words)), Text)
    if connection.dialect.name == ON_ITS_OWN:
        return select(func.json_array_elements_text(cast(document, JSON)).column_valued())
    return select(func.json_each(document).table_valued("value").c.value)


def _from_one_document(connection: Connection, table: Table) -> TextClause:
    """The words of it are the names of our own tables, and nobody else's."""
    dialect = connection.dialect
    quote = dialect.identifier_preparer.quote
    names = ", ".join(quote(column.name) for column in table.columns)
    typed = ", ".join(f"{quote(column.name)} {column.type.compile(dialect)}" for column in table.columns)
    source = f"json_to_recordset(CAST(:rows AS json)) AS rows ({typed})"
    return text(f"INSERT INTO {quote(table.name)} ({names}) SELECT {names} FROM {source}")  # noqa: S608
