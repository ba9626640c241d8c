"""The end of a shift is a check: both ends say what they hold of it, and only the same answer is a green one."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from sync.client.phase import Cause, Resting, Waiting
from sync.endpoint.storage import Shelf
from sync.protocol.receipts import belongs, is_same_receipt, receipt_of
from sync.protocol.records import Record
from tests.sync.making import START, make_id, make_record
from tests.sync.tablets import Office, Tablet

SHIFT = make_id(99, series=2)


@pytest.fixture(params=["memory", "store"])
def kept_in(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def made_in(shift: str, number: int, *, seq: int = 1) -> Record:
    return make_record(number, seq=seq, fields={"shift_id": shift, "minutes": number})


def test_the_order_of_the_records_does_not_matter() -> None:
    records = [made_in(SHIFT, number) for number in range(5)]

    assert receipt_of(SHIFT, records, at=START) == receipt_of(SHIFT, reversed(records), at=START)


@pytest.mark.parametrize(
    "other",
    [
        (),
        (made_in(SHIFT, 1, seq=2),),
        (replace(made_in(SHIFT, 1), fields={"shift_id": SHIFT, "minutes": 2}),),
        (made_in(SHIFT, 1), made_in(SHIFT, 2)),
    ],
    ids=["nothing", "another number", "another value", "one more"],
)
def test_a_record_more_or_less_or_other_is_another_receipt(other: tuple[Record, ...]) -> None:
    ours = receipt_of(SHIFT, [made_in(SHIFT, 1)], at=START)

    assert not is_same_receipt(ours, receipt_of(SHIFT, other, at=START))


def test_only_the_clock_may_differ() -> None:
    later = datetime(2030, 1, 1, tzinfo=UTC)
    records = [made_in(SHIFT, 1)]

    assert is_same_receipt(receipt_of(SHIFT, records, at=START), receipt_of(SHIFT, records, at=later))


def test_the_shift_itself_belongs_to_it_and_other_shifts_do_not() -> None:
    itself = Record(SHIFT, "shift", 1, {"connector_id": "C1"})

    assert belongs(itself, SHIFT)
    assert not belongs(made_in(make_id(98, series=2), 1), SHIFT)
    assert not belongs(replace(itself, deleted=True, fields={}), SHIFT)


def a_shift(tablet: Tablet) -> None:
    tablet.save(99, kind="shift", connector_id="C1")
    tablet.save(1, kind="assist", shift_id=SHIFT, minutes=20)
    tablet.save(2, kind="session", shift_id=SHIFT, centre_id="north")
    tablet.save(3, kind="assist", shift_id=make_id(98, series=2))


def test_a_round_for_a_shift_ends_with_the_centres_receipt(office: Office, tablet: Tablet) -> None:
    a_shift(tablet)

    phase = tablet.sync(shift=SHIFT)

    assert isinstance(phase, Resting) and phase.receipt is not None
    assert (phase.receipt.shift, phase.receipt.count) == (SHIFT, 3)


def test_a_round_without_a_shift_compares_nothing(tablet: Tablet) -> None:
    a_shift(tablet)

    assert tablet.sync() == Resting(since=START)


def test_what_another_tablet_wrote_meanwhile_is_heard_before_it_counts(
    office: Office, tablet: Tablet, other: Tablet
) -> None:
    a_shift(tablet)
    tablet.sync()
    other.sync()
    other.save(2, kind="session", room="B2")
    other.sync()

    phase = tablet.sync(shift=SHIFT)

    assert isinstance(phase, Resting) and phase.receipt is not None
    assert tablet.holds(2).fields["room"] == "B2"


def test_a_record_the_centre_lost_without_a_trace_is_offered_again(office: Office, tablet: Tablet) -> None:
    a_shift(tablet)
    tablet.sync()
    with office.centre.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM change WHERE record IN (SELECT id FROM record WHERE kind = 'assist')")
        connection.exec_driver_sql("DELETE FROM record WHERE kind = 'assist'")

    phase = tablet.sync(shift=SHIFT)

    assert isinstance(phase, Resting) and phase.receipt is not None
    assert len(office.records()) == 4


def test_a_difference_that_stays_is_never_green(
    office: Office, tablet: Tablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_shift(tablet)
    tablet.sync()
    monkeypatch.setattr(Shelf, "of_shift", lambda self, shift: ())

    phase = tablet.sync(shift=SHIFT)

    assert isinstance(phase, Waiting) and phase.cause == Cause.DIFFERENCE


def test_another_tablets_assists_are_in_no_receipt_of_mine(office: Office, tablet: Tablet, other: Tablet) -> None:
    a_shift(tablet)
    tablet.sync()
    other.save(50, kind="assist", shift_id=SHIFT)
    other.sync()

    phase = tablet.sync(shift=SHIFT)

    assert isinstance(phase, Resting) and phase.receipt is not None
    assert phase.receipt.count == 3
