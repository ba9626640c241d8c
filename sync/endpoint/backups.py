"""A backup that is whole, and was looked at, before any tablet is told that it need not keep what is in it.

Both kinds are of one moment, and tablets go on sending meanwhile. What is counted in the database in that moment has
to be found in the copy. Nothing here says that the backup is done: `Centre.finish_backup` does.
"""

import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, Connection, func, make_url, select

from sync.endpoint import schema
from sync.endpoint.database import Database
from sync.endpoint.files import whole_file
from sync.endpoint.snapshots import snapshot

COUNTED = ("device", "record", "change", "refused", "audit", "tablet_event")
MESSAGE_CHARACTERS = 300

_COPY = re.compile(rb"COPY (?:\w+\.)?\"?(\w+)\"? \(")
_COPY_ENDS = b"\\.\n"


class BackupFailed(Exception):
    """There is no backup, in one line. Nothing was changed: mend the cause and begin again."""


@dataclass(frozen=True, slots=True)
class Backup:
    """What a finished copy holds."""

    upto: int  # every change numbered up to this is in it
    rows: Mapping[str, int]


def copy_sqlite(source: Path, output: Path) -> Backup:
    """Raises BackupFailed, OSError."""
    if output.resolve() == source.resolve():
        raise BackupFailed("the backup would replace the database")
    try:
        with whole_file(output) as beside:
            return _copied(source, beside)
    except sqlite3.Error as error:
        raise BackupFailed(f"{error}") from None


def _copied(source: Path, beside: Path) -> Backup:
    with closing(sqlite3.connect(source, isolation_level=None)) as reading, closing(sqlite3.connect(beside)) as writing:
        reading.execute("BEGIN")
        upto, rows = _standing(reading)  # from here on this connection sees one moment, the copy included
        reading.backup(writing)
    with closing(sqlite3.connect(beside)) as copy:
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, without a companion
        if [words for (words,) in copy.execute("PRAGMA integrity_check")] != ["ok"]:
            raise BackupFailed("the copy is damaged")
        if _standing(copy) != (upto, rows):
            raise BackupFailed("the copy does not hold what the database held")
    return Backup(upto, rows)


def _standing(connection: sqlite3.Connection) -> tuple[int, dict[str, int]]:
    def one(query: str) -> int:
        return int(connection.execute(query).fetchone()[0])

    rows = {table: one(f"SELECT count(*) FROM {table}") for table in COUNTED}  # noqa: S608
    return one("SELECT max(seq) FROM tenant"), rows


def dump_postgresql(database: Database, url: str, output: Path) -> Backup:
    """With PostgreSQL's own program, in its own format, which `pg_restore` reads. Raises BackupFailed, OSError."""
    dump, restore = _program("pg_dump"), _program("pg_restore")
    with whole_file(output) as beside, snapshot(database) as connection:
        backup = Backup(_counter(connection), _counted(connection))
        moment = connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
        address, secret = _address(make_url(url))
        _run([dump, "--format=custom", f"--snapshot={moment}", f"--file={beside}", f"--dbname={address}"], secret)
        if _rows_in(restore, beside) != backup.rows:
            raise BackupFailed("the dump does not hold what the database held")
    return backup


def _counter(connection: Connection) -> int:
    return int(connection.execute(select(func.max(schema.tenant.c.seq))).scalar_one())


def _counted(connection: Connection) -> dict[str, int]:
    tables = schema.metadata.tables
    return {
        name: int(connection.execute(select(func.count()).select_from(tables[name])).scalar_one()) for name in COUNTED
    }


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise BackupFailed(
            f"{name} is not installed: install it, or see docs/operations.md for a backup by other means"
        )
    return found


def _address(url: URL) -> tuple[str, dict[str, str] | None]:
    """The address without the password, which everybody on this machine could read in the list of processes."""
    plain = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    return plain, None if url.password is None else {"PGPASSWORD": str(url.password)}


def _run(command: list[str], environment: dict[str, str] | None) -> None:
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BackupFailed(" ".join(done.stderr.split())[:MESSAGE_CHARACTERS])


def _rows_in(restore: str, dump: Path) -> dict[str, int]:
    """Reads the whole dump, as putting it back would, and counts."""
    rows = dict.fromkeys(COUNTED, 0)
    with _read_back(restore, dump) as lines:
        table = ""
        for line in lines:
            if not table:
                begins = _COPY.match(line)
                table = begins[1].decode("ascii") if begins else ""
            elif line == _COPY_ENDS:
                table = ""
            elif table in rows:
                rows[table] += 1
    return rows


@contextmanager
def _read_back(restore: str, dump: Path) -> Iterator[Iterator[bytes]]:
    with subprocess.Popen(
        [restore, "--file=-", str(dump)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as reading:
        assert reading.stdout is not None
        yield iter(reading.stdout)
    if reading.returncode:
        raise BackupFailed("the dump cannot be read back")
