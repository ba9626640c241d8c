"""The line in front of the support point: numbers and coarse topics, for today, on this tablet. Nobody is named."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

LONGEST = 60  # more people than any hall holds


class Topic(StrEnum):
    """What somebody comes for, as far as one can tell in passing."""

    APPOINTMENT = "appointment"
    DIGITAL_ID = "digital_id"
    CERTIFICATE = "certificate"
    WORK = "work"
    MOBILE = "mobile"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Waiting:
    """One who waits."""

    number: int
    topic: Topic
    since: datetime


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """Those who wait, the first to come first, and what became of the others today."""

    day: date
    waiting: tuple[Waiting, ...] = ()
    last: int = 0  # the number given last
    called: int = 0
    left: int = 0  # without help


def of_today(line: WaitingLine | None, now: datetime) -> WaitingLine:
    """The line of this day: yesterday's is wiped."""
    return line if line and line.day == now.date() else WaitingLine(now.date())


def join(line: WaitingLine, topic: Topic, now: datetime) -> WaitingLine:
    """One more at the end, with the next number; a line as long as may be stays as it is."""
    if len(line.waiting) >= LONGEST:
        return line
    number = line.last + 1
    return replace(line, waiting=(*line.waiting, Waiting(number, topic, now)), last=number)


def call(line: WaitingLine, number: int) -> WaitingLine:
    """It is this one's turn. Whoever is not in the line any more changes nothing."""
    rest = _without(line, number)
    return line if rest == line.waiting else replace(line, waiting=rest, called=line.called + 1)


def leave(line: WaitingLine, number: int) -> WaitingLine:
    """This one went away without help."""
    rest = _without(line, number)
    return line if rest == line.waiting else replace(line, waiting=rest, left=line.left + 1)


def waited(one: Waiting, now: datetime) -> int:
    """Minutes; none at all where the tablet's clock was set back."""
    return max(int((now - one.since) / timedelta(minutes=1)), 0)


def _without(line: WaitingLine, number: int) -> tuple[Waiting, ...]:
    return tuple(each for each in line.waiting if each.number != number)
