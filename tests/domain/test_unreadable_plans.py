"""A session whose plan this app cannot read is no session of the plan, whoever wrote it: nothing stops for it."""

import pytest

from app.domain.plan import planned_session

READABLE = {"kind": "plan", "centre_id": "balafia", "module_ids": ("3",), "planned_day": "2026-12-01"}


def test_hours_of_the_wall_are_read():
    assert planned_session({**READABLE, "planned_start": "10:00", "planned_end": "11:30"})


@pytest.mark.parametrize(
    "said",
    [
        {"planned_start": "10:00+02:00"},
        {"planned_start": "10:00", "planned_end": "11:00Z"},
        {"planned_start": "00:00", "planned_day": "0001-01-01"},
        {"planned_start": "23:59", "planned_day": "9999-12-31"},
        {"planned_start": "23:59", "planned_day": "1999-12-31"},
        {"planned_start": "10:00", "planned_day": 5},
        {"planned_start": "10"},
        {"planned_start": "10:00", "module_ids": "3"},
    ],
    ids=str,
)
def test_s_t26_other_hours_and_days_are_none(said):
    found = planned_session({**READABLE, **said})

    assert found is None or found.start.isoformat() == "10:00:00"
