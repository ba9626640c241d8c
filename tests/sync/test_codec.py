"""The messages as JSON: everything that is said is heard, and nothing else."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import BatchTooLarge, MalformedMessage, ProtocolUnknown
from sync.protocol import codec
from sync.protocol.compression import deflate, inflate
from sync.protocol.json_reading import parse
from sync.protocol.messages import Enrolled, Enrolment, Hello, SyncReply, SyncRequest
from sync.protocol.record_codec import canonical, change_to_json, problem_from_json
from sync.protocol.records import Applied, Change, Problem, Record
from tests.sync.drawn import changes, replies, requests
from tests.sync.making import START, device_keys, make_change, make_id


@given(requests)
def test_a_request_arrives_as_it_was_said(request: SyncRequest) -> None:
    assert codec.load_request(codec.dump_request(request)) == request


@given(replies)
def test_a_reply_arrives_as_it_was_said(reply: SyncReply) -> None:
    assert codec.load_reply(codec.dump_reply(reply)) == reply


@given(changes)
def test_a_change_on_disk_reads_back_and_equal_changes_read_alike(change: Change) -> None:
    text = codec.dump_change(change)

    assert codec.load_change(text) == change
    assert codec.dump_change(codec.load_change(text)) == text
    assert text == canonical(change_to_json(change))


@pytest.mark.parametrize("text", ["\ud800", "a\0b", "l·l", "\u202e", "👩‍👧"])
def test_any_text_can_be_written_down(text: str) -> None:
    change = make_change(1, note=text)

    assert codec.load_change(codec.dump_change(change)).set == {"note": text}


def test_the_small_messages_arrive_as_they_were_said() -> None:
    hello, problem = Hello("acompanya", "i-1", (1, 2)), Problem("/problems/x", "No.", "note", 5)
    asked = Enrolment("K7QF-2M9P", "Tablet 12", "1.0", device_keys().public)
    enrolled = Enrolled("d-1", "token", "North", 1)

    assert codec.load_hello(codec.dump_hello(hello)) == hello
    assert codec.load_enrolment(codec.dump_enrolment(asked)) == asked
    assert codec.load_enrolled(codec.dump_enrolled(enrolled)) == enrolled
    assert problem_from_json(parse(codec.dump_problem(problem, status=400))) == problem


def make_body(**members: object) -> bytes:
    body = json.loads(codec.dump_request(SyncRequest("", START, 1, 0, (make_change(1, note="x"),))))
    return json.dumps(body | members).encode()


@pytest.mark.parametrize(
    ("members", "path"),
    [
        ({"cursor": None}, "cursor"),
        ({"cursor": 5}, "cursor"),
        ({"waiting": "12"}, "waiting"),
        ({"waiting": True}, "waiting"),
        ({"waiting": -1}, "waiting"),
        ({"waiting": 2**53}, "waiting"),
        ({"changes": {}}, "changes"),
        ({"changes": [5]}, "changes[0]"),
        ({"changes": [{"op": "a b"}]}, "changes[0].id"),
        ({"is_admin": True}, ""),
    ],
)  # fmt: skip
def test_e_15_e_16_a_request_of_another_shape_names_the_place(members: dict[str, object], path: str) -> None:
    with pytest.raises(MalformedMessage) as caught:
        codec.read_request(make_body(**members))

    assert caught.value.path == path


@pytest.mark.parametrize(
    "moment",
    [
        "2026-03-04T10:00:00",
        "2026-03-04 10:00:00Z",
        "2026-03-04",
        "2026-02-30T10:00:00Z",
        "2026-W01-1",
        "2026-W01-1T10:00:00Z",
        "2026-060T10:00:00Z",
        "20260304T100000Z",
        "2026-03-04T10Z",
        "2026-03-04T24:00:00Z",
        "2026-03-04T10:00:60Z",
        "2026-03-04T10:00:00+25:00",
        "2026-03-04T10:00:00+24:00",
        "2026-03-04T10:00:00+01:60",
        "2026-03-04T10:00:00+0100",
        "2026-03-04T10:00:00+01:00:30",
        "2026-03-04T10:00:00,5Z",
        "2026-03-04T10:00:00.1234567Z",
        "2026-03-04T10:00:00z",
        "2026-03-04T10:00:00Z\n",
        "٢٠٢٦-03-04T10:00:00Z",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00",
        "10000-01-01T00:00:00Z",
        "now",
        "",
        1763800000,
        1763800000123,
        None,
        ["2026-03-04T10:00:00Z"],
    ],
)
def test_e_17_only_a_whole_date_and_time_with_its_offset_is_a_moment(moment: object) -> None:
    change = json.loads(codec.dump_change(make_change(1))) | {"at": moment}

    with pytest.raises(MalformedMessage) as caught:
        codec.read_request(make_body(clock=moment))
    _, unread = codec.read_request(make_body(changes=[change]))

    assert caught.value.path == "clock"
    assert len(unread) == 1


@pytest.mark.parametrize(
    "moment",
    [
        "1970-01-01T00:00:00Z",
        "2038-01-19T03:14:08Z",
        "2026-03-29T02:30:00+01:00",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999999+00:00",
        "2026-03-04T10:00:00-00:00",
        "2026-03-04T10:00:00.5+13:45",
    ],
)
def test_e_17_e_35_any_moment_of_the_calendar_is_taken_however_wrong_the_clock(moment: str) -> None:
    assert codec.load_request(make_body(clock=moment)).clock.isoformat()


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'"x"', b"{} {}", b'{"a": 1,}', b'{"a": NaN}', b'{"a": 1e999}', b'{"a": 1.5}',
     b'{"a": 1, "a": 1}', b"\xef\xbb\xbf{}", '{"a": 1}'.encode("utf-16"),
     b"[" * 100_000, b'{"a": ' + b"1" * 5000 + b"}"],
    ids=lambda body: repr(body[:12]),
)  # fmt: skip
def test_e_01_e_02_e_03_e_04_what_json_readers_disagree_about_is_not_read(body: bytes) -> None:
    with pytest.raises(MalformedMessage):
        codec.read_request(body)


@pytest.mark.parametrize(
    "damage",
    [
        {"kind": None},
        {"base": "0"},
        {"base": 2**53},
        {"at": "yesterday"},
        {"set": []},
        {"set": {"note": {"deep": 1}}},
        {"set": {"note": [1]}},
        {"delete": "yes"},
        {"received_at": "2026-03-04T10:00:00Z"},
    ],
)
def test_e_14_s_e03_one_bad_change_is_set_aside_and_the_others_are_read(damage: dict[str, object]) -> None:
    good = json.loads(codec.dump_change(make_change(1, of=1)))
    bad = json.loads(codec.dump_change(make_change(2, of=2))) | damage

    request, unread = codec.read_request(make_body(changes=[good, bad]))

    assert [change.op for change in request.changes] == [make_id(1, series=1)]
    assert [(one.op, one.problem.type) for one in unread] == [(make_id(2, series=1), "/problems/unreadable")]
    assert json.loads(unread[0].text) == bad


def test_e_30_what_cannot_be_read_is_never_repeated() -> None:
    secret = "12345678Z"
    bad = json.loads(codec.dump_change(make_change(1))) | {"base": secret}

    _, unread = codec.read_request(make_body(changes=[bad]))
    with pytest.raises(MalformedMessage) as caught:
        codec.read_request(make_body(clock=secret))

    assert secret not in unread[0].problem.title
    assert secret not in str(caught.value)


def test_e_23_more_changes_than_one_request_may_have_is_too_much_and_not_malformed() -> None:
    with pytest.raises(BatchTooLarge) as caught:
        codec.read_request(make_body(changes=[{}] * 501))

    assert caught.value.by_centre


@pytest.mark.parametrize("name", ["", "a\nb", "\0", "\x7f", "a\u00a0b", "\u202eabc", "\u200b", "\ud800", "x" * 129])
def test_e_28_a_name_holds_nothing_that_cannot_be_seen(name: str) -> None:
    change = json.loads(codec.dump_change(make_change(1))) | {"by": name}

    _, unread = codec.read_request(make_body(changes=[change]))

    assert len(unread) == 1


@pytest.mark.parametrize("name", ["C1", "Núria", "col·lectiu", "用户", "👩", "\u20f1", "x" * 128])
def test_a_name_is_a_name_whatever_unicode_the_reader_knows(name: str) -> None:
    change = json.loads(codec.dump_change(make_change(1))) | {"by": name}

    assert codec.load_request(make_body(changes=[change])).changes[0].by == name


def test_another_protocol_is_not_read() -> None:
    with pytest.raises(ProtocolUnknown):
        codec.read_request(make_body(protocol=2))


def test_a_newer_centre_may_say_more_and_use_new_words() -> None:
    reply = json.loads(codec.dump_reply(SyncReply("e.1", False, 0, START)))
    reply["weather"] = "fine"
    reply["results"] = [{"op": "a", "status": "archived"}, {"op": "b", "status": "applied", "seq": 1, "how": "well"}]
    reply["changes"] = [
        {"id": "r", "kind": "unheard_of", "seq": 1, "deleted": False, "fields": {"new.word": "x"}, "conflicts": []}
    ]

    read = codec.load_reply(json.dumps(reply).encode())

    assert read.results == (Applied("b", 1),)
    assert read.changes == (Record("r", "unheard_of", 1, {"new.word": "x"}),)


@given(st.binary(max_size=2000))
def test_what_is_compressed_comes_back_whole(body: bytes) -> None:
    assert inflate(deflate(body), limit=2000) == body


@given(st.integers(0, 60))
def test_a_compressed_body_cut_anywhere_is_not_taken_for_a_whole_one(cut: int) -> None:
    whole = deflate(b"helped with an appointment" * 20)

    with pytest.raises(MalformedMessage):
        inflate(whole[: min(cut, len(whole) - 1)], limit=2000)
