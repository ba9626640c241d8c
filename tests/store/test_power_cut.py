"""A power cut after every write: a disk that forgets whatever was not synced, names of files included."""

import os
from pathlib import Path

import pytest

from app.store import Recovery, Write, disk, file, journal
from app.store.journal import JOURNAL, SPARE, JournalStorage
from tests.store.making import make_reply, open_store, save


class ForgetfulDisk:
    """Does what the real functions do, and remembers what a power cut would leave: the least that was promised."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._contents: dict[int, bytes] = {}  # of each file when it was last synced
        self._names: dict[str, int] = {}  # in the folder when it was last synced

    def sync_file(self, descriptor: int) -> None:
        disk.sync_file(descriptor)
        status = os.fstat(descriptor)
        with open(f"/proc/self/fd/{descriptor}", "rb") as file:
            self._contents[status.st_ino] = file.read()

    def sync_folder(self, folder: Path) -> None:
        disk.sync_folder(folder)
        if folder == self._folder:
            self._names = {path.name: path.stat().st_ino for path in folder.iterdir() if path.is_file()}

    def after_a_power_cut(self, name: str) -> Path:
        after = self._folder.parent / name
        after.mkdir()
        for name_there, number in self._names.items():
            (after / name_there).write_bytes(self._contents.get(number, b""))
        return after


@pytest.fixture
def forgetful(folder: Path, monkeypatch: pytest.MonkeyPatch) -> ForgetfulDisk:
    forgetful = ForgetfulDisk(folder)
    monkeypatch.setattr(file, "sync_file", forgetful.sync_file)
    for module in (journal, file):
        monkeypatch.setattr(module, "sync_folder", forgetful.sync_folder)
    return forgetful


def test_a_power_cut_after_any_write_loses_nothing_that_was_said_to_be_saved(
    folder: Path, forgetful: ForgetfulDisk
) -> None:
    store = open_store(folder)
    steps = [
        lambda: save(store, "r1", note="a"),
        lambda: store.write(Write(drafts={"d1": {"n": 1}}, notes={"route": "/today"})),
        lambda: store.seal(5),
        lambda: store.hear(make_reply(cursor="e.1")),
        lambda: store.restart(),
    ]

    for number, step in enumerate([lambda: None, *steps]):
        step()
        after = open_store(forgetful.after_a_power_cut(f"after-{number}"))
        assert after.recovery == Recovery()
        assert (after.records(), after.drafts(), after.note("route"), after.cursor()) == (
            store.records(),
            store.drafts(),
            store.note("route"),
            store.cursor(),
        )
        after.close()
    store.close()


def test_a_power_cut_after_a_renewal_loses_nothing(folder: Path, forgetful: ForgetfulDisk) -> None:
    storage = JournalStorage(folder)
    for number in range(SPARE + 10):
        storage.commit({"t": {"a": {"n": number}}})
    old = (folder / JOURNAL).stat().st_ino

    storage.tidy()
    storage.commit({"t": {"b": {"n": 0}}})

    assert (folder / JOURNAL).stat().st_ino != old
    after = JournalStorage(forgetful.after_a_power_cut("after"))
    assert after.read() == storage.read() == {"t": {"a": {"n": SPARE + 9}, "b": {"n": 0}}}
    after.close()
    storage.close()
