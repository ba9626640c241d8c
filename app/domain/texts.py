"""What a person typed or pasted, as it may be kept: one spelling for letters, and nothing that cannot be seen.

Every text of a record goes through here before it is stored (`fields.pack`), so that no text is refused later by the
disk or by the centre, and none can turn a list around.
"""

import re
import unicodedata

_HALF_CHARACTER = re.compile("[\ud800-\udfff]")  # a lone surrogate has no bytes
_CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")  # all but the line break
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")  # what turns the direction of the words around it
_NEVER_SEEN = re.compile(
    "[\\s\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u2060-\u206f\u3164\ufeff]+"
)

REPLACED = "\ufffd"


def tidy(text: str) -> str:
    """The text in NFC, without control characters and turns of direction; "" when nothing of it can be seen."""
    if text.isascii() and text.isprintable():
        return text if text.strip() else ""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = _TURNS.sub("", _CONTROLS.sub("", whole(lines)))
    return unicodedata.normalize("NFC", kept) if _NEVER_SEEN.sub("", kept) else ""


def whole(text: str) -> str:
    """The text with half characters replaced: they have no bytes, so they can be neither drawn nor stored."""
    return _HALF_CHARACTER.sub(REPLACED, text)
