"""How long to wait before the next try. Pure: chance and the present moment come in as arguments."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

FIRST = timedelta(seconds=5)
LONGEST = timedelta(minutes=15)
SHORTEST_ASKED = timedelta(seconds=1)

_SECONDS = re.compile("-?[0-9]+")


def pause(attempt: int, *, chance: float, asked: timedelta | None = None) -> timedelta:
    """The wait after the `attempt`th failure in a row (from 1), `chance` being drawn evenly from 0 to 1.

    Full jitter: forty tablets that lost the same network do not come back in the same second. When the centre asked
    for a time, that is obeyed within 1 second to 15 minutes.
    """
    if asked is not None:
        return _bounded(asked)
    doublings = min(max(attempt, 1) - 1, 10)  # past ten the ceiling has long been reached
    return min(FIRST * (1 << doublings), LONGEST) * chance


def asked_pause(header: str | None, *, now: datetime) -> timedelta | None:
    """What a Retry-After header asks for: seconds or an HTTP date. None when it is absent or cannot be read."""
    if header is None:
        return None
    text = header.strip()
    return _seconds(text) if _SECONDS.fullmatch(text) else _until(text, now)


def _seconds(text: str) -> timedelta:
    if text.startswith("-"):
        return SHORTEST_ASKED
    return _bounded(timedelta(seconds=int(text))) if len(text) <= 9 else LONGEST  # enough digits overflow


def _until(text: str, now: datetime) -> timedelta | None:
    try:
        then = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    aware = then if then.tzinfo else then.replace(tzinfo=UTC)
    return _bounded(aware - now)


def _bounded(asked: timedelta) -> timedelta:
    return min(max(asked, SHORTEST_ASKED), LONGEST)
