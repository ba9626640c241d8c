"""Room made ahead, and a new file made while others write: nothing in between is lost, refused or kept waiting."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, Thread

import pytest

from app.store import DiskRefused, Recovery, Write, file
from app.store.file import AHEAD, FRESH, JOURNAL
from app.store.journal import AT_ONCE, SPARE, JournalStorage
from app.store.lines import Codec, replay
from tests.store.making import open_store, save
from tests.store.test_journal import DOCUMENTS, fill, reopened


def test_room_is_made_ahead_and_given_back(folder: Path) -> None:
    storage = JournalStorage(folder)
    sizes = set()
    for number in range(20):
        storage.commit({"t": {str(number): {"n": number}}})
        sizes.add((folder / JOURNAL).stat().st_size)
    content = (folder / JOURNAL).read_bytes()
    storage.close()

    assert len(sizes) == 1 and sizes.pop() > AHEAD
    assert (folder / JOURNAL).read_bytes() == content.rstrip(b"\0")


@pytest.mark.parametrize("room", [0, 1, 5000])
def test_what_a_kill_leaves_behind_the_last_line_is_nothing(folder: Path, codec: Codec, room: int) -> None:
    whole = fill(folder, codec)
    (folder / JOURNAL).write_bytes(whole + bytes(room))

    assert reopened(folder, codec) == (DOCUMENTS, Recovery())
    assert (folder / JOURNAL).read_bytes() == whole


def test_a_last_line_of_which_any_part_came_to_the_disk_is_a_torn_one(folder: Path, codec: Codec) -> None:
    whole = fill(folder, codec)
    last = whole.rindex(b"\n", 0, -1) + 1

    for start in range(last, len(whole) - 1):
        for end in (start + 1, (start + len(whole)) // 2, len(whole) - 1):
            found = replay(whole[:start] + bytes(end - start) + whole[end:] + bytes(100), codec)
            assert (found.bad, found.end, found.has_bad_end) == ((), last, False)
            assert found.torn_bytes == len(whole) - last - 1  # without the line break


def test_a_disk_that_is_too_full_for_room_still_takes_lines(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse_room(opened: file.FileIO, place: int, content: bytes) -> None:
        if len(content) > AHEAD:
            raise OSError(28, "No space left on device")
        write(opened, place, content)

    write = file._write
    monkeypatch.setattr(file, "_write", refuse_room)

    whole = fill(folder)

    assert len(whole.splitlines()) == len(DOCUMENTS) + 1
    assert reopened(folder) == (DOCUMENTS, Recovery())


@pytest.fixture
def held_up(monkeypatch: pytest.MonkeyPatch) -> tuple[Event, Event]:
    """A compaction that has begun its file waits there until it may go on."""
    begun, may_go_on = Event(), Event()

    class HeldUp(file.FreshFile):
        def sync(self) -> None:
            begun.set()
            assert may_go_on.wait(20)
            super().sync()

    monkeypatch.setattr("app.store.journal.FreshFile", HeldUp)
    return begun, may_go_on


def test_what_is_written_while_a_new_file_is_made_is_in_it(
    folder: Path, codec: Codec, held_up: tuple[Event, Event]
) -> None:
    begun, may_go_on = held_up
    may_go_on.set()
    fill(folder, codec)
    may_go_on.clear()
    begun.clear()
    storage = JournalStorage(folder, codec)
    number = os.stat(folder / JOURNAL).st_ino

    with ThreadPoolExecutor(1) as pool:
        compaction = pool.submit(storage.compact)
        assert begun.wait(20)
        storage.commit({"t": {"r0": None, "new": {"n": 1}}, "other": {"x": {"n": 2}}})
        storage.commit({"t": {"new": {"n": 3}}, "other": None})
        storage.compact()  # somebody is at it
        may_go_on.set()
        compaction.result()
    storage.commit({"t": {"after": {"n": 4}}})
    storage.close()

    assert os.stat(folder / JOURNAL).st_ino != number
    expected = {name: document for name, document in DOCUMENTS.items() if name != "r0"}
    assert reopened(folder, codec) == ({**expected, "new": {"n": 3}, "after": {"n": 4}}, Recovery())


def test_closing_ends_a_compaction_without_a_new_file(folder: Path, held_up: tuple[Event, Event]) -> None:
    begun, may_go_on = held_up
    may_go_on.set()
    storage = JournalStorage(folder)
    documents = {str(number): {"n": number} for number in range(3 * AT_ONCE)}
    storage.commit({"t": documents})
    number = os.stat(folder / JOURNAL).st_ino
    begun.clear()
    may_go_on.clear()

    with ThreadPoolExecutor(2) as pool:
        compaction = pool.submit(storage.compact)
        assert begun.wait(20)
        closing = pool.submit(storage.close)
        assert storage._closing.wait(20)
        may_go_on.set()
        compaction.result()
        closing.result()

    assert (os.stat(folder / JOURNAL).st_ino, (folder / FRESH).exists()) == (number, False)
    assert reopened(folder) == (documents, Recovery())


def test_a_compaction_that_begins_after_closing_touches_nothing(folder: Path) -> None:
    storage = JournalStorage(folder)
    storage.commit({"t": {"a": {"n": 1}}})
    storage.close()
    (folder / FRESH).write_bytes(b"of another process")

    storage.compact()

    assert (folder / FRESH).read_bytes() == b"of another process"


def test_a_refused_compaction_leaves_everything_and_waits_before_the_next(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage = JournalStorage(folder)
    for number in range(SPARE + 10):
        storage.commit({"t": {"a": {"n": number}}})
    assert storage.is_mostly_history

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(file, "_write", refuse)
        with pytest.raises(DiskRefused):
            storage.compact()

    assert not storage.is_mostly_history
    assert not (folder / FRESH).exists()
    storage.commit({"t": {"b": {"n": 1}}})
    storage.compact()
    storage.close()
    assert reopened(folder) == ({"a": {"n": SPARE + 9}, "b": {"n": 1}}, Recovery())


def test_a_store_renews_its_file_by_itself_while_it_is_written_to(folder: Path, codec: Codec) -> None:
    store = open_store(folder, codec=codec)
    number = os.stat(folder / JOURNAL).st_ino
    for step in range(SPARE + 50):
        store.write(Write(notes={"route": f"/{step}"}))
    save(store, "r1", note="a")
    store.close()

    assert os.stat(folder / JOURNAL).st_ino != number
    again = open_store(folder, codec=codec)
    assert (again.recovery, again.note("route"), len(again.records())) == (Recovery(), f"/{SPARE + 49}", 1)
    again.compact()
    assert len(replay((folder / JOURNAL).read_bytes(), codec).tables["records"]) == 1
    again.close()


@pytest.mark.parametrize("is_blind", [False, True], ids=["told at once", "told at the next write"])
def test_a_new_file_that_took_its_place_although_the_disk_said_no_is_written_on(
    folder: Path, codec: Codec, monkeypatch: pytest.MonkeyPatch, is_blind: bool
) -> None:
    """A file cut or written as if it were the other one loses lines, and a sealed line opens in its own file only."""
    fill(folder, codec)
    storage = JournalStorage(folder, codec)
    for number in range(50):
        storage.commit({"t": {"r0": {"n": number}}})
    replace = Path.replace

    def refuse(*_: object) -> None:
        raise OSError(5, "Input/output error")

    def replace_and_refuse(path: Path, target: Path) -> None:
        replace(path, target)
        refuse()

    with monkeypatch.context() as broken:
        broken.setattr(Path, "replace", replace_and_refuse)
        if is_blind:
            broken.setattr(file, "FileIO", OpensOnlyFresh)
            for _ in range(2):
                with pytest.raises(DiskRefused):
                    storage.compact()
        else:
            storage.compact()
    storage.commit({"t": {"after": {"n": 1}}})
    storage.close()

    assert reopened(folder, codec) == ({**DOCUMENTS, "r0": {"n": 49}, "after": {"n": 1}}, Recovery())


class OpensOnlyFresh(file.FileIO):
    def __init__(self, path: Path, mode: str) -> None:
        if mode != "wb":
            raise OSError(5, "Input/output error")
        super().__init__(path, mode)


def test_a_write_after_closing_is_refused_and_touches_nothing(folder: Path) -> None:
    storage = JournalStorage(folder)
    storage.close()
    other = JournalStorage(folder)
    other.commit({"t": {"a": {"n": 1}}})

    with pytest.raises(DiskRefused, match="closed"):
        storage.commit({"t": {"b": {"n": 2}}})

    storage.close()  # once more
    other.close()
    assert reopened(folder) == ({"a": {"n": 1}}, Recovery())


def test_a_store_that_can_begin_no_thread_goes_on_with_its_old_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Thread) -> None:
        raise RuntimeError("can't start new thread")

    store = open_store(folder)
    monkeypatch.setattr(Thread, "start", refuse)
    for number in range(SPARE + 10):
        save(store, "r1", n=number)
    save(store, "r2", n=1)

    assert store.counts().waiting == 2
    store.close()


def test_who_asks_for_a_compaction_waits_until_it_is_done(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_store(folder)
    with monkeypatch.context() as quiet:
        quiet.setattr(JournalStorage, "is_mostly_history", False)
        for number in range(SPARE + 10):
            save(store, "r1", n=number)
    started: list[Thread] = []
    monkeypatch.setattr(Thread, "start", started.append)

    store.compact()

    assert started == []
    store.close()
