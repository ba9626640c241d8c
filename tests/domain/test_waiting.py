"""The waiting line: numbers, turns, and the night."""

from datetime import timedelta

from app.domain import waiting
from app.domain.waiting import LONGEST, Topic, WaitingLine
from tests.app.tablets import MONDAY

EMPTY = WaitingLine(MONDAY.date())


def line_of(number: int) -> WaitingLine:
    line = EMPTY
    for minute in range(number):
        line = waiting.join(line, Topic.WORK, MONDAY + timedelta(minutes=minute))
    return line


def test_who_comes_gets_the_next_number_also_when_others_have_gone():
    line = waiting.join(waiting.call(line_of(2), 2), Topic.MOBILE, MONDAY)

    assert [(each.number, each.topic) for each in line.waiting] == [(1, Topic.WORK), (3, Topic.MOBILE)]


def test_who_is_called_and_who_leaves_are_counted_apart():
    line = waiting.leave(waiting.call(line_of(3), 1), 2)

    assert ([each.number for each in line.waiting], line.called, line.left) == ([3], 1, 1)


def test_a_second_tap_on_the_same_number_changes_nothing():
    line = waiting.call(line_of(3), 1)

    assert waiting.call(line, 1) == line
    assert waiting.leave(line, 1) == line


def test_a_line_is_never_longer_than_any_hall():
    assert len(line_of(LONGEST + 5).waiting) == LONGEST


def test_yesterdays_line_is_wiped():
    assert waiting.of_today(line_of(3), MONDAY + timedelta(days=1)) == WaitingLine(MONDAY.date() + timedelta(days=1))
    assert waiting.of_today(None, MONDAY) == EMPTY
    assert waiting.of_today(line_of(1), MONDAY) == line_of(1)


def test_a_clock_that_was_set_back_lets_nobody_wait_less_than_nothing():
    (one,) = line_of(1).waiting

    assert waiting.waited(one, MONDAY + timedelta(minutes=7)) == 7
    assert waiting.waited(one, MONDAY - timedelta(hours=1)) == 0
