"""What an end holds of one shift, in one line. Only when both say the same is the end of a shift green."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sync.protocol.record_codec import canonical, record_to_json
from sync.protocol.records import Record


@dataclass(frozen=True, slots=True)
class Receipt:
    """How many records of a shift an end holds, and a digest of every one of them, number and content."""

    shift: str
    count: int
    digest: str  # 64 hex digits
    at: datetime  # of the end that computed it


def receipt_of(shift: str, records: Iterable[Record], *, at: datetime) -> Receipt:
    """The receipt over those of `records` that belong to the shift, whatever their order."""
    entries = sorted(f"{record.id} {record.seq} {_hash(record)}\n" for record in records if belongs(record, shift))
    return Receipt(shift, len(entries), sha256("".join(entries).encode("ascii")).hexdigest(), at)


def belongs(record: Record, shift: str) -> bool:
    """Whether a record is the shift itself or says that it was made in it. A deleted one says nothing any more."""
    return not record.deleted and shift in (record.id, record.fields.get("shift_id"))


def is_same_receipt(one: Receipt, other: Receipt) -> bool:
    return (one.shift, one.count, one.digest) == (other.shift, other.count, other.digest)


def _hash(record: Record) -> str:
    return sha256(canonical(record_to_json(record)).encode("ascii")).hexdigest()
