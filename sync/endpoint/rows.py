"""Rows of the centre's tables as values. What stands there was strictly read before it was written: it is believed."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, RowMapping

from sync.endpoint.batch import Kept, Outcome
from sync.merge import Held, Mark, Marks
from sync.protocol.json_reading import Node
from sync.protocol.record_codec import canonical, overruled_from_json, overruled_to_json, problem_from_json
from sync.protocol.records import DELETION, Fields, Overruled, Problem, Record
from sync.protocol.written import WrittenFields, fields_from_text

NOTHING = "[]"


def record_of(row: Row[Any]) -> Record:
    """As it is told: its fields are not looked into."""
    fields = WrittenFields(row.fields)
    return Record(row.id, row.kind, row.seq, fields, row.deleted, _conflicts(row.conflicts))


def kept_of(row: RowMapping) -> Kept:
    fields, conflicts = fields_from_text(row["fields"]), _conflicts(row["conflicts"])
    marks = _marks(row["marks"], fields)
    held = Held(row["id"], row["kind"], row["seq"], fields, marks, row["deleted"], conflicts)
    return Kept(held, row["device"], row["content_hash"], row["centre"], row["shift"])


def outcome_of(row: RowMapping) -> Outcome:
    problem: Problem | None = problem_from_json(Node(json.loads(row["problem"]))) if row["problem"] else None
    first = (row["op"], row["content_hash"], row["status"], row["seq"], problem, row["record"], row["by"])
    return Outcome(*first, row["body"])


def marks_to_text(marks: Marks, fields: Fields) -> str:
    """Each mark once, with the names of the fields it stands at. Most records were written in one go: one mark at all
    `fields` and at the deletion is written without their names."""
    # By identity: comparing marks takes longer than writing one twice.
    first = next(iter(marks.values()))
    if marks.keys() == {DELETION, *fields} and all(mark is first for mark in marks.values()):
        return canonical([[first.seq, first.writer, first.by, first.at, None]])
    written: dict[int, tuple[Mark, list[str]]] = {}
    for name, mark in marks.items():
        if (key := id(mark)) in written:
            written[key][1].append(name)
        else:
            written[key] = (mark, [name])
    return canonical([[mark.seq, mark.writer, mark.by, mark.at, names] for mark, names in written.values()])


def conflicts_to_text(conflicts: Sequence[Overruled]) -> str:
    return canonical([overruled_to_json(each) for each in conflicts]) if conflicts else NOTHING


def _marks(text: str, fields: Fields) -> Marks:
    return {
        name: mark
        for seq, writer, by, at, names in json.loads(text)
        for mark in (Mark(seq, writer, by, at),)
        for name in ((DELETION, *fields) if names is None else names)
    }


def _conflicts(text: str) -> tuple[Overruled, ...]:
    return () if text == NOTHING else tuple(overruled_from_json(node) for node in Node(json.loads(text)).items())
