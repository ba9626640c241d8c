"""How long to wait before the next try. Pure: chance and the present moment come in as arguments."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

FIRST = timedelta(seconds=5)
LONGEST = timedelta(minutes=15)
SHORTEST_ASKED = timedelta(seconds=1)


def pause(attempt: int, *, chance: float, asked: timedelta | None = None) -> timedelta:
    """The wait after the `attempt`th failure in a row (from 1), `chance` being drawn evenly from 0 to 1.

    Full jitter: forty tablets that lost the same network do not come back in the same second. When the centre asked
    for a time, that is obeyed within 1 second to 15 minutes.
    """
    if asked is not None:
        return min(max(asked, SHORTEST_ASKED), LONGEST)
    doublings = min(max(attempt, 1) - 1, 10)  # past ten the ceiling has long been reached
    return min(FIRST * (1 << doublings), LONGEST) * chance


def asked_pause(header: str | None, *, now: datetime) -> timedelta | None:
    """What a Retry-After header asks for: seconds or an HTTP date. None when it is absent or cannot be read."""
    if header is None:
        return None
    text = header.strip()
    if text.lstrip("-").isascii() and text.lstrip("-").isdecimal():
        return _seconds(text)
    return _until(text, now)


def _seconds(text: str) -> timedelta:
    if len(text) > 9:
        return LONGEST
    return min(max(timedelta(seconds=int(text)), SHORTEST_ASKED), LONGEST)


def _until(text: str, now: datetime) -> timedelta | None:
    try:
        then = parsedate_to_datetime(text)
    except ValueError:
        return None
    aware = then if then.tzinfo else then.replace(tzinfo=UTC)
    return min(max(aware - now, SHORTEST_ASKED), LONGEST)
