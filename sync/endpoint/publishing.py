"""What may be published of a month: how often, by centre, topic and outcome, with no number below five. Pure.

Few people come to a small centre in a morning, so a small number can point at a neighbour (the Catalan authority
says so of small towns, IAI 17/2025). A cell below `LEAST` goes into "other"; where that alone would be below
it, the next smallest cell of the centre goes with it, so that nothing can be found by subtraction.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sync.protocol.record_codec import JsonObject

LEAST = 5
OTHER = "other"
COLUMNS = ("month", "centre", "kind", "topic", "outcome", "count", "minutes")

_WORD = re.compile(r"[a-z][a-z0-9_-]{0,39}", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    centre: str
    kind: str
    topic: str  # of a procedure the group that its id begins with, of a session its module
    outcome: str


@dataclass(frozen=True, slots=True, order=True)
class Tally:
    count: int = 0  # procedures that were assisted, or people who came to a session
    minutes: int = 0  # of assisted procedures

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.count + other.count, self.minutes + other.minutes)


def public_table(month: str, entries: Iterable[JsonObject]) -> Iterator[tuple[object, ...]]:
    """The rows of a month such as "2026-11", by `COLUMNS`, from records as `exports.records` gives them."""
    for cell, tally in merged(counted(month, entries)):
        yield month, cell.centre, cell.kind, cell.topic, cell.outcome, tally.count, tally.minutes


def counted(month: str, entries: Iterable[JsonObject]) -> dict[Cell, Tally]:
    """How much there is of what was noted in the month, and neither deleted nor taken back."""
    cells: dict[Cell, Tally] = defaultdict(Tally)
    for entry in entries:
        fields = entry["fields"]
        if entry["deleted"] or not isinstance(fields, dict) or fields.get("voided_at") is not None:
            continue
        if str(fields.get("started_at"))[: len(month)] != month:
            continue
        cell, tally = _cell(str(entry["kind"]), fields), _tally(str(entry["kind"]), fields)
        if cell and tally.count:
            cells[cell] += tally
    return cells


def merged(cells: Mapping[Cell, Tally]) -> list[tuple[Cell, Tally]]:
    """No cell below `LEAST`, and none that another one gives away."""
    parts: dict[tuple[str, str], dict[Cell, Tally]] = defaultdict(dict)
    for cell, tally in cells.items():
        parts[cell.centre, cell.kind][cell] = tally
    rows: list[tuple[Cell, Tally]] = []
    homeless: dict[str, Tally] = defaultdict(Tally)
    for (centre, kind), part in parts.items():
        in_order = sorted(part.items(), key=lambda one: (one[1], one[0]))
        small = Tally()
        while in_order and (in_order[0][1].count < LEAST or 0 < small.count < LEAST):
            small += in_order.pop(0)[1]
        rows += in_order
        if small.count >= LEAST:
            rows.append((Cell(centre, kind, OTHER, OTHER), small))
        else:
            homeless[kind] += small
    rows += [(Cell(OTHER, kind, OTHER, OTHER), each) for kind, each in homeless.items() if each.count >= LEAST]
    return sorted(rows)


def _cell(kind: str, fields: JsonObject) -> Cell | None:
    centre = _word(fields.get("centre_id"))
    match kind:
        case "assist":
            topic = _word(str(fields.get("procedure_id")).partition("-")[0])
            return Cell(centre, kind, topic, _word(fields.get("outcome")))
        case "session":
            modules = fields.get("module_ids")
            one = modules[0] if isinstance(modules, list) and len(modules) == 1 else None
            return Cell(centre, kind, _word(f"m{one}"), _word(fields.get("status")))
    return None


def _tally(kind: str, fields: JsonObject) -> Tally:
    count = 1 if kind == "assist" else _number(fields.get("headcount"))
    return Tally(count, _number(fields.get("active_minutes")))


def _word(value: object) -> str:
    """An id as the project's own are; what somebody wrote freely is published by nobody."""
    return value if isinstance(value, str) and _WORD.fullmatch(value) else OTHER


def _number(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0
