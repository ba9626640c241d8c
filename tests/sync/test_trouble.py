"""What a tablet makes of every bad answer: it keeps everything, says why, and never takes a stranger for the centre."""

import asyncio
import gzip
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from sync.client.engine import Engine
from sync.client.phase import Cause, Resting, Stopped, Waiting
from sync.client.transport import HttpTransport, usable_address
from sync.errors import CaptivePortal, NotTheCentre, SyncError
from sync.protocol.messages import MAX_INFLATED_BYTES, Hello, SyncReply
from tests.sync import wires
from tests.sync.making import START, make_id
from tests.sync.meetings import cause_of
from tests.sync.places import Place, SqliteFile
from tests.sync.tablets import Network, Office, Tablet, Wire

OURS = {"X-Acompanya": "1", "Content-Type": "application/json"}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """The answers here are not the centre's, so one database is enough."""
    return SqliteFile(tmp_path / "centre.db")


def page() -> httpx.Response:
    return httpx.Response(200, html="<html><form>Accept the terms</form></html>")


def redirect() -> httpx.Response:
    return httpx.Response(302, headers={"Location": "http://portal.test/login"})


def test_no_network_is_waiting_and_keeps_everything(tablet: Tablet) -> None:
    tablet.save(1, note="x")

    phase = tablet.sync(wires.down())

    assert phase == Waiting(START + timedelta(seconds=2.5), 1, Cause.NO_CONNECTION)
    assert tablet.outbox.counts().waiting == 1


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        (page, Cause.CAPTIVE_PORTAL),
        (redirect, Cause.CAPTIVE_PORTAL),
        (lambda: httpx.Response(511, text="log in"), Cause.CAPTIVE_PORTAL),
        (lambda: httpx.Response(401, html="<p>who are you?</p>"), Cause.CAPTIVE_PORTAL),
        (lambda: httpx.Response(401, json={"error": "token"}), Cause.NOT_THE_CENTRE),
        (lambda: httpx.Response(200, json={"product": "another"}), Cause.NOT_THE_CENTRE),
        (lambda: httpx.Response(200, text="OK"), Cause.NOT_THE_CENTRE),
        (lambda: httpx.Response(404, json={}), Cause.NOT_THE_CENTRE),
        (lambda: httpx.Response(413, html="too large"), Cause.SERVER_FAULT),
        (lambda: httpx.Response(502, html="bad gateway"), Cause.BUSY),
        (lambda: httpx.Response(503, headers=OURS, json={}), Cause.BUSY),
        (lambda: httpx.Response(429, headers=OURS, json={}), Cause.BUSY),
        (lambda: httpx.Response(500, headers=OURS, json={}), Cause.SERVER_FAULT),
        (lambda: httpx.Response(404, headers=OURS, json={}), Cause.SERVER_FAULT),
        (lambda: httpx.Response(422, headers=OURS, json={}), Cause.MALFORMED),
        (lambda: httpx.Response(200, headers={"X-Acompanya": "1"}, html="<p>"), Cause.MALFORMED),
        (lambda: httpx.Response(200, headers={**OURS, "X-Acompanya": "2"}, json={}), Cause.APP_TOO_OLD),
        (lambda: httpx.Response(426, headers=OURS, json={}), Cause.APP_TOO_OLD),
        (lambda: httpx.Response(401, headers=OURS, json={}), Cause.DEVICE_UNKNOWN),
        (lambda: httpx.Response(410, headers=OURS, json={}), Cause.SERVER_FAULT),
    ],
)
def test_s_t20_an_answer_is_told_apart_before_it_is_believed(
    tablet: Tablet, answer: Callable[[], httpx.Response], cause: Cause
) -> None:
    tablet.save(1, note="x")

    phase = tablet.sync(wires.answers(answer))

    assert cause_of(phase) is cause
    assert tablet.outbox.counts().waiting == 1
    assert tablet.holds(1).fields == {"note": "x"}


