"""Short names that a connector gives to seats, to find people: on this tablet only, and only for a while. Pure.

They are kept in a note, never in a record, so there is nothing of them that could be sent.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sync.protocol.identifiers import find

LONGEST = 20
AFTER_CLOSING, AT_MOST = timedelta(hours=24), timedelta(days=7)

Note = Mapping[str, Mapping[str, Any]]
"""By session: `names` by seat, and `until` when they are kept."""


class Problem(StrEnum):
    """Why a name is not kept."""

    LONG = "long"
    PERSONAL = "personal"  # it has an identity number, a telephone or the like in it


def tidy(typed: str) -> str:
    """As it is kept: in one line."""
    return " ".join(typed.split())


def problem(typed: str) -> Problem | None:
    """What is said in place of keeping it. Nothing is cut in silence, and no document is written down by a slip."""
    if find(typed[:LONGEST_LOOKED_AT]):
        return Problem.PERSONAL
    return Problem.LONG if len(tidy(typed)) > LONGEST else None


LONGEST_LOOKED_AT = 1_000


def with_name(note: Note, session_id: str, slot: str, typed: str, now: datetime) -> Note:
    """A seat is called so from now on; by nothing, when nothing was typed; as before, when it may not be kept."""
    if problem(typed):
        return note
    of_session = note.get(session_id, {"names": {}, "until": (now + AT_MOST).isoformat()})
    names = {**of_session["names"], slot: tidy(typed)}
    return {**note, session_id: {**of_session, "names": {seat: name for seat, name in names.items() if name}}}


def after_closing(note: Note, session_id: str, now: datetime) -> Note:
    """The session is over: its names stay for a day, for who corrects the list. Closing it again adds nothing."""
    if session_id not in note:
        return note
    of_session = note[session_id]
    until = min(datetime.fromisoformat(of_session["until"]), now + AFTER_CLOSING)
    return {**note, session_id: {**of_session, "until": until.isoformat()}}


def still_kept(note: Note, now: datetime) -> Note:
    """Without the names whose time is over."""
    return {id: each for id, each in note.items() if datetime.fromisoformat(each["until"]) > now}


def names(note: Note, now: datetime) -> Mapping[str, Mapping[str, str]]:
    """By session, what each seat is called."""
    return {id: each["names"] for id, each in still_kept(note, now).items()}
