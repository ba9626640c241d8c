"""One saved record: what it says in words, what became of it, its versions, and what can still be done about it."""

from collections.abc import Callable
from functools import partial

import flet as ft

from app import theme
from app.domain.review import Review
from app.domain.revisions import REASONS, Closed, Version
from app.domain.sessions import AGE_COUNTS, GENDER_COUNTS
from app.domain.workshops import Roll
from app.services.browsing import Whole
from app.views.closing import roll_words
from app.views.parts import buttons, writing
from app.views.parts.chips import line_chips
from app.views.parts.dates import clock_time, duration, long_date
from app.views.parts.layout import card, pane, screen
from app.views.parts.lease import lease_note
from app.views.parts.subjects import connector_name, line_result, name
from app.views.parts.values import KNOWN, field_words, value_words
from app.views.requests import request_actions
from app.views.review import review_card
from app.views.scene import Scene, use_scene
from sync.protocol.records import Kind, Value
from sync.protocol.vocabulary import Revision

BACK = "/records"
MOST = 20
"""Cards of what is asked about one record: a session may have many seats."""

FACTS = {
    Kind.ASSIST: (
        (
            "procedure_words",
            "note",
            "referred_to",
            "blocked_reason",
            "missing_items",
            "blocked_step",
            "steps_done",
            "autonomy",
            "first_visit",
            "on_behalf",
        )
        + ("channel", "device_used", "digital_id_before", "digital_id_gained", "help_language", "satisfaction")
        + ("age_band", "gender", "card_code", "pauses_minutes", "entry_mode", "connector_id")
    ),
    Kind.SESSION: (
        ("cancel_reason", "kind", "group_type", "registered_count", "first_time_count", "level", "topics_done")
        + ("incidents", "satisfaction_good", "satisfaction_so_so", "satisfaction_bad", "capacity", "room")
        + ("paper_sheet", "signatures_count", *AGE_COUNTS, *GENDER_COUNTS, "note", "connector_ids", "ended_at")
    ),
    Kind.TRAINING_REQUEST: (
        "module_ids",
        "wished_weeks",
        "wished_days",
        "day_parts",
        "group_size",
        "held_on",
        "connector_id",
    ),
}
"""What is told of a record besides its heading, in this order."""


@ft.component
def NoRecord() -> ft.Control:
    """Beside the list, until one is chosen."""
    scene = use_scene()
    return writing.body(scene, scene.text("records.choose"), color=scene.palette.secondary.ink)


@ft.component
def Record(id: str, asks: bool, ask: Callable[[bool], None]) -> ft.Control:
    """The record, beside the list or in its place; `asks` is whether it is being asked why it is to be corrected."""
    scene = use_scene()
    whole = scene.stage.browsing.whole(id)
    if whole is None:
        content: list[ft.Control] = lease_note(scene) or [writing.body(scene, scene.text("records.gone"))]
    else:
        about = _about(whole)
        content = [
            _heading(scene, whole),
            *request_actions(scene, whole),
            *_reviews(scene, id),
            *(_reasons(scene, id, lambda: ask(False)) if asks else _actions(scene, whole, lambda: ask(True))),
            *_facts(scene, whole, about),
            _history(scene, whole, about),
        ]
    if scene.look.is_expanded:
        return pane(scene, content)
    return screen(scene, scene.text("nav.records"), content, back=BACK)


def _about(whole: Whole) -> Review:
    """What the words of a value depend on."""
    return Review(whole.line.id, whole.line.kind, 0, whole.line.subject)


def _heading(scene: Scene, whole: Whole) -> ft.Control:
    line, fields = whole.line, whole.fields
    title = writing.section(scene, name(scene, line.kind, line.subject), is_struck=line.is_void)
    minutes, centre = fields.get("active_minutes"), fields.get("centre_id")
    at = line.at.astimezone()
    said = [long_date(scene, at), clock_time(at)]
    said += [duration(scene, minutes)] if isinstance(minutes, int) else []
    said += [scene.centre(centre)] if isinstance(centre, str) else []
    return ft.Column(
        [
            title,
            writing.body(scene, line_result(scene, line), is_bold=True),
            *([writing.body(scene, _roll(scene, whole.roll))] if whole.roll else []),
            writing.caption(scene, " · ".join(said)),
            ft.Row(line_chips(scene, line), spacing=theme.SPACE_S, run_spacing=theme.SPACE_XS, wrap=True),
        ],
        spacing=theme.SPACE_XS,
    )


