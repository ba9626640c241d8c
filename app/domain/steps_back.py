"""Taking changes to a list back, one by one: what it was before each of them. Pure."""

from dataclasses import replace

from app.domain import workshops
from app.domain.workshops import SessionDraft
from sync.protocol.vocabulary import AttendanceStatus

MOST_STEPS_BACK = 20

_LETTERS = {
    AttendanceStatus.REGISTERED: "r",
    AttendanceStatus.PRESENT: "p",
    AttendanceStatus.LATE: "l",
    AttendanceStatus.LEFT_EARLY: "e",
    AttendanceStatus.ABSENT: "a",
    AttendanceStatus.EXCUSED: "x",
}
"""How a step back is written down, one letter a seat: it is on the disk with every tap."""


def remembered(before: SessionDraft, after: SessionDraft) -> SessionDraft:
    """`after`, with what the list was before, if who came is said differently now."""
    if (before.statuses, workshops.walk_in_slots(before)) == (after.statuses, workshops.walk_in_slots(after)):
        return after
    if not all(status in _LETTERS for status in before.statuses):
        return after  # what a newer app, or a damaged one, wrote of a seat has no letter: no step leads back to it
    letters = "".join(_LETTERS[status] for status in before.statuses)
    return replace(
        after, past=(*before.past[1 - MOST_STEPS_BACK :], " ".join((letters, *workshops.walk_in_slots(before))))
    )


def step_back(draft: SessionDraft) -> SessionDraft:
    """The list before the last change to it."""
    if not draft.past:
        return draft
    letters, *named = draft.past[-1].split(" ")
    marks = {letter: status for status, letter in _LETTERS.items()}
    return replace(
        draft,
        statuses=tuple(marks[letter] for letter in letters),
        walk_ins=len(named),
        walk_in_slots=tuple(named),
        past=draft.past[:-1],
    )
