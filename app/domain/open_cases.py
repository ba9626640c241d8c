"""Several cases at a time: how many, what they are called, and when one has been left alone for long.

A case is called by its number and its procedure, never by a person.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from app.domain.assisting import AssistDraft

MOST_OPEN = 6
LONG_PAUSE = timedelta(minutes=45)


def numbered(draft: AssistDraft, others: Iterable[AssistDraft]) -> AssistDraft:
    """The case with a number that no other open one has: its own if it can, else the lowest."""
    taken = {each.number for each in others if each.id != draft.id}
    if draft.number and draft.number not in taken:
        return draft
    free = next(number for number in range(1, len(taken) + 2) if number not in taken)
    return replace(draft, number=free)


def is_full(cases: Iterable[AssistDraft]) -> bool:
    """Whether no other case may be opened before one of these ends."""
    return len(tuple(cases)) >= MOST_OPEN


def paused_minutes(draft: AssistDraft, now: datetime) -> int:
    """For how long a case has been paused this time; 0 for one that is not."""
    return max(int((now - draft.paused_at) / timedelta(minutes=1)), 0) if draft.paused_at else 0


def asks_about(draft: AssistDraft, now: datetime) -> bool:
    """Whether a case has been paused for so long that the connector is asked, once for each pause."""
    return draft.paused_at is not None and not draft.pause_asked and now - draft.paused_at > LONG_PAUSE
