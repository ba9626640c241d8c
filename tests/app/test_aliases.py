"""Short names of seats: on this tablet only, and gone a day after the list is saved, from the disk too."""

import asyncio
from functools import partial
from time import process_time

import flet as ft
import pytest

from app.domain import workshops
from sync.protocol.vocabulary import AttendanceStatus
from tests.app.connected import at_centre, paired
from tests.app.opened import Connector, opened
from tests.app.tablets import Tablet

pytestmark = pytest.mark.anyio

ALIAS = "la del barret"


async def with_name(tablet: Tablet) -> str:
    session = await (await tablet.with_shift()).with_list()
    await tablet.aliases.name(session, "P03", ALIAS)
    return session


def on_disk(tablet: Tablet) -> bytes:
    return b"".join(path.read_bytes() for path in tablet.folder.iterdir() if path.is_file())


async def test_a_seat_is_called_by_its_name_also_after_a_kill_until_it_is_taken_away(tablet):
    session = await with_name(tablet)

    tablet = tablet.killed_and_started()
    assert tablet.now.aliases == {session: {"P03": ALIAS}}
    await tablet.aliases.name(session, "P03", "  ")

    assert tablet.now.aliases == {session: {}}


async def test_no_name_leaves_the_tablet(office, connect):
    desk = await paired(connect)
    session = await with_name(desk.tablet)
    await desk.tablet.workshops.close(session)

    await desk.send()

    assert session in at_centre(office)
    assert ALIAS not in str(at_centre(office))
    assert ALIAS not in str([dict(each.fields) for each in desk.tablet.store.records()])


async def test_names_are_wiped_a_day_after_the_list_is_saved_and_from_the_disk_too(tablet, time):
    session = await with_name(tablet)
    await tablet.workshops.close(session)
    wiping = asyncio.create_task(tablet.aliases.run())

    await time.pass_by(minutes=23 * 60)
    assert tablet.now.aliases == {session: {"P03": ALIAS}}
    assert ALIAS.encode() in on_disk(tablet)
    await time.pass_by(minutes=61)
    async with asyncio.timeout(20):
        while tablet.now.aliases or ALIAS.encode() in on_disk(tablet):
            await asyncio.sleep(0.01)

    wiping.cancel()


async def test_a_list_that_is_corrected_keeps_its_names_no_longer(tablet, time):
    session = await with_name(tablet)
    await tablet.workshops.close(session)
    await time.pass_by(minutes=20 * 60)
    await tablet.workshops.reopen(session)
    await tablet.workshops.close(session)
    await time.pass_by(minutes=5 * 60)

    await tablet.aliases.wipe()

    assert tablet.now.aliases == {}


async def test_a_list_that_is_never_closed_keeps_its_names_for_a_week(tablet, time):
    await with_name(tablet)
    await time.pass_by(minutes=7 * 24 * 60 + 1)

    await tablet.aliases.wipe()

    assert tablet.now.aliases == {}


@pytest.mark.parametrize(
    ("typed", "kept"), [("x" * 120, ""), ("  la\n del  barret ", ALIAS), ("أمينة", "أمينة"), (" ", "")]
)
async def test_t_19_whatever_is_typed_is_kept_in_one_line_or_not_at_all(tablet, typed, kept):
    session = await (await tablet.with_shift()).with_list()

    await tablet.aliases.name(session, "P03", typed)

    assert tablet.now.aliases.get(session, {}).get("P03", "") == kept


@pytest.mark.parametrize("length", [21, 141, 10_000, 1_000_000])
async def test_t_04_a_name_that_is_too_long_is_said_in_place_and_cut_by_nobody(tmp_path, length):
    async with opened(tmp_path / "tablet") as app:
        field = await alias_field(app)
        started = process_time()

        await app.fire(field, "change", "x" * length, value="x" * length)

        assert process_time() - started < 2
        await app.wait_for(lambda: alias_of(app).error == "Massa llarg: 20 lletres com a molt. No es desa.")
        await app.fire(alias_of(app), "blur")
        assert app.tablet.board.snapshot.aliases == {}


async def test_t_01_a_document_in_an_alias_is_said_in_place_and_kept_nowhere(tmp_path):
    async with opened(tmp_path / "tablet") as app:
        field = await alias_field(app)

        await app.fire(field, "change", "12345678Z", value="12345678Z")
        said = "Sembla un document, un telèfon o un correu. Treu-lo: no es desa."
        await app.wait_for(lambda: alias_of(app).error == said)
        await app.fire(alias_of(app), "blur")
        await app.fire(alias_of(app), "submit")

        assert app.tablet.board.snapshot.aliases == {}
        assert b"12345678Z" not in (tmp_path / "tablet" / "store.journal").read_bytes()


async def alias_field(app: Connector) -> ft.TextField:
    await app.start_shift()
    await app.go_to("/workshops")
    await app.click("Mòdul 3")
    await app.wait_text("12 per marcar")
    await app.click("Amb àlies")
    return alias_of(app)


def alias_of(app: Connector) -> ft.TextField:
    return app.one(ft.TextField, label="Àlies de P01")


async def test_t_19_two_people_of_one_name_are_told_apart_by_their_seats(tmp_path):
    async with opened(tmp_path / "tablet") as app:
        await app.start_shift()
        await app.go_to("/workshops")
        await app.click("Mòdul 3")
        await app.wait_text("12 per marcar")
        await app.click("Amb àlies")
        for seat in ("P01", "P02"):
            label = f"Àlies de {seat}"
            await app.enter(label, "أمينة")
            (field,) = (each for each in app.walk() if getattr(each, "label", None) == label)
            await app.fire(field, "blur")
        await app.wait_text("P02 · أمينة")
        await app.click("Amb seients")

        await app.click("P02 · أمينة")
        await app.wait_text("1 present ·")

        assert {"P01 · أمينة", "P02 · أمينة", "P03"} <= set(app.texts())


@pytest.mark.parametrize("seats", [0, 1, 200])
async def test_t_19_a_list_of_none_of_one_and_of_two_hundred_is_saved(tablet, seats):
    session = await (await tablet.with_shift()).with_list()
    await tablet.workshops.change(session, partial(workshops.seat_enrolled, count=seats))
    await tablet.workshops.change(session, partial(workshops.rest, status=AttendanceStatus.PRESENT))

    assert await tablet.workshops.close(session)

    assert tablet.now.lines[0].headcount == seats
