"""The centre as people start it: a process of its own, on loopback, killed and started again."""

import asyncio
from pathlib import Path

import pytest

from sync.client.phase import Cause, Resting, Waiting
from sync.endpoint.server import open_centre, running
from tests.sync.desks import MemoryDesk
from tests.sync.making import START
from tests.sync.processes import command, enrolled, make_key, one_round, serving


def test_s_e12_what_was_acknowledged_outlives_a_killed_centre(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'centre.db'}"
    desk, port_file = MemoryDesk(), tmp_path / "port"
    make_key(database, tmp_path)
    code = command("enrol", "--database", database, "--name", "Tablet 1").stdout.strip()
    for number in range(60):
        desk.save(number, room="B2")

    with serving(database, port_file) as (_, url):
        token = asyncio.run(enrolled(url, code))
        first = asyncio.run(one_round(desk, url, token))
    meanwhile = asyncio.run(one_round(desk, url, token))
    with serving(database, port_file) as (_, url):
        other_code = command("enrol", "--database", database, "--name", "Tablet 2").stdout.strip()
        other = MemoryDesk(series=2)
        second = asyncio.run(one_round(other, url, asyncio.run(enrolled(url, other_code))))

    assert isinstance(first, Resting) and isinstance(second, Resting)
    assert isinstance(meanwhile, Waiting) and meanwhile.cause is Cause.NO_CONNECTION
    assert other.ids() == desk.ids()


def test_a_centre_in_a_thread_serves_and_stops(tmp_path: Path) -> None:
    centre = open_centre(f"sqlite:///{tmp_path / 'centre.db'}")
    desk = MemoryDesk()
    desk.save(1, room="B2")

    with running(centre) as url:
        token = asyncio.run(enrolled(url, centre.issue_code("Tablet 1")))
        phase = asyncio.run(one_round(desk, url, token))
    afterwards = asyncio.run(one_round(desk, url, token))
    centre.close()

    assert phase == Resting(since=START)
    assert isinstance(afterwards, Waiting)


@pytest.mark.parametrize(
    "database", ["nonsense", "sqlite:////no/such/folder/centre.db", "martian://user:hunter2@host/db"]
)
def test_a_database_that_cannot_be_used_is_one_line_and_exit_code_two(database: str) -> None:
    done = command("serve", "--database", database, "--port", "0")

    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("cannot use the database")
    assert "hunter2" not in done.stderr


def test_an_address_that_is_taken_is_one_line_and_exit_code_two(tmp_path: Path) -> None:
    with running(open_centre(f"sqlite:///{tmp_path / 'one.db'}")) as url:
        port = url.rpartition(":")[2]
        done = command("serve", "--database", f"sqlite:///{tmp_path / 'two.db'}", "--port", port)

    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1


def test_a_port_that_cannot_be_is_one_line_and_exit_code_two(tmp_path: Path) -> None:
    done = command("serve", "--database", f"sqlite:///{tmp_path / 'centre.db'}", "--port", "99999")

    assert done.returncode == 2
    assert done.stderr == "cannot serve: bind(): port must be 0-65535.\n"


def test_a_code_alone_is_printed_for_scripts(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'centre.db'}"
    make_key(database, tmp_path)

    done = command("enrol", "--database", database, "--name", "Tablet 1")

    assert len(done.stdout.split()) == 1
    assert len(done.stdout.strip()) == len("K7QF-2M9P-4XYZ")
