"""Where the centre of a test keeps its tables: a file of SQLite, or a database of a real PostgreSQL server."""

import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import psycopg
import pytest

from sync.endpoint.database import migrate
from sync.endpoint.schema import metadata
from tests import postgresql

# Marks for a test that needs the one or the other, because it reaches into it.
only_sqlite = pytest.mark.parametrize("place", ["sqlite"], indirect=True)
only_postgresql = pytest.mark.parametrize("place", ["postgresql"], indirect=True)

GUARDED = (b"audit", b"tablet_event")  # by triggers: rows are only added

SHAPE = b"""SELECT string_agg(line, ' ' ORDER BY line) FROM (
    SELECT attrelid::regclass || '.' || attname AS line FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        WHERE relnamespace = 'public'::regnamespace AND attnum > 0
    UNION ALL SELECT conname FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT tgname FROM pg_trigger
) AS lines"""


class Place(Protocol):
    @property
    def url(self) -> str: ...
    def backup(self) -> str:
        """A copy of everything as it is now, by name."""
        ...

    def restore(self, backup: str) -> None:
        """Everything as it was in the copy, under the feet of whoever is connected."""
        ...

    def content(self) -> bytes:
        """All that is kept, as somebody finds it who stole it."""
        ...


@dataclass(frozen=True)
class SqliteFile:
    path: Path

    @property
    def url(self) -> str:
        return f"sqlite:///{self.path}"

    def backup(self) -> str:
        copy = self.path.with_suffix(".backup")
        _copy(self.path, copy)
        return str(copy)

    def restore(self, backup: str) -> None:
        _copy(Path(backup), self.path)

    def content(self) -> bytes:
        beside = self.path.with_name(self.path.name + "-wal")
        return b"".join(path.read_bytes() for path in (self.path, beside) if path.exists())


@dataclass(frozen=True)
class PostgresqlDatabase:
    server: postgresql.Server
    name: str
    _backups: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return self.server.url(self.name)

    def backup(self) -> str:
        self._backups.append(self.server.create(like=self.name))
        return self._backups[-1]

    @contextmanager
    def set_to(self, setting: str, *, back: str) -> Iterator[None]:
        """Something about this database for a while, which everybody notices who connects anew: and all have to."""
        for one in (setting, back):
            self.server.order(f"ALTER DATABASE {self.name} {one}")
            self.server.send_away(self.name)
            if one is setting:
                yield

    def restore(self, backup: str) -> None:
        self.server.drop(self.name)
        self.server.copy(backup, self.name)

    def content(self) -> bytes:
        programs = postgresql.find_programs()
        assert programs is not None
        dump = [programs / "pg_dump", "--inserts", self.url]
        return subprocess.run(dump, capture_output=True, check=True).stdout

    def close(self) -> None:
        for backup in self._backups:
            self.server.drop(backup)


@dataclass
class SharedDatabase:
    """One database for test after test: emptying it is far cheaper than a new one. A damaged one is replaced."""

    server: postgresql.Server
    _name: str | None = None
    _shape: object = None

    def emptied(self) -> PostgresqlDatabase:
        if self._name is None or not self._is_emptied(self._name):
            self._name = self.server.create()
            migrate(self.server.url(self._name))
            with psycopg.connect(self.server.url(self._name)) as connection:
                self._shape = connection.execute(SHAPE).fetchone()
        return PostgresqlDatabase(self.server, self._name)

    def _is_emptied(self, name: str) -> bool:
        """False when a test has changed more than rows."""
        self.server.send_away(name)  # whoever a failed test left behind would hold its locks
        with psycopg.connect(self.server.url(name)) as connection:
            if connection.execute(SHAPE).fetchone() != self._shape:
                return False
            for guarded in GUARDED:
                connection.execute(b"ALTER TABLE %b DISABLE TRIGGER USER" % guarded)
            for table in reversed(metadata.sorted_tables):
                connection.execute(f"DELETE FROM {table.name}".encode())  # noqa: S608
            for guarded in GUARDED:
                connection.execute(b"ALTER TABLE %b ENABLE TRIGGER USER" % guarded)
        return True


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as reading, closing(sqlite3.connect(target)) as writing:
        reading.backup(writing)
