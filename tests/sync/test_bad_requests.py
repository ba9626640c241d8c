"""What a running centre makes of bytes that no tablet would send: it answers, keeps nothing of them, and goes on.

The ids in the names are those of docs/bad-inputs.md.
"""

import asyncio
import gzip
import json
import socket
import struct
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from time import monotonic

import httpx
import pytest

from sync.endpoint import bodies
from sync.endpoint.connections import PromptConnection
from sync.endpoint.server import open_centre, running
from sync.protocol import codec
from sync.protocol.messages import SyncRequest
from sync.protocol.records import Change
from tests.sync.making import START, enrolment, make_id
from tests.sync.processes import Branch

PATIENCE = 20.0


class Door:
    """A running centre and one enrolled tablet's token; speaks in bytes."""

    def __init__(self, branch: Branch, pid: int, token: str) -> None:
        self.branch, self.pid, self.token = branch, pid, token
        self.address = ("127.0.0.1", int(branch.url.rpartition(":")[2]))

    def connected(self) -> socket.socket:
        return socket.create_connection(self.address, timeout=PATIENCE)

    def says(self, *pieces: bytes) -> bytes:
        """All it answers to these bytes. It may close before it has read them all."""
        with self.connected() as link:
            try:
                for piece in pieces:
                    link.sendall(piece)
            except (BrokenPipeError, ConnectionResetError):
                """It has heard enough."""
            return _rest(link)

    def head(self, method: str = "POST", path: str = "/v1/sync", *lines: str) -> bytes:
        first = [
            f"{method} {path} HTTP/1.1",
            "Host: centre",
            "Connection: close",
            f"Authorization: Bearer {self.token}",
        ]
        return "\r\n".join([*first, "Content-Type: application/json", *lines, "", ""]).encode("latin-1")

    def offers(self, *changes: Change) -> bytes:
        body = codec.dump_request(SyncRequest("", START, len(changes), 0, changes))
        return self.head("POST", "/v1/sync", f"Content-Length: {len(body)}") + body

    def memory(self) -> int:
        """The most it has ever held, in bytes."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024

    def is_well(self) -> bool:
        return status_of(self.says(self.head("GET", "/healthz"))) == 200


def _rest(link: socket.socket) -> bytes:
    heard = bytearray()
    try:
        while piece := link.recv(65536):
            heard += piece
    except ConnectionResetError:
        """What came before the reset counts."""
    return bytes(heard)


def status_of(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1]) if answer else 0


def change(number: int) -> Change:
    return Change(make_id(number, series=0xE1), make_id(number, series=0xE2), "assist", 0, "C1", START, {"note": "x"})


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    branch = Branch(tmp_path_factory.mktemp("centre"))
    with branch.running() as centre:
        yield Door(branch, centre.pid, asyncio.run(branch.token("Tablet 1")))


def test_e_05_s_e04_what_is_said_of_the_length_is_not_believed(door: Door) -> None:
    short = door.says(door.head("POST", "/v1/sync", "Content-Length: 10") + b"{" * 10_000_000)
    negative = door.says(door.head("POST", "/v1/sync", "Content-Length: -1"))
    doubled = door.says(door.head("POST", "/v1/sync", "Content-Length: 1", "Content-Length: 2") + b"{}")
    endless = door.says(
        door.head("POST", "/v1/sync", "Transfer-Encoding: chunked"), *[b"10000\r\n" + b" " * 0x10000 + b"\r\n"] * 40
    )

    assert status_of(short) in (400, 422)  # whichever is noticed first: no JSON, or more bytes than were announced
    assert [status_of(one) for one in (negative, doubled, endless)] == [400, 400, 413]
    assert door.is_well()


def test_e_04_fifty_megabytes_cost_the_centre_almost_no_memory(door: Door) -> None:
    before = door.memory()
    head = door.head("POST", "/v1/sync", f"Content-Length: {50 << 20}")

    answer = door.says(head, *[b" " * (1 << 20)] * 50)

    assert status_of(answer) in (413, 0)  # 0: the connection was reset before the answer was read
    assert door.memory() - before < 50 << 20
    assert door.is_well()


def test_e_04_a_million_names_and_a_hundred_thousand_depths_cost_little(door: Door) -> None:
    before = door.memory()
    names = b"{" + b",".join(b'"%d":0' % number for number in range(80_000)) + b"}"
    depths = b'{"a":' * 100_000 + b"1" + b"}" * 100_000

    answers = [
        door.says(door.head("POST", "/v1/sync", f"Content-Length: {len(body)}") + body) for body in (names, depths)
    ]

    assert [status_of(answer) for answer in answers] == [422, 422]
    assert door.memory() - before < 50 << 20


@pytest.mark.parametrize("body", [b"[" + b"[]," * 2_700_000 + b"[]]", b"{" + b'"":0,' * 1_600_000 + b'"":0}'])
@pytest.mark.parametrize("path", ["/v1/sync", "/v1/devices"])
def test_e_04_e_08_a_small_body_with_millions_of_values_costs_little(door: Door, path: str, body: bytes) -> None:
    before, packed = door.memory(), gzip.compress(body, mtime=0)
    head = door.head("POST", path, "Content-Encoding: gzip", f"Content-Length: {len(packed)}")

    answer = door.says(head + packed)

    assert status_of(answer) == 413
    assert door.memory() - before < 50 << 20


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/sync", 405),
        ("PUT", "/v1/sync", 405),
        ("TRACE", "/v1/sync", 405),
        ("HEAD", "/v1/sync", 405),
        ("HEAD", "/healthz", 405),
        ("POST", "/healthz", 405),
        ("BREW", "/v1/sync", 405),
        ("POST", "//v1/sync", 404),
        ("POST", "/v1//sync", 404),
        ("POST", "/v1/sync/", 404),
        ("POST", "/v1/%2e%2e/healthz", 404),
        ("GET", "/%2e%2e/%2e%2e/etc/passwd", 404),
        ("GET", "/v1/../../etc/passwd", 404),
        ("GET", "/v1/\x00", 400),
        ("GET", "/v1/%00", 404),
        ("GET", "/v1/%ff", 404),
        ("GET", "/" + "a" * 8000, 404),
        ("GET", "/?" + "a" * 40_000, 431),
        ("GET", "http://elsewhere/healthz", 404),
        ("OPTIONS", "*", 404),
        ("CONNECT", "elsewhere:443", 404),
    ],
)
def test_e_09_an_odd_path_or_method_is_refused_without_a_redirect(
    door: Door, method: str, path: str, status: int
) -> None:
    answer = door.says(door.head(method, path, "Content-Length: 0"))

    assert status_of(answer) == status
    assert b"\r\nlocation:" not in answer.lower()


@pytest.mark.parametrize(
    ("lines", "statuses"),
    [
        ([f"X-{number}: 1" for number in range(200)], {431}),
        (["Cookie: " + "a" * (64 << 10)], {400, 431}),
        (["Accept-Language: " + "x" * 4096], {200}),
        (["X-Request-ID: a\r\nX-Injected: yes"], {200}),
        (["X-Request-ID: a\nX-Injected: yes"], {200, 400}),
        (["X-Request-ID: a\x00b"], {400}),
        (["No colon"], {400}),
        ([" folded: line"], {200, 400}),
    ],
    ids=["200 lines", "a huge cookie", "many languages", "CRLF", "LF", "NUL", "no colon", "folded"],
)
def test_e_39_a_bomb_of_headers_is_refused_and_nothing_is_repeated(
    door: Door, lines: list[str], statuses: set[int]
) -> None:
    answer = door.says(door.head("GET", "/healthz", *lines))

    assert status_of(answer) in statuses
    assert b"Injected" not in answer
    assert door.is_well()


@pytest.mark.parametrize("language", ["xx", "*;q=2", "ca, es;q=0.5", ";;;,,,", "\xff"])
def test_e_38_no_language_changes_what_the_centre_says(door: Door, language: str) -> None:
    plain, asked = (door.says(door.head("GET", "/v1", *lines)) for lines in ([], [f"Accept-Language: {language}"]))

    assert asked.partition(b"\r\n\r\n")[2] == plain.partition(b"\r\n\r\n")[2]


def test_e_10_s_t21_a_token_in_the_address_lets_nobody_in_and_is_in_no_log(door: Door) -> None:
    head = door.head("POST", f"/v1/sync?access_token={door.token}&token={door.token}", "Content-Length: 2")
    without = head.replace(f"Authorization: Bearer {door.token}\r\n".encode(), b"")

    answer = door.says(without + b"{}")

    assert status_of(answer) == 401
    assert door.token not in (door.branch.folder / "port.log").read_text()


@pytest.mark.parametrize(
    ("scheme", "status"), [("Bearer", 200), ("bearer", 200), ("BEARER", 200), ("Basic", 401), ("Bearer Bearer", 401)]
)
def test_e_10_the_word_before_the_token_may_be_written_in_any_case(door: Door, scheme: str, status: int) -> None:
    asked = door.offers().replace(b"Authorization: Bearer", f"Authorization: {scheme}".encode())

    assert status_of(door.says(asked)) == status


def test_e_11_s_e02_every_token_that_is_not_good_gets_the_same_answer(door: Door) -> None:
    other = asyncio.run(door.branch.token("Tablet to be revoked"))
    assert door.branch.command("revoke", "--name", "Tablet to be revoked").returncode == 0
    tampered = door.token[:-1] + ("A" if door.token[-1] != "A" else "B")
    unsigned = "eyJhbGciOiJub25lIn0.e30."
    given = (other, tampered, unsigned, door.token + "x", "\xff" * 40, "a" * 10_000)

    answers = [door.says(door.offers().replace(door.token.encode(), token.encode("latin-1"))) for token in given]

    assert {status_of(answer) for answer in answers} == {401}
    assert len({answer.partition(b"\r\n\r\n")[2] for answer in answers}) == 1


@pytest.mark.parametrize("cut", [1, 60, 0.5, -1])
def test_e_24_half_a_request_and_a_reset_leave_nothing(door: Door, cut: float) -> None:
    whole = door.offers(*(change(number) for number in range(100, 110)))
    end = int(len(whole) * cut) if isinstance(cut, float) else cut
    with door.connected() as link:
        link.sendall(whole[:end])
        link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    assert door.is_well()
    assert not {change(number).id for number in range(100, 110)} & set(door.branch.ids())


def test_e_24_what_was_cut_once_arrives_the_next_time(door: Door) -> None:
    whole = door.offers(*(change(number) for number in range(200, 210)))
    with door.connected() as link:
        link.sendall(whole[:-5])

    answer = door.says(whole)

    assert status_of(answer) == 200
    assert len({change(number).id for number in range(200, 210)} & set(door.branch.ids())) == 10


def test_e_25_s_e11_equal_requests_at_once_become_one_record(door: Door) -> None:
    whole, at_once = door.offers(change(300)), threading.Barrier(6)

    def offer(_: int) -> dict[str, object]:
        at_once.wait(PATIENCE)
        answer = door.says(whole)
        return dict(json.loads(answer.partition(b"\r\n\r\n")[2])["results"][0])

    with ThreadPoolExecutor(6) as threads:
        results = list(threads.map(offer, range(6)))

    assert sorted(bool(result.get("again")) for result in results) == [False, True, True, True, True, True]
    assert {result["status"] for result in results} == {"applied"}
    assert door.branch.ids().count(change(300).id) == 1


def test_e_36_of_many_tablets_with_one_code_one_is_let_in(door: Door) -> None:
    body = codec.dump_enrolment(enrolment(door.branch.code("Tablet 9"), "Tablet 9", "1.0"))
    whole, at_once = door.head("POST", "/v1/devices", f"Content-Length: {len(body)}") + body, threading.Barrier(6)

    def ask(_: int) -> int:
        at_once.wait(PATIENCE)
        return status_of(door.says(whole))

    with ThreadPoolExecutor(6) as threads:
        statuses = sorted(threads.map(ask, range(6)))

    assert statuses == [201, 403, 403, 403, 403, 403]


def test_e_23_a_batch_of_none_of_one_and_of_the_most(door: Door) -> None:
    for count in (0, 1, 500):
        answer = door.says(door.offers(*(change(1000 + number) for number in range(count))))
        assert status_of(answer) == 200
        assert answer.count(b'"status"') == count or b"content-encoding: gzip" in answer.lower()
    assert status_of(door.says(door.offers(*(change(2000 + number) for number in range(501))))) == 413


def test_e_06_s_e04_who_sends_a_body_in_pieces_of_a_byte_is_sent_away(tmp_path: Path) -> None:
    """Putting a million of them together took the process eleven seconds, for whoever had no token as well."""
    database = f"sqlite:///{tmp_path / 'centre.db'}"
    with closing(open_centre(database)) as centre, running(centre, PromptConnection) as url:
        address = ("127.0.0.1", int(url.rpartition(":")[2]))
        head = b"POST /v1/devices HTTP/1.1\r\nHost: c\r\nConnection: close\r\nContent-Type: application/json\r\n"
        head += b"Transfer-Encoding: chunked\r\n\r\n"
        with socket.create_connection(address, PATIENCE) as crumbled:
            with suppress(OSError):  # sent away in the middle of it
                crumbled.sendall(head + b"1\r\nx\r\n" * 100_000 + b"0\r\n\r\n")
            end = _rest(crumbled)
        with socket.create_connection(address, PATIENCE) as some:
            some.sendall(head + b"1\r\n{\r\n1\r\n}\r\n0\r\n\r\n")
            answer = _rest(some)

    assert status_of(end) == 0
    assert status_of(answer) == 422


def test_e_06_s_e04_whoever_drips_is_sent_away_and_others_are_served_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Hurried(PromptConnection):
        head_seconds = 0.4

    monkeypatch.setattr(bodies, "ARRIVAL_SECONDS", 0.4)
    with closing(open_centre(f"sqlite:///{tmp_path / 'centre.db'}")) as centre, running(centre, Hurried) as url:
        address = ("127.0.0.1", int(url.rpartition(":")[2]))
        lines = b"Host: c\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n"
        head = b"POST /v1/devices HTTP/1.1\r\n" + lines
        begun = monotonic()
        with (
            socket.create_connection(address, PATIENCE) as silent,
            socket.create_connection(address, PATIENCE) as in_the_head,
            socket.create_connection(address, PATIENCE) as in_the_body,
            socket.create_connection(address, PATIENCE) as second_time,
        ):
            in_the_head.sendall(head[:30])
            in_the_body.sendall(head + b"{")
            second_time.sendall(b"GET /healthz HTTP/1.1\r\nHost: c\r\n\r\n")
            assert second_time.recv(65536).startswith(b"HTTP/1.1 200")
            assert httpx.get(f"{url}/healthz").status_code == 200
            second_time.sendall(head[:30])
            ends = [_rest(link) for link in (silent, in_the_head, in_the_body, second_time)]
        took = monotonic() - begun

    assert [status_of(end) for end in ends] == [0, 0, 408, 0]
    assert took < 10
