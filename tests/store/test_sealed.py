"""The sealed store: nothing in clear, nothing moved unnoticed, and another key touches nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.store import Recovery, Sealed, Write, WrongKey
from app.store.journal import ASIDE, JOURNAL, JournalStorage
from app.store.lines import CHECKSUM, Codec, Header, header_line, replay
from tests.store.making import SEALED, make_news, make_reply, open_store, save
from tests.store.test_journal import DOCUMENTS, fill

OTHER = Sealed(b"k" * 32)
MARKER = "very-secret-words"


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_no_word_of_a_record_is_in_any_byte_of_the_folder(folder: Path) -> None:
    store = open_store(folder, codec=SEALED)
    for number in range(3):
        save(store, f"{MARKER}-{number}", note=MARKER)
    store.write(Write(drafts={MARKER: {MARKER: MARKER}}, notes={MARKER: MARKER}))
    store.seal(1)
    store.hear(make_reply(cursor=MARKER, news=(make_news(7, MARKER, **{MARKER: MARKER}),)))
    store.close()
    journal = folder / JOURNAL
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join([*lines[:2], lines[2][:9] + b"!" + lines[2][10:], *lines[3:]]))
    open_store(folder, codec=SEALED).close()

    found = contents(folder)
    assert set(found) >= {JOURNAL, ASIDE}
    assert not any(MARKER.encode() in content or b"assist" in content for content in found.values())


@pytest.mark.parametrize(
    ("first", "then", "is_header_damaged"),
    [(SEALED, OTHER, False), (SEALED, OTHER, True), (SEALED, CHECKSUM, False), (CHECKSUM, SEALED, False)],
    ids=["other key", "other key, header damaged", "no key", "not sealed"],
)
def test_another_key_is_refused_in_words_and_nothing_is_touched(
    folder: Path, first: Codec, then: Codec, is_header_damaged: bool
) -> None:
    whole = fill(folder, first)
    if is_header_damaged:
        (folder / JOURNAL).write_bytes(whole.replace(b"{", b"!", 1))
    before = contents(folder)

    for _ in range(2):
        with pytest.raises(WrongKey, match="key that was given"):
            JournalStorage(folder, then)

    assert contents(folder) == before


@pytest.mark.parametrize("first", ["damaged", "without the file's name"])
def test_s_t03_lines_of_another_file_are_believed_under_no_first_line(first: str) -> None:
    """Where the first line was lost any file's would do, and somebody put their own behind."""
    own, foreign = SEALED.new_file(), SEALED.new_file()
    header = b"!damaged\n" if first == "damaged" else header_line(Header(codec=SEALED.name, key=SEALED.key_mark))
    data = header
    for said, file in ((b'{"a":{"1":{}}}', own), (b'{"a":{"2":{}}}', foreign), (b'{"a":{"3":{}}}', own)):
        data += SEALED.close(said, file, len(data)) + b"\n"

    found = replay(data, SEALED)

    assert found.tables == {"a": {"1": {}, "3": {}}}
    assert found.header is None
    assert found.file == own
    assert len(found.bad) == 2  # the first line and the foreign one


@pytest.mark.parametrize("first", ["damaged", "without the file's name"])
def test_what_is_saved_behind_a_lost_first_line_is_there_at_the_next_start(folder: Path, first: str) -> None:
    fill(folder, SEALED)
    journal = folder / JOURNAL
    header, _, rest = journal.read_bytes().partition(b"\n")
    bare = header_line(Header(codec=SEALED.name, key=SEALED.key_mark)).rstrip()[9:].ljust(len(header) - 9)
    lost = b"!" + header[1:] if first == "damaged" else CHECKSUM.close(bare)
    journal.write_bytes(lost + b"\n" + rest)  # as long as before: each line is bound to where it stands
    store = open_store(folder, codec=SEALED)
    assert store.recovery.bad_lines == 1
    save(store, "after", note="x")
    store.close()

    store = open_store(folder, codec=SEALED)
    assert store.record("after") is not None
    store.close()


def test_a_line_without_its_files_name_is_not_written() -> None:
    with pytest.raises(ValueError, match="name of its file"):
        SEALED.close(b"{}", "", 0)


def test_a_key_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="31 bytes long"):
        Sealed(b"k" * 31)


def test_one_body_is_never_sealed_twice_alike() -> None:
    file = SEALED.new_file()

    assert len({SEALED.close(b"{}", file, 0) for _ in range(100)}) == 100
    assert SEALED.new_file() != file


def swapped(lines: list[bytes]) -> list[bytes]:
    return [*lines[:2], lines[3], lines[2], *lines[4:]]


def repeated(lines: list[bytes]) -> list[bytes]:
    return [*lines[:3], lines[2], *lines[3:]]


def put_again_at_the_end(lines: list[bytes]) -> list[bytes]:
    return [*lines, lines[2]]


def taken_out(lines: list[bytes]) -> list[bytes]:
    return [*lines[:2], *lines[3:]]


@pytest.mark.parametrize("moved", [swapped, repeated, put_again_at_the_end, taken_out])
def test_a_line_that_was_moved_is_noticed(folder: Path, moved: Callable[[list[bytes]], list[bytes]]) -> None:
    lines = fill(folder, SEALED).splitlines(keepends=True)

    found = replay(b"".join(moved(lines)), SEALED)

    assert found.bad
    assert found.tables["t"].items() <= DOCUMENTS.items()


def test_x_02_a_line_of_an_older_file_of_the_same_store_is_noticed(folder: Path) -> None:
    old = fill(folder, SEALED).splitlines(keepends=True)
    (folder / JOURNAL).unlink()
    new = fill(folder, SEALED).splitlines(keepends=True)

    found = replay(b"".join([*new[:3], old[3], *new[4:]]), SEALED)

    assert found.bad == (old[3].rstrip(),)
    assert len(found.tables["t"]) == len(DOCUMENTS) - 1


def test_a_damaged_header_costs_nothing_and_is_written_again(folder: Path) -> None:
    whole = fill(folder, SEALED)
    (folder / JOURNAL).write_bytes(whole.replace(b"{", b"!", 1))

    storage = JournalStorage(folder, SEALED)
    assert (storage.rows("t"), storage.recovery.bad_lines) == (DOCUMENTS, 1)
    storage.commit({"t": {"before": {"a": 1}}})
    storage.tidy()
    storage.commit({"t": {"after": {"a": 1}}})
    storage.close()

    storage = JournalStorage(folder, SEALED)
    assert storage.recovery == Recovery()
    assert storage.rows("t") == {**DOCUMENTS, "before": {"a": 1}, "after": {"a": 1}}
    storage.close()
