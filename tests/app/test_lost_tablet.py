"""The drill: a tablet is taken from the hall with work on it that was not sent, and turned on by whoever has it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from app.opening import Failure, open_tablet
from app.services.leaving import Leaving
from app.settings import Settings
from app.shell import Gone, Tablet
from app.store import (
    DiskRefused,
    KeyFile,
    KeyGone,
    Left,
    Sealed,
    Write,
    destroy,
    key_file_of,
    key_of,
    read_left,
    unacknowledged,
    write_left,
)
from sync.client.phase import Cause, Resting, Stopped
from sync.endpoint.drop_box import brought
from sync.endpoint.exchange import TENANT
from sync.endpoint.server import running
from sync.errors import LinkDown
from tests.app.opened import Connector, opened
from tests.store.making import open_store, save
from tests.sync.coordinator import Desk
from tests.sync.tablets import Office

pytestmark = pytest.mark.anyio

MARKER = "Zq-marker-of-the-drill"
OUT = "Aquesta tauleta està fora de servei"


@pytest.fixture
def coordinator(office: Office, tmp_path: Path) -> Desk:
    return Desk(office, tmp_path / "coordinator")


@contextmanager
def at_an_address(office: Office) -> Iterator[str]:
    with running(office.centre) as url:
        yield url


def readable(folder: Path) -> list[str]:
    found = [path for path in folder.parent.rglob("*") if path.is_file() and folder.name in str(path)]
    return [path.name for path in found if MARKER.encode() in path.read_bytes()]


def waiting_in_the_box(office: Office) -> int:
    return sum(one.taken_at is None for one in brought(office.centre.database, TENANT))


async def in_step(app: Connector) -> None:
    """Once the two ends have agreed since the app was started."""

    def has_agreed() -> bool:
        phase = app.tablet.board.snapshot.sync.phase
        return isinstance(phase, Resting) and phase.since is not None

    await app.wait_for(has_agreed, "a round")


async def told_that_it_is_lost(app: Connector, office: Office) -> None:
    office.centre.give_up("Tauleta 2")
    app.tablet.syncing.wake()
    await app.wait_text(OUT)


async def worked_without_network(app: Connector, number: int) -> None:
    """Markers in what people write, and in what only the tablet keeps."""
    aliases = {"s": {"until": "2099-01-01T00:00:00+01:00", "names": {"1": MARKER}}}
    app.store.write(Write(notes={"aliases": aliases}, drafts={"d": {"note": MARKER}}))
    for each in range(number):
        save(app.store, f"{each + 1:08x}-0000-4000-8000-00000000abcd", kind="assist", outcome=MARKER)


async def test_s_t23_the_lost_tablet_drill(office: Office, coordinator: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "tablet"
    with at_an_address(office) as url:
        async with opened(folder, centre=(url, office.centre.issue_code("Tauleta 2"))) as app:
            await in_step(app)
    async with opened(folder, centre=("http://127.0.0.1:9", None)) as app:  # taken away, where no network is
        await worked_without_network(app, 7)
        assert len(list(unacknowledged(app.store.records()))) == 7

    assert coordinator.run("lost", "--name", "Tauleta 2") == 0
    with at_an_address(office) as url:  # the finder has Wi-Fi
        async with opened(folder, centre=(url, None)) as app:
            await app.wait_text(OUT)
            await app.wait_for(lambda: waiting_in_the_box(office) == 1, "the parcel in the box")
            assert app.texts().count("Nova ajuda") == 0

    assert readable(folder) == []
    assert sorted(path.name for path in folder.iterdir()) == ["leaving.json", "store.lock"]
    assert read_left(folder).token == ""
    assert not key_file_of(folder).exists()
    assert office.records() == {}
    assert coordinator.run("hand-over", "--key", coordinator.key, "--brought") == 0
    assert len([each for each in office.records().values() if each.kind == "assist"]) == 7
    assert {each.fields["outcome"] for each in office.records().values()} == {MARKER}


async def test_s_t23_turned_on_again_it_stays_out_of_service(office, coordinator, tmp_path):
    folder = tmp_path / "tablet"
    write_left_somewhere(folder)

    async with opened(folder) as app:
        await app.wait_text(OUT)
        assert "Qui ets?" not in app.texts()

    assert isinstance(await open_tablet(Settings(folder)), Gone)


async def test_s_t23_found_again_it_comes_back_with_a_new_code(office, coordinator, tmp_path):
    folder = tmp_path / "tablet"
    with at_an_address(office) as url:
        async with opened(folder, centre=(url, office.centre.issue_code("Tauleta 2"))) as app:
            await in_step(app)
            await told_that_it_is_lost(app, office)
            left = {"leaving.json", "store.lock"}
            await app.wait_for(lambda: {path.name for path in folder.iterdir()} == left, "everything else to go")

        async with opened(folder, centre=(url, office.centre.issue_code("Tauleta 2"))) as app:
            await in_step(app)
            await app.start_shift()

    assert read_left(folder) is None


async def test_s_t23_nothing_is_saved_any_more_once_it_knows(office, coordinator, tmp_path):
    folder = tmp_path / "tablet"
    with at_an_address(office) as url:
        async with opened(folder, centre=(url, office.centre.issue_code("Tauleta 2"))) as app:
            await in_step(app)
            await told_that_it_is_lost(app, office)

            with pytest.raises(DiskRefused):
                app.store.write(Write(notes={"n": 1}))


async def test_s_t23_without_the_centres_key_what_waits_stays_closed_and_comes_back(office, tmp_path):
    folder = tmp_path / "tablet"
    with at_an_address(office) as url:
        async with opened(folder, centre=(url, office.centre.issue_code("Tauleta 2"))) as app:
            await in_step(app)
            await worked_without_network(app, 3)
            await told_that_it_is_lost(app, office)
            await app.wait_for(lambda: read_left(folder) is not None, "what is left")
        assert readable(folder) == []
        assert read_left(folder) == Left(url, "", is_kept=True), "no token in clear that brings nothing"
        assert isinstance(await open_tablet(Settings(folder)), Gone)

        async with opened(folder, centre=(url, office.centre.issue_code("Tauleta 2"))) as app:
            await in_step(app)
    assert len([each for each in office.records().values() if each.kind == "assist"]) == 3


# going out of service, piece by piece


class Box:
    """A drop box; with a number, one that has no network after so many parcels."""

    def __init__(self, works_for: int = 1_000) -> None:
        self.parcels: list[tuple[str, ...]] = []
        self.works_for = works_for

    async def bring(self, lines: tuple[str, ...]) -> str:
        if len(self.parcels) >= self.works_for:
            raise LinkDown("no network")
        self.parcels.append(tuple(lines))
        return "parcel"


THREE = Left("https://centre.test", "t", (("a",), ("b",), ("c",)))


def write_left_somewhere(folder: Path) -> None:
    folder.mkdir()
    write_left(folder, Left("http://127.0.0.1:9", "t"))


@pytest.fixture
def place(tmp_path: Path) -> KeyFile:
    return KeyFile(key_file_of(tmp_path / "tablet"))


async def made(folder: Path, place: KeyFile) -> Sealed:
    codec = Sealed(await key_of(folder, place, lambda number: bytes(range(number))))
    store = open_store(folder, codec=codec)
    save(store, note=MARKER)
    store.close()
    (folder / "practice").mkdir()
    (folder / "practice" / "store.journal").write_text(MARKER)
    (folder / "aside.1").write_text(MARKER)
    return codec


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


async def test_what_could_not_be_brought_is_brought_later_and_nothing_twice(tmp_path, place):
    codec = await made(tmp_path / "tablet", place)
    box = Box(works_for=2)
    leaving = Leaving(tmp_path / "tablet", place, box, lambda: THREE, codec)

    assert await leaving.round() == Stopped(Cause.DEVICE_LOST)
    assert read_left(tmp_path / "tablet") == Left("https://centre.test", "t", (("c",),))
    box.works_for = 9
    await leaving.round()
    await leaving.round()

    assert box.parcels == [("a",), ("b",), ("c",)]
    assert read_left(tmp_path / "tablet") == Left("https://centre.test", "")


async def test_nothing_is_destroyed_before_what_is_left_is_on_the_disk(tmp_path, place):
    folder = tmp_path / "tablet"
    codec = await made(folder, place)
    before = contents(folder)

    def full() -> Left:
        raise DiskRefused(OSError(28, "No space left on device"))

    await Leaving(folder, place, Box(), full, codec).round()

    assert contents(folder) == before
    assert await place.read() is not None


async def test_a_kill_between_the_two_is_made_good_at_the_next_start(tmp_path, place):
    folder = tmp_path / "tablet"
    write_left(folder, replace(THREE, parcels=()), await made(folder, place))

    gone = await open_tablet(Settings(folder), place)
    assert isinstance(gone, Gone)
    await gone.run()

    assert sorted(path.name for path in folder.iterdir()) == ["leaving.json", "store.lock"]
    assert await place.read() is None


async def test_a_kill_after_half_of_the_key_was_destroyed_is_made_good_too(tmp_path, place):
    folder = tmp_path / "tablet"
    write_left(folder, replace(THREE, parcels=()), await made(folder, place))
    await place.forget()

    gone = await open_tablet(Settings(folder), place)
    assert isinstance(gone, Gone)
    await gone.run()

    assert sorted(path.name for path in folder.iterdir()) == ["leaving.json", "store.lock"]


async def test_a_second_kill_before_anything_was_destroyed_is_made_good_too(tmp_path, place, monkeypatch):
    folder = tmp_path / "tablet"
    write_left(folder, replace(THREE, parcels=()), await made(folder, place))

    async def refuse(_: KeyFile) -> None:
        raise KeyGone(folder, "it does not answer")

    with monkeypatch.context() as no_answer:
        no_answer.setattr(KeyFile, "forget", refuse)
        await (await open_tablet(Settings(folder), place)).run()
    assert (folder / "store.key").exists()

    gone = await open_tablet(Settings(folder), place)
    assert isinstance(gone, Gone)
    await gone.run()
    assert await place.read() is None


async def test_s_t23_a_kill_half_way_does_not_keep_it_from_coming_back_with_a_new_code(tmp_path, place):
    """The note was gone with the code, and what was left of the store had no key."""
    folder = tmp_path / "tablet"
    write_left(folder, replace(THREE, parcels=()), await made(folder, place))
    (folder / "store.key").unlink()

    tablet = await open_tablet(Settings(folder, "http://127.0.0.1:9", "K7QF-2M9P-4XYZ"), place)

    assert isinstance(tablet, Tablet)
    assert list(tablet.store.records()) == []
    assert read_left(folder) is None
    tablet.store.close()


FORGED = b'{"url":"","token":"","parcels":[],"is_kept":false}'


async def test_s_t23_whoever_has_no_key_cannot_put_a_tablet_out_of_service(tmp_path, place, caplog):
    folder = tmp_path / "tablet"
    codec = await made(folder, place)
    kept = replace(THREE, parcels=(), is_kept=True)
    write_left(folder, kept, codec)
    changed = (folder / "leaving.json").read_bytes().replace(b"true", b"false")
    signed_by_another = Sealed(b"k" * 32)

    for forged in (FORGED, changed, None):
        if forged is None:
            write_left(folder, kept, signed_by_another)
        else:
            (folder / "leaving.json").write_bytes(forged)
        was = (folder / "leaving.json").read_bytes()
        tablet = await open_tablet(Settings(folder), place)

        assert isinstance(tablet, Tablet)
        assert tablet.store.record("r1").fields["note"] == MARKER
        tablet.store.close()
        assert (folder / "leaving.set-aside").read_bytes() == was
        assert read_left(folder) is None
        assert await place.read() is not None
        assert "was not written by this tablet" in caplog.text
        caplog.clear()


async def test_s_t23_what_cannot_be_looked_at_now_destroys_nothing(tmp_path, place, monkeypatch):
    folder = tmp_path / "tablet"
    await made(folder, place)
    (folder / "leaving.json").write_bytes(FORGED)
    before, key = contents(folder), await place.read()

    async def refuse(_: KeyFile) -> None:
        raise KeyGone(folder, "it does not answer")

    with monkeypatch.context() as no_answer:
        no_answer.setattr(KeyFile, "read", refuse)
        assert isinstance(await open_tablet(Settings(folder), place), Failure)
    await place.keep(b"garbage")
    assert isinstance(await open_tablet(Settings(folder), place), Failure)

    assert contents(folder) == before
    await place.keep(key)


async def test_a_damaged_note_of_what_is_left_opens_nothing(tmp_path, place):
    folder = tmp_path / "tablet"
    await made(folder, place)
    (folder / "leaving.json").write_text('{"url": 1')

    assert isinstance(await open_tablet(Settings(folder), place), Failure)
    assert (folder / "store.journal").exists()


async def test_destroying_twice_is_destroying_once(tmp_path, place):
    await made(tmp_path / "tablet", place)
    for _ in range(2):
        destroy(tmp_path / "tablet")

    assert [path.name for path in (tmp_path / "tablet").iterdir()] in ([], ["store.lock"])
