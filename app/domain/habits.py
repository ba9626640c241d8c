"""What a tablet has learned from use: what each centre asks for most, and how long each procedure takes here.

Counts and minutes only. They outlive the records, which leave the tablet once the centre has them.
"""

from collections.abc import Mapping, Sequence
from statistics import median

from app.domain.assisting import Assist
from app.domain.catalogue import OTHER_PROCEDURE, SUPPORT_POINT, Catalogue
from sync.protocol.vocabulary import EntryMode

PINNED = 6
REMEMBERED = 400  # helps of a centre: past that the older ones weigh half, so that the tiles follow the season
MEASURED = 15  # durations of a procedure, the latest
LEAST = 3  # fewer durations say nothing yet


def counted(helped: Mapping[str, int], procedure_id: str) -> dict[str, int]:
    """The helps of a centre by procedure, with one more."""
    more = {**helped, procedure_id: helped.get(procedure_id, 0) + 1}
    if sum(more.values()) <= REMEMBERED:
        return more
    return {id: count // 2 for id, count in more.items() if count > 1}


def measured(minutes: Sequence[int], assist: Assist, *, is_corrected: bool) -> tuple[int, ...]:
    """The latest durations of a procedure, with this one if somebody said it or a clock ran: what was written down in
    one go has taken the usual duration itself, and teaches nothing."""
    if assist.active_minutes is None or not (is_corrected or assist.entry_mode == EntryMode.LIVE):
        return tuple(minutes)
    return (*minutes, assist.active_minutes)[-MEASURED:]


def usual_minutes(minutes: Sequence[int], catalogues: int) -> int:
    """How long it takes here, the middle of what was measured; too little measured: what the catalogue says."""
    return round(median(minutes)) if len(minutes) >= LEAST else catalogues


def pinned(helped: Mapping[str, int], catalogue: Catalogue) -> tuple[str, ...]:
    """The procedures for the home screen: those most helped with at this centre, then the support point's own; last,
    whatever is not in the catalogue."""
    most = sorted(helped, key=lambda id: -helped[id])
    known = [id for id in most if catalogue.procedure(id)]
    starters = [each.id for each in catalogue.procedures if each.module == SUPPORT_POINT]
    first = [id for id in dict.fromkeys((*known, *starters)) if id != OTHER_PROCEDURE][:PINNED]
    return (*first, OTHER_PROCEDURE)
