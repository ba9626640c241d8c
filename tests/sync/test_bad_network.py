"""A real tablet and a real centre with a bad network between them: nothing is lost, nothing arrives twice.

The ids in the names are those of docs/bad-inputs.md.
"""

import asyncio
import gzip
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from sync.client.engine import Engine
from sync.client.phase import Cause, Phase, Resting, Stopped, Waiting
from sync.protocol.messages import MAX_INFLATED_BYTES
from tests.sync import proxy
from tests.sync.desks import StoreDesk
from tests.sync.making import START, make_id
from tests.sync.meetings import OURS, cause_of, met
from tests.sync.processes import Branch, one_round, reaching
from tests.sync.proxy import Proxy, head_of, standing


@pytest.fixture(scope="module")
def branch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Branch]:
    """One centre for all tests here; each has a tablet and records of its own."""
    branch = Branch(tmp_path_factory.mktemp("centre"))
    with branch.running():
        yield branch


CUTS_OF_A_TABLET = 100  # no tablet asks so often at once that the centre tells it to wait


def test_c_11_reset_after_every_byte_of_the_answer(branch: Branch, desk: StoreDesk) -> None:
    sent: list[str] = []

    async def is_whole(engine: Engine, between: Proxy) -> bool:
        """Whether the next answer, cut one byte later than the last one, came through as a whole."""
        desk.save(0x11_0000 + len(sent), kind="assist", note="helped")
        sent.append(make_id(0x11_0000 + len(sent), series=2))
        between.fault = proxy.cuts(len(sent) - 1)
        phase = await engine.round()
        if isinstance(phase, Resting):
            return True
        assert cause_of(phase) is Cause.NO_CONNECTION
        assert desk.outbox.counts().waiting == 1
        between.fault = proxy.passes
        assert isinstance(await engine.round(), Resting)
        assert desk.outbox.counts().waiting == 0
        return False

    async def cut_everywhere() -> None:
        while True:
            token = await branch.token(f"Tablet of C-11 from {len(sent)}")
            async with standing(proxy.passes, branch.url) as between, reaching(desk, between.url, token) as engine:
                for _ in range(CUTS_OF_A_TABLET):
                    if await is_whole(engine, between):
                        return

    asyncio.run(cut_everywhere())

    assert len(sent) > 300
    assert [one for one in branch.ids() if one in sent] == sorted(sent)
    assert desk.ids() == sorted(sent)


def test_c_11_an_answer_lost_again_and_again_is_made_good(branch: Branch, desk: StoreDesk) -> None:
    async def lost_three_times() -> list[Phase]:
        token = await branch.token("Tablet of lost answers")
        faults = [proxy.loses_the_answer] * 3 + [proxy.passes]
        async with standing(proxy.in_turn(*faults), branch.url) as between:
            return [await one_round(desk, between.url, token) for _ in faults]

    for number in range(60):
        desk.save(0x12_0000 + number, kind="assist", note="helped")
    phases = asyncio.run(lost_three_times())

    assert [cause_of(phase) for phase in phases] == [Cause.NO_CONNECTION] * 3 + [None]
    assert len([one for one in branch.ids() if one in desk.ids()]) == 60
    assert desk.outbox.counts().waiting == 0


def test_e_25_a_centre_killed_after_its_commit_answers_the_same_request_later(tmp_path: Path, desk: StoreDesk) -> None:
    branch = Branch(tmp_path)

    async def kill_before_the_answer_arrives() -> Phase:
        token = await branch.token("Tablet 1")

        async def kill(meeting: proxy.Meeting) -> None:
            await meeting.answer()
            centre.kill()
            meeting.reset()

        async with standing(kill, branch.url) as between:
            return await one_round(desk, between.url, token)

    desk.save(1, room="B2")
    with branch.running() as centre:
        cut = asyncio.run(kill_before_the_answer_arrives())
    waiting = desk.outbox.counts().waiting
    with branch.running():
        token = asyncio.run(branch.token("Tablet 1"))
        healed = asyncio.run(one_round(desk, branch.url, token))

    assert (cause_of(cut), waiting) == (Cause.NO_CONNECTION, 1)
    assert isinstance(healed, Resting)
    assert branch.ids() == [make_id(1, series=2)]


