"""What the centre keeps of what happened at the tablets: each once; what does not hold is named and never refused."""

import asyncio
import gzip
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from sqlalchemy.exc import DBAPIError

from app.domain.happenings import Event, Happening
from app.store import Times, Write
from sync.client.phase import Resting
from sync.endpoint import tablet_events
from sync.endpoint.__main__ import main
from sync.endpoint.devices import Device
from sync.endpoint.doctor import examine
from sync.endpoint.exchange import TENANT
from sync.endpoint.roster import listed
from sync.endpoint.tablet_events import Reader
from sync.protocol import codec
from sync.protocol.messages import PRODUCT_HEADER, PROTOCOL, SyncRequest
from sync.protocol.trail import FIRST, Trail, hashes_of
from tests.sync.asking import post
from tests.sync.desks import StoreDesk
from tests.sync.making import START, make_change
from tests.sync.places import SqliteFile
from tests.sync.tablets import Office, Tablet
from tests.sync.test_trail import make_trail


@pytest.fixture
def kept_in() -> str:
    return "store"


def device_of(office: Office) -> Device:
    (one,) = listed(office.centre.database, TENANT)
    return Device(one.id, TENANT)


def numbers(office: Office) -> list[int]:
    with office.centre.database.reading() as connection:
        return [row.number for row in tablet_events.entries(connection, device_of(office))]


def harm(office: Office) -> list[str]:
    reader = Reader()
    with office.centre.database.reading() as connection:
        found = [reader.harm(row) for row in tablet_events.entries(connection, device_of(office))]
    return [words for words in found if words is not None]


def bring(office: Office, tablet: Tablet, trail: Trail) -> int:
    """What the tablet is answered."""
    answer = post(office, tablet, codec.dump_request(SyncRequest("", START, 0, 0, trail=trail)))
    assert answer.status_code == 200
    return codec.load_reply(answer.content).trail


def after(trail: Trail, number: int = 3) -> Trail:
    return make_trail(number, first=trail.last + 1, before=trail.hash)


def with_changed(trail: Trail, place: int, **members: object) -> Trail:
    """As a tablet keeps it on which somebody changed an entry and not its hashes."""
    changed = list(trail.entries)
    changed[place] = replace(changed[place], **members)  # type: ignore[arg-type]
    return replace(trail, entries=tuple(changed))


def test_what_a_tablet_tells_is_kept_and_answered_with_its_number(office: Office, tablet: Tablet) -> None:
    trail = make_trail()

    assert bring(office, tablet, trail) == 3
    assert bring(office, tablet, after(trail)) == 6

    assert numbers(office) == [1, 2, 3, 4, 5, 6] and harm(office) == []


def test_the_same_again_changes_nothing(office: Office, tablet: Tablet) -> None:
    trail = make_trail()
    longer = replace(make_trail(5))

    assert [bring(office, tablet, each) for each in (trail, trail, longer, longer, trail)] == [3, 3, 5, 5, 3]

    assert numbers(office) == [1, 2, 3, 4, 5] and harm(office) == []


def test_who_tells_nothing_is_answered_nothing_of_it(office: Office, tablet: Tablet) -> None:
    answer = post(office, tablet, codec.dump_request(SyncRequest("", START, 0, 0)))

    assert b"trail" not in answer.content and numbers(office) == []


def test_s_t28_an_entry_changed_on_the_tablet_before_it_was_sent_is_named(office: Office, tablet: Tablet) -> None:
    trail = make_trail()

    assert bring(office, tablet, with_changed(trail, 1, by="C9")) == 3
    assert bring(office, tablet, after(trail)) == 6  # what comes then holds again

    assert harm(office) == ["entry 3 is not what was written, or one that came with it is not"]


def test_s_t28_entries_that_never_came_are_named(office: Office, tablet: Tablet) -> None:
    first = make_trail()
    lost = after(first)

    bring(office, tablet, first)
    bring(office, tablet, after(lost))

    assert numbers(office) == [1, 2, 3, 7, 8, 9]
    assert harm(office) == ["the entries after number 3 and before 7 never came"]


