"""What is said to the database meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from sync.endpoint.database import Database

Statement = tuple[str, Any]


@contextmanager
def heard(database: Database) -> Iterator[list[Statement]]:
    """The statements that are sent to the database meanwhile."""
    statements: list[Statement] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_rest: object) -> None:
        statements.append((statement, parameters))

    event.listen(database._engine, "before_cursor_execute", note)
    yield statements
    event.remove(database._engine, "before_cursor_execute", note)
