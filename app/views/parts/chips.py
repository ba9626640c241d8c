"""States, each as icon, word and colour: never colour alone."""

from collections.abc import Callable

import flet as ft

from app import theme
from app.state import Line, LineState
from app.theme import Tone
from app.views.parts import writing
from app.views.parts.dates import clock_time
from app.views.parts.tappable import Face, still, tappable
from app.views.scene import Scene
from sync.protocol.records import Kind


def chip(
    scene: Scene, words: str, icon: ft.IconData, tone: Tone, on_click: Callable[[], None] | None = None
) -> ft.Control:
    """A word about a state; one that can be tapped is as high as anything that can."""
    row = ft.Row(
        [
            ft.Icon(icon, color=tone.ink, size=scene.look.size(20)),
            writing.filling(writing.caption(scene, words, color=tone.ink), loose=True),
        ],
        spacing=theme.SPACE_XS + 2,
        tight=True,
    )
    face = Face(12, 14 if on_click else 6, tone, radius=theme.TARGET)
    return tappable(scene, row, on_click, face) if on_click else still(row, face)


def line_chip(scene: Scene, line: Line) -> ft.Control:
    """What is true of one thing done."""
    palette = scene.palette
    match line.state:
        case LineState.SENT:
            at = f" · {clock_time(line.sent_at)}" if line.sent_at else ""
            return chip(scene, scene.text("state.sent") + at, ft.Icons.CLOUD_DONE_OUTLINED, palette.sent)
        case LineState.SENDING:
            return chip(scene, scene.text("state.sending"), ft.Icons.SYNC, palette.sending)
        case LineState.REVIEW:
            return chip(scene, scene.text("state.review"), ft.Icons.ERROR_OUTLINE, palette.review)
        case LineState.HANDED_OVER:
            return chip(scene, scene.text("state.handed_over"), ft.Icons.FORWARD_TO_INBOX_OUTLINED, palette.draft)
    return chip(scene, scene.text("state.saved"), ft.Icons.SAVE_OUTLINED, palette.saved)


def line_chips(scene: Scene, line: Line) -> list[ft.Control]:
    """What is true of one thing done, and whether it was corrected or taken back."""
    chips: list[ft.Control] = [line_chip(scene, line)]
    if line.is_void:
        chips.insert(0, chip(scene, scene.text("state.void"), ft.Icons.BLOCK, scene.palette.draft))
    elif line.version > 1:
        # A request that moved on has another version too, and nothing of it was wrong.
        words = "records.version" if line.kind == Kind.TRAINING_REQUEST else "state.corrected"
        words = scene.text(words, n=line.version)
        chips.append(chip(scene, words, ft.Icons.EDIT_NOTE, scene.palette.draft))
    return chips


def draft_chip(scene: Scene) -> ft.Control:
    """Something begun and not ended."""
    return chip(scene, scene.text("state.draft"), ft.Icons.EDIT_OUTLINED, scene.palette.draft)
