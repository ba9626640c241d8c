"""What the engine relies on, whoever keeps the outbox: the tablet's store, and the one the other tests use."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sync.protocol.records import Applied, Change, Conflicted, HandedOver, Overruled, Problem, Refused
from tests.sync.desks import Desk, Kept, MemoryDesk, StoreDesk
from tests.sync.making import START, make_id, make_record, make_reply

PROBLEM = Problem("/problems/too-large", "This text is too long to store.", "note", 20)


@pytest.fixture(params=["memory", "store"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    chosen: Desk = MemoryDesk() if request.param == "memory" else StoreDesk(tmp_path)
    yield chosen
    chosen.close()


def held(desk: Desk, number: int = 1) -> Kept:
    found = desk.find(number)
    assert found is not None
    return found


def offer(desk: Desk) -> Change:
    (change,) = desk.outbox.seal(10)
    return change


def accept(desk: Desk, *, seq: int) -> Change:
    change = offer(desk)
    desk.outbox.hear(make_reply(Applied(change.op, seq), cursor=f"e.{seq}"))
    return change


def test_at_first_nothing_waits_and_nothing_was_heard(desk: Desk) -> None:
    assert (desk.outbox.counts().waiting, desk.outbox.counts().review) == (0, 0)
    assert desk.outbox.cursor() == ""
    assert desk.outbox.seal(10) == ()


def test_a_new_record_is_offered_whole(desk: Desk) -> None:
    desk.save(1, room="B2", seats=8)

    change = offer(desk)

    assert (change.id, change.kind, change.base, change.by, change.at) == (
        make_id(1, series=2), "session", 0, "C1", START,
    )  # fmt: skip
    assert change.set == {"room": "B2", "seats": 8}
    assert not change.delete


def test_what_is_unanswered_is_offered_again_as_it_was(desk: Desk) -> None:
    desk.save(1, room="B2")
    first = offer(desk)

    desk.save(1, room="C1")

    assert offer(desk) == first
    assert held(desk).fields == {"room": "C1"}


def test_no_more_is_offered_than_was_asked_for(desk: Desk) -> None:
    for number in range(5):
        desk.save(number, room="B2")

    assert len(desk.outbox.seal(2)) == 2
    assert len(desk.outbox.seal(10)) == 5


def test_an_acknowledged_record_no_longer_waits(desk: Desk) -> None:
    desk.save(1, room="B2")

    accept(desk, seq=4)

    assert desk.outbox.counts().waiting == 0
    assert not held(desk).is_waiting
    assert desk.outbox.seal(10) == ()
    assert desk.outbox.cursor() == "e.4"


def test_only_what_changed_is_offered_next_and_it_says_what_was_seen(desk: Desk) -> None:
    desk.save(1, room="B2", seats=8)
    accept(desk, seq=4)

    desk.save(1, room="C1", seats=8)

    change = offer(desk)
    assert (change.base, change.set) == (4, {"room": "C1"})


def test_a_cleared_field_is_offered_as_nothing(desk: Desk) -> None:
    desk.save(1, room="B2", seats=8)
    accept(desk, seq=4)

    desk.save(1, seats=None)

    assert offer(desk).set == {"seats": None}
    assert held(desk).fields == {"room": "B2"}


def test_an_edit_made_during_the_flight_stays_waiting(desk: Desk) -> None:
    desk.save(1, room="B2")
    first = offer(desk)
    desk.save(1, room="C1")

    desk.outbox.hear(make_reply(Applied(first.op, 4)))

    second = offer(desk)
    assert held(desk).fields == {"room": "C1"}
    assert second.op != first.op
    assert second.set == {"room": "C1"}


def test_a_result_for_another_op_acknowledges_nothing(desk: Desk) -> None:
    desk.save(1, room="B2")
    change = offer(desk)

    desk.outbox.hear(make_reply(Applied(make_id(999), 4)))

    assert held(desk).is_waiting
    assert offer(desk) == change


def test_a_reply_heard_twice_does_no_harm(desk: Desk) -> None:
    desk.save(1, room="B2")
    reply = make_reply(Applied(offer(desk).op, 4), changes=(make_record(2, seq=3, fields={"room": "D1"}),))
    desk.outbox.hear(reply)
    desk.save(1, room="C1")

    desk.outbox.hear(reply)

    assert held(desk).is_waiting
    assert held(desk).fields == {"room": "C1"}
    assert held(desk, 2).fields == {"room": "D1"}


def test_a_refused_record_keeps_its_words_and_is_not_offered_until_edited(desk: Desk) -> None:
    desk.save(1, note="far too long")
    desk.outbox.hear(make_reply(Refused(offer(desk).op, PROBLEM)))
    refused, counts, offered = held(desk), desk.outbox.counts(), desk.outbox.seal(10)

    desk.save(1, note="short")

    assert (refused.fields, refused.problem) == ({"note": "far too long"}, PROBLEM)
    assert (counts.waiting, counts.review) == (0, 1)
    assert offered == ()
    assert offer(desk).set == {"note": "short"}
    assert held(desk).problem is None


def test_a_refusal_of_what_was_corrected_meanwhile_does_not_stop_the_correction(desk: Desk) -> None:
    desk.save(1, note="far too long", room="B2")
    change = offer(desk)
    desk.save(1, note="short")

    desk.outbox.hear(make_reply(Refused(change.op, PROBLEM)))

    assert offer(desk).set == {"note": "short", "room": "B2"}


def refuse(desk: Desk) -> None:
    desk.outbox.hear(make_reply(Refused(offer(desk).op, PROBLEM)))


def test_what_is_handed_over_is_offered_whole_once_more_and_then_waits_for_nobody(desk: Desk) -> None:
    desk.save(1, note="far too long", room="B2")
    refuse(desk)
    desk.hand_over(1)
    counts, change = desk.outbox.counts(), offer(desk)

    desk.outbox.hear(make_reply(HandedOver(change.op)))

    assert (counts.waiting, counts.review) == (1, 0)
    assert (change.hand_over, change.set) == (True, {"note": "far too long", "room": "B2"})
    assert (desk.outbox.counts().waiting, desk.outbox.counts().review) == (0, 0)
    assert desk.outbox.seal(10) == ()
    assert held(desk).fields == {"note": "far too long", "room": "B2"}


def test_what_was_handed_over_and_is_written_again_is_offered_whole_as_an_ordinary_change(desk: Desk) -> None:
    desk.save(1, note="far too long", room="B2")
    refuse(desk)
    desk.hand_over(1)
    desk.outbox.hear(make_reply(HandedOver(offer(desk).op)))

    desk.save(1, note="short")

    change = offer(desk)
    assert (change.hand_over, change.set) == (False, {"note": "short", "room": "B2"})


def test_a_refused_record_that_nobody_else_has_is_deleted_for_good(desk: Desk) -> None:
    desk.save(1, note="far too long")
    refuse(desk)

    desk.delete(1)

    assert desk.find(1) is None
    assert (desk.outbox.counts().waiting, desk.outbox.counts().review) == (0, 0)


def test_news_are_read_and_do_not_wait(desk: Desk) -> None:
    desk.outbox.hear(make_reply(changes=(make_record(1, seq=7, fields={"room": "D1"}),), cursor="e.7"))

    assert held(desk).fields == {"room": "D1"}
    assert desk.outbox.counts().waiting == 0
    assert desk.outbox.cursor() == "e.7"


def test_news_do_not_cover_what_waits(desk: Desk) -> None:
    desk.outbox.hear(make_reply(changes=(make_record(1, seq=7, fields={"room": "D1", "seats": 8}),)))
    desk.save(1, room="C1")

    desk.outbox.hear(make_reply(changes=(make_record(1, seq=9, fields={"room": "D1", "seats": 12}),)))

    assert held(desk).fields == {"room": "C1", "seats": 12}
    assert offer(desk).set == {"room": "C1"}


def test_a_change_says_what_was_seen_when_it_was_begun(desk: Desk) -> None:
    desk.outbox.hear(make_reply(changes=(make_record(1, seq=7, fields={"room": "D1"}),)))
    desk.save(1, room="C1")

    desk.outbox.hear(make_reply(changes=(make_record(1, seq=9, fields={"room": "E1"}),)))

    assert offer(desk).base == 7


def test_older_news_change_nothing(desk: Desk) -> None:
    desk.outbox.hear(make_reply(changes=(make_record(1, seq=9, fields={"room": "E1"}),)))

    desk.outbox.hear(make_reply(changes=(make_record(1, seq=7, fields={"room": "D1"}),)))

    assert held(desk).fields == {"room": "E1"}


def test_a_conflict_shows_what_stands_and_keeps_what_was_overruled(desk: Desk) -> None:
    desk.save(1, room="C1")
    change = offer(desk)
    beside = Overruled("room", "C1", "C1", START, change.op, 8)
    stands = make_record(1, seq=8, fields={"room": "B2"})
    answer = Conflicted(change.op, 8, type(stands)(stands.id, stands.kind, 8, stands.fields, False, (beside,)))

    desk.outbox.hear(make_reply(answer))

    assert held(desk).fields == {"room": "B2"}
    assert held(desk).conflicts == (beside,)
    assert (desk.outbox.counts().waiting, desk.outbox.counts().review) == (0, 1)


def test_a_conflict_that_was_decided_here_waits_for_the_network_and_for_nobody(desk: Desk) -> None:
    desk.save(1, room="C1")
    change = offer(desk)
    beside = Overruled("room", "C1", "C1", START, change.op, 8)
    stands = replace(make_record(1, seq=8, fields={"room": "B2"}), conflicts=(beside,))
    desk.outbox.hear(make_reply(Conflicted(change.op, 8, stands)))

    desk.save(1, room="C1")

    assert (desk.outbox.counts().waiting, desk.outbox.counts().review) == (1, 0)
    assert (offer(desk).base, offer(desk).set) == (8, {"room": "C1"})
    assert (desk.outbox.counts().waiting, desk.outbox.counts().review) == (1, 0)


def test_a_conflict_between_other_tablets_asks_nothing_of_this_one(desk: Desk) -> None:
    """Two tablets disagreed about one seat, and every tablet of the city said "to review", with nothing to open."""
    heard = make_record(1, seq=8, fields={"room": "B2"})
    beside = Overruled("room", "C1", "C1", START, "op-of-another", 8)

    desk.outbox.hear(make_reply(changes=(replace(heard, conflicts=(beside,)),)))

    assert held(desk).conflicts == (beside,)
    assert desk.outbox.counts().review == 0


def test_a_record_nobody_else_heard_of_is_deleted_for_good(desk: Desk) -> None:
    desk.save(1, room="B2")

    desk.delete(1)

    assert desk.find(1) is None
    assert desk.outbox.counts().waiting == 0


def test_a_record_whose_offer_is_under_way_is_deleted_at_the_centre_too(desk: Desk) -> None:
    desk.save(1, room="B2")
    first = offer(desk)
    desk.delete(1)

    desk.outbox.hear(make_reply(Applied(first.op, 4)))

    second = offer(desk)
    assert held(desk).deleted
    assert (second.delete, second.op != first.op) == (True, True)


def test_a_deletion_elsewhere_is_heard(desk: Desk) -> None:
    desk.outbox.hear(make_reply(changes=(make_record(1, seq=7, fields={"room": "D1"}),)))

    desk.outbox.hear(make_reply(changes=(make_record(1, seq=8, deleted=True),)))

    assert held(desk).deleted


def test_after_a_restart_everything_sent_from_here_is_offered_again_as_it_was(desk: Desk) -> None:
    desk.save(1, room="B2", seats=8)
    first = accept(desk, seq=4)
    desk.save(1, room="B3")
    second = accept(desk, seq=5)
    desk.save(1, seats=9)
    desk.outbox.hear(make_reply(changes=(make_record(2, seq=6, fields={"room": "D1"}),), cursor="e.6"))

    desk.outbox.restart()

    assert desk.outbox.cursor() == ""
    assert (accept(desk, seq=1_000_001), accept(desk, seq=1_000_002)) == (first, second)
    assert offer(desk).set == {"seats": 9}


def test_after_a_restart_the_last_cursor_is_told_until_there_is_a_new_one(desk: Desk) -> None:
    """By it a centre notices that it went back to an older past than the one it was restored to before."""
    desk.outbox.hear(make_reply(cursor="e.6"))
    assert desk.outbox.past() == ""

    desk.outbox.restart()
    assert (desk.outbox.cursor(), desk.outbox.past()) == ("", "e.6")
    desk.outbox.restart()
    desk.outbox.hear(make_reply(cursor=""))  # set aside by the tablet itself, before it heard anything
    assert (desk.outbox.cursor(), desk.outbox.past()) == ("", "e.6")

    desk.outbox.hear(make_reply(cursor="f.1"))
    assert (desk.outbox.cursor(), desk.outbox.past()) == ("f.1", "")


def test_after_a_restart_an_older_number_is_believed(desk: Desk) -> None:
    desk.outbox.hear(make_reply(changes=(make_record(1, seq=9, fields={"room": "E1"}),)))
    desk.outbox.restart()

    desk.outbox.hear(make_reply(changes=(make_record(1, seq=3, fields={"room": "B2"}),)))

    assert held(desk).fields == {"room": "B2"}


def test_after_a_restart_a_deletion_made_here_is_offered_again(desk: Desk) -> None:
    desk.save(1, room="B2")
    accept(desk, seq=4)
    desk.delete(1)
    accept(desk, seq=5)

    desk.outbox.restart()
    accept(desk, seq=1_000_001)

    assert offer(desk).delete


def test_after_a_restart_what_never_came_back_is_gone(desk: Desk) -> None:
    desk.outbox.hear(make_reply(changes=(make_record(1, seq=9, fields={"room": "E1"}),)))

    desk.outbox.restart()
    desk.outbox.hear(make_reply())

    assert desk.find(1) is None
