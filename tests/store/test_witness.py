"""What happened at a tablet, in its store: with the save, chained, told until the centre has it, then let go of."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app.domain.happenings import Event, Happening, Locking
from app.store import DiskRefused, Store, Times, Write
from app.store.doctor import examine
from app.store.lines import CHECKSUM, Codec
from app.store.store import TRAIL
from app.store.witness import Witness, entries_of
from sync.protocol.messages import SyncReply
from sync.protocol.records import Applied
from sync.protocol.trail import FIRST, MOST_ENTRIES, Entry, Trail, breaks, digest_of, hashes_of
from tests.store.making import CENTRE_TIME, NOON, make_reply, open_store, save

LOCKED = Event(Happening.LOCKED, "C1", result=Locking.BY_HAND)
TRIED = Event(Happening.PIN_TRIED, "C1", result="1")


@dataclass
class Hands:
    """Two clocks that a test moves."""

    at: datetime = NOON
    clock: int = 7

    def __call__(self) -> Times:
        return Times(self.at, self.clock)


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def witnessed(store: Store, hands: Hands) -> Iterator[Store]:
    store.witness.begin(hands)
    return store


def kept(store: Store) -> list[Entry]:
    rows = store._journal.rows(TRAIL)
    assert list(breaks(entries_of(rows))) == []
    return [entry for entry, _ in entries_of(rows)]


def events(store: Store) -> list[str]:
    return [entry.event for entry in kept(store)]


def happen(store: Store, times: int = 1) -> None:
    for _ in range(times):
        store.write(Write(events=(TRIED,)))


def told(store: Store, upto: int, *, cursor: str = "e.1") -> None:
    store.hear(SyncReply(cursor, False, 9, CENTRE_TIME, trail=upto))


def test_an_entry_says_who_what_and_when_by_both_clocks(witnessed: Store, hands: Hands) -> None:
    hands.at, hands.clock = NOON + timedelta(seconds=5.5), 12

    witnessed.write(Write(events=(Event(Happening.SHIFT_BEGUN, "C1", "s-1"),)))

    assert kept(witnessed) == [Entry(1, NOON + timedelta(seconds=5), 12, "shift-begun", None, "C1", "s-1")]


def test_the_drift_is_known_from_the_centres_last_answer(witnessed: Store, hands: Hands) -> None:
    hands.at = CENTRE_TIME - timedelta(seconds=90)
    told(witnessed, 0)

    happen(witnessed)

    assert kept(witnessed)[0].drift == -90


def test_without_a_clock_nothing_is_kept(store: Store) -> None:
    store.witness.tell(LOCKED)
    happen(store)

    assert kept(store) == [] and store.untold() is None


def test_what_is_told_goes_with_the_next_write_and_before_it(witnessed: Store, hands: Hands) -> None:
    witnessed.witness.tell(LOCKED)
    hands.clock = 90
    assert kept(witnessed) == []

    happen(witnessed)

    assert [(each.event, each.clock) for each in kept(witnessed)] == [("locked", 7), ("pin-tried", 90)]


def test_a_save_with_events_is_one_line(witnessed: Store, folder: Path) -> None:
    before = examine_lines(folder)
    witnessed.witness.tell(LOCKED)

    witnessed.write(Write(notes={"pins": 1}, events=(TRIED,)))

    assert examine_lines(folder) == before + 1


def examine_lines(folder: Path) -> int:
    return len((folder / "store.journal").read_bytes().rstrip(b"\0").splitlines())


def test_after_damage_only_what_the_rest_is_bound_to_is_told(witnessed: Store) -> None:
    """An entry whose one before is gone has a hash that nobody can follow: the centre would call it changed."""
    happen(witnessed, 6)
    rows = witnessed._journal.rows(TRAIL)
    for damaged in ([], ["3"], ["3", "4"], ["1"]):
        there = {number: row for number, row in rows.items() if number not in damaged}
        trails, heard = list[Trail](), 0
        while trail := Witness(lambda there=there: there).untold(heard):
            trails.append(trail)
            heard = trail.last
        for trail in trails:
            *_, last = hashes_of(trail.before, trail.entries)
            assert last == trail.hash == rows[str(trail.last)]["hash"]
        gone = {int(each) for each in damaged} | {int(each) + 1 for each in damaged}
        assert {each.number for trail in trails for each in trail.entries} == set(range(1, 7)) - gone


def test_what_the_disk_refused_did_not_happen_and_what_was_told_is_still_owed(
    witnessed: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    witnessed.witness.tell(LOCKED)
    with monkeypatch.context() as broken:
        broken.setattr(witnessed._journal._file, "append", _refuse)
        with pytest.raises(DiskRefused):
            happen(witnessed)

    happen(witnessed)

    assert events(witnessed) == ["locked", "pin-tried"]


def _refuse(*_: object, **__: object) -> None:
    raise DiskRefused(OSError(28, "No space left on device"))


def test_the_chain_goes_on_after_a_kill(witnessed: Store, folder: Path, codec: Codec, hands: Hands) -> None:
    happen(witnessed, 3)
    witnessed.close()

    again = open_store(folder, codec=codec)
    again.witness.begin(hands)
    happen(again)

    assert [each.number for each in kept(again)] == [1, 2, 3, 4]
    again.close()


def test_records_are_bound_when_they_are_sealed_and_a_save_adds_nothing(witnessed: Store) -> None:
    save(witnessed, "r1", note="x")
    save(witnessed, "r2", note="y")
    assert kept(witnessed) == []

    sealed = witnessed.seal(10)

    (entry,) = kept(witnessed)
    assert (entry.event, entry.object, entry.result) == ("records-sealed", digest_of(sealed), "2")
    assert witnessed.seal(10) == sealed and len(kept(witnessed)) == 1  # sealed once, offered twice


def test_what_the_centre_answered_is_noted_with_the_answer_and_an_idle_answer_is_not(witnessed: Store) -> None:
    save(witnessed, "r1", note="x")
    (change,) = witnessed.seal(10)

    witnessed.hear(make_reply(Applied(change.op, 4)))
    witnessed.hear(make_reply(cursor="e.2"))

    said = [(each.event, each.result) for each in kept(witnessed)]
    assert said == [("records-sealed", "1"), ("records-answered", "1")]


def test_what_waits_is_offered_until_the_centre_has_it(witnessed: Store) -> None:
    happen(witnessed, 3)
    trail = witnessed.untold()
    assert trail is not None and (trail.before, trail.first, trail.last) == (FIRST, 1, 3)

    told(witnessed, 3)
    assert witnessed.untold() is None

    happen(witnessed)
    further = witnessed.untold()
    assert further is not None and (further.before, further.first, further.last) == (trail.hash, 4, 4)


def test_no_more_is_offered_than_a_request_takes(witnessed: Store) -> None:
    witnessed.write(Write(events=(TRIED,) * (MOST_ENTRIES + 1)))

    first = witnessed.untold()
    told(witnessed, MOST_ENTRIES)
    second = witnessed.untold()

    assert first is not None and len(first.entries) == MOST_ENTRIES
    assert second is not None and (second.before, len(second.entries)) == (first.hash, 1)


def test_a_centre_that_claims_more_than_there_is_is_told_what_comes_next(witnessed: Store) -> None:
    happen(witnessed, 2)
    told(witnessed, 99)

    happen(witnessed)

    trail = witnessed.untold()
    assert trail is not None and trail.first == 3


def test_after_a_restore_of_the_centre_all_that_is_kept_is_offered_again(witnessed: Store) -> None:
    happen(witnessed, 3)
    told(witnessed, 3)

    witnessed.restart()

    trail = witnessed.untold()
    assert trail is not None and (trail.first, trail.last) == (1, 3)


def test_what_the_centre_has_is_let_go_of_after_a_time_but_for_the_last(
    witnessed: Store, hands: Hands, folder: Path, codec: Codec
) -> None:
    happen(witnessed, 3)
    told(witnessed, 3)
    hands.at += timedelta(days=8)
    happen(witnessed)

    witnessed.forget_sent(hands.at - timedelta(days=7), safe=9)

    assert [each.number for each in kept(witnessed)] == [3, 4]
    trail = witnessed.untold()
    assert trail is not None and trail.first == 4 and trail.before != FIRST
    witnessed.restart()
    again = witnessed.untold()
    assert again == trail  # of what is gone but its hash nothing can be told
    assert examine(folder, codec).is_sound


def test_what_the_centre_has_not_is_never_let_go_of(witnessed: Store, hands: Hands) -> None:
    happen(witnessed, 3)

    witnessed.forget_sent(hands.at + timedelta(days=99), safe=9)

    assert len(kept(witnessed)) == 3


def test_what_is_no_word_of_a_program_is_not_kept(witnessed: Store) -> None:
    witnessed.write(Write(events=(Event(Happening.ENROLLED, object="Núria, 12345678Z"),)))

    assert kept(witnessed)[0].object == ""


@pytest.mark.parametrize("codec", [CHECKSUM], indirect=True, ids=["plain"])
@pytest.mark.parametrize(
    ("number", "change", "words"),
    [
        (2, {"by": "C9"}, "entry 2 is not what was written"),
        (3, {"at": "2026-03-04T13:00:00+00:00"}, "entry 3 is not what was written"),
        (2, None, "the entries after number 1 and before 3 are missing"),
    ],
)
def test_s_t28_the_doctor_names_the_entry_that_was_changed_or_taken_out(
    witnessed: Store, folder: Path, codec: Codec, number: int, change: dict[str, object] | None, words: str
) -> None:
    happen(witnessed, 4)
    assert examine(folder, codec).is_sound
    row = witnessed._journal.rows(TRAIL)[str(number)]
    # as somebody does it who has the key, and writes a line that is whole
    witnessed._table(TRAIL).put({str(number): None if change is None else {**json.loads(json.dumps(row)), **change}})
    witnessed.close()

    assert [one for one in examine(folder, codec).harm if words in one]
