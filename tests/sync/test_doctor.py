"""The centre's doctor: silent about a sound database, and it finds every single row that is not as it should be."""

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import select, update

from sync.endpoint import schema
from sync.endpoint.doctor import examine
from sync.endpoint.exchange import RESTORE_JUMP, TENANT
from tests.sync.asking import as_json, make_body, post
from tests.sync.making import make_id
from tests.sync.processes import command
from tests.sync.tablets import Office, Tablet

RECORD = make_id(1, series=2)


def harm(office: Office) -> tuple[str, ...]:
    return examine(office.centre.database, TENANT).harm


def order(office: Office, statement: str) -> None:
    with office.centre.database.writing() as connection:
        connection.exec_driver_sql(statement)


@pytest.fixture
def worked(office: Office, tablet: Tablet, other: Tablet) -> Office:
    """A centre with history of every sort: edits, conflicts, deletions, refusals, things handed over."""
    for number in range(1, 6):
        tablet.save(number, "session", room="B1", centre_id="a", places=12, open=True)
        tablet.save(number + 10, "assist", outcome="completed", shift_id=make_id(20, series=2))
    tablet.save(20, "shift", centre_id="a")
    tablet.sync()
    other.sync()
    tablet.save(1, "session", room="B2")
    other.save(1, "session", room="B3")
    other.save(2, "session", centre_id="b")
    tablet.delete(3)
    for one in (tablet, other, tablet):
        one.sync()
    post(office, tablet, make_body(as_json(op=make_id(70), id="no uuid"), as_json(op=make_id(71), hand_over=True)))
    post(office, tablet, make_body(as_json(op=make_id(72), base="unreadable"), as_json(op=make_id(71), set={"a": "b"})))
    return office


def test_a_sound_centre_is_sound(worked: Office) -> None:
    found = examine(worked.centre.database, TENANT)

    assert found.harm == ()
    assert (found.records, found.set_aside) == (11, 4)
    assert found.changes > found.records and found.counter > found.records


def test_an_empty_centre_is_sound(office: Office) -> None:
    assert harm(office) == ()


def test_looking_changes_nothing(worked: Office) -> None:
    before = worked.rows()

    harm(worked)

    assert worked.rows() == before


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE tenant SET seq = 3", "counter: it stands at 3"),
        ("UPDATE tenant SET safe = 999", "counter: safe is 999"),
        ("UPDATE tenant SET horizon = -1", "counter: horizon is -1"),
        ("UPDATE record SET fields = '{\"room\":\"B9\"}' WHERE id = 'the record'", "not what its"),
        ("UPDATE record SET fields = replace(fields, 'true', '1') WHERE kind = 'session'", "not what its"),
        ("UPDATE record SET conflicts = '[]' WHERE id = 'the record'", "not what its"),
        ("UPDATE record SET conflicts = '[{}]' WHERE id = 'the record'", "cannot be read"),
        ("UPDATE record SET fields = '{' WHERE id = 'the record'", "cannot be read"),
        ("UPDATE record SET fields = '[]' WHERE id = 'the record'", "cannot be read"),
        ("UPDATE record SET marks = '{\"room\":1}' WHERE id = 'the record'", "cannot be read"),
        ("UPDATE change SET body = '{}' WHERE record = 'the record'", "a change of it cannot be read"),
        ("UPDATE record SET marks = '{}' WHERE id = 'the record'", "not what its"),
        ("UPDATE record SET deleted = TRUE WHERE id = 'the record'", "not what its"),
        ("UPDATE record SET centre = 'z' WHERE id = 'the record'", "not what its"),
        ("UPDATE record SET shift = 'z' WHERE id = 'the record'", "not what its"),
        ("UPDATE record SET device = 'z' WHERE id = 'the record'", "it made records and is not known"),
        ("UPDATE record SET content_hash = 'z' WHERE id = 'the record'", "not what its"),
        ("DELETE FROM record WHERE id = 'the record'", "it has changes and is not there"),
        ("DELETE FROM change WHERE record = 'the record'", "is not the one of its last change"),
        ("DELETE FROM change WHERE seq = 2", "the changes after number 1 and up to 2 are missing"),
        ("UPDATE change SET body = replace(body, 'B1', 'B7') WHERE seq = 1", "is not what came"),
        ("UPDATE change SET body = 'é' WHERE seq = 1", "is not what came"),
        ("UPDATE change SET status = 'refused' WHERE seq = 1", "its answer is not complete"),
        ("UPDATE change SET status = 'invented' WHERE seq = 1", "its answer is not complete"),
        ("UPDATE change SET problem = NULL WHERE status = 'refused'", "its answer is not complete"),
        ("DELETE FROM refused", "its answer is not complete"),
        ("UPDATE refused SET change = replace(change, '-', '_')", "is not what came"),
        ("UPDATE device SET waiting = -1", "fewer than no records"),
        ("DELETE FROM device", "is not known"),
    ],
)
def test_every_sort_of_harm_is_found(worked: Office, statement: str, words: str) -> None:
    order(worked, statement.replace("the record", RECORD))

    found = harm(worked)

    assert [one for one in found if words in one], found


