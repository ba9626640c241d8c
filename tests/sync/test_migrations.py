"""The tables and their versions, on both databases: made by steps, brought up to date by steps, refused otherwise."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from sync.endpoint.__main__ import main
from sync.endpoint.database import Database, DatabaseUnusable, migrate
from sync.endpoint.migrating import OURS, Steps
from sync.endpoint.schema import metadata
from sync.endpoint.server import open_centre
from tests import postgresql
from tests.sync.places import Place, PostgresqlDatabase, SqliteFile

# What a later program might do to a table that others point at and that holds rows.
NEXT_STEP = '''
"""An organisation says where it is."""

import sqlalchemy as sa
from alembic import op

revision = "9001"
down_revision = "{newest}"


def upgrade() -> None:
    # On SQLite the table is made anew, as most changes there need it.
    recreate = "always" if op.get_bind().dialect.name == "sqlite" else "never"
    with op.batch_alter_table("tenant", recreate=recreate) as tenant:
        tenant.add_column(sa.Column("town", sa.Text(), nullable=False, server_default="nowhere"))
    {last}
'''


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Here a place without a single table."""
    if request.param == "sqlite":
        return SqliteFile(tmp_path / "centre.db")
    server: postgresql.Server = request.getfixturevalue("postgresql_server")
    return PostgresqlDatabase(server, server.create())


def make_next_program(tmp_path: Path, *, last: str = "") -> Steps:
    """A program with one version more."""
    folder = tmp_path / "migrations"
    shutil.copytree(OURS.folder, folder, ignore=shutil.ignore_patterns("__pycache__"))
    step = NEXT_STEP.format(newest=OURS.newest(), last=last)
    (folder / "versions" / "v9001_town.py").write_text(step.lstrip())
    return Steps(folder)


def tables(place: Place, steps: Steps = OURS) -> list[str]:
    with closing(Database(place.url, steps=steps)) as database, database.reading() as connection:
        return sorted(inspect(connection).get_table_names())


def query(place: Place, statement: str, steps: Steps = OURS) -> list[tuple[object, ...]]:
    with closing(Database(place.url, steps=steps)) as database, database.writing() as connection:
        found = connection.exec_driver_sql(statement)
        return [tuple(row) for row in found] if found.returns_rows else []


def differences(place: Place) -> list[object]:
    with closing(Database(place.url)) as database, database.reading() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))


def test_the_steps_make_the_tables_the_program_works_with(place: Place) -> None:
    assert differences(place) == []


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE device ADD COLUMN extra TEXT",
        "DROP INDEX record_order",
        "DROP TABLE refused",
    ],
)
def test_a_table_that_differs_is_found(place: Place, statement: str) -> None:
    query(place, statement)

    assert len(differences(place)) >= 1


def test_an_older_database_is_refused_and_left_as_it_is(place: Place, tmp_path: Path) -> None:
    open_centre(place.url).close()
    before = tables(place)

    with pytest.raises(DatabaseUnusable, match="an older version: make a backup, then run") as caught:
        Database(place.url, steps=make_next_program(tmp_path))

    assert "\n" not in str(caught.value)
    assert tables(place) == before


def test_an_older_database_is_brought_up_to_date_with_what_is_in_it(place: Place, tmp_path: Path) -> None:
    with closing(open_centre(place.url)) as centre:
        centre.issue_code("Tablet 1")  # a row that points at the organisation's
    before = query(place, "SELECT * FROM code")
    next_program = make_next_program(tmp_path)

    version = migrate(place.url, steps=next_program)

    assert version == "9001"
    assert query(place, "SELECT id, town FROM tenant", next_program) == [("main", "nowhere")]
    assert query(place, "SELECT * FROM code", next_program) == before


def test_a_step_that_fails_leaves_everything_as_it_was(place: Place, tmp_path: Path) -> None:
    open_centre(place.url).close()
    half = make_next_program(tmp_path, last='op.execute("INSERT INTO nowhere VALUES (1)")')

    with pytest.raises(DatabaseUnusable):
        migrate(place.url, steps=half)

    assert differences(place) == []
    assert query(place, "SELECT version_num FROM alembic_version") == [(OURS.newest(),)]


def test_a_newer_database_is_refused_also_by_migrate(place: Place, tmp_path: Path) -> None:
    migrate(place.url, steps=make_next_program(tmp_path))

    for refusing in (Database, migrate):
        with pytest.raises(DatabaseUnusable, match="a version this program does not know"):
            refusing(place.url)


def test_tables_without_a_version_are_refused(place: Place) -> None:
    query(place, "DROP TABLE alembic_version")

    for refusing in (Database, migrate):
        with pytest.raises(DatabaseUnusable, match="before versions were kept"):
            refusing(place.url)


def test_migrating_again_changes_nothing(place: Place) -> None:
    open_centre(place.url).close()
    before = query(place, "SELECT * FROM tenant")

    assert migrate(place.url) == OURS.newest()
    assert query(place, "SELECT * FROM tenant") == before
    assert differences(place) == []


def test_several_processes_that_begin_at_once_make_one_centre(place: Place) -> None:
    def begin(_: int) -> str:
        with closing(open_centre(place.url)) as centre:
            return centre.hello().instance

    with ThreadPoolExecutor(4) as threads:
        instances = list(threads.map(begin, range(4)))

    assert len(set(instances)) == 1
    assert query(place, "SELECT count(*) FROM tenant") == [(1,)]


def test_the_command_says_which_version_the_tables_are_of(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["migrate", "--database", place.url]) == 0
    assert capsys.readouterr().err == f"The tables are of version {OURS.newest()}.\n"


def test_the_command_refuses_a_newer_database_in_one_line(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    migrate(place.url, steps=make_next_program(tmp_path))

    assert main(["migrate", "--database", place.url]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
