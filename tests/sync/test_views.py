"""What a tablet is told: its own work, what its centres work on together, and the reference data. Nothing else."""

import asyncio

import httpx
import pytest

from sync.client.phase import Resting
from sync.protocol.records import Kind
from tests.sync.making import make_id
from tests.sync.tablets import Office, Tablet


@pytest.fixture
def kept_in() -> str:
    return "store"


def test_a_tablet_without_centres_hears_the_sessions_of_all(office: Office, tablet: Tablet, other: Tablet) -> None:
    tablet.save(1, kind="session", centre_id="north")
    tablet.save(2, kind="session", centre_id="south")
    tablet.sync()

    other.sync()

    assert len(other.desk.ids()) == 2


def test_a_tablet_of_a_centre_hears_its_sessions_and_what_belongs_nowhere(
    office: Office, tablet: Tablet, other: Tablet
) -> None:
    office.centre.assign("Tablet 2", frozenset({"north"}))
    tablet.save(1, kind="session", centre_id="north")
    tablet.save(2, kind="session", centre_id="south")
    tablet.save(3, kind="attendance", status="present")
    tablet.sync()

    other.sync()

    assert other.desk.ids() == [make_id(1, series=2), make_id(3, series=2)]


def test_when_its_centres_change_a_tablet_hears_everything_again_and_loses_nothing(
    office: Office, tablet: Tablet, other: Tablet
) -> None:
    office.centre.assign("Tablet 2", frozenset({"north"}))
    tablet.save(1, kind="session", centre_id="north")
    tablet.save(2, kind="session", centre_id="south")
    tablet.sync()
    own = other.save(3, kind="assist", minutes=5)
    other.sync()
    other.save(3, kind="assist", minutes=7)

    office.centre.assign("Tablet 2", frozenset({"south"}))
    phase = other.sync()

    assert isinstance(phase, Resting)
    assert other.desk.ids() == [make_id(2, series=2), own]
    assert office.records()[own].fields == {"minutes": 7}
    assert office.records()[own].conflicts == ()


def test_a_session_that_moves_is_told_to_both_centres(office: Office, tablet: Tablet, other: Tablet) -> None:
    office.centre.assign("Tablet 2", frozenset({"north"}))
    tablet.save(1, kind="session", centre_id="north")
    tablet.sync()
    other.sync()

    tablet.save(1, kind="session", centre_id="south")
    tablet.sync()
    other.sync()

    assert other.holds(1).fields["centre_id"] == "south"


def test_e_13_a_record_of_another_centre_cannot_be_changed_by_guessing_its_id(
    office: Office, tablet: Tablet, other: Tablet
) -> None:
    office.centre.assign("Tablet 2", frozenset({"north"}))
    tablet.save(1, kind="session", centre_id="south", room="A")
    tablet.sync()

    other.save(1, kind="session", room="Z")
    other.sync()

    problem = other.holds(1).problem
    assert problem is not None and problem.type == "/problems/not-yours"
    assert office.records()[make_id(1, series=2)].fields["room"] == "A"


@pytest.mark.parametrize("kind", [Kind.PROCEDURE, Kind.MODULE, Kind.CENTRE, Kind.PERSON, Kind.POLICY])
def test_reference_data_are_not_for_tablets_to_write(office: Office, tablet: Tablet, kind: str) -> None:
    tablet.save(1, kind=kind, content="{}")

    tablet.sync()

    problem = tablet.holds(1).problem
    assert problem is not None and problem.type == "/problems/not-yours"
    assert office.records() == {}


@pytest.mark.parametrize("shift", ["", "x", "0195F3A1-0000-7000-8000-000000000000", "' OR 1=1"])
def test_a_receipt_is_asked_for_by_the_id_of_a_shift(office: Office, tablet: Tablet, shift: str) -> None:
    headers = {"Authorization": f"Bearer {tablet.token}"}
    request = httpx.Request("GET", "http://centre.test/v1/receipt", params={"shift": shift}, headers=headers)

    assert asyncio.run(office.wire(request)).status_code == 422
