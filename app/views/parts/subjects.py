"""What a thing done was about, in words."""

from app.state import Line
from app.views.scene import Scene
from sync.protocol.records import Kind


def sessions_name(scene: Scene, module_ids: tuple[str, ...]) -> str:
    """The modules of a session, or simply "Taller" when it has none."""
    return " + ".join(scene.module(each) for each in module_ids) or scene.text("workshop")


def line_subject(scene: Scene, line: Line) -> str:
    """The procedure, or the modules of the session."""
    return sessions_name(scene, line.subject) if line.kind == Kind.SESSION else scene.procedure(line.subject[0])


def line_result(scene: Scene, line: Line) -> str:
    """Fet, Derivat ...; for a session also how many came."""
    if line.kind != Kind.SESSION:
        return scene.words.label("outcome", line.result)
    status = scene.words.label("session_status", line.result)
    return status if line.headcount is None else f"{status} · {scene.words.count('people', line.headcount)}"
