"""A saved case that is open again to be corrected: what it says as saved, and whether anything of it was changed."""

from dataclasses import dataclass, replace

from app.domain.assisting import Assist, AssistDraft, reopen

NOT_SAID = ("number", "reason", "catalogue_version", "own_procedure")
"""Of a draft, what nobody says of the help by it."""


@dataclass(frozen=True, slots=True)
class Correction:
    """How a case that is being corrected stands to its record."""

    saved: Assist
    is_changed: bool


def correction(draft: AssistDraft, saved: Assist) -> Correction:
    """Whether the draft still says what it was opened with."""
    as_found = reopen(draft.id, saved)
    same = {name: getattr(as_found, name) for name in NOT_SAID}
    return Correction(saved, is_changed=replace(draft, **same) != as_found)
