"""When rounds happen, and what the board says of them. The engine here is a script; the disk and the board are real."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import pytest

from app.services.syncing import SAVE_PAUSE, TIMER, Prepare, until_next
from app.state import LineState
from app.store import Store
from sync.client.phase import Cause, Fetching, Phase, Resting, Sending, Stopped, Waiting
from sync.protocol.messages import SyncReply
from sync.protocol.records import Applied, Kind, Problem, Record, Refused
from tests.app.tablets import DONE, MONDAY, Tablet, turns

pytestmark = pytest.mark.anyio

AFTER_SAVE = SAVE_PAUSE.total_seconds()
LATER = MONDAY + timedelta(days=1)
OFFLINE = Waiting(LATER, 1, Cause.NO_CONNECTION)


class ScriptedRounds:
    """Ends each round as the script says, the last one for ever; a round may be held open."""

    def __init__(self, *ends: Phase) -> None:
        self._ends = list(ends) or [Resting(MONDAY)]
        self.count = 0
        self.open = asyncio.Event()
        self.open.set()

    async def round(self, *, shift: str | None = None) -> Phase:
        self.count += 1
        await self.open.wait()
        return self._ends.pop(0) if len(self._ends) > 1 else self._ends[0]


async def nothing_to_prepare(_last: Phase) -> Phase | None:
    return None


@asynccontextmanager
async def running(tablet: Tablet, rounds: ScriptedRounds, prepare: Prepare = nothing_to_prepare) -> AsyncIterator[None]:
    """The tablet keeps in step by itself while this lasts."""
    tablet.syncing.use(rounds, prepare)
    task = asyncio.create_task(tablet.syncing.run())
    await turns()
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def with_case_saved(tablet: Tablet) -> str:
    case = await tablet.with_case()
    assert await tablet.assisting.finish(case, DONE)
    return case


def centre_takes(store: Store, *, all_but: int = 0) -> None:
    """The centre takes what waits, oldest first, and refuses the last ones."""
    changes = store.seal(500)
    taken = len(changes) - all_but
    results = [Applied(change.op, seq) for seq, change in enumerate(changes[:taken], 1)]
    refused = [Refused(change.op, Problem("/problems/not-text", "No.")) for change in changes[taken:]]
    store.hear(SyncReply("e.1", False, 0, MONDAY, (*results, *refused), ()))


# when


async def test_nothing_is_sent_before_there_is_a_centre(tablet):
    assert await tablet.syncing.send_now() is None


async def test_the_first_round_is_at_the_start(tablet):
    rounds = ScriptedRounds()

    async with running(tablet, rounds):
        assert rounds.count == 1


async def test_a_save_leads_to_a_round_once_it_cannot_be_taken_back(tablet, time):
    await tablet.with_shift()
    rounds = ScriptedRounds()

    async with running(tablet, rounds):
        await with_case_saved(tablet)
        await time.pass_by(seconds=AFTER_SAVE - 1)
        assert rounds.count == 1

        await time.pass_by(seconds=1)
        assert rounds.count == 2


async def test_a_second_save_can_be_taken_back_as_long_as_the_first(tablet, time):
    """It left with the first one's round, a second after it was made."""
    await tablet.with_shift()
    rounds = ScriptedRounds()

    async with running(tablet, rounds):
        await with_case_saved(tablet)
        await time.pass_by(seconds=AFTER_SAVE - 1)
        await with_case_saved(tablet)
        await time.pass_by(seconds=1)
        assert rounds.count == 1

        await time.pass_by(seconds=AFTER_SAVE)
        assert rounds.count == 2


async def test_a_save_while_a_round_runs_leads_to_another(tablet, time):
    await tablet.with_shift()
    rounds = ScriptedRounds()

    async with running(tablet, rounds):
        rounds.open.clear()
        tablet.syncing.wake()
        await turns()
        assert rounds.count == 2
        await with_case_saved(tablet)
        rounds.open.set()
        await turns()
        await time.pass_by(seconds=AFTER_SAVE)

        assert rounds.count == 3


