"""Every phase meets every event."""

from datetime import timedelta

import pytest

from sync.client.phase import (
    Agreed,
    Answered,
    Asking,
    Cause,
    Event,
    Fetching,
    Hindered,
    Offering,
    Phase,
    Resting,
    Sending,
    Stopped,
    Waiting,
    hindrance,
    next_phase,
)
from sync.errors import (
    BadCertificate,
    BatchTooLarge,
    CaptivePortal,
    CentreBusy,
    CentreFault,
    DeviceUnknown,
    EnrolmentRefused,
    LinkDown,
    LinkTooSlow,
    MalformedMessage,
    NotEnrolled,
    NotTheCentre,
    ProtocolUnknown,
    Resync,
    SyncError,
)
from tests.sync.making import START

SECOND = timedelta(seconds=1)
WAITING = Waiting(START, 2, Cause.NO_CONNECTION)
DOWN = Hindered(Cause.NO_CONNECTION)


@pytest.mark.parametrize(
    ("phase", "event", "expected"),
    [
        (Resting(), Offering(0, 5), Sending(0, 5)),
        (Resting(), Asking(), Fetching()),
        (Resting(), DOWN, Waiting(START + SECOND, 1, Cause.NO_CONNECTION)),
        (Sending(0, 5), Answered(3, 2), Sending(3, 5)),
        (Sending(3, 5), Offering(3, 2), Sending(3, 5)),
        (Sending(3, 5, attempt=2), Answered(5, 0), Sending(5, 5)),
        (Sending(5, 5), Agreed(), Resting(START)),
        (Sending(0, 5), DOWN, Waiting(START + SECOND, 1, Cause.NO_CONNECTION)),
        (Sending(0, 5, attempt=2), DOWN, Waiting(START + 3 * SECOND, 3, Cause.NO_CONNECTION)),
        (Fetching(), Answered(0, 0), Fetching()),
        (Fetching(attempt=2), Answered(0, 0), Fetching()),
        (Fetching(), Agreed(), Resting(START)),
        (Fetching(attempt=1), DOWN, Waiting(START + 2 * SECOND, 2, Cause.NO_CONNECTION)),
        (WAITING, Offering(0, 5), Sending(0, 5, attempt=2)),
        (WAITING, Asking(), Fetching(attempt=2)),
        (WAITING, DOWN, Waiting(START + 3 * SECOND, 3, Cause.NO_CONNECTION)),
        (WAITING, Agreed(), Resting(START)),
        (Stopped(Cause.DEVICE_UNKNOWN), Offering(0, 5), Sending(0, 5)),
        (Stopped(Cause.DEVICE_UNKNOWN), Asking(), Fetching()),
        (Sending(0, 5), Hindered(Cause.BUSY, 60 * SECOND), Waiting(START + 60 * SECOND, 1, Cause.BUSY)),
        (Sending(0, 5), Hindered(Cause.DEVICE_UNKNOWN), Stopped(Cause.DEVICE_UNKNOWN)),
        (Fetching(), Hindered(Cause.NOT_PAIRED), Stopped(Cause.NOT_PAIRED)),
        (WAITING, Hindered(Cause.APP_TOO_OLD), Stopped(Cause.APP_TOO_OLD)),
    ],
    ids=str,
)
def test_the_next_phase(phase: Phase, event: Event, expected: Phase) -> None:
    def pause(attempt: int, asked: timedelta | None) -> timedelta:
        return asked or attempt * SECOND

    assert next_phase(phase, event, now=START, pause=pause) == expected


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (LinkDown(), Hindered(Cause.NO_CONNECTION)),
        (LinkTooSlow(), Hindered(Cause.NO_CONNECTION)),
        (NotTheCentre(), Hindered(Cause.NOT_THE_CENTRE)),
        (CaptivePortal(), Hindered(Cause.CAPTIVE_PORTAL)),
        (BadCertificate(), Hindered(Cause.BAD_CERTIFICATE)),
        (CentreBusy(SECOND), Hindered(Cause.BUSY, SECOND)),
        (CentreBusy(), Hindered(Cause.BUSY)),
        (CentreFault(500), Hindered(Cause.SERVER_FAULT)),
        (BatchTooLarge(by_centre=False), Hindered(Cause.SERVER_FAULT)),
        (Resync(), Hindered(Cause.SERVER_FAULT)),
        (DeviceUnknown(), Hindered(Cause.DEVICE_UNKNOWN)),
        (NotEnrolled(), Hindered(Cause.NOT_PAIRED)),
        (EnrolmentRefused(), Hindered(Cause.NOT_PAIRED)),
        (ProtocolUnknown(), Hindered(Cause.APP_TOO_OLD)),
        (MalformedMessage("cursor", "is missing"), Hindered(Cause.MALFORMED)),
        (SyncError(), Hindered(Cause.SERVER_FAULT)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_every_error_says_what_happens_next(error: SyncError, expected: Hindered) -> None:
    assert hindrance(error) == expected