def test_c_01_a_page_of_the_wifi_is_not_the_centre(desk: StoreDesk) -> None:
    desk.save(1, note="x")
    page = proxy.says(200, b"<html><form>Accept the terms</form></html>", Content_Type="text/html")

    phase, requests = met(desk, page)

    assert cause_of(phase) is Cause.CAPTIVE_PORTAL
    assert (len(requests), desk.outbox.counts().waiting) == (1, 1)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("signed", [True, False], ids=["with our header", "without it"])
def test_c_02_a_redirect_is_not_followed_and_no_token_arrives_there(desk: StoreDesk, status: int, signed: bool) -> None:
    desk.save(1, note="x")
    headers = OURS if signed else {"Content_Type": "text/html"}

    async def redirected() -> tuple[Phase, list[bytes], list[bytes]]:
        async with standing(proxy.says(200, **OURS)) as elsewhere:
            target = elsewhere.url.replace("127.0.0.1", "localhost") + "/v1/sync"
            async with standing(proxy.says(status, Location=target, **headers)) as between:
                phase = await one_round(desk, between.url, "a-token")
                return phase, between.requests, elsewhere.requests

    phase, asked, elsewhere = asyncio.run(redirected())

    assert cause_of(phase) is (Cause.SERVER_FAULT if signed else Cause.CAPTIVE_PORTAL)
    assert (len(asked), elsewhere) == (1, [])
    assert desk.outbox.counts().waiting == 1


def test_c_10_a_byte_at_a_time_is_given_up_and_costs_nothing(branch: Branch, desk: StoreDesk) -> None:
    async def dripped() -> tuple[Phase, Phase]:
        token = await branch.token("Tablet of drops")
        async with standing(proxy.drips(0.002), branch.url) as between:
            slow = await one_round(desk, between.url, token, exchange_seconds=0.3)
            return slow, await one_round(desk, between.url, token, exchange_seconds=60.0)

    record_id = make_id(0x13_0000, series=2)
    desk.save(0x13_0000, kind="assist", note="helped")
    slow, patient = asyncio.run(dripped())

    assert cause_of(slow) is Cause.NO_CONNECTION
    assert isinstance(patient, Resting)
    assert branch.ids().count(record_id) == 1


def test_c_10_too_much_is_cut_short(desk: StoreDesk) -> None:
    desk.save(1, note="x")
    bomb = gzip.compress(b" " * (200 << 20), mtime=0)
    assert len(bomb) * 1000 < 200 << 20

    phases = {
        "10 MB": met(desk, proxy.says(200, b" " * (10 << 20), **OURS))[0],
        "endless": met(desk, proxy.never_ends(**OURS))[0],
        "a bomb": met(desk, proxy.says(200, bomb, Content_Encoding="gzip", **OURS))[0],
        "over the limit": met(desk, proxy.says(200, b" " * (MAX_INFLATED_BYTES + 1), **OURS))[0],
    }

    assert {cause_of(phase) for phase in phases.values()} == {Cause.SERVER_FAULT}
    assert desk.outbox.counts().waiting == 1


def test_c_10_an_answer_shorter_than_it_said_is_no_answer(desk: StoreDesk) -> None:
    async def short(meeting: proxy.Meeting) -> None:
        await meeting.say(head_of(200, Content_Length="9999", **OURS) + b"{}")

    desk.save(1, note="x")

    assert cause_of(met(desk, short)[0]) is Cause.NO_CONNECTION
    assert desk.outbox.counts().waiting == 1


@pytest.mark.parametrize(
    "answer", [b"", b"\r\n\r\n", b"not http at all\r\n\r\n", b"\x16\x03\x01", b"HTTP/1.1 9999\r\n"]
)
def test_c_10_what_is_not_http_is_no_answer(desk: StoreDesk, answer: bytes) -> None:
    async def babbles(meeting: proxy.Meeting) -> None:
        await meeting.say(answer)

    desk.save(1, note="x")

    assert cause_of(met(desk, babbles)[0]) is Cause.NO_CONNECTION


