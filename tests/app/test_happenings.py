"""What the tablet notes of what happened: each once, with what it tells, and never a word that somebody wrote."""

from collections.abc import Callable
from datetime import timedelta
from resource import RLIMIT_FSIZE, getrlimit, setrlimit

import pytest

from app import shell
from app.domain.happenings import Locking
from app.opening import open_tablet
from app.services.access import Access
from app.settings import Settings
from app.store.store import TRAIL
from app.store.witness import entries_of
from sync.client.phase import Resting, Waiting
from sync.endpoint import tablet_events
from sync.endpoint.devices import Device
from sync.endpoint.exchange import TENANT
from sync.endpoint.parcels import make_key
from sync.endpoint.tablet_events import Reader
from sync.protocol.trail import breaks
from sync.protocol.unlocking import answer
from tests.app.connected import Connected, paired
from tests.app.opened import opened
from tests.app.tablets import DONE, Tablet
from tests.app.test_access_service import OTHER_PIN, PIN, SECRET, door
from tests.sync.tablets import Office
from tests.sync.wires import down

pytestmark = pytest.mark.anyio

WORDS = "Passaport Pirineu"


def noted(tablet: Tablet) -> list[tuple[str, ...]]:
    """What was noted and is on the disk, without its times."""
    kept = entries_of(tablet.store._journal.rows(TRAIL))
    assert list(breaks(kept)) == []
    return [tuple(word for word in (each.event, each.by, each.object, each.result) if word) for each, _ in kept]


async def settled(tablet: Tablet) -> list[tuple[str, ...]]:
    """After any other write: what was told is on the disk with it."""
    await tablet.shifts.remember("/help")
    return noted(tablet)


async def at_the_door(tablet: Tablet) -> Access:
    access = door(tablet)
    assert await access.choose("C3", PIN) is None
    return access


async def test_a_pin_chosen_right_and_wrong_and_the_lock_are_noted_once_each(tablet):
    access = await at_the_door(tablet)
    access.lock(Locking.BY_HAND)
    access.lock(Locking.HIDDEN)  # nobody is in: nothing happens
    await access.enter("C3", OTHER_PIN)
    await access.enter("C3", PIN)

    assert await settled(tablet) == [
        ("pin-chosen", "C3"),
        ("entered", "C3"),
        ("locked", "C3", "by-hand"),
        ("pin-tried", "C3", "1"),
        ("pin-wrong", "C3"),
        ("pin-tried", "C3", "2"),
        ("entered", "C3"),
    ]


async def test_a_kill_hides_no_wrong_try(tablet):
    access = await at_the_door(tablet)
    await access.enter("C3", OTHER_PIN)
    again = tablet.killed_and_started()

    assert noted(again)[-1] == ("pin-tried", "C3", "1")


async def test_a_tablet_that_locks_by_itself_says_so(tablet, time):
    access = await at_the_door(tablet)
    await time.pass_by(minutes=3)

    access.look()

    assert (await settled(tablet))[-1] == ("locked", "C3", "by-itself")


async def test_what_the_coordinator_opens_is_noted_wrong_and_right(tablet):
    access = await at_the_door(tablet)
    access.lock(Locking.BY_HAND)
    asked = await access.ask("C3")
    assert asked is not None
    right = answer(SECRET, person="C3", asked=asked)

    await access.unlock("C3", "00000000")
    await access.unlock("C3", right)

    assert (await settled(tablet))[3:] == [
        ("unlock-tried", "C3", "1"),
        ("unlock-wrong", "C3"),
        ("unlock-tried", "C3", "2"),
        ("unlocked", "C3"),
    ]
    assert right not in repr(noted(tablet)) and PIN not in repr(noted(tablet))


async def test_a_shift_is_noted_from_its_beginning_to_its_end(tablet):
    await at_the_door(tablet)
    await tablet.with_shift()
    shift = tablet.now.shift.id
    await tablet.shifts.end()
    await tablet.shifts.go_on()
    await tablet.shifts.end()
    await tablet.shifts.leave()

    assert noted(tablet)[2:] == [
        ("shift-begun", "C3", shift),
        ("shift-ended", "C3", shift),
        ("shift-resumed", "C3", shift),
        ("shift-ended", "C3", shift),
        ("locked", "C3", "left"),
    ]


async def test_a_save_adds_nothing_and_costs_no_line_more(tablet):
    await tablet.with_shift()
    before, case = noted(tablet), await tablet.with_case()
    lines = journal_lines(tablet)

    await tablet.assisting.finish(case, DONE)

    assert noted(tablet) == before and journal_lines(tablet) == lines + 1


def journal_lines(tablet: Tablet) -> int:
    return len((tablet.folder / "store.journal").read_bytes().rstrip(b"\0").splitlines())


async def test_a_setting_that_is_changed_is_noted_with_its_value(tablet):
    await tablet.shifts.prefer(language="es", text_percent=150)

    assert noted(tablet) == [("setting", "language", "es"), ("setting", "text_percent", "150")]


