"""Who answers at an address, and trading a one-time code for a token: one try, and what became of it. Keeps nothing."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sync.client.phase import Cause, Phase, Resting, Stopped, hindrance, next_phase
from sync.client.ports import Transport
from sync.errors import EnrolmentRefused, SyncError
from sync.protocol.messages import Enrolled, Enrolment, Hello

PAUSE = timedelta(seconds=10)
"""Between two tries: a code is good for fifteen minutes only."""


async def meet(transport: Transport) -> Hello | Cause:
    """Who answers there, or why nobody does. Asked before anything is told."""
    try:
        return await transport.hello()
    except SyncError as error:
        return hindrance(error).cause


async def trade(transport: Transport, enrolment: Enrolment, *, clock: Callable[[], datetime]) -> Enrolled | Phase:
    """What the centre gave for the code; else the phase this leaves the tablet in. `Stopped` when the code is no good:
    a person has to get another one."""
    try:
        return await transport.enrol(enrolment)
    except EnrolmentRefused:
        return Stopped(Cause.NOT_PAIRED)
    except SyncError as error:
        return next_phase(Resting(), hindrance(error), now=clock(), pause=lambda *_: PAUSE)
