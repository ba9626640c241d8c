"""The key of a store: made once, wrapped in the folder, and never replaced while something needs it."""

import asyncio
import os
import secrets
from collections.abc import Callable
from pathlib import Path

import pytest

from app.store import CHECKSUM, KeyFile, KeyGone, Sealed, StoreLocked, WrongKey, key_file_of, key_of
from app.store.file import JOURNAL
from app.store.keys import KEY
from app.store.lines import CHECKSUM as IN_CLEAR
from tests.store.key_places import MemoryPlace
from tests.store.making import open_store, save


def key(folder: Path, place: MemoryPlace | KeyFile) -> bytes:
    return asyncio.run(key_of(folder, place, secrets.token_bytes))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def with_work(folder: Path, place: MemoryPlace | KeyFile) -> None:
    store = open_store(folder, codec=Sealed(key(folder, place)))
    save(store, "r1", note="a")
    store.close()


def test_s_t10_the_key_is_256_random_bits_and_only_its_wrapped_half_is_in_the_folder(tmp_path: Path) -> None:
    asked: list[int] = []

    def chance(number: int) -> bytes:
        asked.append(number)
        return secrets.token_bytes(number)

    place = MemoryPlace()
    made = asyncio.run(key_of(tmp_path, place, chance))

    assert (len(made), asked) == (32, [32, 32])
    assert place.kept is not None and place.kept != made
    found = b"".join(contents(tmp_path).values())
    for secret in (made, place.kept):
        assert secret not in found and secret.hex().encode() not in found


def test_the_key_is_the_same_at_every_start_and_another_in_another_folder(tmp_path: Path) -> None:
    place = MemoryPlace()
    first = key(tmp_path / "one", place)

    assert key(tmp_path / "one", place) == first
    assert key(tmp_path / "two", place) != first


@pytest.mark.parametrize("garbage", [None, b"", b"\0", b"k" * 31, b"k" * 32, b"k" * 4096, b"\xff\xfe"])
def test_x_07_a_key_that_is_gone_or_garbage_is_said_and_nothing_is_touched(
    tmp_path: Path, garbage: bytes | None
) -> None:
    place = MemoryPlace()
    with_work(tmp_path, place)
    before, was = contents(tmp_path), place.kept
    place.kept = garbage

    for _ in range(2):
        with pytest.raises(KeyGone, match="cannot be had"):
            key(tmp_path, place)
    assert (contents(tmp_path), place.kept) == (before, garbage)

    place.kept = was  # it comes back: everything is there
    store = open_store(tmp_path, codec=Sealed(key(tmp_path, place)))
    assert store.record("r1") is not None
    store.close()


def test_s_t11_a_place_that_raises_costs_no_byte(tmp_path: Path) -> None:
    place = MemoryPlace()
    with_work(tmp_path, place)
    before = contents(tmp_path)
    place.raises = True

    with pytest.raises(KeyGone, match="does not answer"):
        key(tmp_path, place)

    assert contents(tmp_path) == before


@pytest.mark.parametrize("damage", [b"", b"00", b"\xff", None], ids=["empty", "cut", "no text", "no file"])
def test_the_wrapped_half_damaged_is_said_and_nothing_is_touched(tmp_path: Path, damage: bytes | None) -> None:
    place = MemoryPlace()
    with_work(tmp_path, place)
    if damage is None:
        (tmp_path / KEY).unlink()
    else:
        (tmp_path / KEY).write_bytes(damage)
    before, was = contents(tmp_path), place.kept

    with pytest.raises(KeyGone, match=KEY):
        key(tmp_path, place)

    assert (contents(tmp_path), place.kept) == (before, was)


def test_a_damaged_first_line_does_not_make_a_sealed_store_look_like_an_empty_one(tmp_path: Path) -> None:
    place = MemoryPlace()
    with_work(tmp_path, place)
    journal = tmp_path / JOURNAL
    journal.write_bytes(journal.read_bytes().replace(b"{", b"!", 1))
    before = contents(tmp_path)

    with pytest.raises(KeyGone):
        key(tmp_path, MemoryPlace())
    assert contents(tmp_path) == before

    assert key(tmp_path, place)