async def test_several_saves_lead_to_one_round(tablet, time):
    await tablet.with_shift()
    rounds = ScriptedRounds()

    async with running(tablet, rounds):
        for _ in range(3):
            await with_case_saved(tablet)
        await time.pass_by(seconds=AFTER_SAVE)
        await time.pass_by(seconds=AFTER_SAVE)

        assert rounds.count == 2


async def test_a_save_does_not_hurry_what_has_just_failed(tablet, time):
    await tablet.with_shift()
    rounds = ScriptedRounds(OFFLINE)

    async with running(tablet, rounds):
        await with_case_saved(tablet)
        await time.pass_by(seconds=AFTER_SAVE)

        assert rounds.count == 1


async def test_a_network_that_comes_back_is_tried_at_once(tablet):
    rounds = ScriptedRounds(OFFLINE)

    async with running(tablet, rounds):
        tablet.syncing.wake()
        await turns()

        assert rounds.count == 2


async def test_a_network_that_comes_back_during_a_round_is_tried_after_it(tablet):
    """The news was forgotten, and the tablet waited out its pause with a network at hand."""
    rounds = ScriptedRounds(OFFLINE)

    async with running(tablet, rounds):
        rounds.open.clear()
        tablet.syncing.wake()
        await turns()
        tablet.syncing.wake()
        rounds.open.set()
        await turns()

        assert rounds.count == 3


async def test_a_round_that_breaks_off_is_not_the_last(tablet):
    """Nothing was sent any more until the app was started again."""
    rounds = ScriptedRounds()

    async def news_that_nobody_can_read() -> None:
        raise ValueError("no such procedure")

    tablet.syncing.heard = news_that_nobody_can_read
    async with running(tablet, rounds):
        tablet.syncing.wake()
        await turns()
        assert rounds.count == 2


async def test_what_prepares_a_round_may_say_why_there_is_none(tablet):
    rounds = ScriptedRounds()

    async def not_paired(_last: Phase) -> Phase | None:
        return Stopped(Cause.NOT_PAIRED)

    async with running(tablet, rounds, not_paired):
        assert rounds.count == 0
        assert tablet.now.sync.phase == Stopped(Cause.NOT_PAIRED)


async def test_someone_who_asks_while_a_round_runs_gets_one_of_their_own(tablet):
    rounds = ScriptedRounds()
    preparing = 0

    async def one_at_a_time(_last: Phase) -> Phase | None:
        nonlocal preparing
        preparing += 1
        assert preparing == 1
        await turns()
        preparing -= 1
        return None

    async with running(tablet, rounds, one_at_a_time):
        first = asyncio.create_task(tablet.syncing.send_now())
        second = asyncio.create_task(tablet.syncing.send_now())
        assert [await first, await second] == [Resting(MONDAY)] * 2

    assert rounds.count == 3


@pytest.mark.parametrize(
    ("phase", "pause"),
    [
        (None, TIMER),
        (Resting(MONDAY), TIMER),
        (Stopped(Cause.NOT_PAIRED), TIMER),
        (Waiting(MONDAY + timedelta(seconds=40), 1, Cause.BUSY), timedelta(seconds=40)),
        (Waiting(MONDAY - timedelta(days=1), 1, Cause.BUSY), timedelta(seconds=1)),
    ],
    ids=["no centre", "resting", "stopped", "waiting", "the clock was put forward"],
)
def test_the_next_round_comes_by_itself(phase, pause):
    assert until_next(phase, MONDAY) == pause


# what the board says


async def test_the_board_counts_what_the_disk_knows(tablet):
    await tablet.with_shift()
    await with_case_saved(tablet)
    assert (tablet.now.sync.waiting, tablet.now.sync.review) == (2, 0)

    centre_takes(tablet.store, all_but=1)
    tablet.syncing.report(Resting(MONDAY))

    sync = tablet.now.sync
    assert (sync.waiting, sync.review, sync.last_sent_at) == (0, 1, MONDAY)
    assert sync.phase == Resting(MONDAY)


