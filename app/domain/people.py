"""The connectors who may start a shift: codes and what their tiles say. Names of people stay with the coordinator."""

from dataclasses import dataclass
from datetime import date

from app.domain.reference import Place


@dataclass(frozen=True, slots=True)
class Connector:
    """Someone who works with a tablet, under a code."""

    id: str
    name: str = ""  # what the tile says; "": the code's number, in the language of the screen
    centres: tuple[str, ...] = ()  # where they usually work; (): anywhere
    valid_until: date | None = None  # the last day of the contract

    @property
    def usual_centre(self) -> str | None:
        """The centre of someone who has just one."""
        return self.centres[0] if len(self.centres) == 1 else None

    def works_on(self, day: date) -> bool:
        return self.valid_until is None or day <= self.valid_until


CONNECTORS = tuple(Connector(id) for id in ("C1", "C2", "C3", "C4"))
"""Until the centre says who: four connectors [the Paeria's news item]."""


def connector_at(place: Place) -> Connector:
    """One connector as the centre says it. Raises `BrokenReference`."""
    centres, until = place.optional("centres"), place.optional("valid_until")
    return Connector(
        id=place.field("id").id(),
        name=place.field("name").text(),
        centres=() if centres is None else tuple(each.id() for each in centres.entries()),
        valid_until=None if until is None else until.day(),
    )