def test_a_place_that_keeps_nothing_is_noticed_before_anything_is_sealed(tmp_path: Path) -> None:
    place = MemoryPlace()
    place.keeps_nothing = True
    store = open_store(tmp_path)
    save(store, "r1", note="a")
    store.close()
    before = contents(tmp_path)

    with pytest.raises(KeyGone, match="does not keep"):
        key(tmp_path, place)

    assert contents(tmp_path) == before


def spoiled(place: MemoryPlace) -> None:
    place.kept = b"garbage"


def emptied(place: MemoryPlace) -> None:
    place.kept = None


def left(place: MemoryPlace) -> None:
    """As it is."""


@pytest.mark.parametrize("meanwhile", [left, spoiled, emptied])
def test_where_nothing_is_sealed_yet_another_key_is_made_whatever_became_of_the_first(
    tmp_path: Path, meanwhile: Callable[[MemoryPlace], None]
) -> None:
    """Killed after the key was made and before there was a store."""
    place = MemoryPlace()
    first = key(tmp_path, place)
    meanwhile(place)

    second = key(tmp_path, place)

    assert (second == first) is (meanwhile is left)
    open_store(tmp_path, codec=Sealed(second), before=CHECKSUM).close()


@pytest.mark.parametrize("meanwhile", [spoiled, emptied])
def test_beside_a_store_in_clear_a_key_that_is_there_is_not_replaced(
    tmp_path: Path, meanwhile: Callable[[MemoryPlace], None]
) -> None:
    """It may be the key of a sealed store in whose place this one was put."""
    store = open_store(tmp_path)
    save(store, "r1", note="a")
    store.close()
    place = MemoryPlace()
    key(tmp_path, place)
    meanwhile(place)
    before, was = contents(tmp_path), place.kept

    with pytest.raises(KeyGone):
        key(tmp_path, place)

    assert (contents(tmp_path), place.kept) == (before, was)


def test_no_key_is_made_while_another_window_has_the_folder(tmp_path: Path) -> None:
    store, place = open_store(tmp_path), MemoryPlace()

    with pytest.raises(StoreLocked):
        key(tmp_path, place)

    assert (place.kept, (tmp_path / KEY).exists()) == (None, False)
    store.close()


def test_a_sealed_store_is_not_opened_with_the_key_of_another(tmp_path: Path) -> None:
    with_work(tmp_path / "one", MemoryPlace())
    other = key(tmp_path / "two", MemoryPlace())

    with pytest.raises(WrongKey):
        open_store(tmp_path / "one", codec=Sealed(other), before=IN_CLEAR)


# the file of a desk


def test_the_file_lies_beside_the_folder_and_is_its_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "tablet"
    path = key_file_of(folder)
    with_work(folder, KeyFile(path))

    assert path == tmp_path / "tablet.key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert sorted(each.name for each in folder.iterdir()) == [JOURNAL, KEY, "store.lock"]


def test_a_file_that_others_could_read_is_theirs_no_longer(tmp_path: Path) -> None:
    path = key_file_of(tmp_path / "tablet")
    with_work(tmp_path / "tablet", KeyFile(path))
    path.chmod(0o644)

    assert key(tmp_path / "tablet", KeyFile(path))
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_file_that_was_left_half_written_is_none(tmp_path: Path) -> None:
    path = key_file_of(tmp_path / "tablet")
    path.with_name("tablet.key.new").write_bytes(b"cut")
    os.chmod(path.with_name("tablet.key.new"), 0o644)

    with_work(tmp_path / "tablet", KeyFile(path))

    assert [each.name for each in sorted(tmp_path.iterdir())] == ["tablet", "tablet.key"]
    assert path.stat().st_mode & 0o777 == 0o600


def test_x_07_a_folder_in_place_of_the_file_is_said(tmp_path: Path) -> None:
    path = key_file_of(tmp_path / "tablet")
    with_work(tmp_path / "tablet", KeyFile(path))
    path.unlink()
    path.mkdir()

    with pytest.raises(KeyGone, match=r"tablet\.key"):
        key(tmp_path / "tablet", KeyFile(path))
