"""When the tablet's own date is doubted."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from app.domain.clock import is_doubtful

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "heard", "doubted"),
    [
        (datetime(1970, 1, 1, tzinfo=UTC), None, True),
        (NOW - timedelta(hours=25), NOW, True),
        (NOW - timedelta(minutes=5), NOW, False),
        (NOW.astimezone(timezone(timedelta(hours=-5))), NOW, False),
        (NOW + timedelta(hours=25), NOW, False),  # time may have passed
        (datetime(2038, 1, 19, 3, 14, 8, tzinfo=UTC), NOW, False),
        (NOW, None, False),
    ],
    ids=["1970", "a day behind", "a little behind", "in Lima", "later", "2038", "nothing heard yet"],
)
def test_x_08_a_clock_is_doubted_when_it_is_behind_what_is_known(now, heard, doubted):
    assert is_doubtful(now, heard) is doubted


@pytest.mark.parametrize(
    ("now", "written", "doubted"),
    [
        (NOW + timedelta(hours=25), NOW + timedelta(hours=25), True),
        (NOW + timedelta(days=3), NOW + timedelta(hours=25), True),
        (NOW + timedelta(minutes=5), NOW + timedelta(minutes=5), False),
        (NOW + timedelta(hours=1), NOW + timedelta(hours=25), False),
        (NOW + timedelta(days=3), NOW - timedelta(days=1), False),
        (NOW, None, False),
    ],
    ids=["a day ahead", "still ahead", "a little ahead", "put right", "sent a day later", "nothing written"],
)
def test_x_08_a_clock_is_doubted_when_it_was_ahead_of_what_the_centre_said(now, written, doubted):
    assert is_doubtful(now, NOW, written) is doubted
