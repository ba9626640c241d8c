"""The keys of a desk: N a new help, L the list, / the search, Ctrl+Z undo, Ctrl+L lock, Esc back. Tab and Enter reach
all the rest.

A letter that is typed into a field is never a command; Esc leaves a search, and nothing else that is typed in.
"""

import inspect
from enum import StrEnum

import flet as ft

from app.domain.happenings import Locking
from app.views.parts.agenda import roll_call_way
from app.views.parts.correction import corrected_record
from app.views.root import UNDER
from app.views.scene import Hands, Stage, scene_of


class Command(StrEnum):
    NEW = "new"
    LIST = "list"
    SEARCH = "search"
    UNDO = "undo"
    BACK = "back"
    LOCK = "lock"


PLAIN = {"N": Command.NEW, "L": Command.LIST, "/": Command.SEARCH}


def command(event: ft.KeyboardEvent, hands: Hands) -> Command | None:
    """What is meant by a key, if anything is."""
    key, with_control = event.key.upper(), event.ctrl or event.meta
    if with_control and key == "L" and not event.alt:
        return Command.LOCK  # whatever is open or being typed
    if hands.has_menu or event.alt:
        return None
    if key in ("ESCAPE", "ESC"):
        return Command.BACK if not hands.typing or hands.is_searching else None
    if hands.typing:
        return None
    if with_control:
        return Command.UNDO if key == "Z" and not event.shift else None
    return PLAIN.get(key)


def back(route: str) -> str | None:
    """Where the arrow of a screen leads; from a tab, home; from home, nowhere."""
    first, *rest = route.strip("/").split("/")
    if not first:
        return None
    if len(rest) == 2:  # a case turned to the person
        return f"/{first}/{rest[0]}"
    if first == "request":
        return "/requests"
    if first == "records" and rest:
        return "/records"
    return UNDER.get(first, "/")


async def press(stage: Stage, event: ft.KeyboardEvent, route: str) -> None:
    """Do what the key means here. Before a shift and after it there is nothing to do by keys alone, but to lock."""
    stage.access.touched()
    now, meant = stage.state.snapshot, command(event, stage.hands)
    if meant == Command.LOCK and now.entered:
        await stage.lock(Locking.BY_HAND)
    if not now.entered or now.shift is None or now.shift.ended_at:
        return
    match meant:
        case Command.NEW:
            await _search_procedures(stage, route)
        case Command.LIST:
            done = roll_call_way(scene_of(stage))()
            if inspect.isawaitable(done):
                await done
        case Command.SEARCH:
            await _search(stage, route)
        case Command.UNDO:
            await _undo(stage, route)
        case Command.BACK:
            if there := corrected_record(stage.state.snapshot, route) or back(route):
                stage.go(there)


async def _search(stage: Stage, route: str) -> None:
    """Among the records where they are; from anywhere else, for a procedure."""
    if route == "/records" and stage.hands.search:
        await stage.hands.search.focus()
    else:
        await _search_procedures(stage, route)


async def _search_procedures(stage: Stage, route: str) -> None:
    if route != "/assist":
        stage.hands.wants_search = True
        stage.go("/assist")
    elif stage.hands.search:
        await stage.hands.search.focus()


async def _undo(stage: Stage, route: str) -> None:
    """What can be taken back on the bar at the foot; on a list, its last change."""
    first, *rest = route.strip("/").split("/")
    if stage.state.snapshot.undo:
        if there := await stage.take_back():
            stage.go(there)
    elif first == "roll-call" and rest:
        await stage.workshops.step_back(rest[0])
