"""A tablet's folder in the middle of a shift, made by the services themselves: quicker than tapping through it."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from app.domain.assisting import Ending
from app.domain.waiting import Topic
from sync.protocol.vocabulary import Outcome
from tests.app.tablets import DONE, LABOUR, Tablet, Time, counted_ids

CASE = "sp-cita-omac"


@dataclass(frozen=True, slots=True)
class Routes:
    """Where what was prepared is."""

    case: str
    asked: str  # a case that is asked why it ended
    roll: str


def prepare(folder: Path, *, text_percent: int = 100) -> Routes:
    """A saved help, a case, a case that is asked about, a list and two people who wait."""
    with ThreadPoolExecutor(1) as apart:  # the browser keeps this thread's loop
        work: Coroutine[Any, Any, Routes] = _prepare(folder, text_percent)
        return apart.submit(asyncio.run, work).result()


async def _prepare(folder: Path, text_percent: int) -> Routes:
    tablet = await Tablet(folder, Time(datetime.now().astimezone()), counted_ids()).with_shift()
    try:
        await tablet.assisting.finish(await tablet.with_case(LABOUR), DONE)
        case, asked = await tablet.with_case(CASE), await tablet.with_case("sp-certificat-padro")
        await tablet.assisting.finish(asked, Ending(Outcome.MUST_RETURN))
        roll = await tablet.with_list()
        for topic in (Topic.WORK, Topic.APPOINTMENT):
            await tablet.line.join(topic)
        await tablet.shifts.prefer(text_percent=text_percent)
        await tablet.shifts.remember("/")
    finally:
        tablet.close()
    return Routes(f"/assist/{case}", f"/assist/{asked}", f"/roll-call/{roll}")
