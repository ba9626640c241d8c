"""What this tablet wrote, newest first, with what became of each."""

import flet as ft

from app.views.parts import writing
from app.views.parts.layout import screen
from app.views.parts.lines import line_rows
from app.views.scene import use_scene


@ft.component
def Records() -> ft.Control:
    """At most a hundred rows: more would take seconds to show."""
    scene = use_scene()
    rows = line_rows(scene, scene.now.lines, with_date=True)
    empty = writing.body(scene, scene.text("records.empty"), color=scene.palette.secondary.ink)
    return screen(scene, scene.text("nav.records"), rows or [empty])
