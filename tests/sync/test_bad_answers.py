"""Answers that bear the centre's header and are not what was agreed: believed in nothing, survived, all kept.

The ids in the names are those of docs/bad-inputs.md.
"""

import json
from typing import Any

import pytest

from sync.client.phase import Cause, Phase, Resting
from sync.protocol.codec import dump_reply
from sync.protocol.records import Applied, Conflicted, Overruled, Record, Result
from tests.sync import proxy
from tests.sync.desks import StoreDesk
from tests.sync.making import START, make_id, make_record, make_reply
from tests.sync.meetings import OURS, cause_of, met
from tests.sync.proxy import Meeting, head_of

REPLY: dict[str, Any] = json.loads(dump_reply(make_reply(changes=(make_record(9, seq=9),))))
NEWS: dict[str, Any] = REPLY["changes"][0]


def reply_with(**members: object) -> bytes:
    return json.dumps(REPLY | members).encode()


def reply_without(name: str) -> bytes:
    return json.dumps({key: value for key, value in REPLY.items() if key != name}).encode()


def said(desk: StoreDesk, body: bytes) -> Phase:
    return met(desk, proxy.says(200, body, **OURS))[0]


def answering(desk: StoreDesk, *results: Result) -> Phase:
    """A round in which exactly these results are the centre's answer to every request."""

    async def fault(meeting: Meeting) -> None:
        body = dump_reply(make_reply(*results))
        await meeting.say(head_of(200, Content_Length=str(len(body)), **OURS) + body)

    return met(desk, fault)[0]


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"null", b'"x"', b"7", b"true"])
def test_c_03_s_t26_json_of_another_shape_is_no_success(desk: StoreDesk, body: bytes) -> None:
    desk.save(1, note="x")

    assert cause_of(said(desk, body)) is Cause.MALFORMED
    assert desk.outbox.counts().waiting == 1


@pytest.mark.parametrize("name", list(REPLY))
def test_c_03_an_answer_without_one_of_its_members_is_no_success(desk: StoreDesk, name: str) -> None:
    desk.save(1, note="x")

    assert cause_of(said(desk, reply_without(name))) is Cause.MALFORMED
    assert (desk.outbox.counts().waiting, desk.outbox.cursor()) == (1, "")


@pytest.mark.parametrize(
    "members",
    [
        {"cursor": None},
        {"cursor": 7},
        {"cursor": "a\nb"},
        {"cursor": "x" * 10_000},
        {"more": "no"},
        {"more": 0},
        {"safe": "0"},
        {"safe": -1},
        {"safe": True},
        {"safe": 2**60},
        {"now": "yesterday"},
        {"now": "2026-03-04T10:00:00"},
        {"now": "0001-01-01T00:00:00+14:00"},
        {"results": {}},
        {"results": [7]},
        {"results": [{"status": "applied", "seq": 1}]},
        {"results": [{"op": make_id(1), "status": "applied"}]},
        {"results": [{"op": make_id(1), "status": "conflict", "seq": 1}]},
        {"results": [{"op": make_id(1), "status": "refused"}]},
        {"results": [{"op": make_id(1), "status": 7}]},
        {"results": [{"op": make_id(1), "status": "applied", "seq": 1, "record": []}]},
        {"changes": [NEWS | {"id": ""}]},
        {"changes": [NEWS | {"seq": 1.5}]},
        {"changes": [NEWS | {"deleted": "no"}]},
        {"changes": [NEWS | {"fields": []}]},
        {"changes": [NEWS | {"fields": {"note": {"deep": 1}}}]},
        {"changes": [NEWS | {"fields": {"note": [1]}}]},
        {"changes": [NEWS | {"conflicts": None}]},
        {"changes": [NEWS, {}]},
    ],
    ids=lambda members: json.dumps(members)[:60],
)
def test_c_03_a_member_of_another_type_spoils_the_whole_answer(desk: StoreDesk, members: dict[str, object]) -> None:
    desk.save(1, note="x")

    assert cause_of(said(desk, reply_with(**members))) is Cause.MALFORMED
    assert (desk.outbox.counts().waiting, desk.outbox.cursor(), desk.ids()) == (1, "", [make_id(1, series=2)])


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff\xfe",
        b"\xef\xbb\xbf" + reply_with(),
        reply_with().decode().encode("utf-16"),
        reply_with() + b" {}",
        reply_with()[:-1] + b', "safe": NaN}',
        reply_with()[:-1] + b', "x": NaN}',
        reply_with()[:-1] + b', "x": -Infinity}',
        reply_with()[:-1] + b', "x": 1e999}',
        reply_with()[:-1] + b', "cursor": "e.1"}',
        reply_with()[:-1] + b', "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        reply_with()[:-1] + b', "x": ' + b"9" * 5000 + b"}",
    ],
    ids=lambda body: repr(body[-24:]),
)
def test_c_09_what_json_readers_disagree_about_is_no_success(desk: StoreDesk, body: bytes) -> None:
    desk.save(1, note="x")

    assert cause_of(said(desk, body)) is Cause.MALFORMED
    assert (desk.outbox.counts().waiting, desk.outbox.cursor()) == (1, "")


