"""What was learned from use, between the rules and the tablet's notes. It never leaves the tablet."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from app.domain import habits
from app.domain.assisting import Assist
from app.domain.catalogue import Procedure
from app.domain.sessions import Choice, Session
from app.store import Store
from sync.protocol.records import Kind
from sync.protocol.vocabulary import SessionKind, SessionStatus

Notes = dict[str, object]


def helped(store: Store, centre_id: str) -> Mapping[str, int]:
    """How often each procedure was helped with at this centre; where nothing is noted yet, as the records say."""
    noted = store.note(_helped(centre_id))
    if isinstance(noted, dict):
        return noted
    return Counter(
        str(each.fields.get("procedure_id"))
        for each in store.records(kind=Kind.ASSIST)
        if not each.deleted and each.fields.get("centre_id") == centre_id
    )


def as_done_here(store: Store, procedure: Procedure) -> Procedure:
    """The procedure with the duration that it takes on this tablet."""
    return replace(
        procedure, default_minutes=habits.usual_minutes(_minutes(store, procedure.id), procedure.default_minutes)
    )


def learned(store: Store, assist: Assist, *, is_corrected: bool) -> Notes:
    """The notes to write along with a case that ends."""
    return {
        _helped(assist.centre_id): habits.counted(helped(store, assist.centre_id), assist.procedure_id),
        _took(assist.procedure_id): list(
            habits.measured(_minutes(store, assist.procedure_id), assist, is_corrected=is_corrected)
        ),
    }


def seats(store: Store, choice: Choice) -> int | None:
    """How many were enrolled the last time in these modules at this centre; a group that asks is another each time."""
    noted = store.note(_seats(choice.centre_id, choice.module_ids))
    return noted if isinstance(noted, int) and choice.kind != SessionKind.ON_REQUEST else None


def seats_learned(session: Session) -> Notes:
    """The note to write along with a list that is saved; one that was not held, or has no seats, teaches nothing."""
    is_held = session.status in (SessionStatus.HELD, SessionStatus.PARTLY_HELD)
    if not is_held or session.registered_count is None or session.kind == SessionKind.ON_REQUEST:
        return {}
    return {_seats(session.centre_id, session.module_ids): session.registered_count}


def unlearned(store: Store, notes: Notes) -> Notes:
    """These notes as they stand now, to write when what taught them is taken back."""
    return {key: store.note(key) for key in notes}


def _minutes(store: Store, procedure_id: str) -> list[int]:
    noted = store.note(_took(procedure_id))
    return noted if isinstance(noted, list) else []


def _helped(centre_id: str) -> str:
    return f"helped/{centre_id}"


def _seats(centre_id: str, module_ids: tuple[str, ...]) -> str:
    return f"seats/{centre_id}/{'+'.join(module_ids)}"


def _took(procedure_id: str) -> str:
    return f"minutes/{procedure_id}"
