"""A tablet that meets faults instead of a centre, over real sockets."""

import asyncio

from sync.client.phase import Cause, Phase, Stopped, Waiting
from tests.sync import proxy
from tests.sync.desks import Desk
from tests.sync.processes import one_round
from tests.sync.proxy import Fault, standing

OURS = {"X_Acompanya": "1", "Content_Type": "application/json"}


def cause_of(phase: Phase) -> Cause | None:
    return phase.cause if isinstance(phase, Waiting | Stopped) else None


def met(desk: Desk, *faults: Fault) -> tuple[Phase, list[bytes]]:
    """One round in which the tablet meets these faults, one for each request, and the requests it made."""

    async def meeting() -> tuple[Phase, list[bytes]]:
        async with standing(proxy.in_turn(*faults)) as between:
            return await one_round(desk, between.url, "a-token"), between.requests

    return asyncio.run(meeting())
