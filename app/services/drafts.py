"""Between an open draft and the document the store keeps of it. Pure."""

from collections.abc import Mapping
from typing import Any

from app.domain.assisting import AssistDraft
from app.domain.fields import pack, unpack
from app.domain.requests import RequestDraft
from app.domain.workshops import SessionDraft
from app.state import Draft

_SHAPES: dict[str, type[Draft]] = {"assist": AssistDraft, "session": SessionDraft, "request": RequestDraft}


def document(draft: Draft) -> Mapping[str, object]:
    """The draft as the store keeps it."""
    name = next(name for name, shape in _SHAPES.items() if isinstance(draft, shape))
    return {"shape": name, "fields": dict(pack(draft))}


def draft_from(document: Mapping[str, Any]) -> Draft:
    """The draft of a stored document. Raises KeyError, ValueError or TypeError when it is not one."""
    return unpack(_SHAPES[document["shape"]], document["fields"])
