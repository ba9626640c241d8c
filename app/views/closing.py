"""The end of a session: how many came, what went wrong, and saving the list. Also when it was not held."""

from collections.abc import Callable

import flet as ft

from app import theme
from app.domain import workshops
from app.domain.workshops import Roll, SessionDraft
from app.views.closing_details import counter, more_of, noter
from app.views.parts import buttons, writing
from app.views.parts.layout import card
from app.views.scene import Scene, use_scene
from sync.protocol.vocabulary import CancelReason


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
        counter(scene, draft, "counted", scene.text("roll.headcount")),
        *_difference(scene, draft),
        buttons.choices([_partly(scene, draft)]),
        buttons.primary(scene, _save_words(scene, draft), save(None), icon=ft.Icons.SAVE_OUTLINED),
        buttons.quiet(
            scene, scene.text("roll.not_held"), lambda: show_not_held(True), icon=ft.Icons.EVENT_BUSY_OUTLINED
        ),
    ]
    more = (
        more_of(scene, draft)
        if shows_more
        else [buttons.quiet(scene, scene.text("assist.more"), lambda: show_more(True), icon=ft.Icons.ADD)]
    )
    return ft.Column(
        [card(scene, main), card(scene, more), _aside(scene, draft)],
        spacing=theme.SPACE_M,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _partly(scene: Scene, draft: SessionDraft) -> ft.Control:
    """Begun and not finished: it was held in part, and who came is counted all the same."""
    words = scene.text("roll.partly")
    return buttons.choice(
        scene,
        words,
        noter(scene, draft, is_partly_held=not draft.is_partly_held),
        is_chosen=draft.is_partly_held,
        icon=None if draft.is_partly_held else ft.Icons.TIMELAPSE,
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

    if draft.saved_before:
        return buttons.quiet(scene, scene.text("roll.leave"), discard, icon=ft.Icons.CLOSE)
    return buttons.quiet(scene, scene.text("roll.discard"), discard, icon=ft.Icons.DELETE_OUTLINE)


def _closer(scene: Scene, draft: SessionDraft) -> Callable[[CancelReason | None], buttons.Tapped]:
    def closer(cancelled: CancelReason | None) -> buttons.Tapped:
        async def close() -> None:
            if await scene.stage.workshops.close(draft.id, cancelled):
                scene.stage.go("/")

        return close

    return closer
