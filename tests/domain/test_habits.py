"""What use teaches a tablet: the tiles of the home screen and the usual durations."""

import pytest

from app.domain import habits
from app.domain.assisting import Assist
from app.domain.catalogue import OTHER_PROCEDURE
from sync.protocol.vocabulary import EntryMode
from tests.domain.reference_files import make_catalogue, make_procedure

LABOUR = make_procedure("m8-vida-laboral", "Vida laboral")
OMAC = make_procedure("sp-cita-omac", "Cita OMAC")


def test_what_is_helped_with_most_comes_first_and_what_is_in_no_list_last():
    catalogue = make_catalogue(OMAC, LABOUR)

    tiles = habits.pinned({"m8-vida-laboral": 3, "gone": 9, "sp-cita-omac": 1, OTHER_PROCEDURE: 7}, catalogue)

    assert tiles == ("m8-vida-laboral", "sp-cita-omac", OTHER_PROCEDURE)


def test_a_help_is_counted():
    assert habits.counted({"a": 1}, "a") == {"a": 2}
    assert habits.counted({"a": 1}, "b") == {"a": 1, "b": 1}


def test_older_helps_weigh_half_in_time():
    full = {"winter": habits.REMEMBERED - 1, "once": 1}

    assert habits.counted(full, "summer") == {"winter": (habits.REMEMBERED - 1) // 2}


@pytest.mark.parametrize(
    ("minutes", "usual"),
    [((), 20), ((5, 5), 20), ((5, 7, 90), 7), ((4, 5, 6, 7), 6), ((1, 1, 600), 1)],
    ids=["none", "too few", "middle", "between two", "one forgotten"],
)
def test_the_usual_duration_is_the_middle_of_what_was_measured_here(minutes, usual):
    assert habits.usual_minutes(minutes, 20) == usual


def test_only_the_latest_durations_are_remembered():
    many = tuple(range(1, habits.MEASURED + 1))

    assert habits.measured(many, Assist(active_minutes=99), is_corrected=True) == (*many[1:], 99)


@pytest.mark.parametrize(
    ("mode", "is_corrected", "learned"),
    [(EntryMode.LIVE, False, (12,)), (EntryMode.QUICK, True, (12,)), (EntryMode.QUICK, False, ())],
)
def test_a_case_written_in_one_go_teaches_nothing_about_its_duration(mode, is_corrected, learned):
    assert habits.measured((), Assist(active_minutes=12, entry_mode=mode), is_corrected=is_corrected) == learned
