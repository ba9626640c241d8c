"""Every record as JSON Lines, for another tablet or the centre. docs/store.md has the format.

A record is the centre's copy, where one was heard, and the changes made here that the centre has not acknowledged, in
the words of the sync protocol. A change that was never offered gets an op that follows from what it says: exported
twice, it is the same change, and the centre applies it once.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from uuid import NAMESPACE_OID, uuid5

from app.store.documents import record_of
from app.store.errors import ExportDamaged
from app.store.lines import Tables
from app.store.records import StoredRecord
from app.store.store import RECORDS
from sync.protocol.json_reading import Node, parse
from sync.protocol.messages import PRODUCT, SCHEMA
from sync.protocol.record_codec import canonical, change_from_json, change_to_json, record_from_json, record_to_json
from sync.protocol.records import Change, Record

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Export:
    """What an exported file holds."""

    records: tuple[Record, ...]  # as the centre last told them
    changes: tuple[Change, ...]  # not acknowledged by the centre; those of one record in their order


def exported(tables: Tables) -> Iterator[bytes]:
    """The lines of the file, each with its line break."""
    records = [record_of(record_id, document) for record_id, document in sorted(tables.get(RECORDS, {}).items())]
    digest = sha256()
    header = {"product": PRODUCT, "export": FORMAT, "schema": SCHEMA, "records": len(records)}
    for written in (header, *map(_record_to_json, records)):
        line = canonical(written).encode() + b"\n"
        digest.update(line)
        yield line
    yield canonical({"sha256": digest.hexdigest()}).encode() + b"\n"


def read_export(content: bytes) -> Export:
    """Raises ExportDamaged when one byte is missing or another, or a newer app wrote it."""
    body, _, last = content.removesuffix(b"\n").rpartition(b"\n")
    body += b"\n"
    if last != canonical({"sha256": sha256(body).hexdigest()}).encode() or not content.endswith(b"\n"):
        raise ExportDamaged("it is cut or was changed")
    header, *lines = (parse(line) for line in body.splitlines())
    if header.member("product").text() != PRODUCT or header.member("export").number() > FORMAT:
        raise ExportDamaged("a newer app wrote it, or another program")
    records = (record_from_json(record) for line in lines if (record := line.optional("record")))
    return Export(tuple(records), tuple(_changes_from_json(lines)))


def _record_to_json(record: StoredRecord) -> dict[str, object]:
    written: dict[str, object] = {}
    if record.seq or record.copy or record.copy_deleted:
        copy = Record(record.id, record.kind, record.seq, record.copy, record.copy_deleted, record.conflicts)
        written["record"] = record_to_json(copy)
    return {**written, "changes": [change_to_json(change) for change in _changes(record)]}


def unacknowledged(records: Iterable[StoredRecord]) -> Iterator[Change]:
    """Everything that the centre has not acknowledged, what it refused included; those of one record in their order."""
    for record in records:
        yield from _changes(record)


def _changes(record: StoredRecord) -> Iterator[Change]:
    if record.sealed:
        yield record.sealed
    if pending := record.pending:
        unnamed = Change("", record.id, record.kind, pending.base, record.by, record.at, pending.set, pending.delete)
        yield replace(unnamed, op=str(uuid5(NAMESPACE_OID, canonical(change_to_json(unnamed)))))


def _changes_from_json(lines: Iterable[Node]) -> Iterator[Change]:
    for line in lines:
        yield from (change_from_json(change) for change in line.member("changes").items())
