"""What a thing done was about, in words."""

from app.domain.sessions import slot_words
from app.state import Line
from app.views.scene import Scene
from sync.protocol.records import Kind


def sessions_name(scene: Scene, module_ids: tuple[str, ...]) -> str:
    """The modules of a session, or simply "Taller" when it has none."""
    return " + ".join(scene.module(each) for each in module_ids) or scene.text("workshop")


def name(scene: Scene, kind: str, subject: tuple[str, ...], slot: str = "") -> str:
    """The procedure, the modules of the session, with the seat if it is one; else simply what sort of thing it is."""
    match kind:
        case Kind.SESSION:
            return sessions_name(scene, subject)
        case Kind.ATTENDANCE if not slot:
            return scene.text("field.attendance")
        case Kind.ATTENDANCE:
            return f"{sessions_name(scene, subject)} · {scene.text('seat', seat=slot_words(slot))}"
        case Kind.ASSIST if subject:
            return scene.procedure(subject[0])
        case Kind.ASSIST:
            return scene.text("assist")
        case Kind.SHIFT:
            return scene.text("shift")
    return scene.text("record")


def result_words(scene: Scene, kind: str, result: str) -> str:
    """How a case ended, or what became of a session."""
    return scene.words.label("session_status" if kind == Kind.SESSION else "outcome", result)


def line_result(scene: Scene, line: Line) -> str:
    """Fet, Derivat ...; for a session also how many came."""
    status = result_words(scene, line.kind, line.result)
    return status if line.headcount is None else f"{status} · {scene.words.count('people', line.headcount)}"


def connector_name(scene: Scene, id: str) -> str:
    """What the connector's tile says: Connector 1. Whoever has another sort of code is called by it."""
    known = next((each for each in scene.library.connectors if each.id == id), None)
    if known:
        return scene.connector(known)
    number = id.removeprefix("C")
    return scene.text("connector", number=number) if number.isdecimal() else id
