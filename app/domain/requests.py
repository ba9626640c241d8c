"""A group that asks for training: what it wishes, while it is written down (a draft) and as a record.

Who asks is a kind of group, never a person, and there is no place for a name or a telephone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from app.domain.revisions import VOIDED_AT
from app.domain.shifts import OpenShift
from app.domain.workshops import MOST_PEOPLE
from sync.protocol.vocabulary import DayPart, GroupType, RequestStatus, Weekday

WEEKS_AHEAD = 8
SIZES = (5, 10, 15, 20, 30)
"""How large groups are, roughly, for one tap."""

STILL_OPEN = frozenset({RequestStatus.ASKED, RequestStatus.AGREED})


@dataclass(frozen=True, slots=True)
class Wish:
    """What a group wishes. Where nothing is chosen, anything would do."""

    group_type: GroupType | None = None
    centre_id: str = ""
    module_ids: tuple[str, ...] = ()
    wished_weeks: tuple[str, ...] = ()  # their Mondays, as 2026-11-30
    wished_days: tuple[Weekday, ...] = ()
    day_parts: tuple[DayPart, ...] = ()
    group_size: int | None = None  # 1 to 200, as far as the group knows

    @property
    def lacks(self) -> str | None:
        """The field that is still to be said, or None when it can be saved."""
        return "group_type" if self.group_type is None else None


@dataclass(frozen=True, slots=True)
class TrainingRequest(Wish):
    """The record, as stored and sent."""

    status: RequestStatus = RequestStatus.ASKED
    held_on: datetime | None = None  # when the session began that was held for it
    connector_id: str = ""
    shift_id: str = ""
    device_id: str = ""
    catalogue_version: str = ""
    schema_version: int = 1
    created_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RequestDraft(Wish):
    """A request that is being written down. Kept on disk at every tap; never leaves the tablet."""

    id: str = ""
    shift_id: str = ""
    connector_id: str = ""
    started_at: datetime | None = None
    reason: str | None = None  # why a saved one is corrected


def begin(shift: OpenShift, *, id: str, now: datetime) -> RequestDraft:
    """A request for the centre one is at, of which nothing else is said yet."""
    return RequestDraft(
        id=id, centre_id=shift.centre_id, shift_id=shift.id, connector_id=shift.connector_id, started_at=now
    )


def reopen(id: str, request: TrainingRequest, *, reason: str | None) -> RequestDraft:
    """The form of a saved request, for a connector to correct it."""
    return RequestDraft(
        **_wish(request),
        id=id,
        shift_id=request.shift_id,
        connector_id=request.connector_id,
        started_at=request.created_at,
        reason=reason,
    )


def chosen(draft: RequestDraft, field: str, value: str) -> RequestDraft:
    """Choose one more of several, in order, or take it back."""
    before: tuple[str, ...] = getattr(draft, field)
    after = tuple(each for each in before if each != value) if value in before else (*before, value)
    return replace(draft, **{field: tuple(sorted(after)) if field == "wished_weeks" else after})  # type: ignore[arg-type]


def sized(draft: RequestDraft, by: int) -> RequestDraft:
    """`by` more people, or fewer; below one it is not said."""
    return replace(draft, group_size=min(max((draft.group_size or 0) + by, 0), MOST_PEOPLE) or None)


def weeks(today: date, already: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The Mondays to choose from: of this week and those to come, and those chosen before, long past as they may be."""
    monday = today - timedelta(days=today.weekday())
    ahead = ((monday + timedelta(weeks=number)).isoformat() for number in range(WEEKS_AHEAD))
    return tuple(sorted({*ahead, *already}))


def save(
    draft: RequestDraft, before: TrainingRequest | None, *, now: datetime, made_with: tuple[str, str]
) -> TrainingRequest:
    """The record of a request, new or written over `before`. `made_with` is (device, catalogue version)."""
    assert draft.lacks is None, f"a request lacks {draft.lacks}"
    if before is not None:
        return replace(before, **_wish(draft), updated_at=now)
    device_id, catalogue_version = made_with
    return TrainingRequest(
        **_wish(draft),
        connector_id=draft.connector_id,
        shift_id=draft.shift_id,
        device_id=device_id,
        catalogue_version=catalogue_version,
        created_at=now,
        updated_at=now,
    )


def is_open(fields: Mapping[str, object]) -> bool:
    """Whether somebody still has to do something about it: it then stays on the tablet for as long as it takes."""
    return is_still_open(fields.get("status")) and fields.get(VOIDED_AT) is None


def is_still_open(status: object) -> bool:
    """Whether something is still to come of it."""
    return status in STILL_OPEN


def _wish(said: Wish) -> dict[str, Any]:
    return {name: getattr(said, name) for name in Wish.__dataclass_fields__}
