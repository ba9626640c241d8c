"""The key of a store, closed for the centre: what opens the box, when it is made anew, and the copy to be carried."""

from pathlib import Path

import pytest

from app.store import (
    DiskRefused,
    FolderUnwritable,
    close_for_centre,
    copied,
    destroy,
    key_for_centre,
    may_be_copied,
    unfolded,
)
from app.store.file import JOURNAL
from app.store.rescue import RESCUE
from sync.protocol.sealed_box import new_private_key, public_key_of

KEY, OTHER_KEY = bytes(range(32)), bytes(range(1, 33))
PRIVATE, ELSEWHERE = new_private_key(), new_private_key()
PUBLIC = public_key_of(PRIVATE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / JOURNAL).write_bytes(b"sealed lines")
    return tmp_path


def test_s_t04_the_box_opens_with_the_centres_private_key_alone(folder: Path) -> None:
    close_for_centre(folder, KEY, PUBLIC)
    box = (folder / RESCUE).read_bytes()

    assert key_for_centre(box, PRIVATE) == KEY
    assert key_for_centre(box, ELSEWHERE) is None
    assert KEY not in box and KEY.hex().encode() not in box
    assert (folder / RESCUE).stat().st_mode & 0o077 == 0


def test_a_box_that_was_changed_anywhere_opens_with_no_key(folder: Path) -> None:
    close_for_centre(folder, KEY, PUBLIC)
    box = (folder / RESCUE).read_bytes()
    sealed = len(box) - 64  # the signature says whose it is and needs no secret of the centre
    for at in range(sealed):
        assert key_for_centre(box[:at] + bytes([box[at] ^ 1]) + box[at + 1 :], PRIVATE) is None
    assert key_for_centre(box[: sealed - 1], PRIVATE) is None
    assert key_for_centre(b"", PRIVATE) is None


def test_a_box_that_is_good_is_not_written_again(folder: Path) -> None:
    close_for_centre(folder, KEY, PUBLIC)
    before = (folder / RESCUE).read_bytes()
    close_for_centre(folder, KEY, PUBLIC)
    assert (folder / RESCUE).read_bytes() == before


@pytest.mark.parametrize(("key", "private"), [(OTHER_KEY, PRIVATE), (KEY, ELSEWHERE)], ids=["key", "centre"])
def test_a_box_of_another_key_or_centre_makes_room(folder: Path, key: bytes, private: bytes) -> None:
    close_for_centre(folder, KEY, PUBLIC)
    close_for_centre(folder, key, public_key_of(private))
    assert key_for_centre((folder / RESCUE).read_bytes(), private) == key


def test_a_disk_that_refuses_is_told_and_leaves_the_box_that_was(folder: Path) -> None:
    close_for_centre(folder, KEY, PUBLIC)
    before = (folder / RESCUE).read_bytes()
    (folder / f"{RESCUE}.new").mkdir()  # nothing can be written under this name
    with pytest.raises(DiskRefused):
        close_for_centre(folder, OTHER_KEY, PUBLIC)
    assert (folder / RESCUE).read_bytes() == before


def test_a_copy_holds_the_store_and_the_box_and_no_key(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    assert not may_be_copied(folder)
    close_for_centre(folder, KEY, PUBLIC)
    assert may_be_copied(folder)
    (folder / "store.key").write_text("the wrapped half")
    there = tmp_path_factory.mktemp("centre")
    copy = there / "copy.zip"
    copy.write_bytes(copied(folder))

    for source in (copy, folder):
        box = unfolded(source, there)
        assert key_for_centre(box, PRIVATE) == KEY
        assert (there / JOURNAL).read_bytes() == b"sealed lines"
    assert b"the wrapped half" not in copy.read_bytes()


@pytest.mark.parametrize("content", [b"", b"no zip", None])
def test_what_is_no_copy_is_named(tmp_path: Path, content: bytes | None) -> None:
    copy = tmp_path / "copy.zip"
    if content is not None:
        copy.write_bytes(content)
    with pytest.raises(FolderUnwritable, match="holds no copy of a tablet"):
        unfolded(copy, tmp_path)


def test_s_t23_a_lost_tablet_keeps_no_box(folder: Path) -> None:
    close_for_centre(folder, KEY, PUBLIC)
    destroy(folder)
    assert not (folder / RESCUE).exists()