def test_s_t28_a_tablet_that_was_put_back_and_tells_something_else_is_named_and_nothing_is_lost(
    office: Office, tablet: Tablet
) -> None:
    trail = make_trail()
    again = with_changed(trail, 2, by="C9")
    other = replace(again, hash=[*hashes_of(FIRST, again.entries)][-1])
    put_back = Trail(trail.before, other.hash, other.entries)
    bring(office, tablet, trail)

    assert [bring(office, tablet, each) for each in (put_back, put_back, after(put_back))] == [3, 3, 6]

    bring(office, tablet, make_trail(1, first=5, before="b" * 64))
    assert numbers(office) == [1, 2, 3, 1, 2, 3, 4, 5, 6, 5]
    assert harm(office) == [
        "entry 1 was told again, and not as before: what it had told from there to 3 is above",
        "entry 5 was told again, and not as before: what it had told from there to 6 is above",
    ]


def test_e_43_a_broken_trail_stops_no_record(office: Office, tablet: Tablet) -> None:
    broken = make_trail(first=9, before="c" * 64)
    body = codec.dump_request(SyncRequest("", START, 1, 0, (make_change(1, note="x"),), trail=broken))

    reply = codec.load_reply(post(office, tablet, body).content)

    assert len(reply.results) == 1 and reply.trail == 11 and len(office.records()) == 1


def test_a_trail_that_cannot_be_read_is_refused_with_all_of_its_request(office: Office, tablet: Tablet) -> None:
    body = json.loads(codec.dump_request(SyncRequest("", START, 0, 0, trail=make_trail())))
    body["trail"]["entries"][0]["object"] = "Núria 12345678Z"

    answer = post(office, tablet, json.dumps(body).encode())

    assert answer.status_code == 422 and "Núria" not in answer.text and numbers(office) == []


def test_of_two_tablets_each_has_its_own(office: Office, tablet: Tablet, other: Tablet) -> None:
    bring(office, tablet, make_trail())
    bring(office, other, make_trail(2))

    assert office.count("tablet_event") == 5


def around_the_triggers(office: Office, statement: str) -> None:
    """As somebody does it who owns the database."""
    with office.centre.database.writing() as connection:
        if isinstance(office.place, SqliteFile):
            for what in ("UPDATE", "DELETE"):
                connection.exec_driver_sql(f"DROP TRIGGER tablet_event_only_added_{what}")
            connection.exec_driver_sql(statement)
            return
        connection.exec_driver_sql("ALTER TABLE tablet_event DISABLE TRIGGER USER")
        connection.exec_driver_sql(statement)
        connection.exec_driver_sql("ALTER TABLE tablet_event ENABLE TRIGGER USER")


@pytest.mark.parametrize("statement", ["UPDATE tablet_event SET number = 9", "DELETE FROM tablet_event"])
def test_s_t28_the_database_changes_and_removes_nothing_that_a_tablet_told(
    office: Office, tablet: Tablet, statement: str
) -> None:
    bring(office, tablet, make_trail())

    with pytest.raises(DBAPIError), office.centre.database.writing() as connection:
        connection.exec_driver_sql(statement)

    assert numbers(office) == [1, 2, 3]


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE tablet_event SET event = 'x' WHERE number = 2", "entry 2 is not what was written"),
        ("UPDATE tablet_event SET at = '2026-01-01T00:00:00+00:00' WHERE number = 5", "entry 5 is not what was"),
        ("UPDATE tablet_event SET hash = 'x' WHERE number = 3", "entry 3 is not what was written"),
        ("DELETE FROM tablet_event WHERE number = 1", "the rows before entry 2 were taken out"),
        ("DELETE FROM tablet_event WHERE number = 4", "the rows before entry 5 were taken out"),
        ("UPDATE tablet_event SET number = 7 WHERE number = 6", "entry 7 does not come after 5"),
    ],
)
def test_s_t28_one_entry_changed_or_removed_at_the_centre_names_the_place(
    office: Office, tablet: Tablet, statement: str, words: str
) -> None:
    trail = make_trail()
    bring(office, tablet, trail)
    bring(office, tablet, after(trail))
    assert harm(office) == []

    around_the_triggers(office, statement)

    assert any(words in one for one in harm(office))


