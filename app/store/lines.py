"""The lines of the journal, as pure functions: how a patch becomes a line, and what a file full of lines amounts to.

A patch is `{table: {id: document}}`; None in place of a document removes it, None in place of a table drops it.
The first line is the header: always in clear, so that any app can tell whether it can read the rest.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol
from zlib import crc32

from app.store.migrations import SCHEMA
from app.store.values import Document

FORMAT = 1  # how lines are written
PARSED_AT_ONCE = 500  # bodies: one call to the parser for many is a third faster, and shares the names of fields

NUL = b"\0"

Rows = dict[str, Document]
Tables = dict[str, Rows]
Patch = Mapping[str, Mapping[str, Document | None] | None]


class Codec(Protocol):
    """Closes a body into a line without line breaks, and opens it again only if nothing in it changed.

    `file` names the file and `place` is the byte at which the line begins there: a codec may bind the line to both.
    """

    @property
    def name(self) -> str: ...

    @property
    def key_mark(self) -> str:
        """Tells keys apart and says nothing about them; "" without a key."""
        ...

    def new_file(self) -> str:
        """A name for a file that is about to be written; "" when lines are not bound to their file."""
        ...

    def is_name(self, file: str) -> bool:
        """Whether `new_file` could have given it."""
        ...

    def close(self, body: bytes, file: str, place: int) -> bytes: ...

    def open(self, line: bytes, file: str, place: int) -> bytes | None:
        """The body, or None when this is not what `close` made."""
        ...

    def file_of(self, line: bytes, place: int) -> str:
        """The name in a line that was closed at this place; "" when it was not, or lines bear none."""
        ...

    def signature(self, about: str, content: bytes) -> str:
        """What only who has the key can say of this content, for one use of it; "" without a key."""
        ...


class Checksum:
    """In clear, after its CRC32: a changed byte is always noticed; a line that was moved or repeated is not."""

    name, key_mark = "crc32", ""

    def new_file(self) -> str:
        return ""

    def is_name(self, file: str) -> bool:
        return file == ""

    def close(self, body: bytes, file: str = "", place: int = 0) -> bytes:
        return b"%08x %b" % (crc32(body), body)

    def open(self, line: bytes, file: str = "", place: int = 0) -> bytes | None:
        body = line[9:]
        return body if line == self.close(body) else None

    def file_of(self, line: bytes, place: int) -> str:
        return ""

    def signature(self, about: str, content: bytes) -> str:
        return ""


CHECKSUM = Checksum()


@dataclass(frozen=True, slots=True)
class Header:
    """Who can read the file: an app that knows this format and this schema, or newer ones, and has the key."""

    format: int = FORMAT
    schema: int = SCHEMA
    codec: str = CHECKSUM.name
    key: str = ""  # `Codec.key_mark`
    file: str = ""  # `Codec.new_file`

    def __str__(self) -> str:
        return f"format {self.format}, schema {self.schema}, {self.codec}"

    def is_known_to(self, app: "Header") -> bool:
        return self.format <= app.format and self.schema <= app.schema

    def opens_with(self, app: "Header") -> bool:
        return (self.codec, self.key) == (app.codec, app.key)


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a file amounts to. A last line that is not whole is in none of this: nobody was told it was saved."""

    header: Header | None  # None: the first line is no header
    file: str  # the name that the lines bear; "" when none opened that bears one
    tables: Tables
    written: int  # documents in all the lines, each time counted: what is not in `tables` is history
    good: int  # whole lines that are what was written, the header apart
    bad: tuple[bytes, ...]  # whole lines that are not what was written
    end: int  # where the whole lines end, in bytes
    torn_bytes: int  # after that
    has_bad_end: bool  # the very last line break is missing


def line_of(patch: Patch, codec: Codec, file: str = "", place: int = 0) -> bytes:
    return codec.close(_json(patch), file, place) + b"\n"


def header_line(header: Header) -> bytes:
    written = {"journal": "acompanya", **asdict(header)}
    return CHECKSUM.close(_json({name: value for name, value in written.items() if value != ""})) + b"\n"


def header_of(data: bytes) -> Header | None:
    body = CHECKSUM.open(data.partition(b"\n")[0])
    read = json.loads(body) if body else {}
    if read.get("journal") != "acompanya":
        return None
    return Header(read["format"], read["schema"], read["codec"], read.get("key", ""), str(read.get("file", "")))


def replay(data: bytes, codec: Codec) -> Replayed:
    """Every line that is what was written, in order; all others are listed, none stops the rest."""
    data = data.rstrip(NUL)  # room for more lines is nothing
    header = header_of(data)
    if header and header.codec == codec.name and not codec.is_name(header.file):
        header = None  # anybody can write a header; what it says of the file must not be less than a line says
    *lines, tail = data.split(b"\n")
    file = header.file if header else _name_in((*lines, tail[:-1]), codec)
    end = sum(map(len, lines)) + len(lines)
    has_bad_end = bool(lines) and codec.open(tail[:-1], file, end) is not None
    if has_bad_end:
        end += len(tail)
        lines, tail = [*lines, tail[:-1]], b""
    elif len(lines) > 1 and not tail and NUL in lines[-1]:  # its last part came to the disk before its first
        *lines, tail = lines
        end -= len(tail) + 1
    elif tail and (header is None or not lines):  # a crash leaves no file like this: it is damage, and is kept
        end += len(tail) + 1
        lines, tail, has_bad_end = [*lines, tail], b"", True
    bodies, bad = _opened(lines, codec, header, file)
    tables: Tables = {}
    written = 0
    for patch in _patches(bodies):
        written += documents_in(patch)
        apply(patch, tables)
    return Replayed(header, file, tables, written, len(bodies), tuple(bad), end, len(tail), has_bad_end)


def _name_in(lines: Sequence[bytes], codec: Codec) -> str:
    """Under a lost header the first line that opens names the file, for all others. None begins where a header does."""
    place = 0
    for number, line in enumerate(lines):
        if number and (name := codec.file_of(line, place)):
            return name
        place += len(line) + 1
    return ""


def _opened(lines: Sequence[bytes], codec: Codec, header: Header | None, file: str) -> tuple[list[bytes], list[bytes]]:
    """The bodies of the good lines, and the bad lines."""
    bodies, bad = [], []
    place = 0
    for number, line in enumerate(lines):
        if number or header is None:
            body = codec.open(line, file, place)
            if body is None:
                bad.append(line)
            else:
                bodies.append(body)
        place += len(line) + 1
    return bodies, bad


def documents_in(patch: Patch) -> int:
    return sum(len(rows) for rows in patch.values() if rows)


def apply(patch: Patch, tables: Tables) -> None:
    """Make a patch visible. Documents are put in place, never changed in place: readers may hold the old ones."""
    for name, changes in patch.items():
        if changes is None:
            tables.pop(name, None)
            continue
        rows = tables.setdefault(name, {})
        for doc_id, document in changes.items():
            if document is None:
                rows.pop(doc_id, None)
            else:
                rows[doc_id] = document


def _patches(bodies: Sequence[bytes]) -> Iterator[dict[str, Any]]:
    for start in range(0, len(bodies), PARSED_AT_ONCE):
        yield from json.loads(b"[%b]" % b",".join(bodies[start : start + PARSED_AT_ONCE]))


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
