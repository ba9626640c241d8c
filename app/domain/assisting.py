"""An assisted procedure: the case that is open (a draft), and the record it becomes when it ends.

A record describes the service, never the citizen.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from app.domain import free_text
from app.domain.catalogue import LONGEST_MINUTES, Catalogue, Label, Procedure, Site, Step, in_plain_words
from app.domain.procedure_text import procedure_from_text, procedure_to_text
from app.domain.reference import BrokenReference
from app.domain.shifts import OpenShift
from sync.protocol import card_codes
from sync.protocol.vocabulary import (
    AgeBand,
    Autonomy,
    BlockedReason,
    Channel,
    DeviceUsed,
    DigitalId,
    EntryMode,
    FirstVisit,
    Gender,
    HelpLanguage,
    OnBehalf,
    Outcome,
    ReferredTo,
    Satisfaction,
)

MINUTES = (5, 10, 15, 30, 45, 60, 90)
"""The durations offered for correction."""

USUAL_MINUTES = 15
QUICK = timedelta(minutes=2)
"""A case opened and ended within this, with nothing ticked, was written down in one go: its clock says nothing."""

NEEDS_REASON = frozenset({Outcome.MUST_RETURN, Outcome.NOT_POSSIBLE, Outcome.LEFT})


@dataclass(frozen=True, slots=True)
class Details:
    """What may be noted besides the outcome. All optional; nothing here says who the citizen is."""

    autonomy: Autonomy | None = None
    first_visit: FirstVisit | None = None
    on_behalf: OnBehalf | None = None
    channel: Channel | None = None
    device_used: DeviceUsed | None = None
    digital_id_before: DigitalId | None = None
    digital_id_gained: DigitalId | None = None
    help_language: HelpLanguage | None = None
    satisfaction: Satisfaction | None = None
    age_band: AgeBand | None = None  # this and the next three only where the coordinator has switched them on
    gender: Gender | None = None
    card_code: str | None = None  # of a card that the citizen keeps, in its one form
    note: str | None = None  # in the connector's own words, where the coordinator wants notes at all
    procedure_words: str | None = None  # what it was, where it stands in no list


@dataclass(frozen=True, slots=True)
class Assist(Details):
    """The record, as stored and sent."""

    procedure_id: str = ""
    outcome: Outcome | None = None
    connector_id: str = ""
    centre_id: str = ""
    shift_id: str = ""
    device_id: str = ""
    catalogue_version: str = ""
    schema_version: int = 1
    started_at: datetime | None = None
    ended_at: datetime | None = None
    active_minutes: int | None = None
    pauses_count: int = 0
    pauses_minutes: int = 0
    steps_done: tuple[str, ...] = ()
    steps_skipped: tuple[str, ...] = ()
    blocked_step: str | None = None
    blocked_reason: BlockedReason | None = None
    missing_items: tuple[str, ...] = ()  # of what the procedure asks to bring, when the case ends for one of them
    referred_to: ReferredTo | None = None
    entry_mode: EntryMode | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AssistDraft(Details):
    """A case that is open. Kept on disk at every tap; never leaves the tablet."""

    id: str = ""
    procedure_id: str = ""
    shift_id: str = ""
    connector_id: str = ""
    centre_id: str = ""
    number: int = 0  # what the case is called while it is open; 0 on one that an older app opened
    catalogue_version: str = ""  # when the case was opened
    started_at: datetime | None = None
    ticked: tuple[str, ...] = ()
    paused_at: datetime | None = None
    pauses_count: int = 0
    paused_seconds: int = 0
    pause_asked: bool = False  # the connector was asked about this long pause, and it goes on
    minutes: int | None = None  # corrected by the connector; None: what the clock says
    missing: tuple[str, ...] = ()  # what the person has not brought
    ending: Outcome | None = None  # chosen, and waiting for its reason or referral
    blocked_step: str | None = None
    card_is_wrong: bool = False  # something was typed for the code of a card that is none; what, is nowhere kept
    own_procedure: str | None = None  # as text, when the catalogue changed it while the case was open
    reason: str | None = None  # why a saved case is corrected, where that was asked


@dataclass(frozen=True, slots=True)
class Ending:
    """How a case ends: the outcome, and what goes with it when it was not completed."""

    outcome: Outcome
    blocked_reason: BlockedReason | None = None
    referred_to: ReferredTo | None = None

    @property
    def lacks(self) -> str | None:
        """The field that is still to be said, or None when the case can be saved."""
        if self.outcome == Outcome.REFERRED and self.referred_to is None:
            return "referred_to"
        if self.outcome in NEEDS_REASON and self.blocked_reason is None:
            return "blocked_reason"
        return None


def begin(procedure: Procedure, shift: OpenShift, *, id: str, now: datetime) -> AssistDraft:
    """Open a case, of someone who walked in and may or may not have been here before."""
    return AssistDraft(
        id=id,
        procedure_id=procedure.id,
        shift_id=shift.id,
        connector_id=shift.connector_id,
        centre_id=shift.centre_id,
        started_at=now,
        channel=Channel.WALK_IN,
        first_visit=FirstVisit.UNKNOWN,
    )


def goes_by(draft: AssistDraft, catalogue: Catalogue) -> tuple[Procedure, str]:
    """The procedure of a case and the version of the catalogue it is from: its own when a newer one came meanwhile,
    else the present one; when that is retired or unknown, what is left to know. No tick is ever out of sight."""
    present = catalogue.procedure(draft.procedure_id)
    found = _own(draft) or present or catalogue.retired_procedure(draft.procedure_id)
    version = catalogue.version if found is present and present else draft.catalogue_version
    return _with_every_tick(found or _unknown(draft), draft), version


def keep_own(draft: AssistDraft, before: Catalogue, after: Catalogue) -> AssistDraft:
    """A case that is open goes on with the steps it was begun with, whatever the catalogue says from now on."""
    begun_with = before.procedure(draft.procedure_id)
    if draft.own_procedure or begun_with is None or begun_with == after.procedure(draft.procedure_id):
        return draft
    return replace(draft, own_procedure=procedure_to_text(begun_with), catalogue_version=before.version)


def _own(draft: AssistDraft) -> Procedure | None:
    try:
        return procedure_from_text(draft.own_procedure) if draft.own_procedure else None
    except BrokenReference:  # kept by a newer app, in a way this one cannot read: the present one is the next best
        return None


def _with_every_tick(procedure: Procedure, draft: AssistDraft) -> Procedure:
    """A step that was ticked and stands in no list any more was done all the same."""
    known = {step.id for step in procedure.steps}
    gone = tuple(Step(step, "", Label(in_plain_words(step))) for step in draft.ticked if step not in known)
    return replace(procedure, steps=(*procedure.steps, *gone)) if gone else procedure


def _unknown(draft: AssistDraft) -> Procedure:
    title = Label(in_plain_words(draft.procedure_id))
    return Procedure(draft.procedure_id, "", title, (), (), Site("—", None), USUAL_MINUTES, "")


def reopen(id: str, assist: Assist) -> AssistDraft:
    """The case of a saved record, for a connector to correct it."""
    return AssistDraft(
        **{name: getattr(assist, name) for name in Details.__dataclass_fields__},
        id=id,
        procedure_id=assist.procedure_id,
        shift_id=assist.shift_id,
        connector_id=assist.connector_id,
        centre_id=assist.centre_id,
        catalogue_version=assist.catalogue_version,
        started_at=assist.started_at,
        ticked=assist.steps_done,
        pauses_count=assist.pauses_count,
        paused_seconds=assist.pauses_minutes * 60,
        minutes=assist.active_minutes,
        blocked_step=assist.blocked_step,
        missing=assist.missing_items,
    )


def corrected(before: Assist, after: Assist) -> Assist:
    """A saved record as it was written again: to correct it later moves no end, and makes nobody quicker."""
    return replace(
        after,
        ended_at=before.ended_at,
        entry_mode=before.entry_mode,
        device_id=before.device_id,
        created_at=before.created_at,
    )


def tick(draft: AssistDraft, step_id: str) -> AssistDraft:
    """Tick a step, or take its tick away."""
    others = tuple(each for each in draft.ticked if each != step_id)
    return replace(draft, ticked=others if step_id in draft.ticked else (*others, step_id))


def pause(draft: AssistDraft, now: datetime) -> AssistDraft:
    """Stop the clock of a case; on a paused one, start it again."""
    if draft.paused_at is None:
        return replace(draft, paused_at=now, pause_asked=False, pauses_count=draft.pauses_count + 1)
    return replace(draft, paused_at=None, paused_seconds=_paused_seconds(draft, now))


def active_minutes(draft: AssistDraft, procedure: Procedure, now: datetime) -> int:
    """Minutes of help, 1 to 600: as corrected; else by the clock less the pauses; for a case written down in one go,
    the procedure's usual duration."""
    if draft.minutes is not None:
        minutes = draft.minutes
    elif entry_mode(draft, now) == EntryMode.QUICK:
        minutes = procedure.default_minutes
    else:
        minutes = clock_minutes(draft, now)
    return min(max(minutes, 1), LONGEST_MINUTES)


