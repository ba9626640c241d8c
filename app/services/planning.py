"""The board of the plan, between the rules and what the tablet holds: records, and a note of those it has let go."""

from collections.abc import Mapping

from app.domain import board
from app.domain.board import Board, Sessions
from app.store import Store, Write
from sync.protocol.records import Kind, no_fields

NOTE = "plan_board"


def plan_board(store: Store) -> Board:
    """As it stands now."""
    return board.board(_sessions(store), _remembered(store))


def remember_board(store: Store) -> None:
    """Before records are let go: what happened stays on the board. Raises DiskRefused."""
    before = _remembered(store)
    noted = board.noted(_sessions(store), before)
    if noted != before:
        store.write(Write(notes={NOTE: noted}))


def _sessions(store: Store) -> Sessions:
    return {each.id: no_fields() if each.deleted else each.fields for each in store.records(kind=Kind.SESSION)}


def _remembered(store: Store) -> Mapping[str, object]:
    noted = store.note(NOTE)
    return noted if isinstance(noted, dict) else {}
