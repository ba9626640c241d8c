"""The messages as bytes and back. Raises `MalformedMessage`, which names the place and never the value."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from sync.errors import BatchTooLarge, MalformedMessage, ProtocolUnknown
from sync.protocol.device_keys import is_public
from sync.protocol.json_reading import Node, parse
from sync.protocol.messages import MAX_CHANGES, PROTOCOL, Enrolled, Enrolment, Hello, SyncReply, SyncRequest
from sync.protocol.parcels import MOST_LINES
from sync.protocol.receipts import Receipt
from sync.protocol.record_codec import (
    JsonObject,
    canonical,
    change_from_json,
    change_to_json,
    change_to_text,
    compact,
    fields_to_text,
    moment_to_json,
    problem_to_json,
    record_from_json,
    record_to_text,
    result_from_json,
    result_to_json,
)
from sync.protocol.records import Change, Problem
from sync.protocol.trail import trail_from_json, trail_to_json

_OF_A_REQUEST = frozenset({"protocol", "schema", "cursor", "past", "clock", "waiting", "attention", "changes", "trail"})
_UNREADABLE = "/problems/unreadable"
DEEPEST = 20  # objects and lists within each other, in what is kept though it cannot be read
_SAFE_OP = re.compile(r"[0-9A-Za-z._-]{1,128}")


@dataclass(frozen=True, slots=True)
class Unread:
    """A change that could not be read but can be answered: one bad change never stops the others."""

    op: str
    problem: Problem
    text: str  # the change as it came, canonical: the centre keeps it for a person
    hand_over: bool = False


def dump_request(request: SyncRequest) -> bytes:
    said: JsonObject = {
        "past": request.past,
        "waiting": request.waiting,
        "attention": request.attention,
        "changes": [change_to_json(change) for change in request.changes],
        "trail": trail_to_json(request.trail) if request.trail else None,
    }
    head: JsonObject = {
        "protocol": PROTOCOL,
        "schema": request.schema,
        "cursor": request.cursor,
        "clock": moment_to_json(request.clock),
    }
    return _dump(head | _not_empty(said))


def load_request(body: bytes) -> SyncRequest:
    """The request, when every change in it can be read."""
    request, unread = read_request(body)
    if unread:
        raise MalformedMessage("changes", "hold one that cannot be read")
    return request


def read_request(body: bytes) -> tuple[SyncRequest, tuple[Unread, ...]]:
    """The request with the changes that can be read, and apart those that cannot."""
    root = parse(body)
    _same_protocol(root)
    root.only(_OF_A_REQUEST)
    changes = list(root.listed("changes"))
    if len(changes) > MAX_CHANGES:
        raise BatchTooLarge(by_centre=True)
    offered = [_change_or_unread(node) for node in changes]
    past, trail = root.optional("past"), root.optional("trail")
    request = SyncRequest(
        cursor=root.member("cursor").text(),
        clock=root.member("clock").moment(),
        waiting=root.counted("waiting"),
        attention=root.counted("attention"),
        changes=tuple(one for one in offered if isinstance(one, Change)),
        schema=root.number_of("schema"),
        past=past.text() if past else "",
        trail=trail_from_json(trail) if trail else None,
    )
    return request, tuple(one for one in offered if isinstance(one, Unread))


def dump_reply(reply: SyncReply) -> bytes:
    said: JsonObject = {"more": reply.more, "safe": reply.safe, "trail": reply.trail}
    # Always there, though often empty: the cursor says that these were heard.
    results = compact([result_to_json(result) for result in reply.results])
    changes = ",".join(map(record_to_text, reply.changes))
    head: JsonObject = {"protocol": PROTOCOL, "cursor": reply.cursor, "now": moment_to_json(reply.now)}
    begun = compact(head | _not_empty(said))[:-1]
    return f'{begun},"results":{results},"changes":[{changes}]}}'.encode("ascii")


def load_reply(body: bytes) -> SyncReply:
    """A reply. Members nobody here knows are passed over: a newer centre may say more."""
    root = parse(body)
    _same_protocol(root)
    results = (result_from_json(node) for node in root.member("results").items())
    return SyncReply(
        cursor=root.name_of("cursor"),
        more=root.truth_of("more"),
        safe=root.counted("safe"),
        now=root.member("now").moment(),
        results=tuple(result for result in results if result is not None),
        changes=tuple(record_from_json(node) for node in root.member("changes").items()),
        trail=root.counted("trail"),
    )


def dump_receipt(receipt: Receipt) -> bytes:
    return _dump(
        {
            "shift": receipt.shift,
            "count": receipt.count,
            "digest": receipt.digest,
            "at": moment_to_json(receipt.at),
        }
    )


def load_receipt(body: bytes) -> Receipt:
    root = parse(body)
    return Receipt(
        shift=root.name_of("shift"),
        count=root.number_of("count"),
        digest=root.name_of("digest"),
        at=root.member("at").moment(),
    )


def dump_hello(hello: Hello) -> bytes:
    return _dump({"product": hello.product, "instance": hello.instance, "protocols": list(hello.protocols)})


def load_hello(body: bytes) -> Hello:
    root = parse(body)
    protocols = tuple(node.number() for node in root.member("protocols").items())
    return Hello(root.name_of("product"), root.name_of("instance"), protocols)


def dump_enrolment(enrolment: Enrolment) -> bytes:
    said: JsonObject = {"code": enrolment.code, "name": enrolment.name, "app": enrolment.app}
    return _dump(said | {"public_key": enrolment.public_key})


def load_enrolment(body: bytes) -> Enrolment:
    root = parse(body)
    root.only({"code", "name", "app", "public_key"})
    key = root.member("public_key")
    if not is_public(key.text()):
        key.fail("is not the public half of a tablet's keys")
    return Enrolment(root.name_of("code"), root.name_of("name"), root.name_of("app"), key.text())


def dump_enrolled(enrolled: Enrolled) -> bytes:
    said: JsonObject = {
        "device": enrolled.device,
        "token": enrolled.token,
        "tenant": enrolled.tenant,
        "schema": enrolled.schema,
    }
    return _dump(said | _not_empty({"parcel_key": enrolled.parcel_key}))


def load_enrolled(body: bytes) -> Enrolled:
    root = parse(body)
    parcel_key = root.optional("parcel_key")
    return Enrolled(
        device=root.name_of("device"),
        token=root.name_of("token"),
        tenant=root.name_of("tenant"),
        schema=root.number_of("schema"),
        parcel_key=parcel_key.name() if parcel_key else None,
    )


def dump_bringing(lines: Sequence[str]) -> bytes:
    return _dump({"lines": list(lines)})


def load_bringing(body: bytes) -> tuple[str, ...]:
    """The lines of a parcel, not looked into yet."""
    root = parse(body)
    root.only({"lines"})
    lines = tuple(node.text() for node in islice(root.member("lines").items(), MOST_LINES + 1))
    if len(lines) > MOST_LINES:
        root.member("lines").fail("is more than one parcel has")
    return lines


def dump_brought(parcel: str) -> bytes:
    return _dump({"parcel": parcel})


def load_brought(body: bytes) -> str:
    return parse(body).name_of("parcel")


def dump_problem(problem: Problem, *, status: int) -> bytes:
    """An RFC 9457 problem document."""
    return _dump({**problem_to_json(problem), "status": status})


def dump_change(change: Change) -> str:
    """The change, canonical: equal changes give equal text, so a hash of it tells whether two are the same."""
    return change_to_text(change, fields_to_text(change.set))


def load_change(text: str) -> Change:
    return change_from_json(parse(text.encode("utf-8")))


def _dump(message: JsonObject) -> bytes:
    return compact(message).encode("ascii")


def _not_empty(said: JsonObject) -> JsonObject:
    """What is nothing need not travel: most exchanges say little."""
    return {name: value for name, value in said.items() if value}


def _same_protocol(root: Node) -> None:
    spoken = root.number_of("protocol")
    if spoken != PROTOCOL:
        raise ProtocolUnknown(f"protocol {spoken} is not spoken here")


def _change_or_unread(node: Node) -> Change | Unread:
    try:
        return change_from_json(node)
    except MalformedMessage as malformed:
        op = node.member("op").text()
        if not _SAFE_OP.fullmatch(op):
            raise
        if node.is_deeper_than(DEEPEST):
            node.fail("is nested too deeply")
        # The names of fields are the tablet's own words, and not repeated either.
        place = re.sub(r"^set\..*", "set", malformed.path.rpartition("].")[2], flags=re.DOTALL)
        problem = Problem(_UNREADABLE, f"{place} {malformed.cause}")
        return Unread(op, problem, canonical(node.value), node.value_of("hand_over") is True)
