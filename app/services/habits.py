"""What was learned from use, between the rules and the tablet's notes. It never leaves the tablet."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from app.domain import habits
from app.domain.assisting import Assist
from app.domain.catalogue import Procedure
from app.store import Store
from sync.protocol.records import Kind

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


def unlearned(store: Store, notes: Notes) -> Notes:
    """These notes as they stand now, to write when the case is taken back."""
    return {key: store.note(key) for key in notes}


def _minutes(store: Store, procedure_id: str) -> list[int]:
    noted = store.note(_took(procedure_id))
    return noted if isinstance(noted, list) else []


def _helped(centre_id: str) -> str:
    return f"helped/{centre_id}"


def _took(procedure_id: str) -> str:
    return f"minutes/{procedure_id}"
