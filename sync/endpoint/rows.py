"""Rows of the centre's tables as values. What stands there was strictly read before it was written: it is believed."""

import json

from sqlalchemy import RowMapping

from sync.endpoint.batch import Kept, Outcome
from sync.merge import Held, Mark, Marks
from sync.protocol.json_reading import Node
from sync.protocol.record_codec import canonical, overruled_from_json, problem_from_json
from sync.protocol.records import Fields, Problem, Record

NOTHING = "[]"


def record_of(row: RowMapping) -> Record:
    conflicts = row["conflicts"]
    return Record(
        id=row["id"],
        kind=row["kind"],
        seq=row["seq"],
        fields=_fields(row["fields"]),
        deleted=row["deleted"],
        conflicts=()
        if conflicts == NOTHING
        else tuple(overruled_from_json(node) for node in Node(json.loads(conflicts)).items()),
    )


def kept_of(row: RowMapping) -> Kept:
    record, marks = record_of(row), _marks(row["marks"])
    held = Held(record.id, record.kind, record.seq, record.fields, marks, record.deleted, record.conflicts)
    return Kept(held, row["device"], row["content_hash"], row["centre"], row["shift"])


def outcome_of(row: RowMapping) -> Outcome:
    problem: Problem | None = problem_from_json(Node(json.loads(row["problem"]))) if row["problem"] else None
    first = (row["op"], row["content_hash"], row["status"], row["seq"], problem, row["record"], row["by"])
    return Outcome(*first, row["body"])


def marks_to_text(marks: Marks) -> str:
    """Each mark once, with the names of the fields it stands at: most records were written in one go."""
    fields: dict[Mark, list[str]] = {}
    for name, mark in marks.items():
        fields.setdefault(mark, []).append(name)
    return canonical([[mark.seq, mark.writer, mark.by, mark.at, names] for mark, names in fields.items()])


def _marks(text: str) -> Marks:
    return {
        name: mark
        for seq, writer, by, at, names in json.loads(text)
        for mark in (Mark(seq, writer, by, at),)
        for name in names
    }


def _fields(text: str) -> Fields:
    values = json.loads(text)
    return {name: tuple(value) if type(value) is list else value for name, value in values.items()}
