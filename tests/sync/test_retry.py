from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.client.retry import LONGEST, asked_pause, pause
from tests.sync.making import START


@pytest.mark.parametrize(
    ("attempt", "seconds"),
    [(0, 5), (1, 5), (2, 10), (3, 20), (4, 40), (5, 80), (6, 160), (7, 320), (8, 640), (9, 900), (10_000, 900)],
)
def test_the_ceiling_doubles_from_five_seconds_to_fifteen_minutes(attempt: int, seconds: int) -> None:
    assert pause(attempt, chance=1.0) == timedelta(seconds=seconds)


@given(st.integers(0, 50), st.floats(0, 1))
def test_chance_spreads_the_wait_over_the_whole_range(attempt: int, chance: float) -> None:
    wait = pause(attempt, chance=chance)

    assert timedelta() <= wait <= LONGEST
    assert abs(wait - pause(attempt, chance=1.0) * chance) < timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("asked", "seconds"), [(0, 1), (-5, 1), (1, 1), (20, 20), (900, 900), (901, 900), (10**9, 900)]
)
def test_the_wait_that_was_asked_for_is_bounded(asked: int, seconds: int) -> None:
    assert pause(5, chance=0.1, asked=timedelta(seconds=asked)) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("", None),
        ("abc", None),
        ("5", 5),
        (" 5 ", 5),
        ("0", 1),
        ("-1", 1),
        ("--5", None),
        ("-", None),
        ("999999999", 900),
        ("9" * 400, 900),
        ("٣", None),
        ("1.5", None),
        ("Wed, 04 Mar 2026 09:31:00 GMT", 60),
        ("Wed, 04 Mar 2026 09:00:00 GMT", 1),
        ("Wed, 04 Mar 2099 09:00:00 GMT", 900),
        ("Wed, 99 Mar 2026 09:00:00 GMT", None),
        ("Wed, 04 Mar 99999999999999999999 09:00:00 GMT", None),
    ],
)
def test_a_retry_after_header_is_read_with_care(header: str | None, seconds: int | None) -> None:
    expected = None if seconds is None else timedelta(seconds=seconds)

    assert asked_pause(header, now=START) == expected