def test_a_redirect_is_not_followed_and_the_token_stays_here(tablet: Tablet) -> None:
    tablet.save(1, note="x")
    seen: list[httpx.Request] = []

    tablet.sync(wires.counts_requests(wires.answers(redirect), seen))

    assert [request.url.host for request in seen] == ["centre.test"]


def test_an_answer_cut_anywhere_is_not_success(office: Office, tablet: Tablet) -> None:
    tablet.save(1, note="x")
    whole: list[bytes] = []
    tablet.sync(wires.rewrites(office.wire, lambda body: whole.append(body) or b""))
    assert len(office.records()) == 1

    causes = {
        cause_of(tablet.sync(wires.rewrites(office.wire, lambda body, cut=cut: body[:cut])))
        for cut in range(0, len(whole[0]) - 1, 7)
    }

    assert causes == {Cause.MALFORMED}
    assert tablet.outbox.counts().waiting == 1
    assert isinstance(tablet.sync(), Resting)
    assert len(office.records()) == 1


def test_a_compressed_answer_without_its_end_is_not_success(tablet: Tablet) -> None:
    headers = {**OURS, "Content-Encoding": "gzip"}
    body = gzip.compress(b'{"protocol": 1}', mtime=0)[:-8]

    phase = tablet.sync(wires.answers(lambda: httpx.Response(200, headers=headers, stream=httpx.ByteStream(body))))

    assert cause_of(phase) is Cause.MALFORMED


def test_a_small_answer_that_unpacks_to_a_huge_one_is_cut_short(tablet: Tablet) -> None:
    headers = {**OURS, "Content-Encoding": "gzip"}
    bomb = gzip.compress(b" " * (MAX_INFLATED_BYTES + 1), mtime=0)

    phase = tablet.sync(wires.answers(lambda: httpx.Response(200, headers=headers, stream=httpx.ByteStream(bomb))))

    assert cause_of(phase) is Cause.SERVER_FAULT


def test_an_endless_answer_is_cut_short(tablet: Tablet) -> None:
    class Endless(httpx.AsyncByteStream):
        async def __aiter__(self):
            while True:
                yield b" " * 65536

    phase = tablet.sync(wires.answers(lambda: httpx.Response(200, headers=OURS, stream=Endless())))

    assert cause_of(phase) is Cause.SERVER_FAULT


