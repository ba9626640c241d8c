"""Why no more than this shift is shown, on a tablet that has not heard of its centre for too long."""

import flet as ft

from app.views.parts import writing
from app.views.scene import Scene


def lease_note(scene: Scene) -> list[ft.Control]:
    """What happened, that the work is safe and what helps; nothing while all is shown."""
    if not scene.stage.browsing.is_lapsed:
        return []
    return [writing.boxed(scene, scene.text("records.lease"), scene.palette.review)]
