"""Which common records a tablet may be the first to write: those of its centres, under ids that their words give."""

from datetime import date

import pytest

from sync.endpoint.claims import may_begin
from sync.endpoint.devices import CENTRE_ITSELF, Device
from sync.endpoint.exchange import TENANT
from sync.protocol.derived_ids import attendance_id, held_for
from sync.protocol.records import Change, Value
from sync.protocol.reference import planned_id, planned_key, reference_id
from tests.sync.asking import as_json, ask, make_body, post
from tests.sync.making import START, enrolment, make_id
from tests.sync.tablets import Office, Tablet

DAY = date(2026, 12, 1)
PLANNED, PLANNED_AT_B = (planned_id(planned_key(centre, ("3",), DAY)) for centre in ("a", "b"))
REQUEST = make_id(7)
PLAN_SPACE = "6f1f2ab5-6a0e-5d0c-9c7e-3f5d0c1f7a11"  # what ids of planned sessions are derived from

OF_A = Device("t", TENANT, frozenset({"a"}))
OF_ALL = Device("t", TENANT)


def a_change(id: str, kind: str = "session", *, delete: bool = False, **fields: Value) -> Change:
    return Change(make_id(1), id, kind, 0, "C1", START, fields, delete)


def is_let(change: Change, device: Device = OF_A, *, sees_session: bool = True) -> bool:
    return may_begin(change, device, sees_session=sees_session)


@pytest.mark.parametrize(
    "change",
    [
        a_change(PLANNED, centre_id="a", module_ids=("3",), started_at="2026-12-01T10:00:00+01:00"),
        a_change(PLANNED, centre_id="a", module_ids=("3",), planned_day="2026-12-01", started_at="2026-12-02T09:00Z"),
        a_change(held_for(REQUEST, DAY), centre_id="a", request_id=REQUEST, started_at="2026-12-01T10:00:00+01:00"),
        a_change(make_id(2), centre_id="a"),
        a_change(attendance_id(PLANNED, "P07"), "attendance", centre_id="a", session_id=PLANNED, slot="P07"),
        a_change(
            attendance_id(PLANNED, "+1@deadbeef"), "attendance", centre_id="a", session_id=PLANNED, slot="+1@deadbeef"
        ),
        a_change(make_id(3), delete=True),
        a_change(make_id(4), "assist", centre_id="b"),  # seen by nobody else
        a_change(make_id(5), centre_id="b", started_at="2026-12-01T10:00:00+01:00"),  # on a visit
    ],
    ids=str,
)
def test_s_e01_what_a_tablet_of_the_centre_writes_is_let_be(change: Change) -> None:
    assert is_let(change)
    assert is_let(change, OF_ALL)


@pytest.mark.parametrize(
    "change",
    [
        a_change(PLANNED_AT_B, centre_id="b", module_ids=("3",), started_at="2026-12-01T10:00:00+01:00"),
        a_change(PLANNED_AT_B, centre_id=("b",), module_ids=("3",), started_at="2026-12-01T10:00:00+01:00"),
        a_change(make_id(2), centre_id="b", planned_day="2026-12-01", planned_start="10:00"),
        a_change(attendance_id(PLANNED_AT_B, "P01"), "attendance", centre_id="b", session_id=PLANNED_AT_B, slot="P01"),
        a_change(PLANNED, centre_id="a", module_ids=("4",), planned_day="2026-12-01"),
        a_change(PLANNED, centre_id="a", module_ids=("3",), planned_day="2026-12-02"),
        a_change(PLANNED, delete=True),
        a_change(reference_id("edition", "people"), centre_id="a"),
        a_change(reference_id("person", "C1"), "attendance", centre_id="a", session_id=PLANNED, slot="P01"),
        a_change(PLANNED, "attendance", centre_id="a", session_id=PLAN_SPACE, slot="a/3/2026-12-01"),
    ],
    ids=str,
)
def test_s_e01_what_others_would_mean_by_the_same_words_is_left_to_those_of_its_centre(change: Change) -> None:
    assert not is_let(change)
    assert is_let(change, OF_ALL)


