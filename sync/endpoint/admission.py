"""What the centre will not take, and why. Pure; one change at a time, so that one bad change stops no other.

All that a change alone tells is found before the counter is held: everybody else would wait for it.

It refuses only what it could not keep or answer for. Everything else is taken: a refusal waits for a person.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from sync.protocol import card_codes
from sync.protocol.identifiers import FREE_TEXTS, kinds_in
from sync.protocol.record_codec import canonical, change_to_text, fields_to_text, record_to_json
from sync.protocol.records import Change, Fields, Problem, Record, Value

LONGEST_TEXT = 20_000  # characters
# Where people write what they like: a tablet asks before it saves, and here it is looked at again.
NOTES = frozenset({"notes", *FREE_TEXTS})
LONGEST_NOTE = 500  # characters; screens give 140. Each is looked at while everybody else waits for the counter
_LOOKED_AT = NOTES | {card_codes.FIELD}
MOST_FIELDS = 200  # in one change
MOST_TEXTS = 500  # in one list
LONGEST_FIELD_NAME = 80
MOST_BESIDE = 200  # values that were overruled and lie beside one record: each waits for a person
LARGEST_RECORD = 3 << 20  # bytes as it is told: an answer has room for one beside a page of news

# What a part of a record takes at most as JSON.
_BYTES = 6  # of one character of ASCII: an escape
_BYTES_AROUND = 6_000  # names, people and moments of a value that is kept beside

# Lower case only: one record must not have two names. Versions 1, 2 and 6 would name the machine and the second.
RECORD_ID = r"[0-9a-f]{8}-[0-9a-f]{4}-[34578][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
FIELD_NAME = r"[a-z0-9][a-z0-9_.:-]*"

_SHORT = 3 * MOST_TEXTS  # characters: no list in it is too long, for each text takes three, and no text
_ESCAPE = "\\u"  # JSON for what is not ASCII

_UUID = re.compile(RECORD_ID)
_FIELD_NAME = re.compile(FIELD_NAME)
_NO_CHARACTER = re.compile(r"[\x00\ud800-\udfff]")  # NUL and lone surrogates: no other program would read them back


@dataclass(frozen=True, slots=True)
class Weighed:
    """A change, and what can be said of it whatever the centre holds."""

    change: Change
    fields: str  # what it sets, canonical
    text: str  # the whole, canonical: what makes two changes the same
    content_hash: str  # of the text
    problem: Problem | None  # why it cannot be taken; None while nothing is wrong with the change alone


def weigh(change: Change) -> Weighed:
    fields = fields_to_text(change.set)
    text = change_to_text(change, fields)
    return Weighed(change, fields, text, content_hash(text), problem_with(change, fields))


def content_hash(text: str) -> str:
    return sha256(text.encode("ascii")).hexdigest()


def problem_with(change: Change, fields: str) -> Problem | None:
    """Why this change cannot be taken, or None. `fields` is canonical: what it sets."""
    for name, text in (("op", change.op), ("id", change.id)):
        if not is_record_id(text):
            return Problem("/problems/bad-id", "This is not a UUID in lower case.", name)
    if len(change.set) > MOST_FIELDS:
        return Problem("/problems/too-large", "This change has too many fields.", limit=MOST_FIELDS)
    if _is_plain(change.set, fields):
        return None
    problems = (_problem_with_field(name, value) for name, value in change.set.items())
    return next((problem for problem in problems if problem is not None), None)


def is_too_large(record: Record) -> bool:
    """Whether no tablet could hear it any more: changes that are small each may make a record that is not."""
    at_most = _BYTES * length_of(record) + _BYTES_AROUND * (1 + len(record.conflicts))
    return at_most > LARGEST_RECORD and len(canonical(record_to_json(record))) > LARGEST_RECORD


def is_derived(record_id: str) -> bool:
    """Whether the id follows from public words (a UUID of version 5), so that anybody could take it first."""
    return record_id[14:15] == "5"


def is_record_id(text: str) -> bool:
    """Whether a record may have this id: a UUID in lower case that tells nothing of where it was made."""
    return _UUID.fullmatch(text) is not None


def length_of(record: Record) -> int:
    """About how long the record is when it is told, in bytes."""
    return _bytes_of([*record.fields.values(), *(each.value for each in record.conflicts)])


def _bytes_of(values: Sequence[Value]) -> int:
    """With the names and signs around each; a number or a word of JSON is shorter than a name may be."""
    size = LONGEST_FIELD_NAME * len(values)
    for value in values:
        if isinstance(value, str):
            size += _length(value) + 1
        elif isinstance(value, tuple):
            size += sum(map(_length, value)) + len(value)
    return size


def _length(text: str) -> int:
    """In JSON: a character that is not ASCII takes six bytes, or twelve."""
    return len(text) if text.isascii() else len(canonical(text))


def _is_plain(fields: Fields, text: str) -> bool:
    """Whether a look at the canonical text shows that nothing is wrong in any field: most changes are like that."""
    is_short = len(text) <= _SHORT and _ESCAPE not in text
    return is_short and _LOOKED_AT.isdisjoint(fields) and all(map(_is_field_name, fields))


def _texts(value: Value) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return value if isinstance(value, tuple) else ()


def _problem_with_field(name: str, value: Value) -> Problem | None:
    if not _is_field_name(name):
        return Problem("/problems/bad-field", "A field has a name that cannot be kept.")
    if name == card_codes.FIELD and value is not None and not card_codes.is_code(value):
        return Problem("/problems/bad-card-code", "This is not the code of a card.", name)
    texts = _texts(value)
    if len(texts) > MOST_TEXTS:
        return Problem("/problems/too-large", "This list is too long to store.", name, MOST_TEXTS)
    for text in texts:
        if len(text) > LONGEST_TEXT:
            return Problem("/problems/too-large", "This text is too long to store.", name, LONGEST_TEXT)
        if _NO_CHARACTER.search(text):
            return Problem("/problems/not-text", "This text holds something that is not a character.", name)
    return _problem_with_note(name, "\n".join(texts)) if name in NOTES else None


def _problem_with_note(name: str, text: str) -> Problem | None:
    if len(text) > LONGEST_NOTE:
        return Problem("/problems/too-large", "This note is too long.", name, LONGEST_NOTE)
    kind = next(kinds_in(text), None)
    return Problem("/problems/names-a-person", f"This text may name a person: {kind}.", name) if kind else None


@lru_cache(1_000)  # the same few names, again and again
def _is_field_name(name: str) -> bool:
    return len(name) <= LONGEST_FIELD_NAME and _FIELD_NAME.fullmatch(name) is not None
