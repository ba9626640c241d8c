"""Tablets that come at the same moment share a commit, and nothing else."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError

from sync.endpoint.devices import Device
from sync.endpoint.exchange import TENANT, Offer
from sync.endpoint.gathering import MOST_CHANGES, Gathering
from sync.errors import Resync
from sync.protocol.messages import SyncReply, SyncRequest
from sync.protocol.records import Applied, Value
from tests.sync.making import START, make_change
from tests.sync.tablets import Office


def offer(number: int, *, changes: int = 1, cursor: str = "", **fields: Value) -> Offer:
    """What tablet `number` brings: changes nobody else makes."""
    ids = range(number * 1000, number * 1000 + changes)
    made = tuple(make_change(one, of=one, **(fields or {"note": "x"})) for one in ids)
    return Offer(Device(f"tablet-{number}", TENANT), SyncRequest(cursor, START, changes, 0, made))


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
        return list(await asyncio.gather(*asked, return_exceptions=True))

    return asyncio.run(ask())


@pytest.fixture
def commits(office: Office) -> list[object]:
    made: list[object] = []
    event.listen(office.centre.database._engine, "commit", made.append)
    return made


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


def test_no_commit_takes_more_than_one_large_batch(office: Office, commits: list[object]) -> None:
    answers = together(office, offer(1, changes=MOST_CHANGES - 1), offer(2), offer(3), offer(4))

    assert len(commits) == 2
    assert sum(len(ops(answer)) for answer in answers) == MOST_CHANGES + 2


def test_a_fault_at_one_is_not_the_others(office: Office) -> None:
    with office.centre.database.writing() as connection:
        connection.execute(text("ALTER TABLE change ADD COLUMN extra TEXT CHECK (body NOT LIKE '%poison%')"))

    first, second, third = together(office, offer(1), offer(2, note="poison"), offer(3))

    assert ops(first) == brought(offer(1)) and ops(third) == brought(offer(3))
    assert isinstance(second, IntegrityError)
    assert len(office.records()) == 2


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
