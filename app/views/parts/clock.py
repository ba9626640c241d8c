"""A word about a date that cannot be right, where a shift starts and at home: what is written goes on being kept."""

import flet as ft

from app import theme
from app.domain.clock import is_doubtful
from app.views.parts import writing
from app.views.parts.dates import clock_time, long_date
from app.views.scene import Scene


def clock_notice(scene: Scene) -> list[ft.Control]:
    """Nothing while the clock can be believed."""
    now, tone, sync = scene.stage.clock(), scene.palette.saved, scene.now.sync
    if not is_doubtful(now, sync.last_sent_at, sync.last_written_at):
        return []
    words = scene.text("clock.doubtful", when=f"{now.year} · {long_date(scene, now)} · {clock_time(now)}")
    row = ft.Row(
        [
            ft.Icon(ft.Icons.WARNING_AMBER_OUTLINED, color=tone.ink, size=scene.look.size(24)),
            ft.Container(writing.body(scene, words, color=tone.ink, is_bold=True), expand=True),
        ],
        spacing=theme.SPACE_M,
    )
    box = ft.Container(row, bgcolor=tone.paper, border_radius=theme.RADIUS, padding=theme.SPACE_M)
    return [ft.Semantics(content=box, live_region=True)]