# the two ends together


def begun(tablet: Tablet) -> StoreDesk:
    desk = tablet.desk
    assert isinstance(desk, StoreDesk)
    desk.outbox.witness.begin(lambda: Times(tablet.clock(), 5))
    return desk


def happen(desk: StoreDesk, times: int = 1) -> None:
    for _ in range(times):
        desk.outbox.write(Write(events=(Event(Happening.PIN_TRIED, "C1", result="1"),)))


def events_of(office: Office) -> list[str]:
    with office.centre.database.reading() as connection:
        return [row.event for row in tablet_events.entries(connection, device_of(office))]


def test_s_t28_what_happened_is_sent_with_the_records_and_each_once(office: Office, tablet: Tablet) -> None:
    desk = begun(tablet)
    happen(desk, 2)
    tablet.save(1)

    assert isinstance(tablet.sync(), Resting)
    assert isinstance(tablet.sync(), Resting)

    assert events_of(office) == ["pin-tried", "pin-tried", "records-sealed", "records-answered"]
    assert harm(office) == [] and desk.outbox.untold() is None


def bindings(office: Office) -> list[str | None]:
    with office.centre.database.reading() as connection:
        rows = list(tablet_events.entries(connection, device_of(office)))
        return [tablet_events.sealing_harm(connection, row) for row in rows if row.bound is not None]


def test_s_t28_records_are_bound_to_what_happened_and_one_changed_at_the_centre_names_them(
    office: Office, tablet: Tablet
) -> None:
    begun(tablet)
    tablet.save(1, note="x")
    tablet.save(2, note="y")
    tablet.sync()
    tablet.save(1, note="z")
    tablet.sync()
    assert bindings(office) == [None, None]

    with office.centre.database.writing() as connection:  # whole, hash and all
        connection.exec_driver_sql("UPDATE change SET content_hash = 'x' WHERE seq = 2")

    assert bindings(office) == ["entry 1 binds 2 changes up to number 2, and they are not what was sealed", None]
    found = examine(office.centre.database, TENANT).harm
    assert f"tablet {device_of(office).id}: entry 1 binds 2 changes up to number 2" in " ".join(found)


def test_changes_that_come_in_parts_are_bound_by_nobody_and_nothing_is_said_of_them(
    office: Office, tablet: Tablet
) -> None:
    desk = begun(tablet)
    tablet.save(1)
    tablet.save(2)
    one, _ = desk.outbox.seal(2)
    body = codec.dump_request(SyncRequest("", START, 1, 0, (one,), trail=desk.outbox.untold()))

    assert post(office, tablet, body).status_code == 200

    assert numbers(office) == [1] and bindings(office) == [] and harm(office) == []


def test_an_answer_that_is_lost_is_made_good(office: Office, tablet: Tablet) -> None:
    desk = begun(tablet)
    happen(desk)

    async def loses(request: object) -> object:
        await office.wire(request)  # type: ignore[arg-type]
        raise ConnectionError

    tablet.sync(loses)  # type: ignore[arg-type]
    happen(desk)
    tablet.sync()

    assert events_of(office) == ["pin-tried", "pin-tried"] and harm(office) == []


def test_a_restored_centre_is_told_again_what_it_lost(office: Office, tablet: Tablet) -> None:
    desk = begun(tablet)
    tablet.save(1)
    tablet.sync()
    backup = office.backup()
    happen(desk, 3)
    tablet.save(2)
    tablet.sync()
    before = events_of(office)
    office.centre.database.close()
    office.restore(backup)

    tablet.sync()
    tablet.sync()

    assert events_of(office)[: len(before)] == before and harm(office) == []


