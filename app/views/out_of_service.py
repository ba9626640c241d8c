"""What a tablet shows that was given up for lost, in every language at once: nobody knows who has found it."""

import flet as ft

from app import theme
from app.i18n import LANGUAGES, words_in


@ft.component
def OutOfService() -> ft.View:
    """Of a tablet that was out of service when it was turned on."""
    return out_of_service()


def out_of_service() -> ft.View:
    """Instead of the whole app, with nothing of what was on it."""
    tone = theme.LIGHT.review
    return ft.View(
        route="/",
        bgcolor=theme.LIGHT.text.paper,
        padding=theme.SPACE_XL,
        scroll=ft.ScrollMode.AUTO,
        controls=[
            ft.Icon(ft.Icons.REPORT_OUTLINED, color=tone.ink, size=48),
            *(control for language in LANGUAGES for control in _said(language)),
        ],
    )


def _said(language: str) -> list[ft.Control]:
    text = words_in(language).text
    return [
        ft.Text(text("lost.title"), size=theme.SECTION, color=theme.LIGHT.text.ink, weight=ft.FontWeight.BOLD),
        ft.Text(text("lost.body"), size=theme.BODY, color=theme.LIGHT.text.ink),
        ft.Container(height=theme.SPACE_M),
    ]
