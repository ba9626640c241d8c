"""The end of a session: how many came, what went wrong, and saving the list. Also when it was not held."""

from collections.abc import Callable, Sequence
from functools import partial

import flet as ft

from app import theme
from app.domain import workshops
from app.domain.workshops import Roll, SessionDraft
from app.views.parts import buttons, writing
from app.views.parts.layout import card
from app.views.parts.stepper import stepper
from app.views.scene import Scene, use_scene
from sync.protocol.vocabulary import CancelReason, Incident, Level

COUNTERS = ("first_time_count", "satisfaction_good", "satisfaction_so_so", "satisfaction_bad")


@ft.component
def ClosingPanel(draft: SessionDraft) -> ft.Control:
    """Saving closes the session as held; what is optional is folded."""
    scene = use_scene()
    shows_more, show_more = ft.use_state(False)
    not_held, show_not_held = ft.use_state(False)
    if not_held:
        return card(scene, _reasons(scene, draft, lambda: show_not_held(False)))
    save = _closer(scene, draft)
    main: list[ft.Control] = [
        _stepper(scene, draft, "counted", "roll.headcount", workshops.headcount(draft)),
        *_difference(scene, draft),
        buttons.primary(scene, _save_words(scene, draft), save(None), icon=ft.Icons.SAVE_OUTLINED),
        buttons.quiet(
            scene, scene.text("roll.not_held"), lambda: show_not_held(True), icon=ft.Icons.EVENT_BUSY_OUTLINED
        ),
    ]
    more = (
        _more(scene, draft)
        if shows_more
        else [buttons.quiet(scene, scene.text("assist.more"), lambda: show_more(True), icon=ft.Icons.ADD)]
    )
    return ft.Column(
        [card(scene, main), card(scene, more), _aside(scene, draft)],
        spacing=theme.SPACE_M,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _save_words(scene: Scene, draft: SessionDraft) -> str:
    """Desa la llista (11 presents · 2 absents), so that one sees what is saved before tapping."""
    if draft.only_count:
        return scene.text("roll.save_count", n=workshops.headcount(draft))
    return scene.text("roll.save", what=roll_words(scene, workshops.roll(draft), with_zero=False))


def roll_words(scene: Scene, roll: Roll, *, with_zero: bool) -> str:
    """11 presents · 2 absents · 1 per marcar; without zero, what is not marked is said only where there is some."""
    said = [scene.words.count("roll.present", roll.present), scene.words.count("roll.absent", roll.absent)]
    if roll.unmarked or with_zero:
        said.append(scene.words.count("roll.unmarked", roll.unmarked))
    return " · ".join(said)


def _difference(scene: Scene, draft: SessionDraft) -> list[ft.Control]:
    """Heads and marks may differ; both are kept, and said once."""
    present = workshops.roll(draft).present
    if draft.only_count or draft.counted is None or draft.counted == present:
        return []
    return [writing.caption(scene, scene.text("roll.differs", present=present, counted=draft.counted))]


def _more(scene: Scene, draft: SessionDraft) -> list[ft.Control]:
    not_asked = scene.library.policies.fields_not_asked
    counters = [each for each in COUNTERS if each not in not_asked]
    incidents = [
        buttons.choice(
            scene,
            scene.words.label("incident", each),
            _note(scene, draft, incidents=_toggled(draft.incidents, each)),
            is_chosen=each in draft.incidents,
        )
        for each in Incident
    ]
    levels = [
        buttons.choice(
            scene,
            scene.words.label("level", each),
            _note(scene, draft, level=None if draft.level == each else each),
            is_chosen=draft.level == each,
        )
        for each in Level
    ]
    return [
        *(_stepper(scene, draft, each, f"field.{each}", getattr(draft, each) or 0) for each in counters),
        *_asked(scene, "incidents", incidents),
        *_asked(scene, "level", levels),
        *_topics(scene, draft),
    ]


def _asked(scene: Scene, name: str, choices: Sequence[ft.Control]) -> list[ft.Control]:
    """The choices of an optional field, unless the coordinator has switched it off."""
    if not choices or name in scene.library.policies.fields_not_asked:
        return []
    return [writing.section(scene, scene.text(f"field.{name}")), buttons.choices(list(choices))]


def _topics(scene: Scene, draft: SessionDraft) -> list[ft.Control]:
    catalogue = scene.library.catalogue
    topics = [
        buttons.choice(
            scene,
            each.title.in_(scene.words.language),
            _note(scene, draft, topics_done=_toggled(draft.topics_done, each.id)),
            is_chosen=each.id in draft.topics_done,
        )
        for each in catalogue.procedures
        if each.module in draft.module_ids
    ]
    return _asked(scene, "topics_done", topics)


def _reasons(scene: Scene, draft: SessionDraft, back: buttons.Tapped) -> list[ft.Control]:
    close = _closer(scene, draft)
    chips = [buttons.choice(scene, scene.words.label("cancel_reason", each), close(each)) for each in CancelReason]
    return [
        writing.section(scene, scene.text("roll.not_held.why")),
        buttons.choices(list(chips)),
        buttons.quiet(scene, scene.text("go.back"), back, icon=ft.Icons.ARROW_BACK),
    ]


def _aside(scene: Scene, draft: SessionDraft) -> ft.Control:
    async def discard() -> None:
        await scene.stage.workshops.discard(draft.id)
        scene.stage.go("/workshops")

    return buttons.quiet(scene, scene.text("roll.discard"), discard, icon=ft.Icons.DELETE_OUTLINE)


def _closer(scene: Scene, draft: SessionDraft) -> Callable[[CancelReason | None], buttons.Tapped]:
    def closer(cancelled: CancelReason | None) -> buttons.Tapped:
        async def close() -> None:
            if await scene.stage.workshops.close(draft.id, cancelled):
                scene.stage.go("/")

        return close

    return closer


def _stepper(scene: Scene, draft: SessionDraft, name: str, words: str, value: int) -> ft.Control:
    def stepping(by: int) -> buttons.Tapped:
        async def step() -> None:
            await scene.stage.workshops.change(draft.id, partial(workshops.count, name=name, by=by))

        return step

    return stepper(scene, scene.text(words), value, less=stepping(-1), more=stepping(1))


def _note(scene: Scene, draft: SessionDraft, **values: object) -> buttons.Tapped:
    async def note() -> None:
        await scene.stage.workshops.note(draft.id, **values)

    return note


def _toggled(chosen: tuple[str, ...], value: str) -> tuple[str, ...]:
    return tuple(each for each in chosen if each != value) if value in chosen else (*chosen, value)
