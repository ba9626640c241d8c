"""A database that is held, full, read-only or gone: the tablet is told to wait, nothing is half kept, and it passes.

Every trouble here is a real one of PostgreSQL, made with its own means; test_endpoint has those of SQLite.
"""

import signal
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager

import httpx
import psycopg
import pytest
from sqlalchemy import text

from sync.client.phase import Resting
from sync.endpoint.database import Database
from sync.endpoint.outage import outage
from sync.errors import CentreBusy
from tests.sync.making import enrolment
from tests.sync.places import Place, PostgresqlDatabase, only_postgresql
from tests.sync.tablets import Office, Tablet


@pytest.fixture
def database(place: Place) -> PostgresqlDatabase:
    assert isinstance(place, PostgresqlDatabase)
    return place


def answer_to_a_round(office: Office, tablet: Tablet) -> httpx.Response:
    heard: list[httpx.Response] = []

    async def listening(request: httpx.Request) -> httpx.Response:
        heard.append(await office.wire(request))
        return heard[-1]

    tablet.sync(listening)
    return heard[-1]


def is_told_to_wait(answer: httpx.Response) -> bool:
    return answer.status_code == 503 and answer.headers["retry-after"] == "20"


# held


def test_when_all_connections_are_in_use_the_next_is_told_to_wait(place: Place) -> None:
    with closing(Database(place.url, busy_seconds=0.05)) as database, ExitStack() as held, pytest.raises(CentreBusy):
        for _ in range(20):
            held.enter_context(database.reading())


@only_postgresql
def test_of_two_that_wait_for_each_other_one_is_told_to_wait(office: Office) -> None:
    both_hold = threading.Barrier(2)
    lock = text("SELECT pg_advisory_xact_lock(:number)")

    def cross(first: int, second: int) -> bool:
        try:
            with office.centre.database.writing() as connection:
                connection.execute(lock, {"number": first})
                both_hold.wait()
                connection.execute(lock, {"number": second})
        except CentreBusy:
            return False
        return True

    with ThreadPoolExecutor(2) as threads:
        passed = list(threads.map(cross, (1, 2), (2, 1)))

    assert sorted(passed) == [False, True]


@only_postgresql
@pytest.mark.parametrize(
    "statements",
    [
        ("SET LOCAL statement_timeout = '20ms'", "SELECT pg_sleep(5)"),
        ("SELECT pg_terminate_backend(pg_backend_pid())",),
        ("SET TRANSACTION READ ONLY", "DELETE FROM code"),
    ],
)
def test_a_transaction_that_is_cut_off_leaves_nothing(office: Office, statements: tuple[str, ...]) -> None:
    before = office.rows()

    with pytest.raises(CentreBusy), office.centre.database.writing() as connection:
        connection.execute(text("UPDATE tenant SET seq = seq + 100"))
        for statement in statements:
            connection.exec_driver_sql(statement)

    assert office.rows() == before


@only_postgresql
def test_a_write_that_another_overtook_is_told_to_wait(office: Office) -> None:
    add = text("UPDATE tenant SET seq = seq + 1")

    with pytest.raises(CentreBusy), office.centre.database.writing() as slow:
        slow.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        slow.execute(text("SELECT seq FROM tenant"))
        with office.centre.database.writing() as fast:
            fast.execute(add)
        slow.execute(add)


# full


@only_postgresql
def test_a_full_disk_is_told_and_passes(office: Office, tablet: Tablet, database: PostgresqlDatabase) -> None:
    tablet.save(1, note="x")

    with full_disk(office, database):
        answer = answer_to_a_round(office, tablet)
    tablet.sync()

    assert is_told_to_wait(answer)
    assert office.count("record") == 1


@contextmanager
def full_disk(office: Office, database: PostgresqlDatabase) -> Iterator[None]:
    """Whoever writes to /dev/full hears from the system that no space is left: here, whoever writes a record."""
    with office.centre.database.writing() as connection:
        connection.exec_driver_sql("TRUNCATE record")  # a file without a page, of which none is in memory
        file = connection.exec_driver_sql("SELECT pg_relation_filepath('record')").scalar_one()
    table = database.server.folder / str(file)
    aside = table.with_name("aside")
    table.rename(aside)
    table.symlink_to("/dev/full")
    database.server.send_away(database.name)
    yield
    aside.replace(table)
    database.server.send_away(database.name)


# read-only


@only_postgresql
def test_a_server_that_only_reads_is_told_and_passes(
    office: Office, tablet: Tablet, database: PostgresqlDatabase
) -> None:
    tablet.save(1, note="x")

    with database.set_to("SET default_transaction_read_only = on", back="RESET default_transaction_read_only"):
        answer = answer_to_a_round(office, tablet)
    tablet.sync()

    assert is_told_to_wait(answer)
    assert office.count("record") == 1


# away


@only_postgresql
def test_a_server_without_room_for_another_connection_is_told(
    office: Office, tablet: Tablet, database: PostgresqlDatabase
) -> None:
    with database.set_to("CONNECTION LIMIT 0", back="CONNECTION LIMIT -1"):
        answer = answer_to_a_round(office, tablet)

    assert is_told_to_wait(answer)


@only_postgresql
def test_connections_that_died_while_idle_disturb_nobody(
    office: Office, tablet: Tablet, database: PostgresqlDatabase
) -> None:
    tablet.save(1, note="x")
    database.server.send_away(database.name)

    assert answer_to_a_round(office, tablet).status_code == 200


@only_postgresql
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["stopped", "crashed"])
def test_what_was_acknowledged_outlives_the_server_which_is_found_again(
    office: Office, tablet: Tablet, database: PostgresqlDatabase, how: signal.Signals
) -> None:
    first = tablet.save(1, note="x")
    tablet.sync()
    second = tablet.save(2, note="y")

    with database.server.stopped(how):
        answer = answer_to_a_round(office, tablet)
    phase = tablet.sync()

    assert is_told_to_wait(answer)
    assert isinstance(phase, Resting)
    assert sorted(office.records()) == [first, second]


# at once


def test_of_two_tablets_with_one_code_one_is_let_in(office: Office) -> None:
    asked = enrolment(office.centre.issue_code("Tablet 9"), "Tablet 9", "1.0")

    with ThreadPoolExecutor(4) as threads:
        let_in = list(threads.map(lambda _: office.centre.redeem(asked), range(4)))

    assert sum(one is not None for one in let_in) == 1


# what is not the place's fault


@pytest.mark.parametrize(
    "error",
    [
        psycopg.errors.UniqueViolation(),
        psycopg.errors.NotNullViolation(),
        psycopg.errors.SyntaxError(),
        psycopg.DataError("text cannot contain NUL"),
        sqlite3.ProgrammingError("Cannot operate on a closed database."),
        ValueError(),
        None,
    ],
    ids=repr,
)
def test_a_mistake_in_what_is_written_is_no_outage(error: Exception | None) -> None:
    assert outage(error) is None
