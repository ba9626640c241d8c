"""How a case ended. A tap on the outcome saves; one that was not completed asks first why, or where to."""

from collections.abc import Callable
from datetime import datetime

import flet as ft

from app import theme
from app.domain.assisting import Assist, AssistDraft, Ending, stuck_at
from app.domain.cards import hindrance
from app.domain.catalogue import Procedure
from app.views.details import details
from app.views.minutes import Minutes
from app.views.parts import buttons, writing
from app.views.parts.correction import left_for
from app.views.parts.layout import across, card, grid
from app.views.parts.tappable import is_hasty
from app.views.scene import Scene, use_scene
from sync.protocol.vocabulary import BlockedReason, Outcome, ReferredTo

MAIN = (
    (Outcome.REFERRED, ft.Icons.CALL_SPLIT),
    (Outcome.MUST_RETURN, ft.Icons.HOURGLASS_BOTTOM),
)
OTHERS = (Outcome.FINISH_ALONE, Outcome.INFO_ONLY, Outcome.NOT_POSSIBLE, Outcome.LEFT)


@ft.component
def Endings(draft: AssistDraft) -> ft.Control:
    """The outcomes to choose from; beside each other where there is width."""
    scene = use_scene()
    saved, (since, appeared) = _saved(scene, draft), ft.use_state(scene.stage.clock())
    shows_others, show_others = ft.use_state(saved is not None and saved.outcome in OTHERS)

    def unfold() -> None:
        appeared(scene.stage.clock())
        show_others(True)

    main = MAIN if shows_others or saved or not scene.look.is_compact else ()  # on a phone the steps need the room
    endings = [(Outcome.COMPLETED, ft.Icons.CHECK), *main, *((each, None) for each in OTHERS if shows_others)]
    shown = [_ending(scene, draft, outcome, icon, since) for outcome, icon in endings]
    rest = [] if shows_others else [_others(scene, unfold)]
    return card(
        scene,
        [
            writing.section(scene, scene.text("assist.ending")),
            *_hindrance(scene, draft),
            writing.caption(scene, scene.text("assist.ending.note")),
            grid(shown, across=1 if scene.look.is_expanded else across(scene, most=3)),
            *rest,
        ],
    )


def _ending(
    scene: Scene, draft: AssistDraft, outcome: Outcome, icon: ft.IconData | None, since: datetime
) -> ft.Control:
    """Of a new case "done" stands out; of one that is corrected, what it says now."""
    why = BlockedReason.MISSING_DOCUMENT if outcome == Outcome.MUST_RETURN and draft.missing else None  # said already
    words, finish = _label(scene, outcome), _finisher(scene, draft, since)(Ending(outcome, why))
    saved = _saved(scene, draft)
    if saved is None and outcome == Outcome.COMPLETED:
        return buttons.primary(scene, words, finish, icon=icon)
    if saved is None or saved.outcome != outcome:
        return buttons.secondary(scene, words, finish, icon=icon)
    now, tone = scene.text("correction.now"), scene.palette.sending
    return ft.Semantics(
        content=buttons.tile(scene, words, finish, note=now, icon=ft.Icons.CHECK, tone=tone), selected=True
    )


def _saved(scene: Scene, draft: AssistDraft) -> Assist | None:
    """What the record that is corrected says; None of a new case."""
    correction = scene.now.corrections.get(draft.id)
    return correction.saved if correction else None


def _hindrance(scene: Scene, draft: AssistDraft) -> list[ft.Control]:
    """Why no ending saves anything just now."""
    found = hindrance(draft)
    if found is None:
        return []
    words = writing.body(scene, scene.text(f"holds_up.{found}"), color=scene.palette.review.ink, is_bold=True)
    return [ft.Semantics(content=words, live_region=True)]


def _others(scene: Scene, show: buttons.Tapped) -> ft.Control:
    return buttons.quiet(scene, scene.text("assist.other_ending"), show, icon=ft.Icons.MORE_HORIZ)


@ft.component
def Reason(draft: AssistDraft, procedure: Procedure) -> ft.Control:
    """What is still to be said of a case that was not completed: why, or where it was referred to."""
    scene = use_scene()
    since, _ = ft.use_state(scene.stage.clock())
    asked = _where_to(scene, draft, since) if draft.ending == Outcome.REFERRED else [Why(draft, procedure)]
    return card(scene, [_back(scene, draft), *asked])


