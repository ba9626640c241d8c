"""What a thing done was about, in words."""

from collections.abc import Mapping

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
        case Kind.TRAINING_REQUEST:
            return request_name(scene, subject)
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


def request_name(scene: Scene, subject: tuple[str, ...]) -> str:
    """The kind of group that asks, and for which modules."""
    group, *modules = subject or ("",)
    asked = scene.text("request.of", group=scene.words.label("group_type", group)) if group else scene.text("request")
    return " · ".join([asked, *([sessions_name(scene, tuple(modules))] if modules else [])])


RESULTS: Mapping[str, str] = {Kind.SESSION: "session_status", Kind.TRAINING_REQUEST: "request_status"}
"""The group of the labels of how something ended; of a case, and of all else, its outcome."""


def result_words(scene: Scene, kind: str, result: str) -> str:
    """How a case ended, or what became of a session or a request."""
    return scene.words.label(RESULTS.get(kind, "outcome"), result)


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
