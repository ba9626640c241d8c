"""A store in clear, as older apps left it, is turned into a sealed one at opening: whatever cuts that short, everything
is there at the next, and at the end nothing is readable."""

import asyncio
import os
from collections.abc import Callable
from itertools import count
from pathlib import Path
from random import Random

import pytest

from app.store import CHECKSUM, DiskRefused, KeyGone, Recovery, Sealed, Store, Write, WrongKey, aside, file, key_of
from app.store.file import ASIDE, FRESH, JOURNAL
from tests.store.key_places import MemoryPlace
from tests.store.making import SEALED, open_store, save
from tests.torture.disk_states import moments
from tests.torture.doors import watched
from tests.torture.hands import shown_by
from tests.torture.operations import Written
from tests.torture.places import scratch
from tests.torture.powercut import digest_of, lay_out
from tests.torture.recorder import Recorder

MARKER = "very-secret-words"
TORN = 0.3  # how many of the writes are looked at torn at any byte, of 1
WORK = {"r0", "r1", "r3"}  # r2 is the one that is damaged


def turned(folder: Path) -> Store:
    """As the app does it, with the key of SEALED, however often."""
    key = asyncio.run(key_of(folder, MemoryPlace(bytes(range(32))), lambda size: bytes(range(size))))
    assert key == bytes(range(32))
    return open_store(folder, codec=SEALED, before=CHECKSUM)


def in_clear(folder: Path) -> None:
    """Records, a draft and a note, a damaged line, and one that was set aside earlier."""
    store = open_store(folder)
    for number in range(4):
        save(store, f"r{number}", note=f"{MARKER} {number}")
    store.write(Write(drafts={"d1": {"n": MARKER}}, notes={"token": MARKER}))
    store.close()
    journal = folder / JOURNAL
    journal.write_bytes(journal.read_bytes().replace(f"{MARKER} 2".encode(), f"{MARKER} x".encode(), 1))
    (folder / ASIDE).write_bytes(f"0 {MARKER} of an earlier day\n".encode())


def is_whole(store: Store) -> bool:
    ids = {record.id for record in store.records()}
    return ids == WORK and store.draft("d1") == {"n": MARKER} and store.note("token") == MARKER


def readable(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if MARKER.encode() in path.read_bytes()]


def test_everything_is_there_afterwards_and_no_file_says_a_word(folder: Path) -> None:
    in_clear(folder)
    assert sorted(readable(folder)) == [JOURNAL, ASIDE]

    for recovery in (Recovery(bad_lines=1, kept_in=folder / ASIDE), Recovery()):
        store = turned(folder)
        assert is_whole(store)
        assert store.recovery == recovery
        store.close()
        assert readable(folder) == []

    lines = (folder / ASIDE).read_bytes().split(b"\n")[:-1]
    opened = [SEALED.open(line, SEALED.file_of(line, 0), 0) for line in lines]
    assert len(lines) == 2 and all(MARKER.encode() in line for line in opened if line)  # for experts, with the key


def test_what_is_sealed_already_stays_as_it_is(folder: Path) -> None:
    in_clear(folder)
    turned(folder).close()
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    turned(folder).close()

    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_store_in_clear_with_a_damaged_first_line_is_turned_too(folder: Path) -> None:
    in_clear(folder)
    journal = folder / JOURNAL
    journal.write_bytes(journal.read_bytes().replace(b"{", b"!", 1))

    store = turned(folder)

    assert is_whole(store)
    store.close()
    assert readable(folder) == []


def with_work(folder: Path) -> None:
    store = turned(folder)
    save(store, "r9")
    store.close()


def with_a_key_alone(folder: Path) -> None:
    """Killed at the very first start, when nothing was sealed yet."""
    asyncio.run(key_of(folder, MemoryPlace(bytes(range(32))), lambda size: bytes(range(size))))


def with_a_store_that_was_in_clear(folder: Path) -> None:
    in_clear(folder)
    turned(folder).close()


def with_a_store_that_is_being_turned(folder: Path) -> None:
    in_clear(folder)
    with_a_key_alone(folder)