def test_an_answer_that_never_ends_is_given_up(office: Office, tablet: Tablet) -> None:
    async def silent(request: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError("nobody sets it")

    transport = HttpTransport(
        "https://centre.test", token=lambda: "t", clock=tablet.clock, through=Network(silent), exchange_seconds=0.01
    )
    engine = Engine(tablet.outbox, transport, clock=tablet.clock, report=lambda _: None)

    assert cause_of(asyncio.run(engine.round())) is Cause.NO_CONNECTION


def test_an_answer_that_takes_too_long_makes_the_next_batch_smaller(office: Office, tablet: Tablet) -> None:
    async def silence(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("silence", request=request)

    for number in range(60):
        tablet.save(number, note="x")
    sizes: list[int] = []
    engine = Engine(tablet.outbox, tablet.transport(_sizes(silence, sizes)), clock=tablet.clock, report=lambda _: None)

    for _ in range(7):
        asyncio.run(engine.round())

    assert sizes == [50, 25, 12, 6, 3, 1, 1]


def test_c_15_a_centre_that_takes_less_gets_half_until_it_takes_it(office: Office, tablet: Tablet) -> None:
    for number in range(30):
        tablet.save(number, note="x")
    sizes: list[int] = []

    phase = tablet.sync(_sizes(wires.at_most(office.wire, 8), sizes))

    assert isinstance(phase, Resting)
    assert sizes == [30, 15, 7, 7, 7, 7, 2]
    assert len(office.records()) == 30


def test_c_15_one_change_too_large_even_alone_waits_for_a_person_and_the_rest_goes_on(
    office: Office, tablet: Tablet
) -> None:
    async def wire(request: httpx.Request) -> httpx.Response:
        if b"giant" in await _plain(request):
            return httpx.Response(413, headers=OURS, json={})
        return await office.wire(request)

    for number in range(5):
        tablet.save(number, note="giant" if number == 2 else "small")

    phase = tablet.sync(wire)

    problem = tablet.holds(2).problem
    assert isinstance(phase, Resting)
    assert problem is not None and problem.type == "/problems/too-large"
    assert len(office.records()) == 4


def fails_at(word: bytes, office: Office) -> Wire:
    async def wire(request: httpx.Request) -> httpx.Response:
        if word in await _plain(request):
            return httpx.Response(500, headers=OURS, json={})
        return await office.wire(request)

    return wire


def test_c_18_a_change_the_centre_always_fails_at_is_found_after_three_tries_and_the_rest_goes_on(
    office: Office, tablet: Tablet
) -> None:
    for number in range(60):
        tablet.save(number, note="poison" if number in (7, 41) else "small")
    engine = tablet.engine(fails_at(b"poison", office))

    phases = [asyncio.run(engine.round()) for _ in range(3)]

    assert [cause_of(phase) for phase in phases] == [Cause.SERVER_FAULT, Cause.SERVER_FAULT, None]
    problems = {number: problem.type for number in range(60) if (problem := tablet.holds(number).problem)}
    assert problems == {7: "/problems/centre-fault", 41: "/problems/centre-fault"}
    assert len(office.records()) == 58
    assert tablet.outbox.counts().waiting == 0


def test_c_18_a_centre_that_fails_at_everything_blames_no_change(tablet: Tablet) -> None:
    tablet.save(1, note="x")
    engine = tablet.engine(wires.answers(lambda: httpx.Response(500, headers=OURS, json={})))

    phases = [asyncio.run(engine.round()) for _ in range(6)]

    assert {cause_of(phase) for phase in phases} == {Cause.SERVER_FAULT}
    assert tablet.holds(1).is_waiting


def test_c_18_a_centre_that_fails_at_every_change_blames_one_of_them_in_a_round(office: Office, tablet: Tablet) -> None:
    for number in range(5):
        tablet.save(number, note="x")
    engine = tablet.engine(fails_at(b'"set"', office))

    phases = [asyncio.run(engine.round()) for _ in range(3)]
    blamed = [number for number in range(5) if tablet.holds(number).problem]

    assert {cause_of(phase) for phase in phases} == {Cause.SERVER_FAULT}
    assert len(blamed) == 1
    assert tablet.outbox.counts().waiting == 4


def test_c_18_a_change_the_centre_fails_at_before_it_says_that_it_was_restored_is_found(
    office: Office, tablet: Tablet
) -> None:
    tablet.save(1, note="small")
    assert isinstance(tablet.sync(), Resting)
    office.centre.finish_restore()
    tablet.save(2, note="poison")
    engine = tablet.engine(fails_at(b"poison", office))

    phases = [asyncio.run(engine.round()) for _ in range(3)]

    assert isinstance(phases[-1], Resting)
    assert tablet.holds(2).problem is not None
    assert tablet.outbox.counts().waiting == 0


def test_c_18_of_changes_one_after_the_other_that_the_centre_fails_at_all_are_found(
    office: Office, tablet: Tablet
) -> None:
    for number in range(6):
        tablet.save(number, note="poison" if number in (2, 3) else "small")
    engine = tablet.engine(fails_at(b"poison", office))

    phases = [asyncio.run(engine.round()) for _ in range(4)]

    assert isinstance(phases[-1], Resting)
    assert [number for number in range(6) if tablet.holds(number).problem] == [2, 3]


def test_c_18_a_fault_that_passes_blames_no_change(office: Office, tablet: Tablet) -> None:
    tablet.save(1, note="x")
    wire = [wires.answers(lambda: httpx.Response(500, headers=OURS, json={}))]

    async def changing(request: httpx.Request) -> httpx.Response:
        return await wire[0](request)

    engine = tablet.engine(changing)
    for _ in range(2):
        asyncio.run(engine.round())
    wire[0] = office.wire

    assert isinstance(asyncio.run(engine.round()), Resting)
    assert tablet.holds(1).problem is None


@pytest.mark.parametrize("text", ["a\0b", "\ud800", "a\udfffb"])
def test_text_that_is_not_characters_is_refused_and_kept(office: Office, tablet: Tablet, text: str) -> None:
    tablet.save(1, note=text)
    tablet.save(2, note="fine")

    tablet.sync()

    problem = tablet.holds(1).problem
    assert problem is not None and problem.type == "/problems/not-text"
    assert office.count("refused") == 1
    assert make_id(2, series=2) in office.records()


def test_the_wait_the_centre_asks_for_is_obeyed(tablet: Tablet) -> None:
    asked = {**OURS, "Retry-After": "240"}

    phase = tablet.sync(wires.answers(lambda: httpx.Response(503, headers=asked, json={})))

    assert phase == Waiting(START + timedelta(seconds=240), 1, Cause.BUSY)


def test_failures_in_a_row_wait_longer_and_an_answer_starts_again(office: Office, tablet: Tablet) -> None:
    tablet.save(1, note="x")
    states = iter([wires.down(), wires.down(), office.wire, wires.down()])
    now: list[Wire] = []

    async def changing(request: httpx.Request) -> httpx.Response:
        return await now[0](request)

    engine = tablet.engine(changing)
    attempts = []
    for state in states:
        now[:] = [state]
        phase = asyncio.run(engine.round())
        attempts.append(phase.attempt if isinstance(phase, Waiting) else 0)

    assert attempts == [1, 2, 0, 1]


def test_c_04_results_for_changes_never_sent_are_passed_over(office: Office, tablet: Tablet) -> None:
    def add(body: bytes) -> bytes:
        reply = json.loads(body)
        reply["results"] = [{"op": make_id(99), "status": "applied", "seq": 9}]
        return json.dumps(reply).encode()

    tablet.save(1, note="x")

    phase = tablet.sync(wires.rewrites(office.wire, add))

    assert cause_of(phase) is Cause.MALFORMED
    assert tablet.outbox.counts().waiting == 1


def test_c_05_a_change_that_gets_no_result_keeps_waiting_and_the_round_ends(office: Office, tablet: Tablet) -> None:
    silent = tablet.save(1, note="x")
    tablet.save(2, note="y")
    seen: list[httpx.Request] = []

    def without_the_first(body: bytes) -> bytes:
        reply = json.loads(body)
        reply["results"] = [one for one in reply["results"] if one.get("record", {}).get("id") != silent][1:]
        return json.dumps(reply).encode()

    phase = tablet.sync(wires.counts_requests(wires.rewrites(office.wire, without_the_first), seen))

    assert cause_of(phase) is Cause.MALFORMED
    assert len(seen) == 2
    assert (tablet.holds(1).is_waiting, tablet.holds(2).is_waiting) == (True, False)


def test_c_07_a_status_nobody_knows_is_no_acknowledgement(office: Office, tablet: Tablet) -> None:
    tablet.save(1, note="x")

    phase = tablet.sync(wires.rewrites(office.wire, lambda body: body.replace(b'"applied"', b'"archived"')))

    assert cause_of(phase) is Cause.MALFORMED
    assert tablet.outbox.counts().waiting == 1


def test_news_without_an_end_do_not_keep_the_tablet_busy_for_ever(office: Office, tablet: Tablet) -> None:
    seen: list[httpx.Request] = []
    endless = wires.rewrites(office.wire, lambda body: body.replace(b'"protocol":1', b'"protocol":1,"more":true'))

    phase = tablet.sync(wires.counts_requests(endless, seen))

    assert cause_of(phase) is Cause.MALFORMED
    assert len(seen) == 2


def test_a_disk_that_fails_ends_the_round_and_not_the_loop(office: Office, tablet: Tablet) -> None:
    class FullDisk:
        counts, cursor, seal, restart = (
            tablet.outbox.counts,
            tablet.outbox.cursor,
            tablet.outbox.seal,
            tablet.outbox.restart,
        )

        def hear(self, reply: SyncReply) -> None:
            raise OSError("no space left on device")

    tablet.save(1, note="x")
    engine = Engine(FullDisk(), tablet.transport(office.wire), clock=tablet.clock, report=lambda _: None)
    failed = asyncio.run(engine.round())
    phase = tablet.sync()

    assert cause_of(failed) is Cause.TABLET_FAULT
    assert isinstance(phase, Resting)
    assert len(office.records()) == 1


def test_a_tablet_that_was_never_enrolled_asks_nobody(office: Office) -> None:
    seen: list[httpx.Request] = []
    stranger = Tablet(office, office.make_desk(0xD))

    phase = stranger.sync(wires.counts_requests(office.wire, seen))

    assert phase == Stopped(Cause.NOT_PAIRED)
    assert seen == []


def test_c_13_a_revoked_tablet_stops_and_keeps_everything(office: Office, tablet: Tablet) -> None:
    tablet.save(1, note="x")
    office.centre.revoke("Tablet 1")

    phase = tablet.sync()

    assert phase == Stopped(Cause.DEVICE_UNKNOWN)
    assert tablet.outbox.counts().waiting == 1


def test_hello_says_who_answers(office: Office, tablet: Tablet) -> None:
    hello = asyncio.run(tablet.transport(office.wire).hello())

    assert isinstance(hello, Hello)
    assert (hello.product, hello.protocols) == ("acompanya", (1,))


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (page, CaptivePortal),
        (lambda: httpx.Response(200, json={"product": "acompanya", "instance": "i", "protocols": [1]}), NotTheCentre),
        (
            lambda: httpx.Response(200, headers=OURS, json={"product": "other", "instance": "i", "protocols": [1]}),
            NotTheCentre,
        ),
    ],
)
def test_s_t20_hello_by_somebody_else_is_not_the_centre(
    tablet: Tablet, answer: Callable[[], httpx.Response], error: type[SyncError]
) -> None:
    with pytest.raises(error):
        asyncio.run(tablet.transport(wires.answers(answer)).hello())


