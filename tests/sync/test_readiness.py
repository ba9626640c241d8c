"""Whether the centre says truly if it could take a tablet's work now."""

import os
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from sync.endpoint.database import Database
from sync.endpoint.readiness import missing_part
from tests.sync.asking import ask
from tests.sync.places import only_sqlite
from tests.sync.tablets import Office


def test_a_centre_that_can_work_is_ready(office: Office) -> None:
    answer = ask(office, "GET", "/readyz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ready"})


def test_looking_changes_nothing(office: Office) -> None:
    before = office.rows()

    assert missing_part(office.centre.database) is None

    assert office.rows() == before


@pytest.mark.parametrize("statement", ["DROP TABLE refused", "ALTER TABLE record RENAME COLUMN marks TO notes"])
def test_tables_that_are_not_todays_are_named(office: Office, statement: str) -> None:
    with office.centre.database.writing() as connection:
        connection.exec_driver_sql(statement)

    answer = ask(office, "GET", "/readyz")

    assert answer.status_code == 503
    assert answer.json()["type"] == "/problems/not-ready/schema"
    assert answer.headers["retry-after"]


@only_sqlite
def test_a_database_that_cannot_be_written_is_named(office: Office) -> None:
    office.centre.database.close()
    with closing(sqlite3.connect(office.path)) as connection:
        connection.execute("CREATE TRIGGER full BEFORE UPDATE ON centre BEGIN SELECT RAISE(ABORT, 'no'); END")

    answer = ask(office, "GET", "/readyz")

    assert answer.json()["type"] == "/problems/not-ready/writing"


def test_a_database_held_by_another_cannot_be_written(office: Office) -> None:
    impatient = Database(office.place.url, busy_seconds=0)

    with office.centre.database.writing() as connection:
        connection.exec_driver_sql("UPDATE centre SET instance = 'elsewhere'")
        missing = missing_part(impatient)
    impatient.close()

    assert missing == "writing"


@only_sqlite
def test_a_database_that_is_gone_is_named(office: Office) -> None:
    office.centre.database.close()
    os.truncate(office.path, 100)

    answer = ask(office, "GET", "/readyz")

    assert answer.json()["type"] == "/problems/not-ready/database"
    assert str(office.path) not in answer.text


def test_however_many_ask_the_database_is_asked_once(office: Office) -> None:
    ask(office, "GET", "/readyz")
    with office.centre.database.writing() as connection:
        connection.exec_driver_sql("DROP TABLE refused")

    assert ask(office, "GET", "/readyz").status_code == 200


def test_the_process_lives_though_the_database_does_not(office: Office) -> None:
    broken = Office(replace(office.centre), office.clock, office.place, office.make_desk)
    with office.centre.database.writing() as connection:
        connection.exec_driver_sql("DROP TABLE centre")

    assert ask(broken, "GET", "/healthz").json() == {"status": "ok"}
    assert ask(broken, "GET", "/readyz").status_code == 503
