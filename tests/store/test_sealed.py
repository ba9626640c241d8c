"""The sealed store: nothing in clear, nothing moved unnoticed, and another key touches nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.store import Recovery, Sealed, Write, WrongKey
from app.store.journal import ASIDE, JOURNAL, JournalStorage
from app.store.lines import CHECKSUM, Codec, Header, header_line, header_of, replay
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


def without_header(content: bytes) -> bytes:
    return content.replace(b"{", b"!", 1)


def nameless(content: bytes) -> bytes:
    """A header that is whole, of the right key, as long as before, and does not say of which file it is."""
    return with_name("", content)


def misnamed(content: bytes) -> bytes:
    return with_name("ab", content)


def with_name(name: str, content: bytes) -> bytes:
    first, _, rest = content.partition(b"\n")
    header = header_of(first)
    assert header is not None
    made = header_line(Header(key=header.key, codec=header.codec, file=name))
    body = made[9:-1] + b" " * (len(first) - len(made) + 1)
    return CHECKSUM.close(body) + b"\n" + rest


LOST_HEADERS = pytest.mark.parametrize("lose", [without_header, nameless, misnamed])


@LOST_HEADERS
def test_where_the_header_is_lost_only_lines_of_one_file_are_believed(
    folder: Path, lose: Callable[[bytes], bytes]
) -> None:
    content = fill(folder, SEALED)
    forged = SEALED.close(b'{"t":{"forged":{"a":1}}}', SEALED.new_file(), len(content)) + b"\n"

    found = replay(lose(content) + forged, SEALED)

    assert found.header is None
    assert (found.tables["t"], forged.rstrip() in found.bad) == (DOCUMENTS, True)


def test_no_line_begins_where_the_header_does() -> None:
    """Damaged lines that were set aside are closed for there, and bear a name that no file has."""
    closed = SEALED.close(b'{"t":{"set aside":{"a":1}}}', SEALED.new_file(), 0)

    for content in (closed + b"\n", closed + b"!"):
        assert "set aside" not in replay(content, SEALED).tables.get("t", {})


def test_no_line_is_closed_without_the_name_of_its_file() -> None:
    for name in ("", "ab", "0" * 18):
        with pytest.raises(ValueError, match="name"):
            SEALED.close(b"{}", name, 0)


@LOST_HEADERS
def test_what_is_saved_under_a_lost_header_is_there_at_the_next_start(
    folder: Path, lose: Callable[[bytes], bytes]
) -> None:
    """Also when there was no room for a new file with a header."""
    content = fill(folder, SEALED)
    (folder / JOURNAL).write_bytes(lose(content))

    for name in ("one", "two"):
        storage = JournalStorage(folder, SEALED)
        assert storage.recovery.bad_lines == 1
        storage.commit({"t": {name: {"a": 1}}})
        storage.close()

    storage = JournalStorage(folder, SEALED)
    assert storage.rows("t") == {**DOCUMENTS, "one": {"a": 1}, "two": {"a": 1}}
    storage.close()


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