def test_a_history_rewritten_with_a_fitting_hash_is_found(worked: Office) -> None:
    with worked.centre.database.writing() as connection:
        change = schema.change
        of_five = change.c.record == make_id(5, series=2)
        body = connection.execute(select(change.c.body).where(of_five)).scalar_one().replace("B1", "B7")
        fitting = {"body": body, "content_hash": sha256(body.encode()).hexdigest()}
        connection.execute(update(change).where(of_five).values(fitting))

    assert [one for one in harm(worked) if "not what its" in one]


def test_what_is_wrong_is_told_without_content(worked: Office) -> None:
    order(worked, "UPDATE record SET fields = replace(fields, 'B1', '12345678Z')")

    assert harm(worked) and "12345678Z" not in str(harm(worked))


# a centre that came back from backups


def restored_and_told(office: Office) -> None:
    office.centre.finish_restore()


def restored_and_not_told(office: Office) -> None:
    """What the centre does when it notices by itself."""
    with office.centre.database.writing() as connection:
        office.centre._renumber(connection)


@pytest.mark.parametrize("first", [restored_and_told, restored_and_not_told])
@pytest.mark.parametrize("second", [restored_and_told, restored_and_not_told])
def test_the_history_of_a_restored_centre_explains_its_records(
    worked: Office,
    tablet: Tablet,
    other: Tablet,
    first: Callable[[Office], None],
    second: Callable[[Office], None],
) -> None:
    for number, restored in enumerate((first, second), 1):
        tablet.save(1, "session", room=f"of tablet 1, {number}")
        other.save(1, "session", room=f"of tablet 2, {number}")
        restored(worked)
        for one in (tablet, other, tablet):
            one.sync()

    assert examine(worked.centre.database, TENANT).counter > 2 * RESTORE_JUMP
    assert harm(worked) == ()


# the command


def test_the_command_says_what_is_wrong_and_leaves_it(worked: Office) -> None:
    database = worked.place.url
    sound = command("doctor", "--database", database)
    order(worked, "UPDATE tenant SET safe = 999")
    before = worked.rows()

    harmed = command("doctor", "--database", database)
    for_machines = command("doctor", "--database", database, "--json")

    assert (sound.returncode, sound.stdout.splitlines()[-1]) == (0, "sound")
    assert harmed.returncode == 1 and "DAMAGED: counter: safe is 999" in harmed.stdout
    assert for_machines.returncode == 1 and json.loads(for_machines.stdout)["sound"] is False
    assert worked.rows() == before


def test_a_centre_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    assert command("doctor", "--database", f"sqlite:///{tmp_path / 'centre.db'}").returncode == 2
    assert list(tmp_path.iterdir()) == []
