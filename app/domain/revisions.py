"""The versions of a saved record: what was written over it since, by whom, when, why, and what it had said before.

They travel in the record itself, as a list of texts under `REVISIONS`, so that whoever holds it can read its history.
A void record keeps what it said and counts for nothing. Why so: docs/decisions/0009-versions.md.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from app.domain.review import BOOKKEEPING
from sync.protocol.records import Author, Fields, Kind, Value, is_same, no_fields
from sync.protocol.vocabulary import Revision

REVISIONS = "revisions"
VOIDED_AT = "voided_at"

OPEN_FOR = timedelta(days=7)
"""How long after it was noted a record may be corrected on the tablet."""

REASONS = (Revision.MISTAKE, Revision.MISSING, Revision.CAME_BACK, Revision.OTHER)
"""What a person is offered to say why."""

NOT_VOID: Fields = {VOIDED_AT: None}


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a record; the first has no reason."""

    number: int
    author: Author | None  # None: it does not say, or a newer app says it in another way
    reason: str = ""  # a `Revision`, or a newer app's word; "" where nobody was asked
    was: Fields = field(default_factory=no_fields)  # what it changed, as that stood before; None: it was not there


class Closed(StrEnum):
    """Why a record cannot be corrected or made void here."""

    TOO_OLD = "too_old"
    VOID = "void"
    IN_REVIEW = "in_review"
    HANDED_OVER = "handed_over"


def is_void(fields: Fields) -> bool:
    """Whether it was taken back: it is kept, and counts for nothing."""
    return fields.get(VOIDED_AT) is not None


def number(fields: Fields) -> int:
    """Which version of the record this is."""
    return len(_listed(fields)) + 1


def noted_at(fields: Fields, otherwise: datetime) -> datetime:
    """When the record was first saved; `otherwise` where it does not say, or not so that this app can read it."""
    return moment(fields.get("created_at")) or otherwise


def versions(kind: str, fields: Fields) -> tuple[Version, ...]:
    """All versions, the first one first."""
    at = moment(fields.get("created_at"))
    wrote = (
        fields.get("connector_id")
        if kind in (Kind.ASSIST, Kind.TRAINING_REQUEST)
        else next(iter(_texts(fields.get("connector_ids"))), None)
    )
    first = Version(1, Author(wrote, at) if isinstance(wrote, str) and at else None)
    return first, *(_version(place, text) for place, text in enumerate(_listed(fields), 2))


def revised(before: Fields, after: Fields, author: Author, reason: str) -> Fields:
    """What is to be written besides `after` when it is the next version of `before`."""
    was = changed(before, after)
    said = {"at": author.at.isoformat(timespec="seconds"), "by": author.by, "was": was, "why": reason}
    return {REVISIONS: (*_listed(before), json.dumps(said, separators=(",", ":"), sort_keys=True))}


def changed(before: Fields, after: Fields) -> Fields:
    """What `after` changes of what a person wrote, as that stood before."""
    return {name: before.get(name) for name, value in after.items() if _is_news(name, value, before)}


def voided(before: Fields, author: Author) -> Fields:
    """What makes a record void, as its next version."""
    gone = {VOIDED_AT: author.at.isoformat(timespec="seconds")}
    return {**gone, **revised(before, gone, author, Revision.VOID)}


def _is_news(name: str, value: Value, before: Fields) -> bool:
    return name not in BOOKKEEPING and name != "ended_at" and not is_same(value, before.get(name))


def _version(place: int, text: str) -> Version:
    try:
        said = json.loads(text)
        was = {str(name): _value(value) for name, value in said["was"].items()}
        return Version(place, Author(str(said["by"]), datetime.fromisoformat(said["at"])), str(said["why"]), was)
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError):  # a newer app says it in another way
        return Version(place, None)


def _value(value: Any) -> Value:
    if isinstance(value, list):
        return tuple(str(each) for each in value)
    return value if value is None or isinstance(value, str | int | bool) else str(value)


def _listed(fields: Fields) -> tuple[str, ...]:
    return _texts(fields.get(REVISIONS))


def _texts(value: Value) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def moment(value: Value) -> datetime | None:
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return at if at and at.utcoffset() is not None else None
