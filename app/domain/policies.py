"""What the coordinator has switched. Only what something in the app obeys; others are kept on the tablet, unread."""

from collections.abc import Callable
from dataclasses import dataclass

from app.domain.reference import Place

SHORTEST_IDLE, LONGEST_IDLE = 1, 10  # minutes


@dataclass(frozen=True, slots=True)
class Policies:
    fields_not_asked: frozenset[str] = frozenset()  # optional fields of a case or a session that no screen offers
    fields_asked: frozenset[str] = frozenset()  # fields that are offered only where the coordinator wants them: `note`
    lock_after_minutes: int = 2  # without a touch


def _ids_at(place: Place) -> frozenset[str]:
    return frozenset(each.id() for each in place.field("value").entries())


def _idle_at(place: Place) -> int:
    return place.field("value").whole_number(SHORTEST_IDLE, LONGEST_IDLE)


READERS: dict[str, Callable[[Place], object]] = {
    "fields_not_asked": _ids_at,
    "fields_asked": _ids_at,
    "lock_after_minutes": _idle_at,
}
"""What is obeyed, by the name of its field above, and how it is read. Each raises `BrokenReference`."""
