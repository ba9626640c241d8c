"""The lines of the journal, as pure functions: how a patch becomes a line, and what a file full of lines amounts to.

A patch is `{table: {id: document}}`; None in place of a document removes it, None in place of a table drops it.
The first line is the header: always in clear, so that any app can tell whether it can read the rest.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from zlib import crc32

from app.store.values import Document

FORMAT = 1  # how lines are written
SCHEMA = 1  # what the documents in them mean
PARSED_AT_ONCE = 500  # bodies: one call to the parser for many is a third faster, and shares the names of fields

Rows = dict[str, Document]
Tables = dict[str, Rows]
Patch = Mapping[str, Mapping[str, Document | None] | None]


class Codec(Protocol):
    """Closes a body into a line without line breaks, and opens it again only if nothing in it changed."""

    @property
    def name(self) -> str: ...

    def close(self, body: bytes) -> bytes: ...

    def open(self, line: bytes) -> bytes | None:
        """The body, or None when this is not what `close` made."""
        ...


class Checksum:
    """In clear, after its CRC32: a changed byte is always noticed."""

    name = "crc32"

    def close(self, body: bytes) -> bytes:
        return b"%08x %b" % (crc32(body), body)

    def open(self, line: bytes) -> bytes | None:
        body = line[9:]
        return body if line == self.close(body) else None


CHECKSUM = Checksum()


@dataclass(frozen=True, slots=True)
class Header:
    """Who can read the file: an app that knows this format, this schema and this codec, or newer ones."""

    format: int = FORMAT
    schema: int = SCHEMA
    codec: str = CHECKSUM.name

    def __str__(self) -> str:
        return f"format {self.format}, schema {self.schema}, {self.codec}"

    def is_readable_by(self, app: "Header") -> bool:
        return self.format <= app.format and self.schema <= app.schema and self.codec == app.codec


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a file amounts to. A last line that is not whole is in none of this: nobody was told it was saved."""

    header: Header | None  # None: the first line is no header
    tables: Tables
    written: int  # documents in all the lines, each time counted: what is not in `tables` is history
    bad: tuple[bytes, ...]  # whole lines that are not what was written
    end: int  # where the whole lines end, in bytes
    torn_bytes: int  # after that
    has_bad_end: bool  # all is whole but the very last line break


def line_of(patch: Patch, codec: Codec) -> bytes:
    return codec.close(_json(patch)) + b"\n"


def header_line(header: Header) -> bytes:
    written = {"journal": "acompanya", "format": header.format, "schema": header.schema, "codec": header.codec}
    return CHECKSUM.close(_json(written)) + b"\n"


def header_of(data: bytes) -> Header | None:
    body = CHECKSUM.open(data.partition(b"\n")[0])
    read = json.loads(body) if body else {}
    is_header = read.get("journal") == "acompanya"
    return Header(read["format"], read["schema"], read["codec"]) if is_header else None


def replay(data: bytes, codec: Codec) -> Replayed:
    """Every line that is what was written, in order; all others are listed, none stops the rest."""
    *lines, tail = data.split(b"\n")
    header = header_of(data)
    has_bad_end = codec.open(tail[:-1]) is not None
    if has_bad_end:
        lines, tail = [*lines, tail[:-1]], b""
    opened = [(line, codec.open(line)) for line in (lines[1:] if header else lines)]
    tables: Tables = {}
    written = 0
    for patch in _patches([body for _, body in opened if body is not None]):
        written += sum(len(rows) for rows in patch.values() if rows)
        apply(patch, tables)
    bad = tuple(line for line, body in opened if body is None)
    end = len(data) - len(tail)
    if tail and header is None:  # a crash tears no file that begins like this: it is damage, and is kept
        bad, tail = (*bad, tail), b""
    return Replayed(header, tables, written, bad, end, len(tail), has_bad_end)


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
