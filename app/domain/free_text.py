"""What a person writes in their own words and that leaves the tablet: short, and without what names somebody.

Whatever is found (`sync.protocol.identifiers`) is said on the screen while it is written, and never reaches the disk.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.texts import tidy
from sync.protocol.identifiers import FREE_TEXTS, Identifier, find, without

LONGEST = 140
_LOOKED_AT = 2000  # characters: nobody writes more into one field, and what is pasted must not hold up the screen


@dataclass(frozen=True, slots=True)
class Written:
    """A text as it was typed, and what there is to say of it."""

    kept: str  # without what was found: all that may be stored
    kinds: tuple[Identifier, ...] = ()  # what was found, each once
    length: int = 0  # of what was typed

    @property
    def surplus(self) -> int:
        """How many characters it has too many."""
        return max(self.length - LONGEST, 0)


def look(typed: str) -> Written:
    """What may be kept of `typed` and what was found in it. A text that is far too long is looked at in part: all of it
    is refused."""
    part = tidy(typed[:_LOOKED_AT])
    found = find(part)
    kinds = tuple(dict.fromkeys(one.kind for one in found))
    return Written(_bare(part), kinds, len(typed) if len(typed) > _LOOKED_AT else len(part))


def is_too_long(noted: object) -> bool:
    """Whether a text of an open case is too long to be saved: nothing is cut behind anybody's back."""
    return any(len(getattr(noted, name, None) or "") > LONGEST for name in FREE_TEXTS)


def fitting(typed: str) -> str | None:
    """As much of what was typed as may be kept, where the screen says meanwhile that the rest is too much; None when
    nothing is left."""
    return look(typed).kept[:LONGEST].rstrip() or None


def guarded(noted: Mapping[str, Any]) -> dict[str, Any]:
    """What is noted as a record may hold it, however it came into the draft."""
    return {**noted, **{name: sendable(noted[name]) for name in FREE_TEXTS if name in noted}}


def sendable(text: str | None) -> str | None:
    """The text as a record may hold it; None when nothing is left."""
    return (_bare(tidy(text)) or None) if text else None


def _bare(text: str) -> str:
    """Looked at again until nothing is found: what is left of a text can read as something else."""
    while found := find(text):
        text = without(text, found)
    return text
