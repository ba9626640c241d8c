"""The file: torn at every byte, damaged in every place, renewed, and several writes in one line."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from app.store.errors import DiskRefused, FolderUnwritable, NotStorable, SchemaTooNew, WrongKey
from app.store.journal import ASIDE, FRESH, JOURNAL, LOCK, JournalStorage, Recovery
from app.store.lines import CHECKSUM, Codec, Header, header_line, line_of, replay
from app.store.migrations import SCHEMA
from app.store.table import JournalTable

DOCUMENTS = {f"r{number}": {"note": f"número {number}"} for number in range(5)}


def fill(folder: Path, codec: Codec = CHECKSUM) -> bytes:
    """One line for each document, and the file as it then is."""
    storage = JournalStorage(folder, codec)
    for doc_id, document in DOCUMENTS.items():
        storage.commit({"t": {doc_id: document}})
    storage.close()
    return (folder / JOURNAL).read_bytes()


def reopened(folder: Path, codec: Codec = CHECKSUM) -> tuple[dict[str, Any], Recovery]:
    storage = JournalStorage(folder, codec)
    try:
        return dict(storage.rows("t")), storage.recovery
    finally:
        storage.close()


def test_what_was_written_is_there_when_opened_again(folder: Path) -> None:
    fill(folder)

    assert reopened(folder) == (DOCUMENTS, Recovery())


def test_x_02_a_tail_torn_at_any_byte_is_dropped_and_reported_and_the_next_write_is_kept(
    folder: Path, codec: Codec
) -> None:
    whole = fill(folder, codec)
    last = whole.rindex(b"\n", 0, -1) + 1

    for length in range(last, len(whole)):
        (folder / JOURNAL).write_bytes(whole[:length])
        storage = JournalStorage(folder, codec)
        found = storage.recovery
        storage.commit({"t": {"new": {"a": 1}}})
        storage.close()

        assert found == Recovery(torn_bytes=length - last)
        assert reopened(folder, codec) == ({**dict(list(DOCUMENTS.items())[:4]), "new": {"a": 1}}, Recovery())


def test_x_01_a_flipped_byte_anywhere_costs_at_most_the_lines_it_touches_and_is_reported(
    folder: Path, codec: Codec
) -> None:
    whole = fill(folder, codec)
    lines = whole.splitlines(keepends=True)

    for place in range(len(whole)):
        damaged = bytearray(whole)
        damaged[place] ^= 0x04
        found = replay(bytes(damaged), codec)

        is_line_end = whole[place : place + 1] == b"\n"
        kept = found.tables.get("t", {})
        assert kept.items() <= DOCUMENTS.items()
        assert len(kept) >= len(DOCUMENTS) - (2 if is_line_end else 1)
        assert found.bad or found.has_bad_end or found.header is None
        assert sum(map(len, found.bad)) + found.torn_bytes <= 2 * max(map(len, lines))


@pytest.mark.parametrize("line", range(6), ids=["header", "first", "second", "third", "fourth", "last"])
def test_a_damaged_line_is_kept_aside_and_everything_else_stays(folder: Path, line: int) -> None:
    lines = fill(folder).splitlines(keepends=True)
    lines[line] = lines[line].replace(b'"', b"'", 1)
    (folder / JOURNAL).write_bytes(b"".join(lines))
    expected = {name: document for number, (name, document) in enumerate(DOCUMENTS.items(), 1) if number != line}

    storage = JournalStorage(folder)
    storage.tidy()

    assert storage.recovery == Recovery(bad_lines=1, kept_in=folder / ASIDE)
    assert storage.rows("t") == expected
    assert (folder / ASIDE).read_bytes() == lines[line]
    storage.close()
    assert reopened(folder) == (expected, Recovery())


def test_a_damaged_last_line_break_is_mended(folder: Path) -> None:
    whole = fill(folder)
    (folder / JOURNAL).write_bytes(whole[:-1] + b"\x0b")

    assert reopened(folder) == (DOCUMENTS, Recovery(bad_lines=1))
    assert (folder / JOURNAL).read_bytes() == whole


@pytest.mark.parametrize("content", [b"", b"\x00" * 40, b"no line break", b"\xff\xfe\n\x80rest"])
def test_x_01_a_file_that_is_no_journal_is_kept_aside_and_a_new_one_begun(folder: Path, content: bytes) -> None:
    folder.mkdir()
    (folder / JOURNAL).write_bytes(content)

    storage = JournalStorage(folder)
    assert storage.recovery.bad_lines and not storage.recovery.is_clean
    storage.tidy()
    storage.commit({"t": {"new": {"a": 1}}})
    storage.close()

    assert reopened(folder) == ({"new": {"a": 1}}, Recovery())
    assert not content.strip(b"\0") or (folder / ASIDE).read_bytes().rstrip(b"\n") == content


def test_bad_lines_stay_where_they_are_when_there_is_no_room_for_a_copy(folder: Path) -> None:
    whole = fill(folder)
    (folder / JOURNAL).write_bytes(whole.replace(b"0", b"1", 3))
    (folder / ASIDE).mkdir()  # nothing can be appended to a folder

    storage = JournalStorage(folder)
    storage.tidy()

    assert storage.recovery.kept_in == folder / JOURNAL
    with pytest.raises(DiskRefused, match="damaged lines"):
        storage.compact()
    storage.commit({"t": {"new": {"a": 1}}})
    storage.close()
    assert (folder / JOURNAL).read_bytes().startswith(whole.replace(b"0", b"1", 3))


def test_a_file_without_line_breaks_stays_where_it_is_when_there_is_no_room_for_a_copy(folder: Path) -> None:
    (folder / ASIDE).mkdir(parents=True)
    (folder / JOURNAL).write_bytes(b"no line break")

    for _ in range(2):
        storage = JournalStorage(folder)
        assert storage.recovery.kept_in == folder / JOURNAL
        storage.commit({"t": {"new": {"a": 1}}})
        storage.close()

    assert (folder / JOURNAL).read_bytes() == b"no line break\n" + 2 * line_of({"t": {"new": {"a": 1}}}, CHECKSUM)


@pytest.mark.parametrize("keeps", range(3))
def test_a_store_of_which_only_some_of_the_header_is_left_is_begun_anew(folder: Path, codec: Codec, keeps: int) -> None:
    """Cut inside it, its line break changed, or another byte: no key would open anything."""
    JournalStorage(folder, codec).close()
    whole = (folder / JOURNAL).read_bytes()
    left = [whole[:40], whole[:-1] + b"\x0b", whole.replace(b"{", b"!")][keeps]
    (folder / JOURNAL).write_bytes(left)

    storage = JournalStorage(folder, codec)
    storage.commit({"t": {"new": {"a": 1}}})
    storage.tidy()
    storage.close()

    assert storage.recovery.bad_lines and storage.recovery.kept_in == folder / ASIDE
    assert (folder / ASIDE).read_bytes().rstrip(b"\n") == left.rstrip(b"\n")
    assert reopened(folder, codec) == ({"new": {"a": 1}}, Recovery())


@pytest.mark.parametrize(
    "header",
    [Header(schema=SCHEMA + 1), Header(format=2), Header(format=2, codec="x")],
    ids=["schema", "format", "codec"],
)
def test_x_03_a_file_of_a_newer_app_is_refused_in_words_and_not_touched(folder: Path, header: Header) -> None:
    fill(folder)
    content = header_line(header) + b"something newer, cut"
    (folder / JOURNAL).write_bytes(content)

    for _ in range(2):  # the second time, the lock of the first is free again
        with pytest.raises(SchemaTooNew, match="update the app"):
            JournalStorage(folder)

    assert (folder / JOURNAL).read_bytes() == content
    assert sorted(path.name for path in folder.iterdir()) == [JOURNAL, LOCK]


def test_a_file_that_is_mostly_history_is_renewed(folder: Path) -> None:
    fill(folder)
    storage = JournalStorage(folder)
    for number in range(300):
        storage.commit({"t": {"r0": {"note": number}}})
    before = (folder / JOURNAL).stat().st_size

    storage.tidy()
    storage.commit({"t": {"r1": None}})
    storage.close()

    assert (folder / JOURNAL).stat().st_size < before / 10
    rows, recovery = reopened(folder)
    assert (list(rows), rows["r0"], recovery) == (["r0", "r2", "r3", "r4"], {"note": 299}, Recovery())


@pytest.mark.parametrize("length", [0, 10, 300])
def test_x_02_a_renewal_that_was_cut_leaves_the_old_file_in_force(folder: Path, length: int) -> None:
    whole = fill(folder)
    (folder / FRESH).write_bytes(whole[:length])

    assert reopened(folder) == (DOCUMENTS, Recovery())
    assert not (folder / FRESH).exists()


def test_writes_together_are_one_line(folder: Path) -> None:
    storage = JournalStorage(folder)
    table, other = JournalTable(storage, "t"), JournalTable(storage, "other")
    before = (folder / JOURNAL).read_bytes().count(b"\n")

    with storage.together():
        table.put({"a": {"n": 1}, "b": {"n": 2}})
        table.put({"a": None})
        assert (table.row("a"), table.row("b"), len(table)) == (None, {"n": 2}, 1)
        other.put({"c": {"n": 3}})
        table.update({"m": 4})

    assert (folder / JOURNAL).read_bytes().count(b"\n") == before + 1
    assert storage.read() == {"t": {"b": {"n": 2, "m": 4}}, "other": {"c": {"n": 3}}}
    storage.close()


def test_writes_together_that_fail_leave_nothing(folder: Path) -> None:
    storage = JournalStorage(folder)
    table = JournalTable(storage, "t")
    table.put({"a": {"n": 1}})
    content = (folder / JOURNAL).read_bytes()

    with pytest.raises(NotStorable, match=r"t\.b\.n: "), storage.together():
        table.put({"a": None})
        table.put({"b": {"n": float("nan")}})

    assert storage.read() == {"t": {"a": {"n": 1}}}
    assert (folder / JOURNAL).read_bytes() == content
    storage.close()


def test_a_write_that_changes_nothing_costs_nothing(folder: Path) -> None:
    storage = JournalStorage(folder)
    table = JournalTable(storage, "t")
    table.put({"a": {"n": 1}})
    content = (folder / JOURNAL).read_bytes()

    table.put({"a": {"n": 1}, "never there": None})
    assert (folder / JOURNAL).read_bytes() == content
    table.put({"a": {"n": True}})  # equal to Python, not to JSON
    assert (folder / JOURNAL).read_bytes() != content
    storage.close()


def test_an_id_that_is_not_text_is_refused(folder: Path) -> None:
    storage = JournalStorage(folder)

    with pytest.raises(NotStorable, match="t: an id is text"):
        storage.commit({"t": {1: {"n": 1}}})  # type: ignore[dict-item]

    storage.close()


def test_a_line_is_a_checksum_and_json() -> None:
    line = line_of({"t": {"a": None}}, CHECKSUM)

    assert line == b'7a9d3da1 {"t":{"a":null}}\n'
    assert json.loads(header_line(Header())[9:]) == {"journal": "acompanya", "format": 1, "schema": 1, "codec": "crc32"}


class Scrambled:
    """Another codec: the seam where encryption goes."""

    name, key_mark = "scrambled", ""

    def new_file(self) -> str:
        return ""

    def is_name(self, file: str) -> bool:
        return file == ""

    def close(self, body: bytes, file: str, place: int) -> bytes:
        return CHECKSUM.close(body)[::-1]

    def open(self, line: bytes, file: str, place: int) -> bytes | None:
        return CHECKSUM.open(line[::-1])

    def file_of(self, line: bytes, place: int) -> str:
        return ""

    def signature(self, about: str, content: bytes) -> str:
        return ""


def test_another_codec_takes_the_place_of_the_checksum(folder: Path) -> None:
    storage = JournalStorage(folder, Scrambled())
    storage.commit({"t": {"a": {"note": "secret"}}})
    storage.close()

    storage = JournalStorage(folder, Scrambled())
    assert (storage.rows("t"), storage.recovery) == ({"a": {"note": "secret"}}, Recovery())
    storage.close()
    assert b"secret" not in (folder / JOURNAL).read_bytes()
    with pytest.raises(WrongKey):
        JournalStorage(folder)


def test_other_threads_read_writes_together_only_when_they_are_on_disk(folder: Path) -> None:
    storage = JournalStorage(folder)
    table = JournalTable(storage, "t")
    table.put({"a": {"n": 1}})

    with ThreadPoolExecutor(1) as pool:
        with storage.together():
            table.put({"a": {"n": 2}})
            assert pool.submit(table.row, "a").result() == {"n": 1}
        assert pool.submit(table.row, "a").result() == {"n": 2}

    storage.close()


def test_a_journal_that_cannot_be_looked_at_is_not_replaced(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = fill(folder)

    def refuse(*_: object) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as broken:
        broken.setattr(Path, "exists", lambda _: False)  # all that newer Pythons say of a disk that fails
        broken.setattr(Path, "read_bytes", refuse)
        with pytest.raises(FolderUnwritable):
            JournalStorage(folder)

    assert (folder / JOURNAL).read_bytes() == whole


@pytest.mark.parametrize("room", [0, 100])
def test_a_header_that_lacks_its_line_break_gets_one(folder: Path, codec: Codec, room: int) -> None:
    JournalStorage(folder, codec).close()
    whole = (folder / JOURNAL).read_bytes()
    (folder / JOURNAL).write_bytes(whole[:-1] + bytes(room))

    assert reopened(folder, codec) == ({}, Recovery(bad_lines=1))
    assert (folder / JOURNAL).read_bytes() == whole
