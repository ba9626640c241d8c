"""What the coordinator has switched. Only what something in the app obeys; others are kept on the tablet, unread."""

from collections.abc import Callable
from dataclasses import dataclass

from app.domain.reference import Place

SHORTEST_IDLE, LONGEST_IDLE = 1, 10  # minutes
SHORTEST_LEASE, LONGEST_LEASE = 1, 90  # days

OFF_UNLESS_ASKED = frozenset({"age_band", "age_counts", "card_code", "gender", "gender_counts", "note", "room"})
"""Optional fields that come close to a person, or take free text: none is offered before the coordinator says so."""


@dataclass(frozen=True, slots=True)
class Policies:
    fields_not_asked: frozenset[str] = frozenset()  # optional fields of a case or a session that no screen offers
    fields_asked: frozenset[str] = frozenset()  # of those that are off, the ones that are on here
    lock_after_minutes: int = 2  # without a touch
    lease_days: int = 14  # without the centre, before what was written earlier is not shown any more

    def asks(self, field: str) -> bool:
        """Whether screens offer this optional field. Of a field that is switched both ways they do not."""
        is_on = field not in OFF_UNLESS_ASKED or field in self.fields_asked
        return is_on and field not in self.fields_not_asked


def _ids_at(place: Place) -> frozenset[str]:
    return frozenset(each.id() for each in place.field("value").entries())


def _idle_at(place: Place) -> int:
    return place.field("value").whole_number(SHORTEST_IDLE, LONGEST_IDLE)


def _lease_at(place: Place) -> int:
    return place.field("value").whole_number(SHORTEST_LEASE, LONGEST_LEASE)


READERS: dict[str, Callable[[Place], object]] = {
    "fields_not_asked": _ids_at,
    "fields_asked": _ids_at,
    "lock_after_minutes": _idle_at,
    "lease_days": _lease_at,
}
"""What is obeyed, by the name of its field above, and how it is read. Each raises `BrokenReference`."""