@pytest.mark.parametrize("kind", ["assist", "policy", "edition"])
def test_s_e01_no_tablet_begins_a_record_of_its_own_under_public_words(kind: str) -> None:
    assert not is_let(a_change(attendance_id(PLANNED, "P01"), kind), OF_ALL)


@pytest.mark.parametrize(
    "change",
    [
        a_change(attendance_id(make_id(5), "P01"), "attendance", centre_id="b", session_id=make_id(5), slot="P01"),
        a_change(attendance_id(PLANNED_AT_B, "P01"), "attendance", status="absent"),
        a_change(PLANNED_AT_B, started_at="2026-12-01T10:00:00+01:00", status="held"),
    ],
    ids=["a seat of a list of its own", "an edit of a seat", "an edit of a session of the plan"],
)
def test_s_e01_a_visit_and_edits_that_come_before_their_record_are_taken(change: Change) -> None:
    """A centre that came back from a backup hears what differs from what it had said, in any order."""
    assert is_let(change)


def test_s_e01_a_seat_of_a_session_that_is_not_seen_is_not_begun() -> None:
    seat = a_change(attendance_id(PLANNED, "P01"), "attendance", centre_id="a", session_id=PLANNED, slot="P01")

    assert not is_let(seat, sees_session=False)
    assert is_let(a_change(reference_id("edition", "people")), Device(CENTRE_ITSELF, TENANT))


@pytest.fixture
def of_b(office: Office) -> Tablet:
    """A tablet that works at centre b alone."""
    tablet = Tablet(office, office.make_desk(0xB0))
    enrolled = office.centre.redeem(enrolment(office.centre.issue_code("b1", frozenset({"b"})), "b1", "1.0"))
    assert enrolled is not None
    tablet.token = enrolled.token
    return tablet


def statuses(office: Office, tablet: Tablet, *changes: object) -> list[str]:
    return [each["status"] for each in post(office, tablet, make_body(*changes)).json()["results"]]


def test_s_e01_the_seats_of_another_centres_session_cannot_be_taken_first(
    office: Office, tablet: Tablet, of_b: Tablet
) -> None:
    session = make_id(30)
    assert statuses(office, tablet, as_json(id=session, kind="session", set={"centre_id": "a"})) == ["applied"]
    seat = as_json(
        op=make_id(31),
        id=attendance_id(session, "P01"),
        kind="attendance",
        set={"centre_id": "b", "session_id": session, "slot": "P01"},
    )

    assert statuses(office, of_b, seat) == ["refused"]
    mine = seat | {"op": make_id(32), "set": seat["set"] | {"centre_id": "a"}}
    assert statuses(office, tablet, mine) == ["applied"]


def test_s_e04_changes_that_are_refused_cost_no_more_than_those_that_are_told(office: Office, tablet: Tablet) -> None:
    """Merging into a large record costs as much when nothing comes of it."""
    for part in range(4):
        large = {f"field{part}-{number}": "x" * 20_000 for number in range(39)}
        assert post(office, tablet, make_body(as_json(op=make_id(50 + part), set=large))).status_code == 200
    too_much = {"one": "x" * 20_000, "two": "x" * 20_000}
    small = [as_json(op=make_id(number, series=5), set=too_much) for number in range(8)]

    assert post(office, tablet, make_body(*small)).status_code == 413
    assert statuses(office, tablet, small[0]) == ["refused"]


def test_s_e02_a_revoked_token_gets_the_answer_of_an_unknown_one_however_often_it_asks(
    office: Office, tablet: Tablet
) -> None:
    assert office.centre.revoke("Tablet 1")

    answers = {ask(office, "GET", "/v1/receipt", headers=bearer(tablet)).status_code for _ in range(260)}

    assert answers == {401}


def bearer(tablet: Tablet) -> dict[str, str]:
    return {"Authorization": f"Bearer {tablet.token}"}