def clock_minutes(draft: AssistDraft, now: datetime) -> int:
    """Minutes since the case was opened, without its pauses."""
    return max(round((_elapsed(draft, now).total_seconds() - _paused_seconds(draft, now)) / 60), 0)


def entry_mode(draft: AssistDraft, now: datetime) -> EntryMode:
    """Whether this was written while helping or in one go."""
    return EntryMode.LIVE if draft.ticked or _elapsed(draft, now) >= QUICK else EntryMode.QUICK


def stuck_at(draft: AssistDraft, procedure: Procedure) -> str | None:
    """The step a case is blocked at: the one the connector says, until it is ticked; else the first that is not ticked.
    None when no step is ticked: then nobody was following them."""
    said = None if draft.blocked_step in draft.ticked else draft.blocked_step
    if said or not draft.ticked:
        return said
    return next((step.id for step in procedure.steps if step.id not in draft.ticked), None)


def finish(
    draft: AssistDraft, ending: Ending, procedure: Procedure, *, now: datetime, made_with: tuple[str, str]
) -> Assist:
    """The record a case becomes. `made_with` is (device id, catalogue version); `ending` lacks nothing."""
    assert ending.lacks is None, f"{ending.outcome} lacks {ending.lacks}"
    device_id, catalogue_version = made_with
    known = [step.id for step in procedure.steps]
    noted = {name: getattr(draft, name) for name in Details.__dataclass_fields__}
    return Assist(
        **{**free_text.guarded(noted), card_codes.FIELD: card_codes.kept(draft.card_code)},
        procedure_id=draft.procedure_id,
        outcome=ending.outcome,
        connector_id=draft.connector_id,
        centre_id=draft.centre_id,
        shift_id=draft.shift_id,
        device_id=device_id,
        catalogue_version=catalogue_version,
        started_at=draft.started_at,
        ended_at=now,
        active_minutes=active_minutes(draft, procedure, now),
        pauses_count=draft.pauses_count,
        pauses_minutes=round(_paused_seconds(draft, now) / 60),
        steps_done=tuple(step for step in known if step in draft.ticked),
        steps_skipped=tuple(step for step in known if step not in draft.ticked) if draft.ticked else (),
        blocked_step=stuck_at(draft, procedure) if ending.blocked_reason else None,
        blocked_reason=ending.blocked_reason,
        missing_items=draft.missing if ending.blocked_reason == BlockedReason.MISSING_DOCUMENT else (),
        referred_to=ending.referred_to,
        entry_mode=entry_mode(draft, now),
        created_at=now,
        updated_at=now,
    )


def _elapsed(draft: AssistDraft, now: datetime) -> timedelta:
    """Time since the case was opened; none at all where the tablet's clock was set back meanwhile."""
    return max(now - (draft.started_at or now), timedelta())


def _paused_seconds(draft: AssistDraft, now: datetime) -> int:
    running = max(int((now - draft.paused_at).total_seconds()), 0) if draft.paused_at else 0
    return draft.paused_seconds + running