async def test_why_it_does_not_send_is_noted_when_that_changes_and_idle_rounds_are_not(
    connect: Callable[[], Connected],
) -> None:
    desk = await paired(connect)
    tablet, wire = desk.tablet, desk.wire
    for through in (down(), down(), wire, wire, wire):
        desk.wire = through
        await desk.send()

    said = [each for each in await settled(tablet) if each[0] == "sync"]

    assert said == [("sync", "no_connection"), ("sync", "agreed")]


async def test_s_t28_a_shift_is_at_the_centre_with_all_that_happened_in_it(
    connect: Callable[[], Connected], office: Office, time
) -> None:
    desk = await paired(connect)
    tablet = desk.tablet
    access = await at_the_door(tablet)
    await tablet.with_shift()
    await tablet.assisting.finish(await tablet.with_case(), DONE)
    time.at += timedelta(minutes=1)
    access.lock(Locking.BY_HAND)
    await access.enter("C3", PIN)
    await tablet.shifts.end()
    for _ in range(3):
        assert isinstance(await desk.send(), Resting)

    kept, harm = at_the_centre(office, desk)

    assert harm == []
    assert kept == [
        ("enrolled", ""),
        ("pin-chosen", "C3"),
        ("entered", "C3"),
        ("shift-begun", "C3"),
        ("locked", "C3"),
        ("pin-tried", "C3"),
        ("entered", "C3"),
        ("shift-ended", "C3"),
        ("records-sealed", ""),
        ("records-answered", ""),
    ]
    assert tablet.store.untold() is None


def at_the_centre(office: Office, desk: Connected) -> tuple[list[tuple[str, str]], list[str]]:
    device = Device(str(desk.tablet.store.note("centre_device")), TENANT)
    with office.centre.database.reading() as connection:
        rows, reader = list(tablet_events.entries(connection, device)), Reader()
    harm = [words for row in rows if (words := reader.harm(row)) is not None]
    return [(row.event, row.by) for row in rows], harm


async def test_what_leaves_in_a_parcel_is_noted_and_the_notes_travel_over_the_network(
    connect: Callable[[], Connected], office: Office, tmp_path
) -> None:
    make_key(office.centre, tmp_path / "centre.key")
    desk = await paired(connect)
    tablet, wire = desk.tablet, desk.wire
    tablet.carrying.use(lambda: desk.pairing.sender)
    desk.wire = down()
    await tablet.with_shift()

    carried = await tablet.carrying.pack()

    assert carried is not None and noted(tablet)[-1] == ("carried", str(len(carried.lines)))
    assert isinstance(await desk.send(), Waiting)
    desk.wire = wire
    await desk.send()
    assert ("carried", "") in at_the_centre(office, desk)[0]


async def test_on_a_full_disk_what_leaves_is_noted_with_the_next_line(
    connect: Callable[[], Connected], office: Office, tmp_path
) -> None:
    make_key(office.centre, tmp_path / "centre.key")
    desk = await paired(connect)
    tablet = desk.tablet
    tablet.carrying.use(lambda: desk.pairing.sender)
    await tablet.with_shift()
    assert await tablet.carrying.pack() is not None
    with tablet.full_disk():
        assert await tablet.carrying.pack() is not None

    assert [each[0] for each in await settled(tablet)][-2:] == ["carried", "carried"]


async def test_no_entry_holds_a_word_that_somebody_wrote(connect: Callable[[], Connected]) -> None:
    desk = await paired(connect)
    tablet = desk.tablet
    await at_the_door(tablet)
    await tablet.with_shift()
    case = await tablet.with_case("sp-altres")
    await tablet.assisting.write(case, "procedure_words", WORDS)
    await tablet.assisting.finish(case, DONE)
    await desk.send()

    said = repr(tablet.store._journal.rows(TRAIL))
    assert WORDS in repr(tablet.store.records())

    assert not [word for word in (*WORDS.split(), PIN, str(tablet.store.note("token"))) if word in said]


async def test_the_app_notes_its_start_what_was_practised_and_every_way_to_lock(tmp_path):
    async with opened(tmp_path) as app:
        await app.enter_as("C3")
        await app.tablet.practice.begin()
        assert app.tablet.practice.shown.store.untold() is None  # though a shift was begun in it
        await app.tablet.lock(Locking.HIDDEN)
        await app.tablet.practice.end()
        await app.tablet.real.shifts.remember("/help")
        entries = [each for each, _ in entries_of(app.store._journal.rows(TRAIL))]
        said = [each.event for each in entries]
        ended = [each.by for each in entries if each.event == "practice-ended"]

    assert ended == ["C3"]
    said.remove("sync")  # no centre knows it
    assert said == ["started", "pin-chosen", "entered", "practice-begun", "locked", "practice-ended"]


async def test_a_full_disk_keeps_no_tablet_from_starting(tmp_path):
    async with opened(tmp_path) as app:
        await app.enter_as("C3")
    whole = (tmp_path / "store.journal").read_bytes().rstrip(b"\0")
    most, hard = getrlimit(RLIMIT_FSIZE)
    setrlimit(RLIMIT_FSIZE, (len(whole), hard))
    try:
        tablet = await open_tablet(Settings(tmp_path))
    finally:
        setrlimit(RLIMIT_FSIZE, (most, hard))
    assert isinstance(tablet, shell.Tablet)
    tablet.store.close()
