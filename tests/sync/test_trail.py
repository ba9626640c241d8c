"""The chain of what happened at a tablet: any change of it is found, with the place; and how it travels. Pure."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from sync.errors import MalformedMessage
from sync.protocol import codec
from sync.protocol.messages import SyncRequest
from sync.protocol.trail import FIRST, MOST_ENTRIES, Entry, Trail, breaks, digest_of, hashes_of
from tests.sync.making import START, make_change, make_id

LAST = 6
CHANGES = {
    "at": START + timedelta(hours=9),
    "clock": 99,
    "event": "entered",
    "drift": 5,
    "by": "C9",
    "object": "x",
    "result": "y",
}


def make_entries(number: int = LAST, *, first: int = 1) -> list[Entry]:
    return [
        Entry(each, START + timedelta(minutes=each), 60 * each, "pin-tried", -2, "C1", make_id(each), str(each))
        for each in range(first, first + number)
    ]


def make_kept(number: int = LAST, *, first: int = 1) -> list[tuple[Entry, str]]:
    entries = make_entries(number, first=first)
    return list(zip(entries, hashes_of(FIRST, entries), strict=True))


def make_trail(number: int = 3, *, first: int = 1, before: str = FIRST) -> Trail:
    entries = tuple(make_entries(number, first=first))
    return Trail(before, [*hashes_of(before, entries)][-1], entries)


def as_json(trail: Trail) -> dict[str, object]:
    said: dict[str, object] = json.loads(codec.dump_request(SyncRequest("", START, 0, 0, trail=trail)))
    return said


def test_s_t28_what_nobody_touched_holds() -> None:
    assert list(breaks(make_kept())) == []
    assert list(breaks([])) == []


@pytest.mark.parametrize("place", range(LAST))
@pytest.mark.parametrize("member", CHANGES)
def test_s_t28_one_entry_changed_names_the_place(place: int, member: str) -> None:
    kept = make_kept()
    entry, hashed = kept[place]
    kept[place] = (replace(entry, **{member: CHANGES[member]}), hashed)

    assert list(breaks(kept)) == [f"entry {place + 1} is not what was written, or the one before it is not"]


@pytest.mark.parametrize("place", range(LAST - 1))
def test_s_t28_one_entry_removed_names_the_place(place: int) -> None:
    kept = make_kept()
    del kept[place]

    found = list(breaks(kept))

    # What is let go of at the beginning is believed: the centre has it.
    assert found == ([f"the entries after number {place} and before {place + 2} are missing"] if place else [])


def test_s_t28_an_entry_changed_with_its_own_hash_does_not_meet_the_next() -> None:
    kept = make_kept()
    other = replace(kept[2][0], by="C9")
    kept[2] = (other, next(hashes_of(kept[1][1], [other])))

    assert list(breaks(kept)) == ["entry 4 is not what was written, or the one before it is not"]


def test_what_was_sealed_together_has_one_digest_whatever_the_order() -> None:
    one, two = make_change(1, note="x"), make_change(2, note="y")

    assert digest_of([one, two]) == digest_of([two, one])
    assert digest_of([one, two]) != digest_of([one, make_change(2, note="z")])
    assert digest_of([one]) != digest_of([one, two])


def test_a_trail_comes_as_it_was_sent() -> None:
    trail = make_trail(first=41, before="a" * 64)

    assert codec.load_request(codec.dump_request(SyncRequest("", START, 0, 0, trail=trail))).trail == trail


def test_where_nothing_happened_nothing_travels() -> None:
    assert b"trail" not in codec.dump_request(SyncRequest("", START, 0, 0))


BAD: dict[str, dict[str, object]] = {
    "no entry": {"entries": []},
    "too many": {"entries": [{"at": START.isoformat(), "clock": 1, "event": "locked"}] * (MOST_ENTRIES + 1)},
    "no list": {"entries": {}},
    "no number": {"first": 0},
    "a negative one": {"first": -1},
    "a text for a number": {"first": "1"},
    "no hash": {"hash": "x"},
    "a hash in capitals": {"before": "A" * 64},
    "one member more": {"name": "x"},
}


@pytest.mark.parametrize("name", BAD)
def test_e_43_a_trail_that_is_none_is_refused_with_the_place(name: str) -> None:
    body = as_json(make_trail())
    body["trail"] = {**dict(body["trail"]), **BAD[name]}  # type: ignore[call-overload]

    with pytest.raises(MalformedMessage, match=r"^trail"):
        codec.load_request(json.dumps(body).encode())


@pytest.mark.parametrize(
    ("member", "value"),
    [
        *(("object", words) for words in ("two words", "a\nb", "", "é", "x" * 81, 7, ["x"])),
        *(("event", words) for words in ("two words", "", None)),
        *(("result", words) for words in ("<b>", "12345678 Z")),
        *(("clock", words) for words in (-1, "1", True, None, 2**53)),
        *(("drift", words) for words in ("1", True, 2**53)),
        *(("by", words) for words in ("", "x" * 81, "a\nb", 7, "Maria Garcia")),
        *(("at", words) for words in ("2026-03-04", "now", 7, None)),
        ("number", 1),
    ],
)
def test_e_43_an_entry_holds_words_of_a_program_and_nothing_else(member: str, value: object) -> None:
    body = as_json(make_trail(1))
    (entry,) = body["trail"]["entries"]  # type: ignore[index]
    entry[member] = value

    with pytest.raises(MalformedMessage, match=r"^trail\.entries\[0\]"):
        codec.load_request(json.dumps(body).encode())
