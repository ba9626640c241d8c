"""A stored record as a JSON document and back, and an edit as it may be stored.

What a person sees is not written: it follows from the rest. What is empty is left out: it is most of what there is.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from app.store.errors import NotStorable
from app.store.records import Deed, Edit, Pending, StoredRecord
from app.store.transitions import overlaid, unacknowledged
from app.store.values import plain, plain_text
from sync.protocol.json_reading import LONGEST_NAME, Node
from sync.protocol.record_codec import (
    change_from_json,
    change_to_json,
    fields_to_json,
    moment_to_json,
    overruled_from_json,
    overruled_to_json,
    problem_from_json,
    problem_to_json,
)
from sync.protocol.records import NO_FIELDS, Fields, Value


def document_of(record: StoredRecord) -> Mapping[str, object]:
    written: dict[str, object] = {
        "kind": record.kind,
        "by": record.by,
        "at": moment_to_json(record.at),
        "rev": record.rev,
        "acked_rev": record.acked_rev,
        "seq": record.seq,
        "copy": fields_to_json(record.copy),
        "copy_deleted": record.copy_deleted,
        "pending": _pending_to_json(record.pending) if record.pending else None,
        "sealed": change_to_json(record.sealed) if record.sealed else None,
        "sealed_rev": record.sealed_rev,
        "sent_at": moment_to_json(record.sent_at) if record.sent_at else None,
        "problem": problem_to_json(record.problem) if record.problem else None,
        "conflicts": [overruled_to_json(overruled) for overruled in record.conflicts],
        "mine": record.mine,
        "sent": list(record.sent),
        "again": list(record.again),
    }
    return {name: value for name, value in written.items() if value}


def record_of(record_id: str, document: Mapping[str, Any]) -> StoredRecord:
    """Trusts the document: only `document_of` writes it, and the journal checks each byte."""
    found = document.get
    copy, copy_deleted = _fields(found("copy")), found("copy_deleted", False)
    pending = _pending(document["pending"]) if "pending" in document else None
    sealed = change_from_json(Node(document["sealed"])) if "sealed" in document else None
    seq, again = found("seq", 0), tuple(found("again", ()))
    fields, deleted = overlaid(copy, copy_deleted, unacknowledged(seq, sealed, again, pending))
    return StoredRecord(
        id=record_id,
        kind=document["kind"],
        fields=fields,
        deleted=deleted,
        by=found("by", ""),
        at=datetime.fromisoformat(document["at"]),
        rev=found("rev", 0),
        acked_rev=found("acked_rev", 0),
        seq=seq,
        copy=copy,
        sealed=sealed,
        sealed_rev=found("sealed_rev", 0),
        sent_at=datetime.fromisoformat(document["sent_at"]) if "sent_at" in document else None,
        problem=problem_from_json(Node(document["problem"])) if "problem" in document else None,
        conflicts=tuple(overruled_from_json(Node(overruled)) for overruled in found("conflicts", ())),
        mine=found("mine", False),
        pending=pending,
        copy_deleted=copy_deleted,
        sent=tuple(found("sent", ())),
        again=again,
    )


def is_waiting(document: Mapping[str, Any]) -> bool:
    """`StoredRecord.is_waiting`, without reading the whole record."""
    return document.get("rev", 0) > document.get("acked_rev", 0) and "problem" not in document


def needs_review(document: Mapping[str, Any]) -> bool:
    """`StoredRecord.needs_review`, without reading the whole record unless somebody disagrees."""
    return "problem" in document or ("conflicts" in document and record_of("", document).needs_review)


def seen(document: Mapping[str, Any], name: str) -> object:
    """`StoredRecord.fields.get(name)`, without reading the whole record; a list stays a list."""
    if "again" in document:  # for the moment after a restore
        return _listed(record_of("", document).fields.get(name))
    for layer in ("pending", "sealed"):
        said = document.get(layer, {}).get("set", {})
        if name in said:
            return said[name]
    return copied(document, name)


def copied(document: Mapping[str, Any], name: str) -> object:
    """`StoredRecord.copy.get(name)`, without reading the whole record; a list stays a list."""
    return document.get("copy", {}).get(name)


def _listed(value: Value) -> object:
    return list(value) if isinstance(value, tuple) else value


def storable(edit: Deed) -> Deed:
    """An edit in plain values. Raises NotStorable for what could not be kept as it is, or could never be sent."""
    if not isinstance(edit, Edit):
        return edit
    if edit.at.utcoffset() is None:
        raise NotStorable("the moment has no time zone", "at")
    try:
        edit.at.astimezone(UTC)
    except OverflowError:  # at the two ends of the calendar: nobody could read it again
        raise NotStorable("the moment is not one in every time zone", "at") from None
    words = [_word(name, word) for name, word in (("id", edit.id), ("kind", edit.kind), ("by", edit.by))]
    fields = MappingProxyType({_name(name): _value(name, value) for name, value in edit.fields.items()})
    return Edit(words[0], words[1], words[2], edit.at, fields, edit.delete, edit.seen)


def _word(name: str, word: str) -> str:
    if not isinstance(word, str) or not 0 < len(word) <= LONGEST_NAME or not word.isprintable():
        raise NotStorable(f"it is not a word of 1 to {LONGEST_NAME} printable characters", name)
    return plain_text(word)


def _name(name: object) -> str:
    if not isinstance(name, str):
        raise NotStorable(f"a name is text, not {type(name).__name__}", "fields")
    return plain_text(name)


def _value(name: str, value: object) -> Value:
    try:
        kept = plain(value)
    except NotStorable as trouble:
        raise trouble.under(name).under("fields") from None
    if isinstance(kept, list) and all(isinstance(member, str) for member in kept):
        return tuple(str(member) for member in kept)
    if isinstance(kept, float | list | dict):
        raise NotStorable("a field is text, a whole number, true, false, nothing or a list of texts", "fields", name)
    return kept


def _fields(stored: Mapping[str, Any] | None) -> Fields:
    if not stored:
        return NO_FIELDS
    if any(isinstance(value, list) for value in stored.values()):
        stored = {name: tuple(value) if isinstance(value, list) else value for name, value in stored.items()}
    return MappingProxyType(stored)  # the document's own: it is never changed in place


def _pending_to_json(pending: Pending) -> Mapping[str, object]:
    written = {"base": pending.base, "set": fields_to_json(pending.set), "delete": pending.delete}
    return {**written, "hand_over": True} if pending.hand_over else written


def _pending(stored: Mapping[str, Any]) -> Pending:
    return Pending(stored["base"], _fields(stored["set"]), stored["delete"], stored.get("hand_over", False))
