"""What a record says, in words: the label of a field, the label of a choice, the name of a thing. Never an id."""

from collections.abc import Mapping
from datetime import datetime

from app.domain.catalogue import in_plain_words
from app.domain.review import Review
from app.domain.sessions import AGE_COUNTS, GENDER_COUNTS
from app.domain.texts import tidy
from app.views.parts.dates import clock_time, duration, long_date, week
from app.views.parts.subjects import connector_name
from app.views.scene import Scene
from sync.protocol.crockford import grouped
from sync.protocol.identifiers import FREE_TEXTS
from sync.protocol.records import Kind, Value

CHOICES = {
    "age_band": "age_band",
    "autonomy": "autonomy",
    "blocked_reason": "blocked_reason",
    "cancel_reason": "cancel_reason",
    "channel": "channel",
    "day_parts": "day_part",
    "device_used": "device_used",
    "digital_id_before": "digital_id",
    "digital_id_gained": "digital_id",
    "entry_mode": "entry_mode",
    "first_visit": "first_visit",
    "gender": "gender",
    "group_type": "group_type",
    "help_language": "help_language",
    "incidents": "incident",
    "kind": "session_kind",
    "level": "level",
    "on_behalf": "on_behalf",
    "outcome": "outcome",
    "paper_sheet": "paper_sheet",
    "referred_to": "referred_to",
    "satisfaction": "satisfaction",
    "wished_days": "weekday",
}
"""Fields that hold a choice, and the group of its labels."""

STATUS: Mapping[str, tuple[str, str]] = {
    Kind.ATTENDANCE: ("field.attendance", "attendance_status"),
    Kind.TRAINING_REQUEST: ("field.request_status", "request_status"),
}
"""How the status of a record is called, and the group of its labels, where it is not that of a session."""

COUNTED_APART = {
    **{each: ("age_counts", "age_band", each.removeprefix("age_")) for each in AGE_COUNTS},
    **{each: ("gender_counts", "gender", each.removeprefix("gender_")) for each in GENDER_COUNTS},
}
"""Counts of some of those who came: what they are about, and the label of the choice."""

COUNTS = frozenset(
    {"capacity", "group_size", "signatures_count", "first_time_count", "headcount", "pauses_count", "registered_count"}
    | {"satisfaction_bad", "satisfaction_good", "satisfaction_so_so"}
)
MINUTES = frozenset({"active_minutes", "pauses_minutes"})
MOMENTS = frozenset({"ended_at", "held_on", "started_at"})
STEPS = frozenset({"blocked_step", "steps_done", "steps_skipped"})
NAMES = frozenset(
    {"centre_id", "connector_id", "connector_ids", "missing_items", "module_ids", "procedure_id", "topics_done"}
)
KNOWN = (
    frozenset(CHOICES)
    | COUNTS
    | MINUTES
    | MOMENTS
    | STEPS
    | NAMES
    | frozenset(FREE_TEXTS)
    | frozenset(COUNTED_APART)
    | {"card_code", "wished_weeks", "status", "walk_in"}
)


def field_words(scene: Scene, kind: str, field: str) -> str:
    """The label of a field; one that a newer app taught has no name here."""
    if field == "status":
        return scene.text(STATUS.get(kind, ("field.status", ""))[0])
    if field in COUNTED_APART:
        return f"{scene.text(f'field.{COUNTED_APART[field][0]}')}: {counted_words(scene, field)}"
    return scene.text(f"field.{field}" if field in KNOWN else "field.other")


def counted_words(scene: Scene, field: str) -> str:
    """Whom a counter of some of those who came is about."""
    _, group, value = COUNTED_APART[field]
    return scene.words.label(group, value)


def value_words(scene: Scene, review: Review, field: str, value: Value) -> str:
    """A value of a field as a person would say it."""
    if value is None or value == ():
        return scene.text("value.nothing")
    if isinstance(value, bool):
        return scene.text("value.yes" if value else "value.no")
    if isinstance(value, tuple):
        return " · ".join(_one(scene, review, field, tidy(each)) for each in value)
    return _one(scene, review, field, tidy(value) if isinstance(value, str) else value)


def result_words(scene: Scene, review: Review) -> str:
    """How the case ended, or what became of the session or of the seat; "" when the record does not say."""
    if not review.result:
        return ""
    field = "outcome" if review.kind == Kind.ASSIST else "status"
    return value_words(scene, review, field, review.result)


def _one(scene: Scene, review: Review, field: str, value: str | int) -> str:
    if field == "status":
        return scene.words.label(STATUS.get(review.kind, ("", "session_status"))[1], str(value))
    if field in CHOICES:
        return scene.words.label(CHOICES[field], str(value))
    if field in MINUTES and isinstance(value, int):
        return duration(scene, value)
    if field in MOMENTS:
        return _moment(scene, str(value))
    if field == "wished_weeks":
        return week(scene, str(value))
    if field in STEPS:
        return _step(scene, review, str(value))
    return _name(scene, field, str(value))


def _name(scene: Scene, field: str, value: str) -> str:
    match field:
        case "centre_id":
            return scene.centre(value)
        case "card_code":
            return grouped(value)
        case "connector_id" | "connector_ids":
            return connector_name(scene, value)
        case "missing_items":
            return scene.library.catalogue.bring_title(value).in_(scene.words.language)
        case "module_ids":
            return scene.module(value)
        case "procedure_id" | "topics_done":
            return scene.procedure(value)
    return value


def _moment(scene: Scene, value: str) -> str:
    try:
        at = datetime.fromisoformat(value)
    except ValueError:  # a newer app writes it in another way: as it stands is better than not at all
        return value
    return f"{long_date(scene, at.astimezone())}, {clock_time(at)}"


def _step(scene: Scene, review: Review, id: str) -> str:
    procedure = scene.library.catalogue.procedure(review.subject[0]) if review.subject else None
    label = next((step.label for step in procedure.steps if step.id == id), None) if procedure else None
    return label.in_(scene.words.language) if label else in_plain_words(id)
