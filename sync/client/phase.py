"""Where the tablet stands with the centre, as values, and the pure rule from one to the next.

    Resting   nothing waits here, nothing new there
    Sending   `done` of `total` are acknowledged
    Fetching  nothing to send: hearing what is new
    Waiting   it did not work; the next try is at `until`
    Stopped   trying again is useless until a person does something

The screens translate `Cause`; nothing in this file is shown as it is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never

from sync.errors import (
    BadCertificate,
    BatchTooLarge,
    CaptivePortal,
    CentreBusy,
    DeviceLost,
    DeviceUnknown,
    EnrolmentRefused,
    LinkDown,
    MalformedMessage,
    NotEnrolled,
    NotTheCentre,
    ProtocolUnknown,
    SyncError,
)
from sync.protocol.receipts import Receipt


class Cause(StrEnum):
    """Why the tablet waits or has stopped."""

    NO_CONNECTION = "no_connection"
    CAPTIVE_PORTAL = "captive_portal"
    BAD_CERTIFICATE = "bad_certificate"  # often it is the tablet's own date that is wrong
    NOT_THE_CENTRE = "not_the_centre"
    BUSY = "busy"
    SERVER_FAULT = "server_fault"
    MALFORMED = "malformed"
    DIFFERENCE = "difference"  # the two ends do not hold the same of a shift
    TABLET_FAULT = "tablet_fault"  # the answer could not be written down here, e.g. the disk is full
    DEVICE_UNKNOWN = "device_unknown"
    DEVICE_LOST = "device_lost"
    NOT_PAIRED = "not_paired"
    APP_TOO_OLD = "app_too_old"


NEEDS_A_PERSON = frozenset({Cause.DEVICE_UNKNOWN, Cause.DEVICE_LOST, Cause.NOT_PAIRED, Cause.APP_TOO_OLD})


@dataclass(frozen=True, slots=True)
class Resting:
    since: datetime | None = None  # when the two ends last agreed; None = not since the app started
    receipt: Receipt | None = None  # of the shift that was compared with the centre's, and is the same


@dataclass(frozen=True, slots=True)
class Sending:
    done: int  # acknowledged by the centre in this round
    total: int  # done, and what still waits
    attempt: int = 0  # failures in a row before this try


@dataclass(frozen=True, slots=True)
class Fetching:
    attempt: int = 0


@dataclass(frozen=True, slots=True)
class Waiting:
    until: datetime
    attempt: int  # failures in a row, from 1
    cause: Cause


@dataclass(frozen=True, slots=True)
class Stopped:
    cause: Cause


Phase = Resting | Sending | Fetching | Waiting | Stopped


@dataclass(frozen=True, slots=True)
class Offering:
    """The next exchange carries changes."""

    done: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Asking:
    """The next exchange carries none."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The centre answered, and its answer is on disk."""

    done: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Agreed:
    """Neither side has more, and what was asked to be compared is the same."""

    receipt: Receipt | None = None


@dataclass(frozen=True, slots=True)
class Hindered:
    cause: Cause
    asked: timedelta | None = None  # the wait the centre asked for


Event = Offering | Asking | Answered | Agreed | Hindered


def next_phase(
    phase: Phase, event: Event, *, now: datetime, pause: Callable[[int, timedelta | None], timedelta]
) -> Phase:
    """`pause(attempt, asked)` says how long to wait after so many failures in a row."""
    match event:
        case Offering(done=done, waiting=waiting):
            return Sending(done, done + waiting, _failures(phase))
        case Asking():
            return Fetching(_failures(phase))
        case Answered(done=done, waiting=waiting):
            return Sending(done, done + waiting) if isinstance(phase, Sending) else Fetching()
        case Agreed(receipt=receipt):
            return Resting(since=now, receipt=receipt)
        case Hindered(cause=cause) if cause in NEEDS_A_PERSON:
            return Stopped(cause)
        case Hindered(cause=cause, asked=asked):
            attempt = _failures(phase) + 1
            return Waiting(now + pause(attempt, asked), attempt, cause)
        case _:
            assert_never(event)


def hindrance(error: SyncError) -> Hindered:
    """What an error means for the phase. An error nobody named here is the centre's fault: wait and try again."""
    for kind, cause in _CAUSES:
        if isinstance(error, kind):
            asked = error.retry_after if isinstance(error, CentreBusy) else None
            return Hindered(cause, asked)
    return Hindered(Cause.SERVER_FAULT)


_CAUSES: tuple[tuple[type[SyncError], Cause], ...] = (
    (LinkDown, Cause.NO_CONNECTION),
    (CaptivePortal, Cause.CAPTIVE_PORTAL),
    (BadCertificate, Cause.BAD_CERTIFICATE),
    (NotTheCentre, Cause.NOT_THE_CENTRE),
    (CentreBusy, Cause.BUSY),
    (BatchTooLarge, Cause.SERVER_FAULT),
    (MalformedMessage, Cause.MALFORMED),
    (DeviceLost, Cause.DEVICE_LOST),
    (DeviceUnknown, Cause.DEVICE_UNKNOWN),
    (NotEnrolled, Cause.NOT_PAIRED),
    (EnrolmentRefused, Cause.NOT_PAIRED),
    (ProtocolUnknown, Cause.APP_TOO_OLD),
)


def _failures(phase: Phase) -> int:
    match phase:
        case Sending(attempt=attempt) | Fetching(attempt=attempt) | Waiting(attempt=attempt):
            return attempt
        case Resting() | Stopped():
            return 0
        case _:
            assert_never(phase)
