"""A tablet's folder that was copied: to a second tablet, or back from last week. Nothing is lost, nothing is twice."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sync.desks import StoreDesk
from tests.sync.tablets import Office, Tablet


@pytest.fixture
def home(office: Office, tmp_path: Path) -> Iterator[Tablet]:
    """A tablet with a folder of its own, which has sent one record and has one more to send."""
    desk = StoreDesk(tmp_path / "home", series=0xC)
    office.make_desk = lambda _series: desk
    tablet = office.enrolled("Tablet 3", 0xC)
    tablet.save(1, note="sent")
    tablet.sync()
    tablet.save(2, note="not sent yet")
    yield tablet
    desk.close()


def copied(tablet: Tablet, folder: Path) -> Tablet:
    """The same tablet once more, from a copy of its folder as it is now; what it writes has numbers of its own."""
    assert isinstance(tablet.desk, StoreDesk)
    shutil.copytree(tablet.desk.folder, folder)
    return Tablet(tablet.office, StoreDesk(folder, series=0xD), tablet.keys, tablet.token)


def notes(office: Office) -> list[object]:
    return sorted(str(record.fields["note"]) for record in office.records().values())


def test_x_10_two_tablets_of_one_folder_lose_nothing_and_hear_of_each_other(
    office: Office, home: Tablet, tmp_path: Path
) -> None:
    twin = copied(home, tmp_path / "twin")
    home.save(3, note="of the one")
    twin.save(4, note="of the other")

    for tablet in (home, twin, home):
        tablet.sync()

    assert notes(office) == ["not sent yet", "of the one", "of the other", "sent"]
    assert home.desk.ids() == twin.desk.ids() == sorted(office.records())
    assert not home.outbox.counts().waiting and not twin.outbox.counts().waiting
    twin.desk.close()


def test_x_10_what_two_of_one_folder_wrote_into_one_record_is_kept_both_times(
    office: Office, home: Tablet, tmp_path: Path
) -> None:
    twin = copied(home, tmp_path / "twin")
    home.save(1, note="as the one saw it")
    twin.save(1, note="as the other saw it")

    for tablet in (home, twin, home):
        tablet.sync()

    history = [row for row in office.rows() if "as the" in repr(row)]
    assert any("as the one saw it" in repr(row) for row in history)
    assert any("as the other saw it" in repr(row) for row in history)
    assert home.holds(1).fields == twin.holds(1).fields
    twin.desk.close()


def test_x_11_a_folder_of_last_week_sends_nothing_twice_and_hears_what_it_has_forgotten(
    office: Office, home: Tablet, tmp_path: Path
) -> None:
    last_week = copied(home, tmp_path / "last week")
    home.save(1, note="corrected since")
    home.save(3, note="written since")
    home.sync()

    last_week.save(4, note="written with the old folder")
    last_week.sync()

    assert notes(office) == ["corrected since", "not sent yet", "written since", "written with the old folder"]
    assert last_week.desk.ids() == sorted(office.records())
    assert last_week.holds(1).fields["note"] == "corrected since"
    last_week.desk.close()
