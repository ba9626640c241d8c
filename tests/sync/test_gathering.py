"""Tablets that come at the same moment share a commit, and nothing else."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import replace

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError

from sync.endpoint.batch import OP_REUSED
from sync.endpoint.database import Database
from sync.endpoint.devices import Device
from sync.endpoint.exchange import TENANT, Offer
from sync.endpoint.gathering import MOST_CHANGES, MOST_TABLETS, Gathering
from sync.endpoint.storage import Shelf
from sync.errors import CentreBusy, Resync
from sync.protocol.messages import SyncReply, SyncRequest
from sync.protocol.records import Applied, Value
from tests.sync.listening import heard
from tests.sync.making import START, make_change
from tests.sync.tablets import Office


def offer(number: int, *, changes: int = 1, cursor: str = "", **fields: Value) -> Offer:
    """What tablet `number` brings: changes nobody else makes."""
    ids = range(number * 1000, number * 1000 + changes)
    made = tuple(make_change(one, of=one, **(fields or {"note": "x"})) for one in ids)
    return Offer.of(Device(f"tablet-{number}", TENANT), SyncRequest(cursor, START, changes, 0, made))


PATIENCE_SECONDS = 30.0
Asked = list["asyncio.Task[SyncReply]"]
Meanwhile = Callable[[Asked], Awaitable[None]]


def together(office: Office, *offers: Offer, meanwhile: Meanwhile | None = None) -> list[object]:
    """The answers to offers that all came while somebody else had the turn."""

    async def ask() -> list[object]:
        turn = asyncio.Lock()
        gathering = Gathering(office.centre, turn)
        async with turn:
            asked = [asyncio.ensure_future(gathering.exchange(one)) for one in offers]
            await asyncio.sleep(0)
        if meanwhile:
            await meanwhile(asked)
        async with asyncio.timeout(PATIENCE_SECONDS):
            return list(await asyncio.gather(*asked, return_exceptions=True))

    return asyncio.run(ask())


@pytest.fixture
def commits(office: Office) -> list[object]:
    made: list[object] = []
    event.listen(office.centre.database._engine, "commit", made.append)
    return made


def forbid_poison(office: Office) -> None:
    with office.centre.database.writing() as connection:
        connection.execute(text("ALTER TABLE change ADD COLUMN extra TEXT CHECK (body NOT LIKE '%poison%')"))


def ops(answer: object) -> list[str]:
    assert isinstance(answer, SyncReply)
    assert all(isinstance(result, Applied) for result in answer.results)
    return [result.op for result in answer.results]


def brought(one: Offer) -> list[str]:
    return [change.op for change in one.request.changes]


def test_each_gets_its_own_answer_after_one_commit(office: Office, commits: list[object]) -> None:
    offers = [offer(1), offer(2, changes=3), offer(3, changes=0)]

    answers = together(office, *offers)

    assert [ops(answer) for answer in answers] == [brought(one) for one in offers]
    assert len(commits) == 1
    assert len(office.records()) == 4


def test_the_later_is_told_what_the_earlier_brought(office: Office) -> None:
    _, answer = together(office, offer(1), offer(2, changes=0))

    assert isinstance(answer, SyncReply)
    assert [record.id for record in answer.changes] == [offer(1).request.changes[0].id]


def test_the_earlier_hears_at_the_next_asking_what_the_later_changed(office: Office) -> None:
    """Its cursor must not pass over a change of its own record that came after its answer was settled."""
    first, later = offer(1), offer(2, changes=0)
    edit = make_change(2001, of=1000, note="y")
    later = replace(later, request=replace(later.request, changes=(edit,)))

    answer, edited = together(office, first, later)
    assert isinstance(answer, SyncReply) and isinstance(edited, SyncReply)
    (again,) = together(office, offer(1, changes=0, cursor=answer.cursor))

    assert isinstance(again, SyncReply)
    assert [record.seq for record in answer.changes] == []
    assert [record.seq for record in again.changes] == [result.seq for result in edited.results]  # type: ignore[union-attr]


def test_one_number_for_two_changes_is_noticed_between_those_that_share_a_commit(office: Office) -> None:
    first, second = offer(1), offer(2)
    (taken,) = first.request.changes
    reused = replace(second.request.changes[0], op=taken.op)

    answer, refused = together(office, first, Offer.of(second.device, replace(second.request, changes=(reused,))))

    assert ops(answer) == [taken.op]
    assert isinstance(refused, SyncReply)
    assert [result.problem for result in refused.results] == [OP_REUSED]  # type: ignore[union-attr]
    assert len(office.records()) == 1


def test_a_crowd_is_written_with_as_many_statements_as_one(office: Office) -> None:
    with heard(office.centre.database) as of_one:
        together(office, offer(1))
    with heard(office.centre.database) as of_many:
        together(office, *(offer(number) for number in range(2, 2 + MOST_TABLETS)))

    assert [one for one, _ in of_many if "SELECT" not in one] == [one for one, _ in of_one if "SELECT" not in one]


def test_no_commit_takes_more_than_one_large_batch(office: Office, commits: list[object]) -> None:
    answers = together(office, offer(1, changes=MOST_CHANGES - 1), offer(2), offer(3), offer(4))

    assert len(commits) == 2
    assert sum(len(ops(answer)) for answer in answers) == MOST_CHANGES + 2


def test_no_commit_takes_more_than_a_few_tablets(office: Office, commits: list[object]) -> None:
    """Who brings nothing may have a whole page to hear."""
    answers = together(office, *(offer(number, changes=0) for number in range(MOST_TABLETS + 1)))

    assert len(commits) == 2
    assert all(isinstance(answer, SyncReply) for answer in answers)


def test_while_the_database_cannot_be_used_nobody_waits_after_another(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    many = [offer(number, changes=MOST_CHANGES) for number in range(1, 4)]

    with closing(Database(office.place.url, busy_seconds=0.05)) as impatient, office.centre.database.writing() as held:
        Shelf(held, Device("", TENANT)).lock()
        answers = together(replace(office, centre=replace(office.centre, database=impatient)), *many, offer(4))

    assert [type(answer) for answer in answers] == [CentreBusy] * 4
    assert [record.getMessage() for record in caplog.records] == ["the database cannot be used now"]
    assert not office.records()


def test_a_fault_at_one_is_not_the_others(office: Office) -> None:
    forbid_poison(office)

    first, second, third = together(office, offer(1), offer(2, note="poison"), offer(3))

    assert ops(first) == brought(offer(1)) and ops(third) == brought(offer(3))
    assert isinstance(second, IntegrityError)
    assert len(office.records()) == 2


def test_who_leaves_while_each_is_taken_alone_leaves_the_others_in_line(office: Office) -> None:
    forbid_poison(office)
    begun: list[object] = []
    event.listen(office.centre.database._engine, "begin", begun.append)

    async def leave(asked: Asked) -> None:
        while len(begun) < 2:  # all together, then the first alone
            await asyncio.sleep(0)
        asked[0].cancel()

    _, poisoned, *others = together(office, offer(1), offer(2, note="poison"), offer(3), offer(4), meanwhile=leave)

    assert isinstance(poisoned, IntegrityError)
    assert [ops(answer) for answer in others] == [brought(offer(3)), brought(offer(4))]
    assert len(office.records()) == 3


def test_a_cursor_of_another_time_is_its_owners_affair(office: Office) -> None:
    answers = together(office, offer(1), offer(2, cursor="of.another.time"), offer(3))

    assert [type(answer) for answer in answers] == [SyncReply, Resync, SyncReply]
    assert len(office.records()) == 2


@pytest.mark.parametrize("gone", [0, 1])
def test_one_who_has_left_takes_nobodys_answer_along(office: Office, gone: int) -> None:
    async def leave(asked: Asked) -> None:
        while not office.centre.database._engine.pool.checkedout():  # type: ignore[attr-defined] # not of every pool
            await asyncio.sleep(0)
        asked[gone].cancel()

    answers = together(office, offer(1), offer(2), meanwhile=leave)

    assert isinstance(answers[gone], asyncio.CancelledError)
    assert ops(answers[1 - gone]) == brought(offer(2 - gone))
    assert len(office.records()) == 2
