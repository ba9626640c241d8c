"""What may be published of a month: how often, by centre, topic and outcome, with no number below five. Pure.

Few people come to a small centre in a morning, so a small number can point at a neighbour (the Catalan authority
says so of small towns, IAI 17/2025). A cell below `LEAST` goes into "other"; where that alone would be below
it, the next smallest cell of the centre goes with it, so that nothing can be found by subtraction.

No word of a record is printed as it is, and no record counts at a centre its tablet does not work for: otherwise any
tablet could write into what is published, or add what lifts a small number over the limit.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sync.endpoint.devices import CENTRE_ITSELF
from sync.protocol.record_codec import JsonObject
from sync.protocol.records import Kind
from sync.protocol.reference import KEY
from sync.protocol.vocabulary import Outcome, SessionStatus

LEAST = 5
MOST_MINUTES = 600  # of one procedure: nobody sits there for longer, and one number must not swallow the others
MOST_HEADS = 200  # of one session, likewise
OTHER = "other"
COLUMNS = ("month", "centre", "kind", "topic", "outcome", "count", "minutes")

NAMING = (Kind.CENTRE, Kind.MODULE, Kind.PROCEDURE)
"""The kinds of reference records whose keys may be printed."""

_OUTCOMES: Mapping[str, frozenset[str]] = {Kind.ASSIST: frozenset(Outcome), Kind.SESSION: frozenset(SessionStatus)}


@dataclass(frozen=True, slots=True)
class Known:
    """What the organisation named itself, those that are retired too, and who works where."""

    centres: frozenset[str]
    topics: Mapping[str, frozenset[str]]  # of each kind of record
    tablets: Mapping[str, frozenset[str]]  # the centres of each; none named = all

    @classmethod
    def of(cls, named: Iterable[JsonObject], tablets: Mapping[str, frozenset[str]]) -> "Known":
        """From records of `NAMING`, as `exports.records` gives them."""
        keys: dict[str, set[str]] = {kind: set() for kind in NAMING}
        for entry in named:
            fields = entry["fields"]
            keys[str(entry["kind"])].add(str(fields.get(KEY)) if isinstance(fields, dict) else "")
        topics: dict[str, frozenset[str]] = {
            Kind.ASSIST: frozenset(map(group_of, keys[Kind.PROCEDURE])),
            Kind.SESSION: frozenset(map(_of_module, keys[Kind.MODULE])),
        }
        return cls(frozenset(keys[Kind.CENTRE]), topics, tablets)

    def works_at(self, device: object, centre: object) -> bool:
        """Whether a record for this centre may come from this device."""
        if device == CENTRE_ITSELF:
            return True
        named = self.tablets.get(str(device))
        return named is not None and (not named or (isinstance(centre, str) and centre in named))


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


def public_table(month: str, entries: Iterable[JsonObject], known: Known) -> Iterator[tuple[object, ...]]:
    """The rows of a month such as "2026-11", by `COLUMNS`, from records as `exports.records` gives them."""
    for cell, tally in merged(counted(month, entries, known)):
        yield month, cell.centre, cell.kind, cell.topic, cell.outcome, tally.count, tally.minutes


def counted(month: str, entries: Iterable[JsonObject], known: Known) -> dict[Cell, Tally]:
    """How much there is of what was noted in the month, and neither deleted nor taken back."""
    cells: dict[Cell, Tally] = defaultdict(Tally)
    for entry in entries:
        kind, fields = str(entry["kind"]), entry["fields"]
        if entry["deleted"] or not isinstance(fields, dict) or fields.get("voided_at") is not None:
            continue
        if str(fields.get("started_at"))[: len(month)] != month or kind not in _OUTCOMES:
            continue
        tally = _tally(kind, fields)
        if tally.count and _is_of_its_centre(entry, fields, known):
            cells[_cell(kind, fields, known)] += tally
    return cells


def merged(cells: Mapping[Cell, Tally]) -> list[tuple[Cell, Tally]]:
    """No cell below `LEAST`, and none that another one gives away."""
    parts: dict[tuple[str, str], dict[Cell, Tally]] = defaultdict(dict)
    for cell, tally in cells.items():
        parts[cell.centre, cell.kind][cell] = tally
    rows: dict[Cell, Tally] = defaultdict(Tally)  # what is "other" by itself and what was made so are one
    homeless: dict[str, Tally] = defaultdict(Tally)
    for (centre, kind), part in parts.items():
        in_order = sorted(part.items(), key=lambda one: (one[1], one[0]))
        small = Tally()
        while in_order and (in_order[0][1].count < LEAST or 0 < small.count < LEAST):
            small += in_order.pop(0)[1]
        rows.update(in_order)
        if small.count >= LEAST:
            rows[Cell(centre, kind, OTHER, OTHER)] += small
        else:
            homeless[kind] += small
    for kind, each in homeless.items():
        if each.count >= LEAST:
            rows[Cell(OTHER, kind, OTHER, OTHER)] += each
    return sorted(rows.items())


def _is_of_its_centre(entry: JsonObject, fields: JsonObject, known: Known) -> bool:
    """Whether whoever wrote it works at the centre it is counted for. A session is written by others too than who made
    it: by all tablets, once it belongs to no centre or was moved to another."""
    if entry["kind"] == Kind.SESSION and entry["centre"] is None:
        return False
    return known.works_at(entry["device"], fields.get("centre_id"))


def _cell(kind: str, fields: JsonObject, known: Known) -> Cell:
    if kind == Kind.ASSIST:
        topic, outcome = group_of(str(fields.get("procedure_id"))), fields.get("outcome")
    else:
        modules = fields.get("module_ids")
        topic = _of_module(modules[0]) if isinstance(modules, list) and len(modules) == 1 else OTHER
        outcome = fields.get("status")
    centre = _one_of(known.centres, fields.get("centre_id"))
    return Cell(centre, kind, _one_of(known.topics[kind], topic), _one_of(_OUTCOMES[kind], outcome))


def _tally(kind: str, fields: JsonObject) -> Tally:
    count = 1 if kind == Kind.ASSIST else _number(fields.get("headcount"), MOST_HEADS)
    return Tally(count, _number(fields.get("active_minutes"), MOST_MINUTES))


def group_of(procedure: str) -> str:
    """The part of the plan a procedure belongs to, by its id: `m8-clave` to m8."""
    return procedure.partition("-")[0]


def _of_module(key: object) -> str:
    return f"m{key}"


def _one_of(words: frozenset[str], value: object) -> str:
    """What somebody wrote freely is published by nobody."""
    return value if isinstance(value, str) and value in words else OTHER


def _number(value: object, most: int) -> int:
    return min(value, most) if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0
