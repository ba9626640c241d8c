"""Changes, records and results as JSON objects, for the wire and for the tablet's disk.

Reading is strict about shapes and tolerant about words: a kind or a field nobody here knows passes unharmed.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType

from sync.errors import MalformedMessage
from sync.protocol.json_reading import Node
from sync.protocol.records import (
    NO_FIELDS,
    Applied,
    Author,
    Change,
    Conflicted,
    Fields,
    HandedOver,
    Overruled,
    Problem,
    Record,
    Refused,
    Result,
    Value,
)
from sync.protocol.written import WrittenFields

JsonObject = dict[str, object]

_OF_A_CHANGE = frozenset({"op", "id", "kind", "base", "by", "at", "set", "delete", "hand_over"})

_COMPACT = json.JSONEncoder(ensure_ascii=True, allow_nan=False, separators=(",", ":"))
_quoted = json.encoder.encode_basestring_ascii
_CANONICAL = json.JSONEncoder(ensure_ascii=True, allow_nan=False, sort_keys=True, separators=(",", ":"))


def canonical(value: object) -> str:
    """The one way to write a value: equal values, equal text. ASCII, so that no text can break a file or a socket."""
    return _CANONICAL.encode(value)


def compact(value: object) -> str:
    """For the wire: the members stay in their order."""
    return _COMPACT.encode(value)


def moment_to_json(at: datetime) -> str:
    offset = at.utcoffset()
    if offset is None:
        raise ValueError("a moment without an offset cannot travel")
    whole_minutes = offset.total_seconds() % 60 == 0
    return (at if whole_minutes else at.astimezone(UTC)).isoformat()


def fields_to_json(fields: Fields) -> JsonObject:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in fields.items()}


def fields_to_text(fields: Fields) -> str:
    """Canonical."""
    return fields.text if isinstance(fields, WrittenFields) else canonical(dict(fields))


def fields_from_json(node: Node) -> Fields:
    return MappingProxyType(
        {
            name: value
            if value is None or isinstance(value, str | bool)  # nothing about these can be wrong
            else value_from_json(Node(value, node, "." + name))
            for name, value in node.values()
        }
    )


def value_from_json(node: Node) -> Value:
    match node.value:
        case None | bool() | str():
            return node.value
        case int():
            return node.whole()
        case list() as items:
            return tuple(items) if all(type(item) is str for item in items) else _texts(node)
    node.fail("is none of: text, whole number, true, false, null, list of texts")


def _texts(node: Node) -> tuple[str, ...]:
    return tuple(item.text() for item in node.items())


def change_to_json(change: Change) -> JsonObject:
    written: JsonObject = {
        "op": change.op,
        "id": change.id,
        "kind": change.kind,
        "base": change.base,
        "by": change.by,
        "at": moment_to_json(change.at),
    }
    if change.set:
        written["set"] = fields_to_json(change.set)
    if change.delete:
        written["delete"] = True
    if change.hand_over:
        written["hand_over"] = True
    return written


def change_to_text(change: Change, fields: str) -> str:
    """What `canonical` makes of `change_to_json`, member by member: the centre writes each change anew, to compare it.

    `fields` is what `fields_to_text` makes of those it sets.
    """
    text = _quoted
    flags = ('"delete":true,' if change.delete else "") + ('"hand_over":true,' if change.hand_over else "")
    who = f'{{"at":{text(moment_to_json(change.at))},"base":{change.base},"by":{text(change.by)},'
    what = f'{flags}"id":{text(change.id)},"kind":{text(change.kind)},"op":{text(change.op)}'
    return who + what + (f',"set":{fields}}}' if change.set else "}")


def change_from_json(node: Node) -> Change:
    node.only(_OF_A_CHANGE)
    fields = node.optional("set")
    return Change(
        op=node.name_of("op"),
        id=node.name_of("id"),
        kind=node.name_of("kind"),
        base=node.number_of("base"),
        by=node.name_of("by"),
        at=node.member("at").moment(),
        set=fields_from_json(fields) if fields else NO_FIELDS,
        delete=node.truth_of("delete"),
        hand_over=node.truth_of("hand_over"),
    )


def overruled_to_json(overruled: Overruled) -> JsonObject:
    value = overruled.value
    written: dict[str, object] = {
        "field": overruled.field,
        "value": list(value) if isinstance(value, tuple) else value,
        "by": overruled.by,
        "at": moment_to_json(overruled.at),
        "op": overruled.op,
        "seq": overruled.seq,
    }
    if overruled.stands:
        written["stands"] = {"by": overruled.stands.by, "at": moment_to_json(overruled.stands.at)}
    return written


def overruled_from_json(node: Node) -> Overruled:
    value, stands = node.optional("value"), node.optional("stands")
    return Overruled(
        field=node.member("field").text(),
        value=value_from_json(value) if value else None,
        by=node.name_of("by"),
        at=node.member("at").moment(),
        op=node.name_of("op"),
        seq=node.number_of("seq"),
        stands=Author(stands.name_of("by"), stands.member("at").moment()) if stands else None,
    )


def record_to_json(record: Record) -> JsonObject:
    return {
        "id": record.id,
        "kind": record.kind,
        "seq": record.seq,
        "deleted": record.deleted,
        "fields": fields_to_json(record.fields),
        "conflicts": [overruled_to_json(overruled) for overruled in record.conflicts],
    }


def record_to_text(record: Record) -> str:
    """`record_to_json` as text. Fields that are written already go as they are: most of a page of news is fields."""
    fields = record.fields
    if not isinstance(fields, WrittenFields):
        return compact(record_to_json(record))
    conflicts = compact([overruled_to_json(overruled) for overruled in record.conflicts]) if record.conflicts else "[]"
    head = compact({"id": record.id, "kind": record.kind, "seq": record.seq, "deleted": record.deleted})
    return f'{head[:-1]},"fields":{fields.text},"conflicts":{conflicts}}}'


def record_from_json(node: Node) -> Record:
    return Record(
        id=node.name_of("id"),
        kind=node.name_of("kind"),
        seq=node.number_of("seq"),
        deleted=node.member("deleted").truth(),
        fields=fields_from_json(node.member("fields")),
        conflicts=tuple(overruled_from_json(item) for item in node.member("conflicts").items()),
    )


def problem_to_json(problem: Problem) -> JsonObject:
    written: JsonObject = {"type": problem.type, "title": problem.title}
    if problem.field is not None:
        written["field"] = problem.field
    if problem.limit is not None:
        written["limit"] = problem.limit
    return written


def problem_from_json(node: Node) -> Problem:
    field, limit = node.optional("field"), node.optional("limit")
    return Problem(
        type=node.name_of("type"),
        title=node.member("title").text(),
        field=field.text() if field else None,
        limit=limit.number() if limit else None,
    )


def result_to_json(result: Result) -> JsonObject:
    written: JsonObject = {"op": result.op, **_outcome_to_json(result)}
    if result.again:
        written["again"] = True
    return written


def _outcome_to_json(result: Result) -> Mapping[str, object]:
    match result:
        case Applied(seq=seq, record=None):
            return {"status": "applied", "seq": seq}
        case Applied(seq=seq, record=Record() as record):
            return {"status": "applied", "seq": seq, "record": record_to_json(record)}
        case Conflicted(seq=seq, record=record):
            return {"status": "conflict", "seq": seq, "record": record_to_json(record)}
        case Refused(problem=problem):
            return {"status": "refused", "problem": problem_to_json(problem)}
        case HandedOver():
            return {"status": "handed_over"}
    raise MalformedMessage("results", "hold something that is not a result")


def result_from_json(node: Node) -> Result | None:
    """None for a status this end has never heard of: it is no acknowledgement, so the change keeps waiting."""
    op, record = node.name_of("op"), node.optional("record")
    repeated = node.truth_of("again")
    match node.member("status").text():
        case "applied":
            seq = node.number_of("seq")
            return Applied(op, seq, repeated, record_from_json(record) if record else None)
        case "conflict":
            seq = node.number_of("seq")
            return Conflicted(op, seq, record_from_json(node.member("record")), repeated)
        case "refused":
            return Refused(op, problem_from_json(node.member("problem")), repeated)
        case "handed_over":
            return HandedOver(op, repeated)
    return None
