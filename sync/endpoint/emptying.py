"""What is left of a change when what people wrote, and the code of a card, has gone from it. Pure."""

import json
from collections.abc import Callable

from sync.endpoint.admission import NOTES
from sync.protocol import card_codes
from sync.protocol.record_codec import canonical

PERSONAL = tuple(sorted({*NOTES, "age_band", "gender", card_codes.FIELD}))
"""The fields that go: free texts, what was seen of a person, and the code of their card. What they were before a
correction goes as well."""

REVISIONS, WAS = "revisions", "was"  # the field that says what a record said before it was corrected, and where in it

STAYS = ("op", "id", "kind", "by", "at", "base", "delete")
"""Of a change that was set aside: who sent it, about what. Its words go."""


Goes = Callable[[str, object], bool]
"""Whether this value of this field goes."""


def is_personal(field: str, _value: object) -> bool:
    return field in PERSONAL


def emptied(body: str, goes: Goes = is_personal) -> str | None:
    """A change, canonical, without what people wrote; None where it says nothing of the kind."""
    change = json.loads(body)
    said = change.get("set") if isinstance(change, dict) else None
    if not isinstance(said, dict):
        return None
    left = {name: None if goes(name, value) else value for name, value in said.items()}
    if isinstance(said.get(REVISIONS), list):
        left[REVISIONS] = [text for each in said[REVISIONS] if (text := _earlier(each, goes)) is not None]
    return canonical({**change, "set": left}) if left != said else None


def _earlier(revision: object, goes: Goes) -> str | None:
    """What a record said before a correction, without what people wrote; nothing of what cannot be read."""
    try:
        said = json.loads(str(revision))
    except ValueError:
        return None
    if not isinstance(said, dict):
        return None
    was = said.get(WAS)
    if not isinstance(was, dict) or not any(goes(*each) for each in was.items()):
        return str(revision)
    return canonical({**said, WAS: {name: value for name, value in was.items() if not goes(name, value)}})


def bare(body: str) -> str:
    """Of a change that was set aside: often it was for what its words said, so none of them stays."""
    change = json.loads(body)
    said = change if isinstance(change, dict) else {}
    return canonical({name: said[name] for name in STAYS if name in said})
