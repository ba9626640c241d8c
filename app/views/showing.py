"""The case turned to the citizen: what to bring and the steps, large, in their language. Nothing else is on it: no
names, no other cases, no chip."""

from collections.abc import Callable, Sequence

import flet as ft

from app import theme
from app.domain.assisting import AssistDraft, goes_by
from app.domain.catalogue import Label, Procedure
from app.i18n import LANGUAGES, words_in
from app.views.parts import buttons, writing
from app.views.parts.layout import card, screen
from app.views.scene import Scene, use_scene

SHOWN = "/show"
"""How the route of this screen ends."""


@ft.component
def Showing() -> ft.Control:
    """The open case of the route; the language chosen here is for the citizen only."""
    id = ft.use_route_params().get("id", "")
    scene = use_scene()
    draft = scene.now.draft(id)
    language, choose = ft.use_state("")
    if not isinstance(draft, AssistDraft):
        return screen(scene, scene.text("nav.today"), [writing.body(scene, scene.text("draft.gone"))], back="/")
    procedure, _ = goes_by(draft, scene.library.catalogue)
    shown_in = language or _first_language(scene, draft)
    tongues = [_tongue(scene, each, choose, is_chosen=each == shown_in) for each in LANGUAGES]
    back = buttons.secondary(
        scene, scene.text("go.back"), lambda: scene.stage.go(f"/assist/{id}"), icon=ft.Icons.ARROW_BACK
    )
    return ft.Container(
        ft.Column(
            [
                ft.Row([ft.Container(back, width=max(180, scene.look.size(180))), buttons.choices(tongues)], wrap=True),
                ft.Column(
                    [_page(scene, draft, procedure, shown_in)],
                    expand=True,
                    scroll=ft.ScrollMode.AUTO,
                    horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
                ),
            ],
            spacing=theme.SPACE_M,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        ),
        padding=theme.SPACE_L,
        expand=True,
    )


def _tongue(scene: Scene, language: str, choose: Callable[[str], None], *, is_chosen: bool) -> ft.Control:
    return buttons.choice(scene, scene.text(f"language.{language}"), lambda: choose(language), is_chosen=is_chosen)


def _first_language(scene: Scene, draft: AssistDraft) -> str:
    """The language of the help where it was noted, else that of the tablet."""
    said = str(draft.help_language)
    return said if said in LANGUAGES else scene.words.language


def _page(scene: Scene, draft: AssistDraft, procedure: Procedure, language: str) -> ft.Control:
    words = words_in(language)
    steps = [(each.label, each.id in draft.ticked) for each in procedure.steps]
    site = " · ".join(each for each in (procedure.site.name, procedure.site.url or "") if each not in ("", "—"))
    parts: list[ft.Control] = [_heading(scene, procedure.title.in_(language))]
    if procedure.bring:
        brought = [(each.label, None) for each in procedure.bring]
        parts.append(_part(scene, words.text("show.bring"), brought, language))
    if steps:
        parts.append(_part(scene, words.text("show.steps"), steps, language))
    if site:
        parts.append(_part(scene, words.text("show.site"), [(Label(site), None)], language))
    return ft.Column(parts, spacing=theme.SPACE_L, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


def _heading(scene: Scene, words: str) -> ft.Control:
    return ft.Semantics(header=True, heading_level=1, content=writing.display(scene, words))


def _part(scene: Scene, heading: str, lines: Sequence[tuple[Label, bool | None]], language: str) -> ft.Control:
    return card(scene, [writing.title(scene, heading, level=2), *(_line(scene, *each, language) for each in lines)])


def _line(scene: Scene, label: Label, is_done: bool | None, language: str) -> ft.Control:
    """A thing to bring has a dot, a step that is done a tick."""
    icons = {None: ft.Icons.CIRCLE, False: ft.Icons.RADIO_BUTTON_UNCHECKED, True: ft.Icons.CHECK_CIRCLE}
    palette = scene.palette
    color = palette.sent.ink if is_done else palette.secondary.ink
    size = scene.look.size(12 if is_done is None else 28)
    words = writing.large(scene, label.in_(language))
    beside_first_line = (scene.look.size(theme.TITLE) * theme.LINE_HEIGHT - size) / 2
    mark = ft.Container(
        ft.Icon(icons[is_done], color=color, size=size), padding=ft.Padding.only(top=max(beside_first_line, 0))
    )
    return ft.Row(
        [mark, ft.Container(words, expand=True)],
        spacing=theme.SPACE_M,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
