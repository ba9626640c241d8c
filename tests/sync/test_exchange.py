"""A real tablet end and a real centre, one process, every kind of bad network between them."""

import asyncio
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from sync.client.phase import Cause, Fetching, Resting, Sending, Stopped, Waiting
from sync.endpoint import storage
from sync.protocol import codec
from tests.sync import wires
from tests.sync.making import START, Clock, make_id
from tests.sync.tablets import Office, Tablet


@pytest.fixture(params=["memory", "store"])
def kept_in(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_a_saved_record_reaches_the_centre(office: Office, tablet: Tablet) -> None:
    record_id = tablet.save(1, note="helped with an appointment", minutes=20)

    phase = tablet.sync()

    assert phase == Resting(since=START)
    assert office.records()[record_id].fields == {"note": "helped with an appointment", "minutes": 20}
    assert tablet.outbox.counts().waiting == 0


def test_the_phases_carry_real_numbers(tablet: Tablet) -> None:
    for number in range(120):
        tablet.save(number, note="x")

    tablet.sync()

    assert tablet.phases == [
        Sending(0, 120),
        Sending(50, 120),
        Sending(50, 120),
        Sending(120, 120),
        Resting(since=START),
    ]


def test_nothing_to_send_and_nothing_new_is_one_request(office: Office, tablet: Tablet) -> None:
    seen: list[httpx.Request] = []

    tablet.sync(wires.counts_requests(office.wire, seen))

    assert len(seen) == 1
    assert tablet.phases == [Fetching(), Fetching(), Resting(since=START)]


def test_a_large_batch_travels_compressed(office: Office, tablet: Tablet) -> None:
    for number in range(50):
        tablet.save(number, note="helped with an appointment")
    seen: list[httpx.Request] = []

    tablet.sync(wires.counts_requests(office.wire, seen))

    assert seen[0].headers["content-encoding"] == "gzip"
    assert len(seen[0].content) < 50 * 120


def test_batches_grow_while_they_succeed(office: Office, tablet: Tablet) -> None:
    for number in range(500):
        tablet.save(number, note="x")
    seen: list[httpx.Request] = []

    tablet.sync(wires.counts_requests(office.wire, seen))

    assert len(seen) == 5  # 50, 75, 113, 170 and the rest
    assert len(office.records()) == 500


def test_a_lost_reply_does_not_duplicate_the_record(office: Office, tablet: Tablet) -> None:
    record_id = tablet.save(1, note="once")

    lost = tablet.sync(wires.loses_the_reply(office.wire))
    waiting_meanwhile = tablet.outbox.counts().waiting
    tablet.sync()

    assert isinstance(lost, Waiting)
    assert waiting_meanwhile == 1
    assert list(office.records()) == [record_id]
    assert tablet.holds(1).seq == office.records()[record_id].seq
    assert tablet.outbox.counts().waiting == 0


def test_everything_sent_again_leaves_the_database_as_it_was(office: Office, tablet: Tablet) -> None:
    for number in range(5):
        tablet.save(number, note="x")
    sent: list[httpx.Request] = []
    tablet.sync(wires.counts_requests(office.wire, sent))
    before = office.rows()

    for request in sent:
        asyncio.run(office.wire(request))

    assert office.rows() == before


def test_a_request_delivered_twice_is_applied_once(office: Office, tablet: Tablet) -> None:
    tablet.save(1, note="x")

    tablet.sync(wires.delivers_twice(office.wire))
    tablet.save(1, note="y")
    tablet.sync(wires.delivers_twice(office.wire))

    assert len(office.records()) == 1
    assert office.records()[make_id(1, series=2)].fields == {"note": "y"}
    assert office.records()[make_id(1, series=2)].conflicts == ()


def test_an_edit_made_during_the_flight_keeps_waiting_and_goes_next(office: Office, tablet: Tablet) -> None:
    record_id = tablet.save(1, note="first")
    seen: list[httpx.Request] = []
    busy_person = wires.then(lambda: tablet.save(1, note="second") and None, office.wire)

    phase = tablet.sync(wires.counts_requests(busy_person, seen))

    assert len(seen) == 2
    assert office.records()[record_id].fields == {"note": "second"}
    assert isinstance(phase, Resting)
    assert tablet.outbox.counts().waiting == 0


def test_an_edit_made_while_the_reply_is_lost_is_sent_after_what_was_sealed(office: Office, tablet: Tablet) -> None:
    record_id = tablet.save(1, note="first", minutes=5)

    tablet.sync(wires.loses_the_reply(office.wire))
    tablet.save(1, note="second")
    tablet.sync()

    assert office.records()[record_id].fields == {"note": "second", "minutes": 5}
    assert office.records()[record_id].conflicts == ()


def test_a_refused_record_stays_with_its_problem_and_stops_no_other(office: Office, tablet: Tablet) -> None:
    tablet.save(1, note="fine")
    tablet.save(2, note="x" * 30_000)
    tablet.save(3, note="fine too")

    phase = tablet.sync()

    problem = tablet.holds(2).problem
    assert isinstance(phase, Resting)
    assert sorted(office.records()) == [make_id(1, series=2), make_id(3, series=2)]
    assert problem is not None
    assert (problem.type, problem.field, problem.limit) == ("/problems/too-large", "note", 20_000)
    assert tablet.outbox.counts().review == 1
    assert office.count("refused") == 1


def test_a_refused_record_is_offered_again_once_it_is_corrected(office: Office, tablet: Tablet) -> None:
    record_id = tablet.save(1, note="x" * 30_000)
    tablet.sync()

    tablet.save(1, note="short")
    tablet.sync()

    assert office.records()[record_id].fields == {"note": "short"}
    assert tablet.holds(1).problem is None


def test_two_tablets_marking_one_seat_meet_in_one_record(office: Office, tablet: Tablet, other: Tablet) -> None:
    seat = tablet.save(1, kind="attendance", status="present")
    other.save(1, kind="attendance", note="came with a friend")

    tablet.sync()
    other.sync()
    tablet.sync()

    assert office.records()[seat].fields == {"status": "present", "note": "came with a friend"}
    assert office.records()[seat].conflicts == ()
    assert tablet.holds(1).fields == other.holds(1).fields == office.records()[seat].fields


def test_e_21_two_values_for_one_field_are_both_kept(office: Office, tablet: Tablet, other: Tablet) -> None:
    seat = tablet.save(1, kind="attendance", status="present")
    other.save(1, kind="attendance", status="absent")

    tablet.sync()
    other.sync()
    tablet.sync()

    held = office.records()[seat]
    assert held.fields == {"status": "present"}
    assert [(one.field, one.value) for one in held.conflicts] == [("status", "absent")]
    assert tablet.holds(1).conflicts == other.holds(1).conflicts == held.conflicts
    assert other.holds(1).fields == {"status": "present"}


def test_a_conflict_is_settled_by_a_person_who_saw_it(office: Office, tablet: Tablet, other: Tablet) -> None:
    seat = tablet.save(1, kind="attendance", status="present")
    other.save(1, kind="attendance", status="absent")
    tablet.sync()
    other.sync()

    other.save(1, kind="attendance", status="late")
    other.sync()
    tablet.sync()

    assert office.records()[seat].conflicts == ()
    assert tablet.holds(1).fields == {"status": "late"}
    assert tablet.holds(1).conflicts == ()


def test_a_deletion_that_meets_an_unseen_edit_deletes_nothing(office: Office, tablet: Tablet, other: Tablet) -> None:
    session = tablet.save(1, kind="session", room="B2")
    tablet.sync()
    other.sync()

    other.save(1, kind="session", room="C1")
    other.sync()
    tablet.delete(1)
    tablet.sync()

    held = office.records()[session]
    assert (held.deleted, held.fields) == (False, {"room": "C1"})
    assert [(one.field, one.value) for one in held.conflicts] == [("", True)]
    assert not tablet.holds(1).deleted


def test_an_edit_that_meets_an_unseen_deletion_does_not_bring_the_record_back(
    office: Office, tablet: Tablet, other: Tablet
) -> None:
    session = tablet.save(1, kind="session", room="B2")
    tablet.sync()
    other.sync()

    tablet.delete(1)
    tablet.sync()
    other.save(1, kind="session", room="C1")
    other.sync()

    held = office.records()[session]
    assert (held.deleted, held.fields) == (True, {})
    assert [(one.field, one.value) for one in held.conflicts] == [("room", "C1")]
    assert other.holds(1).conflicts == held.conflicts


def test_a_tablet_hears_of_sessions_and_attendance_but_not_of_other_tablets_assists(
    tablet: Tablet, other: Tablet
) -> None:
    tablet.save(1, kind="assist", note="private to this tablet")
    tablet.save(2, kind="session", room="B2")
    tablet.save(3, kind="attendance", status="present")
    tablet.sync()

    other.sync()

    assert other.desk.ids() == [make_id(2, series=2), make_id(3, series=2)]


def test_what_a_tablet_has_just_sent_is_not_echoed(office: Office, tablet: Tablet) -> None:
    tablet.save(1, kind="session", room="B2")
    bodies: list[bytes] = []

    tablet.sync(wires.rewrites(office.wire, lambda body: bodies.append(body) or body))

    assert codec.load_reply(bodies[0]).changes == ()


def test_e_13_another_tablets_assist_cannot_be_changed_by_guessing_its_id(
    office: Office, tablet: Tablet, other: Tablet
) -> None:
    record_id = tablet.save(1, note="mine")
    tablet.sync()

    other.save(1, note="theirs")
    other.sync()

    problem = other.holds(1).problem
    assert problem is not None and problem.type == "/problems/not-yours"
    assert office.records()[record_id].fields == {"note": "mine"}
    assert other.holds(1).fields == {"note": "theirs"}


def test_a_tablet_enrolled_again_under_its_name_still_owns_its_records(office: Office, tablet: Tablet) -> None:
    record_id = tablet.save(1, note="before")
    tablet.sync()

    again = office.enrolled("Tablet 1", 0xC)
    again.sync()
    again.save(1, note="after")
    again.sync()
    old_token = tablet.sync()

    assert office.records()[record_id].fields == {"note": "after"}
    assert old_token == Stopped(Cause.DEVICE_UNKNOWN)


def test_news_arrive_page_by_page_without_a_gap(office: Office, tablet: Tablet, other: Tablet) -> None:
    for number in range(620):
        tablet.save(number, kind="session", room="B2")
    tablet.sync()
    seen: list[httpx.Request] = []

    phase = other.sync(wires.counts_requests(office.wire, seen))

    assert isinstance(phase, Resting)
    assert len(seen) == 2
    assert len(other.desk.ids()) == 620


def test_news_and_changes_travel_in_the_same_exchange(office: Office, tablet: Tablet, other: Tablet) -> None:
    other.save(1, kind="session", room="B2")
    other.sync()
    tablet.save(2, kind="session", room="C1")
    seen: list[httpx.Request] = []

    tablet.sync(wires.counts_requests(office.wire, seen))

    assert len(seen) == 1
    assert tablet.holds(1).fields == {"room": "B2"}


def test_s_e21_a_restored_centre_gets_back_what_it_forgot(office: Office, tablet: Tablet, other: Tablet) -> None:
    kept = tablet.save(1, kind="session", room="B2")
    tablet.sync()
    backup = office.backup()
    forgotten = tablet.save(2, kind="session", room="C1")
    tablet.save(1, kind="session", room="B3")
    other.sync()
    tablet.sync()
    other.sync()

    office.restore(backup)
    office.centre.finish_restore()
    phase = tablet.sync()
    other.sync()

    assert isinstance(phase, Resting)
    assert {one: record.fields for one, record in office.records().items()} == {
        kept: {"room": "B3"},
        forgotten: {"room": "C1"},
    }
    assert all(record.conflicts == () for record in office.records().values())
    assert other.holds(2).fields == {"room": "C1"}
    assert other.holds(1).fields == {"room": "B3"}


def test_numbers_given_before_a_restore_are_never_given_again(office: Office, tablet: Tablet) -> None:
    tablet.save(1, note="x")
    tablet.sync()
    before = tablet.holds(1).seq

    office.centre.finish_restore()
    tablet.save(2, note="y")
    tablet.sync()

    assert tablet.holds(2).seq > before + 1000


def test_two_restores_from_one_backup_do_not_give_the_same_numbers(
    office: Office, tablet: Tablet, other: Tablet
) -> None:
    """The second time, a base of the first looked as if it had seen what it never saw."""
    session = tablet.save(1, kind="session", room="A")
    tablet.sync()
    backup = office.backup()
    office.restore(backup)
    office.centre.finish_restore()
    other.sync()
    tablet.save(1, kind="session", room="B")
    tablet.sync()
    other.sync()
    office.clock.pass_by(timedelta(days=1))
    office.restore(backup)
    office.centre.finish_restore()
    third = office.enrolled("Tablet 3", 0xC)
    third.sync()
    third.save(1, kind="session", room="unseen")
    third.sync()

    other.save(1, kind="session", room="C")
    other.sync()

    values = {one.value for one in office.records()[session].conflicts} | {office.records()[session].fields["room"]}
    assert {"unseen", "C"} <= values


def test_a_restore_that_was_told_may_follow_one_that_was_not(office: Office, tablet: Tablet, other: Tablet) -> None:
    """Numbers were given twice before anybody told anything: a base of before is believed no more."""
    session = tablet.save(1, kind="session", room="A")
    tablet.sync()
    backup = office.backup()
    tablet.save(1, kind="session", room="lost")
    tablet.sync()
    other.sync()
    office.restore(backup)
    third = office.enrolled("Tablet 3", 0xC)
    third.sync()
    third.save(1, kind="session", room="unseen")
    third.sync()
    office.restore(office.backup())
    office.centre.finish_restore()

    other.save(1, kind="session", room="B")
    other.sync()

    record = office.records()[session]
    assert {record.fields["room"], *(one.value for one in record.conflicts)} >= {"unseen", "B"}


def test_a_cursor_ahead_of_the_counter_means_restored_too(office: Office, tablet: Tablet) -> None:
    record_id = tablet.save(1, note="x")
    backup = office.backup()
    tablet.sync()

    office.restore(backup)
    phase = tablet.sync()

    assert isinstance(phase, Resting)
    assert list(office.records()) == [record_id]


def test_a_restore_that_nobody_told_is_noticed_though_others_wrote_first(
    office: Office, tablet: Tablet, other: Tablet
) -> None:
    """The counter had caught up with the tablet's cursor, and its lost record was lost for good."""
    backup = office.backup()
    lost = tablet.save(1, note="x")
    tablet.sync()
    office.restore(backup)
    for number in range(10, 14):
        other.save(number, kind="session", room="B2")
    other.sync()

    phase = tablet.sync()
    other.sync()

    assert isinstance(phase, Resting)
    assert lost in office.records()
    assert len(office.records()) == 5
    assert len(other.desk.ids()) == 4


def test_a_restore_that_nobody_told_is_noticed_though_the_news_had_only_begun(
    office: Office, tablet: Tablet, other: Tablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer ran ahead of the page: what was acknowledged had a higher number than the cursor."""
    monkeypatch.setattr(storage, "PAGE_RECORDS", 1)
    for number in (10, 11):
        other.save(number, kind="session", room="B2")
    other.sync()
    backup = office.backup()
    lost = tablet.save(1, note="x")
    tablet.sync(wires.down_after(office.wire, 1))
    assert not tablet.holds(1).is_waiting
    office.restore(backup)

    tablet.sync()

    assert lost in office.records()


def test_a_restore_that_nobody_told_is_noticed_though_all_tablets_may_see_something_else_now(
    office: Office, tablet: Tablet, other: Tablet
) -> None:
    """What they may see was changed after the backup: every cursor was of another view, and nobody looked further."""
    backup, before = prepared(office, tablet, other)
    for name in ("Tablet 1", "Tablet 2"):
        office.centre.assign(name, frozenset({"mariola"}))
    tablet.sync()
    other.sync()
    office.restore(backup)

    tablet.sync()
    other.sync()

    assert numbers_begun(office) > before + 900_000


def test_a_restore_that_nobody_told_is_noticed_by_a_tablet_that_was_just_told_of_another(
    office: Office, tablet: Tablet, other: Tablet
) -> None:
    """It had no cursor any more, and its base of the first time looked as if it had seen what was new since."""
    backup = office.backup()
    session = tablet.save(1, kind="session", room="A")
    tablet.sync()
    other.sync()
    office.restore(office.backup())
    office.centre.finish_restore()
    other.save(1, kind="session", room="B")
    other.sync(wires.down_after(office.wire, 1))  # it hears that it has to begin again, and no more
    office.restore(backup)
    third = office.enrolled("Tablet 3", 0xC)
    third.save(1, kind="session", room="unseen")
    third.sync()

    other.sync()

    record = office.records()[session]
    assert {record.fields["room"], *(one.value for one in record.conflicts)} >= {"unseen", "B"}


def test_a_restore_that_nobody_told_is_noticed_though_only_a_refusal_was_lost(office: Office, tablet: Tablet) -> None:
    """The tablet believed that the centre kept for the coordinator what it did not have any more."""
    tablet.save(1, note="x")
    tablet.sync()
    backup = office.backup()
    tablet.save(2, note="not \0 a text")
    tablet.sync()
    office.restore(backup)

    tablet.sync()

    assert tablet.holds(2).problem is not None
    assert office.count("refused") == 1


def test_a_second_restore_from_one_backup_that_nobody_told_is_noticed(
    office: Office, tablet: Tablet, other: Tablet
) -> None:
    """The cursors were of an epoch that the database had not come to, so they told of nothing."""
    backup, before = prepared(office, tablet, other)
    office.centre.finish_restore()
    tablet.sync()
    other.sync()
    office.restore(backup)

    tablet.sync()
    other.sync()

    assert numbers_begun(office) > before + 900_000


def prepared(office: Office, tablet: Tablet, other: Tablet) -> tuple[str, int]:
    """A backup, and where the counter stood when more was heard than it holds."""
    tablet.save(1, kind="session", room="A")
    tablet.sync()
    other.sync()
    backup = office.backup()
    tablet.save(1, kind="session", room="B")
    tablet.sync()
    other.sync()
    return backup, numbers_begun(office)


def numbers_begun(office: Office) -> int:
    with office.centre.database.reading() as connection:
        return int(connection.exec_driver_sql("SELECT seq FROM tenant").scalar_one())


def test_after_a_restore_noticed_late_an_older_number_counts_as_nothing_seen(
    office: Office, tablet: Tablet, other: Tablet
) -> None:
    """Number 3 was given twice: first to what this tablet saw, then to a value it has never seen."""
    session = other.save(1, kind="session", room="A")
    other.sync()
    backup = office.backup()
    other.save(1, kind="session", room="B")
    other.sync()
    tablet.sync()
    office.restore(backup)
    third = office.enrolled("Tablet 3", 0xC)
    third.sync()
    third.save(1, kind="session", room="C")
    third.sync()
    third.save(2, kind="session", room="D")
    third.sync()
    tablet.save(1, kind="session", room="E")

    tablet.sync()

    stands = office.records()[session]
    assert stands.fields == {"room": "C"}
    assert [conflict.value for conflict in stands.conflicts] == ["E"]


def test_a_tablet_with_a_wrong_clock_is_served_and_its_times_are_kept(office: Office, tablet: Tablet) -> None:
    tablet.clock = Clock(datetime(1970, 1, 1, tzinfo=UTC))
    record_id = tablet.save(1, note="x")

    tablet.sync()

    assert record_id in office.records()
    assert tablet.holds(1).at == datetime(1970, 1, 1, tzinfo=UTC)
