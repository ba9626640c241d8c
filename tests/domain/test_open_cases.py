"""Several cases at a time."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain import assisting, open_cases
from app.domain.assisting import AssistDraft
from tests.app.tablets import MONDAY

CASES = tuple(AssistDraft(id=f"case-{number}", number=number) for number in (1, 2, 4))


def test_a_case_gets_the_lowest_number_that_no_other_has():
    assert open_cases.numbered(AssistDraft(id="new"), CASES).number == 3
    assert open_cases.numbered(AssistDraft(id="new"), ()).number == 1


def test_a_case_that_comes_back_keeps_its_number_unless_another_has_it_now():
    assert open_cases.numbered(AssistDraft(id="back", number=3), CASES).number == 3
    assert open_cases.numbered(AssistDraft(id="back", number=2), CASES).number == 3
    assert open_cases.numbered(CASES[0], CASES).number == 1


def test_six_cases_are_as_many_as_may_be_open():
    assert not open_cases.is_full(CASES[:1] * 5)
    assert open_cases.is_full(CASES[:1] * 6)


@pytest.mark.parametrize(("minutes", "is_asked"), [(44, False), (45, False), (45.1, True), (600, True)])
def test_a_long_pause_is_asked_about(minutes, is_asked):
    case = assisting.pause(AssistDraft(started_at=MONDAY), MONDAY)
    later = MONDAY + timedelta(minutes=minutes)

    assert open_cases.asks_about(case, later) is is_asked
    assert open_cases.paused_minutes(case, later) == int(minutes)


def test_a_long_pause_is_asked_about_once_and_the_next_one_again():
    later = MONDAY + timedelta(hours=1)
    asked = replace(assisting.pause(AssistDraft(started_at=MONDAY), MONDAY), pause_asked=True)
    resumed = assisting.pause(asked, later)
    paused = assisting.pause(resumed, later)

    assert not open_cases.asks_about(asked, later)
    assert not open_cases.asks_about(resumed, later + timedelta(hours=1))
    assert open_cases.asks_about(paused, later + timedelta(hours=1))
