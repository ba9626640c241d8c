"""What the coordinator has switched. Only what something in the app obeys; others are kept on the tablet, unread."""

from dataclasses import dataclass

from app.domain.reference import Place

FIELDS_NOT_ASKED = "fields_not_asked"


@dataclass(frozen=True, slots=True)
class Policies:
    fields_not_asked: frozenset[str] = frozenset()  # optional fields of a case or a session that no screen offers


def fields_not_asked_at(place: Place) -> frozenset[str]:
    """Raises `BrokenReference`."""
    return frozenset(each.id() for each in place.field("value").entries())
