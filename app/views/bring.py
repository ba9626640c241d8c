"""What the citizen has to have at hand. A tap says that it is missing, another ends the case for that."""

import flet as ft

from app import theme
from app.domain.assisting import AssistDraft, Ending
from app.domain.catalogue import NOTHING, BringItem, Procedure
from app.views.parts import buttons, writing
from app.views.parts.chips import chip
from app.views.parts.correction import left_for
from app.views.parts.layout import card
from app.views.parts.tappable import Face, Sign, tappable
from app.views.scene import Scene
from sync.protocol.vocabulary import BlockedReason, Outcome

TO_RETURN = Ending(Outcome.MUST_RETURN, BlockedReason.MISSING_DOCUMENT)


def bring(scene: Scene, draft: AssistDraft, procedure: Procedure) -> list[ft.Control]:
    """Where the catalogue says that nothing has to be brought there is nothing that could be missing."""
    if not procedure.bring:
        return []
    heading = writing.section(scene, scene.text("assist.bring"))
    if [each.id for each in procedure.bring] == [NOTHING]:
        return [card(scene, [heading, writing.body(scene, procedure.bring[0].label.in_(scene.words.language))])]
    missing = [each for each in procedure.bring if each.id in draft.missing]
    return [
        card(
            scene,
            [
                heading,
                writing.caption(scene, scene.text("assist.bring.note")),
                *(_item(scene, draft, each) for each in procedure.bring),
                *([_ending(scene, draft, missing)] if missing else []),
            ],
        )
    ]


def _item(scene: Scene, draft: AssistDraft, item: BringItem) -> ft.Control:
    async def toggle() -> None:
        others = tuple(each for each in draft.missing if each != item.id)
        await scene.stage.assisting.note(draft.id, missing=others if is_missing else (*others, item.id))

    is_missing, tone = item.id in draft.missing, scene.palette.review
    words = writing.body(scene, item.label.in_(scene.words.language), is_bold=is_missing)
    content: ft.Control = words
    if is_missing:
        missing = chip(scene, scene.text("assist.missing"), ft.Icons.CLOSE, tone)
        content = ft.Row([writing.filling(words), missing], spacing=theme.SPACE_S)
    said = ft.Semantics(content=content, toggled=is_missing)
    sign = Sign(ft.Icons.BADGE_OUTLINED, 22, scene.palette.secondary.ink)
    return tappable(scene, said, toggle, Face(8, 14), sign=sign)


def _ending(scene: Scene, draft: AssistDraft, missing: list[BringItem]) -> ft.Control:
    async def finish() -> None:
        if await scene.stage.assisting.finish(draft.id, TO_RETURN):
            scene.stage.go(left_for(scene.now, draft))

    what = ", ".join(each.label.in_(scene.words.language) for each in missing)
    words = scene.text("assist.missing.return", what=what)
    return buttons.secondary(scene, words, finish, icon=ft.Icons.HOURGLASS_BOTTOM)