def _roll(scene: Scene, roll: Roll) -> str:
    """11 presents · 2 absents · Sense inscripció: 1"""
    walk_ins = [f"{scene.text('roll.walk_in')}: {roll.walk_ins}"] if roll.walk_ins else []
    return " · ".join([roll_words(scene, roll, with_zero=False), *walk_ins])


def _reviews(scene: Scene, id: str) -> list[ft.Control]:
    """What is asked about it, the same cards as among all that is to be reviewed."""
    asked = [each for each in scene.now.reviews if id in (each.id, each.session_id)]
    return [review_card(scene, each) for each in asked[:MOST]]


def _actions(scene: Scene, whole: Whole, ask: buttons.Tapped) -> list[ft.Control]:
    """Correct or take back; or why not, and whom to ask."""
    if whole.closed == Closed.IN_REVIEW:
        return []
    if whole.closed:
        return [card(scene, [writing.body(scene, scene.text(f"records.closed.{whole.closed}"))])]
    void = partial(scene.stage.correcting.void, whole.line.id)
    return [
        buttons.secondary(scene, scene.text("records.correct"), ask, icon=ft.Icons.EDIT_OUTLINED),
        buttons.quiet(scene, scene.text("records.void"), void, icon=ft.Icons.BLOCK),
    ]


def _reasons(scene: Scene, id: str, back: buttons.Tapped) -> list[ft.Control]:
    """Why it is corrected: the answer opens its form."""

    def correcting(reason: Revision) -> buttons.Tapped:
        async def correct() -> None:
            if route := await scene.stage.correcting.correct(id, reason):
                scene.stage.go(route)

        return correct

    chips = [buttons.choice(scene, scene.words.label("revision", each), correcting(each)) for each in REASONS]
    why = ft.Semantics(content=writing.section(scene, scene.text("records.why")), live_region=True)
    cancel = buttons.quiet(scene, scene.text("records.leave"), back, icon=ft.Icons.ARROW_BACK)
    return [card(scene, [why, buttons.choices(chips), cancel])]


def _facts(scene: Scene, whole: Whole, about: Review) -> list[ft.Control]:
    said = [(each, whole.fields.get(each)) for each in FACTS.get(Kind(whole.line.kind), ())]
    facts = [_fact(scene, about, field, value) for field, value in said if value not in (None, (), 0)]
    return [card(scene, facts)] if facts else []


def _fact(scene: Scene, about: Review, field: str, value: Value) -> ft.Control:
    label = writing.caption(scene, field_words(scene, about.kind, field))
    return ft.Column([label, writing.body(scene, value_words(scene, about, field, value))], spacing=0)


def _history(scene: Scene, whole: Whole, about: Review) -> ft.Control:
    versions = [_version(scene, about, each) for each in reversed(whole.versions)]
    return card(scene, [writing.section(scene, scene.text("records.history")), *versions])


def _version(scene: Scene, about: Review, version: Version) -> ft.Control:
    said = [scene.text("records.version", n=version.number)]
    if version.author:
        at = version.author.at.astimezone()
        said += [f"{long_date(scene, at)}, {clock_time(at)}", connector_name(scene, version.author.by)]
    said += [scene.words.label("revision", version.reason)] if version.reason else []
    lines: list[ft.Control] = [writing.body(scene, " · ".join(said))]
    for field, value in version.was.items():
        if field in KNOWN:
            was = scene.text("records.was", value=value_words(scene, about, field, value))
            lines.append(writing.caption(scene, f"{field_words(scene, about.kind, field)}: {was}"))
    return ft.Column(lines, spacing=2)
