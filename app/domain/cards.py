"""The code of a citizen's card in an open case, and what keeps a case from being saved. Pure."""

from dataclasses import replace
from enum import StrEnum

from app.domain.assisting import AssistDraft
from app.domain.free_text import is_too_long
from sync.protocol.card_codes import Mistake, read


class Hindrance(StrEnum):
    """What must be put right before a case can be saved."""

    TEXT = "text"  # one is too long
    CARD = "card"  # what was typed for the code of a card is none


def with_code(draft: AssistDraft, typed: str) -> AssistDraft:
    """With the code that was typed, once it is whole and right; until then with none, and marked. Whatever else was
    typed there, a number of a document perhaps, is kept nowhere."""
    found = read(typed)
    is_wrong = isinstance(found, Mistake)
    return replace(draft, card_code=None if is_wrong else found, card_is_wrong=is_wrong)


def hindrance(draft: AssistDraft) -> Hindrance | None:
    """None when the case can be saved."""
    if is_too_long(draft):
        return Hindrance.TEXT
    return Hindrance.CARD if draft.card_is_wrong else None
