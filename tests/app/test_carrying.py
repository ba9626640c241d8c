"""What a tablet without network hands over, taken by the centre's own commands: in codes, in a file, once or often."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import flet as ft
import pytest
import segno

from app.services.carrying import Carried
from app.services.pairing import Pairing
from app.store import Edit, Store, StoredRecord, Write
from app.views.parts.code import picture_of
from sync.client.phase import Cause, Fetching, Resting, Waiting
from sync.protocol.parcels import read_line
from sync.protocol.records import Fields, Kind
from sync.protocol.sealed_box import new_private_key, public_key_of
from tests.app.connected import Connected, at_centre, paired, standing
from tests.app.opened import Connector, opened
from tests.app.tablets import DONE, LABOUR, MONDAY, Tablet, counted_ids
from tests.sync.coordinator import Desk
from tests.sync.making import device_keys, enrolment
from tests.sync.tablets import Office
from tests.sync.wires import down

pytestmark = pytest.mark.anyio

CODES, FILE, NEXT, PREVIOUS = "Mostra un codi QR", "Desa'l en un fitxer", "Codi següent", "Codi anterior"
NO_KEY = "Aquesta tauleta no té la clau de la coordinació"
STAYS = "només la coordinació"
KEYS = device_keys(5)


@pytest.fixture
def coordinator(office: Office, tmp_path: Path) -> Desk:
    return Desk(office, tmp_path / "coordinator")


@pytest.fixture
def desk(coordinator: Desk, connect: Callable[[], Connected]) -> Connected:
    """A tablet that is enrolled after the centre has a key."""
    return connect()


async def worked(desk: Connected, cases: int = 3) -> Tablet:
    """A paired tablet that lost its network, and a shift on it that has ended."""
    await paired_and_alone(desk)
    tablet = await desk.tablet.with_shift()
    for _ in range(cases):
        await tablet.assisting.finish(await tablet.with_case(), DONE)
    assert await tablet.shifts.end()
    return tablet


async def paired_and_alone(desk: Connected) -> None:
    await paired(lambda: desk)
    desk.wire = down()
    desk.tablet.carrying.use(lambda: desk.pairing.sender)


async def packed(tablet: Tablet) -> Carried:
    carried = await tablet.carrying.pack()
    assert carried is not None
    return carried


def pairing_of(tablet: Tablet) -> Pairing:
    return Pairing(tablet.store, url=None, code=None, clock=tablet.time, random=bytes, version="0.1.0")


def parcels(carried: Carried) -> set[str]:
    return {read_line(line).parcel for line in carried.lines}


async def test_what_is_carried_arrives_and_nothing_counts_as_sent_by_it(office, coordinator, desk):
    tablet = await worked(desk)

    carried = await packed(tablet)
    assert coordinator.take(coordinator.file(*carried.lines)) == 0

    assert at_centre(office) == standing(tablet)
    assert tablet.store.counts().waiting == 4


async def test_carried_first_the_network_changes_nothing_and_the_two_ends_hold_the_same(office, coordinator, desk):
    tablet = await worked(desk)
    coordinator.take(coordinator.file(*(await packed(tablet)).lines))
    before = office.rows()

    desk.wire = office.wire
    phase = await desk.send()

    assert isinstance(phase, Resting) and phase.receipt is not None
    assert tablet.now.sync.is_compared(tablet.now.shift)
    assert office.rows() == before


async def test_sent_first_what_is_carried_changes_nothing(office, coordinator, desk):
    tablet = await worked(desk)
    file = coordinator.file(*(await packed(tablet)).lines)
    desk.wire = office.wire
    await desk.send()
    before = office.rows()

    assert coordinator.take(file) == 0

    assert office.rows() == before


async def test_after_a_kill_the_same_changes_are_carried_again(office, coordinator, desk):
    tablet = await worked(desk)
    coordinator.take(coordinator.file(*(await packed(tablet)).lines))
    before = office.rows()

    again = tablet.killed_and_started()
    started = Connected(again, down())
    again.carrying.use(lambda: started.pairing.sender)
    carried = await packed(again)

    assert coordinator.take(coordinator.file(*carried.lines)) == 0
    assert office.rows() == before


async def test_much_is_carried_in_several_parcels_and_one_file(office, coordinator, desk):
    await paired_and_alone(desk)
    tablet, at = desk.tablet, desk.tablet.time()
    edits = tuple(Edit(tablet.new_id(), Kind.ASSIST, "C3", at, {"procedure_id": LABOUR}) for _ in range(601))
    tablet.store.write(Write(edits=edits))

    carried = await packed(tablet)

    assert len(parcels(carried)) == 2
    path = coordinator.folder / "carried.txt"
    path.write_bytes(carried.file)
    assert coordinator.take(path) == 0
    assert len(at_centre(office)) == 601


async def test_a_disk_that_refuses_hands_nothing_over_and_is_said(desk):
    tablet = await worked(desk)

    with tablet.full_disk():
        assert await tablet.carrying.pack() is None

    assert tablet.now.trouble is not None and tablet.now.trouble.message == "trouble.disk"


async def test_what_was_sealed_for_the_network_needs_no_disk_to_be_carried(desk):
    tablet = await worked(desk)
    assert await desk.send() == Waiting(tablet.now.sync.phase.until, 1, Cause.NO_CONNECTION)

    with tablet.full_disk():
        assert await tablet.carrying.pack() is not None


async def test_nothing_that_waits_is_nothing_to_carry(desk):
    await paired_and_alone(desk)

    assert await desk.tablet.carrying.pack() is None


async def test_a_centre_without_a_key_leaves_the_tablet_without_one(connect):
    desk = await paired(connect)

    assert desk.pairing.sender is None


async def test_enrolled_again_the_tablet_has_the_key_of_now(office, coordinator, desk):
    await paired(lambda: desk)
    before = desk.pairing.sender
    coordinator.run("hand-over-key", "--output", coordinator.folder / "newer.key")
    office.centre.revoke("Tablet 1")
    again = Connected(desk.tablet, office.wire, office.centre.issue_code("Tablet 1"))
    await again.send()
    await again.send()

    now = again.pairing.sender

    assert before is not None and now is not None
    assert now.device == before.device
    assert now.public != before.public
    assert now.keys.public != before.keys.public


@pytest.mark.parametrize("key", ["", "zz", "00", "00" * 32, "ab" * 31])
async def test_a_key_that_is_none_is_no_key(tablet, key):
    notes = {"token": "a token", "centre_device": "a device", "parcel_key": key, "key_seed": "5e" * 32}
    tablet.store.write(Write(notes=notes))

    assert pairing_of(tablet).sender is None


@pytest.mark.parametrize("seed", [None, "", "zz", "5e" * 31, "5e" * 33])
async def test_without_keys_of_its_own_a_tablet_has_nothing_to_sign_with(tablet, seed):
    key = public_key_of(new_private_key()).hex()
    notes = {"token": "a token", "centre_device": "a device", "parcel_key": key, "key_seed": seed}
    tablet.store.write(Write(notes=notes))

    assert pairing_of(tablet).sender is None
    assert pairing_of(tablet).secret is None


# on the screen


@pytest.fixture
def folder(office: Office, coordinator: Desk, tmp_path: Path) -> Iterator[Path]:
    """Of a tablet that was enrolled and does not find its centre any more."""
    path = tmp_path / "tablet"
    enrolled = office.centre.redeem(enrolment(office.centre.issue_code("Tablet 1"), "Tablet 1", "0.1.0", KEYS))
    assert enrolled is not None
    store = Store.open(path, new_id=counted_ids(9))
    told = {"token": enrolled.token, "centre_device": enrolled.device, "parcel_key": enrolled.parcel_key}
    store.write(Write(notes={**told, "key_seed": KEYS.seed.hex()}))
    store.close()
    yield path


def offered(record: StoredRecord) -> Fields:
    """What is offered of it now: what was written after it was sealed follows over the network."""
    assert record.sealed is not None
    return record.sealed.set


async def not_yet(app: Connector) -> None:
    """The end of a shift that could not be sent."""
    await app.start_shift()
    await app.go_to("/end-of-shift")
    await app.click("Envia i tanca el torn")
    await app.wait_text("Encara no")
    app.taps = 0


def many_cases(store: Store) -> None:
    """As many as make two codes: words that cannot be made smaller."""
    chance, new_id = random.Random(7), counted_ids(8)
    for _ in range(40):
        fields = {"procedure_id": LABOUR, "card": f"{chance.getrandbits(256):064x}"}
        store.write(Write(edits=(Edit(new_id(), Kind.ASSIST, "C3", MONDAY, fields),)))


async def shown_codes(app: Connector) -> list[str]:
    """What is behind each code, in order, turning the pages."""
    lines = []
    while True:
        image = app.one(ft.Image)
        assert image.src == picture_of(image.data)
        lines.append(image.data)
        number = len(lines)
        assert image.semantics_label.startswith(f"Codi {number} de ")
        if not app.all_called(NEXT):
            assert image.semantics_label == f"Codi {number} de {number}"
            return lines
        await app.click(NEXT)
        await app.wait_text(f"Codi {number + 1} de ")


async def test_the_codes_that_are_shown_are_taken_by_the_centre(folder, office, coordinator):
    async with opened(folder) as app:
        await app.enter_as()
        many_cases(app.store)
        await not_yet(app)
        assert any(STAYS in each for each in app.texts())
        await app.click(CODES)
        await app.wait_text("Codi 1 de ")
        lines = await shown_codes(app)

        assert len(lines) >= 2
        assert coordinator.take(coordinator.file(*reversed(lines))) == 0
        assert at_centre(office) == {each.id: dict(offered(each)) for each in app.store.records()}
        assert app.store.counts().waiting == 41
        assert any(STAYS in each for each in app.texts())

        await app.click(PREVIOUS)
        await app.wait_text(f"Codi {len(lines) - 1} de {len(lines)}")
        await app.click("Torna")
        await app.wait_text("Encara no")


async def test_the_file_that_is_saved_is_taken_by_the_centre_and_names_nobody(folder, office, coordinator):
    async with opened(folder) as app:
        app.client.answers["save_file"] = lambda said: f"/downloads/{said['file_name']}"
        await not_yet(app)
        await app.click(FILE)
        await app.wait_text("Fitxer fet: relleu-")

        (said,) = [arguments for name, arguments in app.client.calls if name == "save_file"]
        path = coordinator.folder / said["file_name"]
        path.write_bytes(said["src_bytes"])
        assert coordinator.take(path) == 0
        assert [each["connector_id"] for each in at_centre(office).values()] == ["C3"]
        assert not any(word in said["file_name"] for word in ("C3", "Connector", "balafia", "Tablet"))
        assert app.store.counts().waiting == 1


async def test_what_became_of_the_file_stays_on_the_screen_though_a_round_comes_between(folder):
    async with opened(folder) as app:
        syncing = app.tablet.syncing

        def saved_during_a_round(said: dict[str, str]) -> str:
            syncing.report(Fetching())
            return said["file_name"]

        app.client.answers["save_file"] = saved_during_a_round
        await not_yet(app)
        trying_later = app.tablet.board.snapshot.sync.phase
        await app.click(FILE)
        await app.wait_text("S'està comprovant")
        syncing.report(trying_later)

        await app.wait_text("Fitxer fet: relleu-")


async def test_a_file_that_was_not_saved_is_said(folder):
    def refused(_: object) -> None:
        raise RuntimeError("no such thing here")

    async with opened(folder) as app:
        await not_yet(app)
        await app.click(FILE)
        await app.wait_text("No s'ha desat cap fitxer")

        app.client.answers["save_file"] = refused
        await app.click(FILE)
        await app.wait_text("No s'ha desat cap fitxer")
        assert "Encara no: 1 registre només és en aquesta tauleta" in app.texts()


async def test_a_tablet_without_a_key_says_so_and_offers_no_code(tmp_path):
    async with opened(tmp_path / "tablet") as app:
        await not_yet(app)

        assert any(NO_KEY in each for each in app.texts())
        assert not app.all_called(CODES) and not app.all_called(FILE)


async def test_practice_hands_nothing_over(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.go_to("/help")
        await app.click("Prova-ho en pràctiques")
        await app.wait_text("Nova ajuda")
        await app.go_to("/end-of-shift")
        await app.click("Envia i tanca el torn")
        await app.wait_text("Torn de pràctiques tancat.")

        assert not app.all_called(CODES) and not app.all_called(FILE)
        practised = app.tablet.practice.shown
        assert practised.store.counts().waiting
        assert not practised.carrying.is_possible
        assert await practised.carrying.pack() is None


async def test_the_screen_stays_awake_while_a_shift_is_sent_and_no_longer(folder):
    async with opened(folder) as app:
        await not_yet(app)
        await app.wait_for(lambda: [name for name, _ in app.client.calls if name.endswith("able")][-1:] == ["disable"])

        assert [name for name, _ in app.client.calls if name.endswith("able")] == ["enable", "disable"]


async def test_a_device_that_cannot_stay_awake_sends_all_the_same(folder):
    def refused(_: object) -> None:
        raise RuntimeError("no such thing here")

    async with opened(folder) as app:
        app.client.answers |= {"enable": refused, "disable": refused}

        await not_yet(app)

        assert "Encara no: 1 registre només és en aquesta tauleta" in app.texts()


async def test_a_code_holds_its_line_and_is_no_larger_than_cameras_read(desk):
    tablet = await worked(desk, cases=30)

    for line in (await packed(tablet)).lines:
        made = segno.make_qr(line, mode="alphanumeric", error="l")
        assert made.version <= 25
        assert picture_of(line).startswith(b"\x89PNG")