@pytest.mark.parametrize(
    "begun", [with_work, with_a_key_alone, with_a_store_that_was_in_clear, with_a_store_that_is_being_turned]
)
def test_another_store_in_clear_is_never_sealed_with_a_key_that_is_there(
    folder: Path, begun: Callable[[Path], None]
) -> None:
    """Or whoever can write into the folder would have anything sealed with it."""
    begun(folder)
    planted = folder.with_name("planted")
    save(store := open_store(planted), "r1", note="planted")
    store.close()
    (planted / JOURNAL).replace(folder / JOURNAL)
    (folder / ASIDE).write_bytes(b"planted too\n")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    for _ in range(2):
        with pytest.raises(WrongKey, match="in clear"):
            turned(folder)
    with pytest.raises(KeyGone):  # nor is the key replaced, when what opens it is gone
        asyncio.run(key_of(folder, MemoryPlace(), lambda size: b"n" * size))

    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_store_in_clear_is_not_sealed_where_no_key_was_made_for_it(folder: Path) -> None:
    in_clear(folder)

    with pytest.raises(WrongKey, match="in clear"):
        open_store(folder, codec=SEALED, before=CHECKSUM)


def test_damaged_lines_in_clear_are_closed_only_when_a_store_is_turned(folder: Path) -> None:
    with_work(folder)
    journal = folder / JOURNAL
    first, _, rest = journal.read_bytes().partition(b"\n")
    journal.write_bytes(CHECKSUM.close(first[9:].replace(b'"schema":1', b'"schema":0')) + b"\n" + rest)
    (folder / ASIDE).write_bytes(b"planted\n")

    turned(folder).close()

    assert (folder / ASIDE).read_bytes() == b"planted\n"


@pytest.mark.parametrize("fails_in", [file, aside])
def test_a_disk_that_refuses_leaves_the_store_in_clear_and_whole(
    folder: Path, monkeypatch: pytest.MonkeyPatch, fails_in: object
) -> None:
    in_clear(folder)
    before = (folder / JOURNAL).read_bytes()

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(fails_in, "replace_file" if fails_in is aside else "sync_file", refuse)
        with pytest.raises(DiskRefused, match="No space"):
            turned(folder)
    assert ((folder / JOURNAL).read_bytes(), (folder / FRESH).exists()) == (before, False)

    store = turned(folder)
    assert is_whole(store)
    store.close()
    assert readable(folder) == []


def test_a_power_cut_or_a_kill_at_any_point_loses_nothing() -> None:
    """Every folder that may be left at every moment, from the making of the key on, is opened again."""
    with scratch() as place:
        session, after = place / "session", place / "after"
        session.mkdir()
        after.mkdir()
        in_clear(session)
        kept, recorder, chance = MemoryPlace(), Recorder(), Random(1)
        with watched(session, recorder):
            recorder.begin_here()
            store = opened(session, kept)
            expected = shown_by(store)
            store.close()
        recorder.check(session)
        assert readable(session) == []

        seen: set[bytes] = set()
        for disk, last in moments(recorder.operations, recorder.start):
            if isinstance(last, Written) and chance.random() > TORN:
                continue
            for image in disk.images(last, chance):
                if digest_of(image) not in seen:
                    seen.add(digest_of(image))
                    lay_out(image, after)
                    store = opened(after, MemoryPlace(kept.kept))
                    assert shown_by(store) == expected
                    store.close()
                    assert readable(after) == []
        assert len(seen) > 30


def opened(folder: Path, place: MemoryPlace) -> Store:
    """As the app does it. What is drawn is the same each time, so that the key is the one of the first time."""
    numbers = count(1)
    key = asyncio.run(key_of(folder, place, lambda size: bytes([next(numbers)]) * size))
    return Store.open(folder, new_id=str, codec=Sealed(key), before=CHECKSUM)


def test_a_process_killed_while_it_turns_the_store_leaves_one_that_opens(folder: Path) -> None:
    for place in range(0, 18, 2):
        scene = folder.with_name(f"scene-{place}")
        in_clear(scene)
        other = os.fork()
        if other == 0:
            _killed_at(place, scene)
        os.waitpid(other, 0)

        store = turned(scene)
        assert is_whole(store)
        store.close()
        assert readable(scene) == []


def _killed_at(number: int, folder: Path) -> None:
    """Ends the process before the disk is asked for the so-manieth time."""
    recorder = Recorder()
    left = count(number, -1)

    def asked(what: str, size: int = 0) -> int:
        if next(left) == 0:
            os._exit(9)
        return size

    recorder.asked = asked  # type: ignore[method-assign]
    with watched(folder, recorder):
        turned(folder)
    os._exit(0)
