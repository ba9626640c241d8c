"""The plan as a board, module by centre: what was held, and what is still to be. Pure.

It is made of the sessions that a tablet holds, and of what it remembers of those it has let go.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.domain.plan import planned_session
from app.domain.revisions import is_void
from sync.protocol.records import Fields
from sync.protocol.reference import RETIRED
from sync.protocol.vocabulary import SessionKind


class State(StrEnum):
    """What is true of a module at a centre."""

    HELD = "held"
    PARTLY_HELD = "partly_held"
    PLANNED = "planned"
    CANCELLED = "cancelled"
    NOT_YET = "not_yet"


_HAPPENED = (State.HELD, State.PARTLY_HELD, State.CANCELLED)
_WEIGHT = {State.HELD: 4, State.PARTLY_HELD: 3, State.PLANNED: 2, State.CANCELLED: 1, State.NOT_YET: 0}


@dataclass(frozen=True, slots=True)
class Square:
    """One module at one centre, and the day that makes it so: of several the last, of those to come the first."""

    state: State = State.NOT_YET
    day: date | None = None


Board = Mapping[tuple[str, str], Square]
"""By module id and centre id; what is not there is not yet."""

Sessions = Mapping[str, Fields]
"""The fields of sessions by id; of one that is deleted none."""

NOTHING = Square()


def board(sessions: Sessions, remembered: Mapping[str, object]) -> Board:
    """The board of these sessions, and of those not among them that an earlier call of `noted` remembered."""
    squares: dict[tuple[str, str], Square] = {}
    for module, centre, square in (*_said(sessions), *_recalled(remembered, but=frozenset(sessions))):
        squares[module, centre] = _stronger(squares.get((module, centre), NOTHING), square)
    return squares


def held(board: Board, places: Iterable[tuple[str, str]]) -> int:
    """How many of these were held whole."""
    return sum(board.get(place, NOTHING).state == State.HELD for place in places)


def noted(sessions: Sessions, remembered: Mapping[str, object]) -> dict[str, object]:
    """What happened, by session, to be remembered when its record is let go: how, on which day, where, which modules.
    What is known of a session now goes before what was remembered of it."""
    kept = {id: said for id, said in remembered.items() if id not in sessions}
    for id, fields in sessions.items():
        square = _square(fields)
        if square and square.state in _HAPPENED and square.day:
            kept[id] = [square.state.value, square.day.isoformat(), str(fields.get("centre_id")), *_modules(fields)]
    return kept


def _said(sessions: Sessions) -> Iterator[tuple[str, str, Square]]:
    for fields in sessions.values():
        if square := _square(fields):
            yield from ((module, str(fields.get("centre_id")), square) for module in _modules(fields))


def _square(fields: Fields) -> Square | None:
    """What one session says; None when it counts for nothing here: extra, for a group, void, or off the plan."""
    if fields.get("kind") != SessionKind.PLAN or is_void(fields) or fields.get(RETIRED) is True:
        return None
    if planned := planned_session(fields):
        return Square(State.PLANNED, planned.day)
    status, day = fields.get("status"), _day(fields.get("planned_day")) or _day(fields.get("started_at"))
    return next((Square(each, day) for each in _HAPPENED if each == status), None)


def _stronger(one: Square, other: Square) -> Square:
    if one.state != other.state:
        return max(one, other, key=lambda each: _WEIGHT[each.state])
    days = [each for each in (one.day, other.day) if each]
    if not days:
        return one
    return Square(one.state, min(days) if one.state == State.PLANNED else max(days))


def _recalled(remembered: Mapping[str, object], *, but: frozenset[str]) -> Iterator[tuple[str, str, Square]]:
    """What was noted, without what cannot be read."""
    for id, said in remembered.items():
        if id in but or not isinstance(said, list) or len(said) < 3 or said[0] not in set(_HAPPENED):
            continue
        yield from ((str(module), str(said[2]), Square(State(said[0]), _day(said[1]))) for module in said[3:])


def _modules(fields: Fields) -> tuple[str, ...]:
    modules = fields.get("module_ids")
    return modules if isinstance(modules, tuple) else ()


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None
