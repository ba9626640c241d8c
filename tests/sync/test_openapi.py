"""The document says what the code does: it is the code's own, and refuses what the two ends refuse."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator

from sync.endpoint.admission import weigh
from sync.endpoint.openapi import MEANINGS, as_text, document
from sync.endpoint.problems import answer_to
from sync.endpoint.routes import build
from sync.errors import BatchTooLarge, CentreBusy, LinkDown, MalformedMessage, ProtocolUnknown, Resync, SyncError
from sync.protocol import codec
from sync.protocol.messages import Hello
from tests.sync import drawn
from tests.sync.processes import ROOT, command
from tests.sync.tablets import Office

DOCUMENT: dict[str, Any] = document()
GOLDEN = Path(__file__).parent / "golden"
JUNK: list[object] = [None, True, False, -1, 7, 2**53, 1.5, "", "x", "a\nb", "x" * 200, [], [7], ["x"], {}, {"x": {}}]

Taking = Callable[[bytes], object]


def says(name: str) -> Draft202012Validator:
    schema = {"$ref": f"#/components/schemas/{name}", "components": DOCUMENT["components"]}
    return Draft202012Validator(schema, validate_formats=True)


SAYS = {name: says(name) for name in DOCUMENT["components"]["schemas"]}


def taken_request(body: bytes) -> object:
    """What the centre does with it: reads the request, then each change."""
    request, unread = codec.read_request(body)
    if unread or any(weigh(change).problem for change in request.changes):
        raise MalformedMessage("changes", "hold one that is refused")
    return request


MESSAGES: dict[str, tuple[st.SearchStrategy[bytes], Taking]] = {
    "SyncRequest": (drawn.good_requests.map(codec.dump_request), taken_request),
    "SyncReply": (drawn.replies.map(codec.dump_reply), codec.load_reply),
    "Enrolment": (drawn.enrolments.map(codec.dump_enrolment), codec.load_enrolment),
    "Enrolled": (drawn.enrolleds.map(codec.dump_enrolled), codec.load_enrolled),
    "Bringing": (st.lists(st.text(max_size=20), max_size=3).map(codec.dump_bringing), codec.load_bringing),
    "Brought": (drawn.names.map(codec.dump_brought), codec.load_brought),
    "Receipt": (drawn.receipts.map(codec.dump_receipt), codec.load_receipt),
}
EVERY_MESSAGE = pytest.mark.parametrize("name", list(MESSAGES))


def is_taken(take: Taking, message: object) -> bool:
    try:
        take(json.dumps(message).encode())
    except SyncError:
        return False
    return True


def places(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every member and item of a message."""
    if isinstance(value, dict):
        inner = [(key, one) for key, one in value.items()]
    else:
        inner = list(enumerate(value)) if isinstance(value, list) else []
    return [path, *(found for key, one in inner for found in places(one, (*path, key)))]


@st.composite
def damaged(draw: st.DrawFn, bodies: st.SearchStrategy[bytes]) -> object:
    """A message with one thing put in its place, taken away or added."""
    message = json.loads(draw(bodies))
    path = draw(st.sampled_from(places(message)))
    if not path:
        return draw(st.sampled_from(JUNK))
    owner = message
    for step in path[:-1]:
        owner = owner[step]
    match draw(st.sampled_from(["replace", "remove", "add"])):
        case "remove":
            del owner[path[-1]]
        case "add" if isinstance(owner, dict):
            owner["received_at"] = draw(st.sampled_from([None, 7, "x", [], {}]))
        case _:
            owner[path[-1]] = draw(st.sampled_from(JUNK))
    return message


def test_the_document_in_the_repository_is_what_the_code_makes() -> None:
    kept = (ROOT / "docs" / "openapi.json").read_text(encoding="utf-8")

    assert kept == as_text(), "run: python -m sync.endpoint openapi > docs/openapi.json"


def test_the_command_prints_the_document() -> None:
    done: subprocess.CompletedProcess[str] = command("openapi")

    assert (done.returncode, done.stdout) == (0, as_text())


def test_every_address_of_the_centre_is_in_the_document_and_no_other(office: Office) -> None:
    routes = {route.path: route.methods for route in build(office.centre).routes if hasattr(route, "dependant")}

    assert {path: {method.upper() for method in one} for path, one in DOCUMENT["paths"].items()} == routes


@pytest.mark.parametrize(
    "error",
    [
        Resync(),
        BatchTooLarge(by_centre=True),
        ProtocolUnknown(),
        MalformedMessage("", "is not JSON"),
        CentreBusy(),
        LinkDown(),
        SyncError(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_every_trouble_of_an_exchange_has_its_status_in_the_document(error: SyncError) -> None:
    status = answer_to(error).status

    assert str(status) in DOCUMENT["paths"]["/v1/sync"]["post"]["responses"]
    assert status in MEANINGS
    assert SAYS["Problem"].is_valid(json.loads(answer_to(error).body()))


@EVERY_MESSAGE
def test_what_is_said_is_what_the_schema_says(name: str) -> None:
    bodies, _ = MESSAGES[name]

    @given(bodies)
    def holds(body: bytes) -> None:
        SAYS[name].validate(json.loads(body))

    holds()


@EVERY_MESSAGE
def test_the_schema_and_the_code_refuse_the_same(name: str) -> None:
    bodies, take = MESSAGES[name]

    @given(damaged(bodies))
    def holds(message: object) -> None:
        assert SAYS[name].is_valid(message) == is_taken(take, message)

    holds()


def test_hello_is_what_the_schema_says() -> None:
    SAYS["Hello"].validate(json.loads(codec.dump_hello(Hello("acompanya", "i-1", (1,)))))


@pytest.mark.parametrize("path", sorted(GOLDEN.rglob("*.json")), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_message_ever_released_is_what_the_schema_says(path: Path) -> None:
    name = {"reply": "SyncReply", "request": "SyncRequest"}.get(path.stem.partition("-")[0], path.stem.capitalize())

    SAYS[name].validate(json.loads(path.read_bytes()))


def test_the_schema_knows_no_more_than_it_can_say() -> None:
    """What it lets through and the centre does not: written in the module, so that nobody relies on it."""
    request = json.loads((GOLDEN / "protocol-1-schema-1" / "request-empty.json").read_bytes())
    beyond = [request | {"waiting": 1.0}, request | {"clock": "0001-01-01T00:00:00+14:00"}]

    assert [SAYS["SyncRequest"].is_valid(one) for one in beyond] == [True, True]
    assert [is_taken(taken_request, one) for one in beyond] == [False, False]