def test_c_04_results_for_changes_never_sent_tick_off_nothing(desk: StoreDesk) -> None:
    desk.save(1, note="x")

    phase = answering(desk, Applied(make_id(99), 1), Applied(make_id(98), 2))

    assert cause_of(phase) is Cause.MALFORMED
    assert desk.outbox.counts().waiting == 1


def test_c_05_what_gets_no_result_keeps_waiting(desk: StoreDesk) -> None:
    desk.save(1, note="x")
    desk.save(2, note="y")
    first, _ = desk.outbox.seal(2)

    phase = answering(desk, Applied(first.op, 1))

    assert cause_of(phase) is Cause.MALFORMED
    assert desk.outbox.counts().waiting == 1


def test_c_06_a_record_that_came_to_the_centre_differently_is_shown_as_the_centre_has_it(desk: StoreDesk) -> None:
    """No content hash travels with a result: the record itself does, and the tablet keeps what the centre keeps."""
    desk.save(1, kind="session", room="B2")
    (change,) = desk.outbox.seal(1)

    answering(desk, Applied(change.op, 5, record=Record(change.id, "session", 5, {"room": "C1"})))

    kept = desk.find(1)
    assert kept is not None and (kept.fields, kept.is_waiting) == ({"room": "C1"}, False)


def test_c_08_the_same_result_twice_counts_once(desk: StoreDesk) -> None:
    desk.save(1, note="x")
    (change,) = desk.outbox.seal(1)

    phase = answering(desk, Applied(change.op, 4), Applied(change.op, 4, again=True))

    assert isinstance(phase, Resting)
    assert desk.outbox.counts().waiting == 0


def test_c_08_a_result_for_what_was_sent_before_the_last_edit_leaves_the_edit_waiting(desk: StoreDesk) -> None:
    desk.save(1, note="first")
    (change,) = desk.outbox.seal(1)
    desk.outbox.hear(make_reply(Applied(change.op, 4)))
    desk.save(1, note="second")

    phase = answering(desk, Applied(change.op, 4, again=True))

    kept = desk.find(1)
    assert cause_of(phase) is Cause.MALFORMED
    assert kept is not None and (kept.fields["note"], kept.is_waiting) == ("second", True)


def test_c_14_one_conflict_of_fifty_holds_up_none_of_the_others(desk: StoreDesk) -> None:
    for number in range(50):
        desk.save(number, kind="session", room="B2")
    changes = desk.outbox.seal(50)
    met_another = changes[7]
    overruled = Overruled("room", "B2", "C1", START, met_another.op, 8)
    record = Record(met_another.id, "session", 8, {"room": "C1"}, conflicts=(overruled,))

    results: list[Result] = [Applied(change.op, seq) for seq, change in enumerate(changes, start=1)]
    results[7] = Conflicted(met_another.op, 8, record)
    phase = answering(desk, *results)

    assert isinstance(phase, Resting)
    assert (desk.outbox.counts().waiting, desk.outbox.counts().review) == (0, 1)


def test_c_19_a_centre_whose_clock_is_days_off_rewrites_no_time(desk: StoreDesk) -> None:
    desk.save(1, note="x")
    (change,) = desk.outbox.seal(1)
    reply = json.loads(dump_reply(make_reply(Applied(change.op, 1))))

    phase = said(desk, json.dumps(reply | {"now": "2026-03-01T09:30:00+00:00"}).encode())

    kept = desk.find(1)
    assert phase == Resting(since=START)
    assert kept is not None and kept.at == START