def test_a_centre_that_fails_at_what_happened_still_gets_the_records(
    office: Office, tablet: Tablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, engine = begun(tablet), tablet.engine()
    happen(desk)
    tablet.save(1)
    with monkeypatch.context() as broken:
        broken.setattr(tablet_events, "take", _fail)
        assert isinstance(asyncio.run(engine.round()), Resting)

    assert len(office.records()) == 1 and desk.outbox.untold() is not None
    asyncio.run(engine.round())
    assert desk.outbox.untold() is not None  # for an hour
    tablet.clock.pass_by(timedelta(hours=1))
    asyncio.run(engine.round())
    assert desk.outbox.untold() is None


def test_a_centre_that_does_not_know_what_a_trail_is_still_gets_the_records(office: Office, tablet: Tablet) -> None:
    """As one that was not updated yet answers."""
    desk, offered = begun(tablet), list[bool]()
    happen(desk)
    tablet.save(1)

    async def older(request: httpx.Request) -> httpx.Response:
        content = await request.aread()
        is_packed = request.headers.get("content-encoding") == "gzip"
        offered.append("trail" in json.loads(gzip.decompress(content) if is_packed else content))
        if offered[-1]:
            return httpx.Response(422, headers={PRODUCT_HEADER: str(PROTOCOL)}, json={"type": "/problems/malformed"})
        return await office.wire(request)

    engine = tablet.engine(older)
    for _ in range(3):
        assert isinstance(asyncio.run(engine.round()), Resting)
    assert len(office.records()) == 1 and offered.count(True) == 1


def _fail(*_: object, **__: object) -> None:
    raise RuntimeError("what happened cannot be written")


# the command


def run(office: Office, *more: str, name: str = "Tablet 1") -> int:
    return main(["tablet-events", "--name", name, "--database", office.place.url, *more])


def lines(text: str) -> Sequence[str]:
    return text.splitlines()


def test_the_doctor_says_what_no_tablet_can_have_caused(office: Office, tablet: Tablet) -> None:
    trail = make_trail()
    bring(office, tablet, with_changed(trail, 1, by="C9"))
    assert examine(office.centre.database, TENANT).is_sound

    around_the_triggers(office, "DELETE FROM tablet_event WHERE number = 2")

    (words,) = examine(office.centre.database, TENANT).harm
    assert words == f"tablet {device_of(office).id}: the rows before entry 3 were taken out"


def test_s_t28_the_command_lists_and_verifies(
    office: Office, tablet: Tablet, capsys: pytest.CaptureFixture[str]
) -> None:
    trail = make_trail()
    bring(office, tablet, trail)

    listed_all, shown = run(office), capsys.readouterr()
    again, for_machines = run(office, "--json", "--expect", f"3:{trail.hash}"), capsys.readouterr()
    other, said = run(office, "--expect", "3:" + "0" * 64), capsys.readouterr().err
    around_the_triggers(office, "UPDATE tablet_event SET event = 'x' WHERE number = 2")
    harmed, damage = run(office), capsys.readouterr().err

    assert (listed_all, again, other, harmed) == (0, 0, 1, 1)
    assert len(lines(shown.out)) == 3 and shown.err == f"whole; the last is 3:{trail.hash}\n"
    assert json.loads(lines(for_machines.out)[-1])["hash"] == trail.hash
    assert "BROKEN: entry 3 is not there with the hash it had" in said
    assert "BROKEN: entry 2 is not what was written" in damage and "not whole" in damage


def test_the_command_says_that_a_tablet_began_anew_and_that_there_is_none(
    office: Office, tablet: Tablet, capsys: pytest.CaptureFixture[str]
) -> None:
    bring(office, tablet, make_trail())
    anew = with_changed(make_trail(1), 0, clock=0)
    bring(office, tablet, replace(anew, hash=[*hashes_of(FIRST, anew.entries)][-1]))

    assert run(office) == 0
    assert "began anew" in capsys.readouterr().err
    assert run(office, name="Tablet 9") == 1


def test_whoever_looks_when_people_came_and_went_is_in_the_audit_log(
    office: Office, tablet: Tablet, capsys: pytest.CaptureFixture[str]
) -> None:
    bring(office, tablet, make_trail())
    assert run(office) == 0
    assert main(["audit", "--database", office.place.url]) == 0
    assert f"events of {device_of(office).id}" in capsys.readouterr().out