@ft.component
def Extras(draft: AssistDraft, procedure: Procedure) -> ft.Control:
    """Duration, and what is optional, folded."""
    scene = use_scene()
    shows_more, show_more = ft.use_state(False)
    return ft.Column(
        [
            Minutes(draft, procedure),
            card(scene, details(scene, draft) if shows_more else [_more(scene, lambda: show_more(True))]),
            *([] if _saved(scene, draft) else [_discard(scene, draft)]),
        ],
        spacing=theme.SPACE_M,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _finisher(scene: Scene, draft: AssistDraft, since: datetime) -> Callable[[Ending], buttons.Tapped]:
    """`since`: when what is to be tapped appeared."""

    def finish(ending: Ending) -> buttons.Tapped:
        async def save() -> None:
            if not is_hasty(scene, since) and await scene.stage.assisting.finish(draft.id, ending):
                scene.stage.go(left_for(scene.now, draft))

        return save

    return finish


def _label(scene: Scene, outcome: Outcome) -> str:
    return scene.words.label("outcome", outcome)


def _where_to(scene: Scene, draft: AssistDraft, since: datetime) -> list[ft.Control]:
    finish, saved = _finisher(scene, draft, since), _saved(scene, draft)
    places = [
        buttons.choice(
            scene,
            scene.words.label("referred_to", each),
            finish(Ending(Outcome.REFERRED, referred_to=each)),
            is_chosen=saved is not None and saved.referred_to == each,
        )
        for each in ReferredTo
    ]
    return [writing.section(scene, scene.text("assist.where_to")), buttons.choices(places)]


@ft.component
def Why(draft: AssistDraft, procedure: Procedure) -> ft.Control:
    """The reasons first, since one of them saves; the step where it got stuck is folded."""
    scene = use_scene()
    shows_steps, show_steps = ft.use_state(False)
    since, _ = ft.use_state(scene.stage.clock())
    finish, ending = _finisher(scene, draft, since), draft.ending or Outcome.MUST_RETURN
    saved = _saved(scene, draft)
    before = saved.blocked_reason if saved and saved.outcome == ending else None
    reasons = [
        buttons.choice(
            scene,
            scene.words.label("blocked_reason", each),
            finish(Ending(ending, blocked_reason=each)),
            is_chosen=each == before,
        )
        for each in BlockedReason
    ]
    stuck = stuck_at(draft, procedure)
    if shows_steps:
        steps = [writing.section(scene, scene.text("assist.stuck_at")), *_steps_left(scene, draft, procedure, stuck)]
    else:
        named = next((each.label.in_(scene.words.language) for each in procedure.steps if each.id == stuck), None)
        words = scene.text("assist.stuck_at") if named is None else scene.text("assist.stuck_here", step=named)
        steps = [buttons.quiet(scene, words, lambda: show_steps(True), icon=ft.Icons.PLACE_OUTLINED)]
    return ft.Column(
        [
            writing.section(scene, scene.text("assist.why", result=_label(scene, ending))),
            writing.caption(scene, scene.text("assist.why.note")),
            buttons.choices(reasons),
            *steps,
        ],
        spacing=theme.SPACE_M,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _steps_left(scene: Scene, draft: AssistDraft, procedure: Procedure, stuck: str | None) -> list[ft.Control]:
    def chooser(step_id: str) -> buttons.Tapped:
        async def choose() -> None:
            await scene.stage.assisting.note(draft.id, blocked_step=step_id)

        return choose

    return [
        buttons.tile(
            scene,
            each.label.in_(scene.words.language),
            chooser(each.id),
            icon=ft.Icons.RADIO_BUTTON_CHECKED if each.id == stuck else ft.Icons.RADIO_BUTTON_UNCHECKED,
            tone=scene.palette.sending if each.id == stuck else None,
        )
        for each in procedure.steps
        if each.id not in draft.ticked
    ]


def _more(scene: Scene, show: buttons.Tapped) -> ft.Control:
    return buttons.quiet(scene, scene.text("assist.more"), show, icon=ft.Icons.ADD)


def _back(scene: Scene, draft: AssistDraft) -> ft.Control:
    async def back() -> None:
        await scene.stage.assisting.note(draft.id, ending=None)

    return buttons.quiet(scene, scene.text("assist.change_ending"), back, icon=ft.Icons.ARROW_BACK)


def _discard(scene: Scene, draft: AssistDraft) -> ft.Control:
    async def discard() -> None:
        await scene.stage.assisting.discard(draft.id)
        scene.stage.go("/")

    return buttons.quiet(scene, scene.text("assist.discard"), discard, icon=ft.Icons.DELETE_OUTLINE)
