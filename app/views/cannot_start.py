"""What is shown instead of the app when it cannot work on this tablet: what happened, and what to do."""

from collections.abc import Awaitable, Callable

import flet as ft

from app import theme
from app.i18n import Words

NOT_ASKED: bool | None = None
LARGE = 56  # dp

Save = Callable[[], Awaitable[bool]]


@ft.component
def CannotStart(words: Words, message: str, detail: str, save: Save | None = None) -> ft.View:
    """`save` keeps a copy for the coordinator, where there is one that only they can open; False: it was not kept."""
    kept, tell = ft.use_state(NOT_ASKED)
    tone, ink = theme.LIGHT.review, theme.LIGHT.text.ink

    async def keep() -> None:
        if save:
            tell(await save())

    copying: list[ft.Control] = []
    if save:
        button = ft.OutlinedButton(words.text("failure.copy"), icon=ft.Icons.DOWNLOAD, height=LARGE, on_click=keep)
        copying = [ft.Text(words.text("failure.copy.why"), size=theme.BODY, color=ink), button]
    if kept is not None:
        said = words.text("failure.copied") if kept else words.text("failure.not_copied")
        answer = ft.Text(said, size=theme.BODY, color=ink, weight=ft.FontWeight.BOLD)
        copying.append(ft.Semantics(content=answer, live_region=True))
    return ft.View(
        route="/",
        bgcolor=theme.LIGHT.text.paper,
        padding=theme.SPACE_XL,
        scroll=ft.ScrollMode.AUTO,
        controls=[
            ft.Icon(ft.Icons.REPORT_OUTLINED, color=tone.ink, size=48),
            ft.Text(words.text(message), size=theme.SECTION, color=ink, weight=ft.FontWeight.BOLD),
            *copying,
            ft.Text(detail, size=theme.BODY, color=theme.LIGHT.secondary.ink, selectable=True),
        ],
    )