async def test_a_line_says_what_became_of_it(tablet):
    await tablet.with_shift()
    await with_case_saved(tablet)

    def state() -> LineState:
        return tablet.now.lines[0].state

    assert state() == LineState.SAVED
    tablet.store.seal(500)
    tablet.syncing.report(Sending(0, 2))
    assert state() == LineState.SENDING
    tablet.syncing.report(OFFLINE)
    assert state() == LineState.SAVED
    centre_takes(tablet.store)
    tablet.syncing.report(Resting(MONDAY))
    assert state() == LineState.SENT
    assert tablet.now.lines[0].sent_at == MONDAY


async def test_a_line_that_was_refused_says_so_until_it_is_corrected(tablet):
    session = await (await tablet.with_shift()).with_list()
    await tablet.workshops.close(session)
    centre_takes(tablet.store, all_but=1)
    tablet.syncing.report(Resting(MONDAY))
    assert (tablet.now.lines[0].state, tablet.now.lines[0].problem) == (LineState.REVIEW, "/problems/not-text")

    await tablet.workshops.reopen(session)
    await tablet.workshops.close(session)

    assert (tablet.now.lines[0].state, tablet.now.lines[0].problem) == (LineState.SAVED, None)


async def test_a_session_is_sent_when_all_its_seats_are(tablet):
    session = await (await tablet.with_shift()).with_list()
    await tablet.workshops.close(session)

    changes = tablet.store.seal(5)
    results = tuple(Applied(change.op, seq) for seq, change in enumerate(changes, 1))
    tablet.store.hear(SyncReply("e.1", False, 0, MONDAY, results, ()))
    tablet.syncing.report(Resting(MONDAY))
    assert tablet.now.lines[0].state == LineState.SAVED

    centre_takes(tablet.store)
    tablet.syncing.report(Resting(MONDAY))
    assert tablet.now.lines[0].state == LineState.SENT


async def test_what_is_heard_from_other_tablets_is_not_this_ones_work(tablet):
    news = Record("eeeeeeee-0000-4000-8000-000000000001", Kind.SESSION, 9, {"status": "held", "headcount": 5})
    tablet.store.hear(SyncReply("e.9", False, 0, MONDAY, (), (news,)))
    tablet.syncing.report(Resting(MONDAY))

    assert (tablet.now.lines, tablet.now.sync.waiting) == ((), 0)


async def test_the_time_without_an_answer_goes_on_over_all_retries(tablet, time):
    tablet.syncing.report(OFFLINE)
    since = time.at

    for phase in (Sending(0, 3, attempt=1), Fetching(attempt=1), Waiting(LATER, 2, Cause.NO_CONNECTION)):
        await time.pass_by(minutes=10)
        tablet.syncing.report(phase)

        assert tablet.now.sync.offline_since == since


@pytest.mark.parametrize(
    "answer",
    [
        Resting(MONDAY),
        Sending(1, 3),
        Waiting(LATER, 2, Cause.BUSY),
        Waiting(LATER, 2, Cause.CAPTIVE_PORTAL),
        Stopped(Cause.DEVICE_UNKNOWN),
    ],
)
async def test_an_answer_ends_the_time_without_one(tablet, time, answer):
    tablet.syncing.report(OFFLINE)
    await time.pass_by(minutes=10)

    tablet.syncing.report(answer)
    assert tablet.now.sync.offline_since is None

    tablet.syncing.report(OFFLINE)
    assert tablet.now.sync.offline_since == time.at


async def test_what_was_sent_a_week_ago_and_is_in_a_backup_leaves_the_tablet(tablet, time):
    await tablet.with_shift()
    case = await with_case_saved(tablet)
    centre_takes(tablet.store)
    tablet.store.hear(SyncReply("e.2", False, 9, MONDAY, (), ()))
    tablet.syncing.use(ScriptedRounds(), nothing_to_prepare)

    await tablet.syncing.send_now()
    assert tablet.store.record(case) is not None
    await tablet.shifts.end()
    await time.pass_by(minutes=8 * 24 * 60)
    await tablet.syncing.send_now()
    assert tablet.store.record(case) is not None, "its shift is still compared"
    await tablet.shifts.leave()
    await time.pass_by(minutes=24 * 60)
    await tablet.syncing.send_now()

    assert tablet.store.record(case) is None