@pytest.mark.parametrize(
    ("status", "headers", "cause"),
    [
        (403, OURS, Cause.NOT_PAIRED),
        (410, OURS, Cause.SERVER_FAULT),
        (408, OURS, Cause.NO_CONNECTION),
        (426, OURS, Cause.APP_TOO_OLD),
        (429, OURS, Cause.BUSY),
        (429, {}, Cause.BUSY),
        (500, OURS, Cause.SERVER_FAULT),
        (500, {}, Cause.NOT_THE_CENTRE),
        (502, {}, Cause.BUSY),
        (503, {}, Cause.BUSY),
        (504, {}, Cause.BUSY),
        (200, {**OURS, "X_Acompanya": "2"}, Cause.APP_TOO_OLD),
    ],
    ids=str,
)
def test_c_16_whatever_the_status_everything_is_kept(
    desk: StoreDesk, status: int, headers: dict[str, str], cause: Cause
) -> None:
    desk.save(1, note="x")

    phase, requests = met(desk, proxy.says(status, **headers))
    desk.save(2, note="capture goes on")

    assert cause_of(phase) is cause
    assert len(requests) == (2 if status == 410 else 1)
    assert desk.outbox.counts().waiting == 2


def test_c_15_one_change_that_is_too_large_alone_waits_for_a_person(desk: StoreDesk) -> None:
    for number in range(4):
        desk.save(number, note="x")

    phase, requests = met(desk, *[proxy.says(413, **OURS)] * 3, proxy.says(500, **OURS))

    assert cause_of(phase) is Cause.SERVER_FAULT
    assert len(requests) == 4  # of 4, of 2, of 1, and the next ones
    assert (desk.outbox.counts().waiting, desk.outbox.counts().review) == (3, 1)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("5", 5),
        ("-1", 1),
        ("0", 1),
        ("999999999", 900),
        ("9" * 300, 900),
        ("Wed, 04 Mar 2026 09:31:00 GMT", 60),
        ("Wed, 04 Mar 2020 09:31:00 GMT", 1),
        ("abc", 2.5),
        ("", 2.5),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_c_17_the_wait_that_is_asked_for_is_bounded(desk: StoreDesk, status: int, header: str, seconds: float) -> None:
    phase, _ = met(desk, proxy.says(status, Retry_After=header, **OURS))

    assert phase == Waiting(START + timedelta(seconds=seconds), 1, Cause.BUSY)


def test_c_12_sent_away_once_and_let_in_the_next_time(branch: Branch, desk: StoreDesk) -> None:
    async def twice() -> tuple[list[Phase], int]:
        token = await branch.token("Tablet of C-12")
        async with standing(proxy.in_turn(proxy.says(401, **OURS), proxy.passes), branch.url) as between:
            phases = [await one_round(desk, between.url, token) for _ in range(2)]
            return phases, len(between.requests)

    desk.save(0x14_0000, kind="assist", note="x")
    (stopped, healed), requests = asyncio.run(twice())

    assert stopped == Stopped(Cause.DEVICE_UNKNOWN)
    assert isinstance(healed, Resting)
    assert requests == 2
    assert branch.ids().count(make_id(0x14_0000, series=2)) == 1


def test_c_22_a_tablet_let_in_again_sends_what_it_kept_once(branch: Branch, desk: StoreDesk) -> None:
    name = "Tablet of C-22"
    token = asyncio.run(branch.token(name))
    desk.save(0x15_0000, kind="assist", note="before")
    asyncio.run(one_round(desk, branch.url, token))
    desk.save(0x15_0001, kind="assist", note="kept meanwhile")
    branch.command("revoke", "--name", name)

    revoked = asyncio.run(one_round(desk, branch.url, token))
    again = asyncio.run(one_round(desk, branch.url, asyncio.run(branch.token(name))))

    assert revoked == Stopped(Cause.DEVICE_UNKNOWN)
    assert isinstance(again, Resting)
    assert [one for one in branch.ids() if one in desk.ids()] == desk.ids()
