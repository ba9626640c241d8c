"""Others do something to the folder while the app has it open: what is said to be saved is there at the next start."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from app.store import DiskRefused, Store
from app.store.file import JOURNAL
from app.store.lines import Codec
from tests.store.making import open_store, save

Harm = Callable[[Path], None]


def removed(folder: Path) -> None:
    (folder / JOURNAL).unlink()


def replaced(folder: Path) -> None:
    shutil.copy(folder / JOURNAL, folder / "copy")
    os.replace(folder / "copy", folder / JOURNAL)


def emptied(folder: Path) -> None:
    os.truncate(folder / JOURNAL, 0)


def cut(folder: Path) -> None:
    os.truncate(folder / JOURNAL, len((folder / JOURNAL).read_bytes().rstrip(b"\0")) - 20)


def renamed(folder: Path) -> None:
    (folder / JOURNAL).rename(folder / "elsewhere")


ANY_HARM = pytest.mark.parametrize("harm", [removed, replaced, emptied, cut, renamed])


def ids(store: Store) -> set[str]:
    return {record.id for record in store.records()}


@ANY_HARM
@pytest.mark.parametrize("times", [1, 2])
def test_a_journal_that_was_harmed_is_written_anew_from_memory(
    folder: Path, codec: Codec, harm: Harm, times: int
) -> None:
    store = open_store(folder, codec=codec)
    save(store, "before")

    for time in range(times):
        harm(folder)
        save(store, f"after {time}")
    save(store, "and on")

    expected = ids(store)
    shutil.copytree(folder, killed := folder.with_name("killed"))
    store.close()
    for each in (folder, killed):
        store = open_store(each, codec=codec)
        assert ids(store) == expected == {"before", "and on", *(f"after {time}" for time in range(times))}
        assert store.recovery.is_clean
        store.close()


@ANY_HARM
def test_where_it_cannot_be_written_anew_nothing_is_said_to_be_saved(
    folder: Path, codec: Codec, harm: Harm, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    store = open_store(folder, codec=codec)
    save(store, "before")
    harm(folder)

    with monkeypatch.context() as full:
        full.setattr("app.store.file._write", refuse)
        for _ in range(2):
            with pytest.raises(DiskRefused):
                save(store, "refused")
    assert ids(store) == {"before"}

    save(store, "after")
    store.close()
    store = open_store(folder, codec=codec)
    assert ids(store) == {"before", "after"}
    store.close()


@pytest.mark.parametrize("comes_back", [False, True])
def test_a_folder_that_is_gone_takes_its_key_along_so_nothing_is_said_to_be_saved(
    folder: Path, codec: Codec, comes_back: bool
) -> None:
    store = open_store(folder, codec=codec)
    save(store, "before")
    shutil.rmtree(folder)
    if comes_back:
        folder.mkdir()

    for _ in range(2):
        with pytest.raises(DiskRefused):
            save(store, "after")

    assert ids(store) == {"before"}
    store.close()
    assert list(folder.parent.rglob("store.*")) == []