@pytest.mark.parametrize(
    ("url", "is_usable"),
    [
        ("https://centre.test", True),
        ("https://centre.test/acompanya/", True),
        ("http://127.0.0.1:8470", True),
        ("http://localhost:8470", True),
        ("http://[::1]:8470", True),
        ("http://centre.test", False),
        ("http://192.0.2.7", False),
        ("ftp://centre.test", False),
        ("centre.test", False),
        ("https://", False),
        ("", False),
        ("http://127.0.0.1:port", False),
        ("https://centre.test:99999", False),
    ],
)
def test_s_t19_a_token_travels_only_encrypted_or_inside_this_machine(url: str, is_usable: bool) -> None:
    assert (usable_address(url) is not None) is is_usable


def test_a_wrong_address_is_no_connection(office: Office, tablet: Tablet) -> None:
    transport = HttpTransport("nonsense", token=lambda: "t", clock=office.clock)
    engine = Engine(tablet.outbox, transport, clock=office.clock, report=lambda _: None)

    assert cause_of(asyncio.run(engine.round())) is Cause.NO_CONNECTION


def _sizes(good: Wire, sizes: list[int]) -> Wire:
    async def wire(request: httpx.Request) -> httpx.Response:
        sizes.append(len(json.loads(await _plain(request))["changes"]))
        return await good(request)

    return wire


async def _plain(request: httpx.Request) -> bytes:
    body = await request.aread()
    return gzip.decompress(body) if request.headers.get("content-encoding") == "gzip" else body


def test_a_record_that_grows_too_large_to_be_told_is_refused_and_everybody_goes_on(
    office: Office, tablet: Tablet, other: Tablet
) -> None:
    """Each change was small enough; the answer with the record was not, for any tablet, for ever."""
    for part in range(4):
        tablet.save(1, kind="session", **{f"part{part}_{number}": "x" * 20_000 for number in range(100)})
        tablet.sync()
    tablet.save(2, kind="session", room="B2")

    assert isinstance(tablet.sync(), Resting)
    assert isinstance(other.sync(), Resting)
    assert tablet.holds(1).problem is not None
    assert other.holds(2).fields == {"room": "B2"}
    assert len(other.holds(1).fields) == 100
