"""What happened at a tablet that no record tells: entries in a row, each bound to the one before by its hash.

An entry holds words of a program and ids, never what a person wrote. docs/decisions/0017-the-tablets-own-trail.md.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sync.protocol.json_reading import Node
from sync.protocol.record_codec import JsonObject, canonical, change_to_text, fields_to_text, moment_to_json
from sync.protocol.records import Change

MOST_ENTRIES = 200  # in one request
FIRST = "0" * 64  # the hash before the first entry
WORD = r"[0-9A-Za-z][0-9A-Za-z_.:-]{0,79}"
HASH = r"[0-9a-f]{64}"
SEALED = "records-sealed"  # the event that binds changes: its object is their digest, its result how many they are

_WORD, _HASH = re.compile(WORD), re.compile(HASH)
_OF_A_TRAIL = frozenset({"first", "before", "hash", "entries"})
_OF_AN_ENTRY = frozenset({"at", "clock", "drift", "by", "event", "object", "result"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. Its number is its place: the first of a tablet is 1."""

    number: int
    at: datetime  # by the tablet's own clock, aware
    clock: int  # seconds since the app was started, of a clock that nobody can set
    event: str
    drift: int | None = None  # seconds by which the tablet's clock was before (+) or behind (-) the centre's, if known
    by: str = ""  # the connector, where there was one
    object: str = ""  # an id, the name of a setting, a digest
    result: str = ""


@dataclass(frozen=True, slots=True)
class Trail:
    """Some entries in a row, with the hashes between which they stand."""

    before: str  # of the entry before the first
    hash: str  # of the last, as the tablet keeps it
    entries: tuple[Entry, ...]  # at least one

    @property
    def first(self) -> int:
        return self.entries[0].number

    @property
    def last(self) -> int:
        return self.entries[-1].number


def hash_of(before: str, entry: Entry) -> str:
    """Of an entry after the one with the hash `before`."""
    said = (entry.number, moment_to_json(entry.at), entry.clock, entry.drift, entry.by, entry.event)
    return sha256(canonical([before, *said, entry.object, entry.result]).encode("ascii")).hexdigest()


def hashes_of(before: str, entries: Iterable[Entry]) -> Iterator[str]:
    """Of each in turn."""
    for entry in entries:
        before = hash_of(before, entry)
        yield before


def breaks(kept: Iterable[tuple[Entry, str]]) -> Iterator[str]:
    """Every place at which entries, each with the hash that is kept of it, do not hold together, in words. Where they
    do not begin with number 1 the hash of the first is believed: what was before it was let go of."""
    number, before = 0, FIRST
    for entry, hashed in kept:
        if entry.number != number + 1 and number:
            yield f"the entries after number {number} and before {entry.number} are missing"
        elif (number or entry.number == 1) and hashed != hash_of(before, entry):
            yield f"entry {entry.number} is not what was written, or the one before it is not"
        number, before = entry.number, hashed


def digest_of(changes: Iterable[Change]) -> str:
    """Of some changes, whatever their order: what was sealed together cannot become something else."""
    return digest_of_hashes((each.op, _digest(change_to_text(each, fields_to_text(each.set)))) for each in changes)


def digest_of_hashes(pairs: Iterable[tuple[str, str]]) -> str:
    """The same, from the `op` and the content hash of each change."""
    return _digest("".join(sorted(f"{op} {hashed}\n" for op, hashed in pairs)))


def is_word(text: str) -> bool:
    """Whether it may stand in an entry: no sentence can."""
    return _WORD.fullmatch(text) is not None


def entry_to_json(entry: Entry) -> JsonObject:
    """Without its number, which is its place. What is nothing is left out."""
    said: JsonObject = {"at": moment_to_json(entry.at), "clock": entry.clock, "event": entry.event}
    drift: JsonObject = {} if entry.drift is None else {"drift": entry.drift}
    words = {"by": entry.by, "object": entry.object, "result": entry.result}
    return said | drift | {name: word for name, word in words.items() if word}


def entry_from_json(node: Node, number: int) -> Entry:
    node.only(_OF_AN_ENTRY)
    drift = node.optional("drift")
    return Entry(
        number=number,
        at=node.member("at").moment(),
        clock=node.number_of("clock"),
        event=_word(node.member("event")),
        drift=drift.whole() if drift else None,
        by=_word(node.optional("by")),
        object=_word(node.optional("object")),
        result=_word(node.optional("result")),
    )


def trail_to_json(trail: Trail) -> JsonObject:
    entries = [entry_to_json(entry) for entry in trail.entries]
    return {"first": trail.first, "before": trail.before, "hash": trail.hash, "entries": entries}


def trail_from_json(node: Node) -> Trail:
    node.only(_OF_A_TRAIL)
    first, listed = node.member("first"), list(node.member("entries").items())
    if first.number() == 0:
        first.fail("is no number of an entry")
    if not 0 < len(listed) <= MOST_ENTRIES:
        node.member("entries").fail(f"are not 1 to {MOST_ENTRIES}")
    entries = tuple(entry_from_json(each, first.number() + place) for place, each in enumerate(listed))
    return Trail(_hash(node.member("before")), _hash(node.member("hash")), entries)


def _word(node: Node | None) -> str:
    """A member that is absent is no word."""
    if node is None:
        return ""
    text = node.text()
    if not is_word(text):
        node.fail("is not a word of a program")
    return text


def _hash(node: Node) -> str:
    text = node.text()
    if not _HASH.fullmatch(text):
        node.fail("is not a hash")
    return text


def _digest(text: str) -> str:
    return sha256(text.encode("ascii")).hexdigest()
