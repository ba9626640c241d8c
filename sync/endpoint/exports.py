"""Everything the centre holds, as a stream: records as they are now, or every change that was ever answered.

Reads page by page inside one snapshot, so a million rows need no more memory than a thousand, and the file is of one
moment. JSON Lines is exact; CSV is for spreadsheets. docs/operations.md has both formats.
"""

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from heapq import nsmallest
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, select

from sync.endpoint import schema
from sync.endpoint.cells import neutral
from sync.endpoint.snapshots import paged
from sync.endpoint.storage import numbered
from sync.protocol.json_reading import parse
from sync.protocol.record_codec import JsonObject, canonical

Entry = JsonObject  # one line of the file

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
MOST_COLUMNS = (
    200  # of fields: twice as many as the app has. Any tablet may invent names, and each is a cell in all rows
)

# A field's name never begins so: no column of ours can be taken for one of the record's.
_RECORD_COLUMNS = ("_id", "_kind", "_seq", "_deleted", "_device", "_centre", "_shift", "_changed_at", "_conflicts")
_REST = "_other"
_CHANGE_COLUMNS = ("seq", "op", "record", "status", "device", "by", "received_at", "problem", "change")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of the tenant's rows. `since` and `until` are about when the centre took the last change."""

    tenant: str
    kinds: frozenset[str] = frozenset()  # none named = all
    since: datetime | None = None
    until: datetime | None = None  # not included
    records: frozenset[str] = frozenset()  # ids; none named = all


def records(connection: Connection, wanted: Wanted) -> Iterator[Entry]:
    """The records as they are now, deleted ones too, in the order of their last change."""
    record, change = schema.record, schema.change
    last_change = and_(change.c.tenant == record.c.tenant, change.c.seq == record.c.seq, numbered())
    joined = record.outerjoin(change, last_change)
    found = select(record, change.c.received_at).select_from(joined).where(record.c.tenant == wanted.tenant)
    if wanted.kinds:
        found = found.where(record.c.kind.in_(sorted(wanted.kinds)))
    if wanted.records:
        found = found.where(record.c.id.in_(sorted(wanted.records)))
    found = _within(found, wanted).order_by(record.c.seq)
    for page in paged(connection, lambda after: found.where(record.c.seq > after), lambda row: row.seq, 0):
        yield from map(_record_entry, page)


def changes(connection: Connection, wanted: Wanted) -> Iterator[Entry]:
    """Every change that was answered, in its order; then those refused by a centre that did not number refusals."""
    table = schema.change
    ours = _within(select(table).where(table.c.tenant == wanted.tenant), wanted)
    if wanted.records:
        ours = ours.where(table.c.record.in_(sorted(wanted.records)))
    in_order = ours.where(numbered()).order_by(table.c.seq)
    unnumbered = ours.where(table.c.seq == 0).order_by(table.c.op)
    pages = (
        paged(connection, lambda after: in_order.where(table.c.seq > after), lambda row: row.seq, 0),
        paged(connection, lambda after: unnumbered.where(table.c.op > after), lambda row: row.op, ""),
    )
    entries = (_change_entry(row) for part in pages for page in part for row in page)
    return (entry for entry in entries if not wanted.kinds or _kind_of(entry) in wanted.kinds)


def as_json_lines(entries: Iterable[Entry]) -> Iterator[bytes]:
    """One line for each, and a last one with their number and a digest of all bytes before it: a cut file lacks it."""
    digest, count = sha256(), 0
    for entry in entries:
        line = canonical(entry).encode("ascii") + b"\n"
        digest.update(line)
        count += 1
        yield line
    yield canonical({"count": count, "sha256": digest.hexdigest()}).encode("ascii") + b"\n"


def records_as_csv(read: Callable[[], Iterable[Entry]], *, mark: bool = False) -> Iterator[bytes]:
    """A column for each of the names that most records have, and one for the other fields together; which these are is
    found by reading once before."""
    used = Counter(name for entry in read() for name in _fields_of(entry))
    names = sorted(nsmallest(MOST_COLUMNS, used, key=lambda name: (-used[name], name)))
    rows = ([*(entry[column[1:]] for column in _RECORD_COLUMNS), *_picked(entry, names)] for entry in read())
    yield from as_csv([*_RECORD_COLUMNS, *names, _REST], rows, mark=mark)


def changes_as_csv(entries: Iterable[Entry], *, mark: bool = False) -> Iterator[bytes]:
    return as_csv(_CHANGE_COLUMNS, ([entry[name] for name in _CHANGE_COLUMNS] for entry in entries), mark=mark)


def _within(found: Select[Any], wanted: Wanted) -> Select[Any]:
    """Moments are kept as text in UTC, which sorts as they do."""
    if wanted.since is not None:
        found = found.where(schema.change.c.received_at >= wanted.since.astimezone(UTC).isoformat())
    if wanted.until is not None:
        found = found.where(schema.change.c.received_at < wanted.until.astimezone(UTC).isoformat())
    return found


def _record_entry(row: Row[Any]) -> Entry:
    return {
        "id": row.id,
        "kind": row.kind,
        "seq": row.seq,
        "deleted": row.deleted,
        "device": row.device,
        "centre": row.centre,
        "shift": row.shift,
        "changed_at": row.received_at,
        "conflicts": _value(row.conflicts),
        "fields": _value(row.fields),
    }


def _change_entry(row: Row[Any]) -> Entry:
    return {
        "seq": row.seq,
        "op": row.op,
        "record": row.record,
        "status": row.status,
        "device": row.device,
        "by": row.by,
        "received_at": row.received_at,
        "problem": _value(row.problem) if row.problem else None,
        "change": _value(row.body),
    }


def _value(text: str) -> object:
    return parse(text.encode("ascii")).value


def _kind_of(entry: Entry) -> object:
    change = entry["change"]
    return change.get("kind") if isinstance(change, dict) else None


def _fields_of(entry: Entry) -> dict[str, object]:
    fields = entry["fields"]
    return fields if isinstance(fields, dict) else {}


def _picked(entry: Entry, names: Iterable[str]) -> list[object]:
    rest = dict(_fields_of(entry))
    picked = [rest.pop(name, None) for name in names]
    return [*picked, canonical(rest) if rest else None]


def as_csv(heads: Iterable[str], rows: Iterable[Iterable[object]], *, mark: bool) -> Iterator[bytes]:
    """A table for a spreadsheet: every cell quoted, and none of them a formula."""
    page = io.StringIO()
    writer = csv.writer(page, quoting=csv.QUOTE_ALL)
    if mark:
        yield BYTE_ORDER_MARK
    writer.writerow(heads)
    for row in rows:
        writer.writerow([neutral(_cell(value)) for value in row])
        yield page.getvalue().encode("utf-8", "backslashreplace")  # half a character was refused, and is kept
        page.seek(0)
        page.truncate()
    yield page.getvalue().encode("utf-8", "backslashreplace")  # half a character was refused, and is kept


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case str():
            return value
    return json.dumps(value, ensure_ascii=False)
