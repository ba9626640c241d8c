"""What a group wishes: from the first tap to the record, and back."""

from datetime import date, datetime, timedelta, timezone

import pytest

from app.domain import requests
from app.domain.fields import pack, unpack
from app.domain.requests import RequestDraft, TrainingRequest
from app.domain.shifts import OpenShift
from app.domain.workshops import MOST_PEOPLE
from sync.protocol.vocabulary import DayPart, GroupType, RequestStatus, Weekday

NOW = datetime(2026, 11, 25, 10, 0, tzinfo=timezone(timedelta(hours=1)))
SHIFT = OpenShift("5e1f0000-0000-4000-8000-000000000001", "C2", "ereta", NOW)
WISHED = RequestDraft(
    id="r1",
    group_type=GroupType.OLDER_PEOPLE,
    centre_id="ereta",
    module_ids=("6", "1"),
    wished_weeks=("2026-11-30",),
    wished_days=(Weekday.THU,),
    day_parts=(DayPart.MORNING,),
    group_size=14,
    shift_id=SHIFT.id,
    connector_id="C2",
)
MADE_WITH = ("tablet", "starter-1")


def test_a_request_needs_only_who_asks():
    draft = requests.begin(SHIFT, id="r1", now=NOW)

    assert (draft.lacks, draft.centre_id, draft.connector_id) == ("group_type", "ereta", "C2")
    assert WISHED.lacks is None


def test_a_saved_request_says_what_was_wished_and_that_nobody_answered_yet():
    saved = requests.save(WISHED, None, now=NOW, made_with=MADE_WITH)

    assert unpack(TrainingRequest, pack(saved)) == saved
    assert pack(saved) == {
        "group_type": "older_people",
        "centre_id": "ereta",
        "module_ids": ("6", "1"),
        "wished_weeks": ("2026-11-30",),
        "wished_days": ("thu",),
        "day_parts": ("morning",),
        "group_size": 14,
        "status": "asked",
        "connector_id": "C2",
        "shift_id": SHIFT.id,
        "device_id": "tablet",
        "catalogue_version": "starter-1",
        "schema_version": 1,
        "created_at": "2026-11-25T10:00:00+01:00",
        "updated_at": "2026-11-25T10:00:00+01:00",
    }


def test_no_field_of_a_request_has_room_for_a_person():
    free_text = {name for name, value in pack(requests.save(WISHED, None, now=NOW, made_with=MADE_WITH)).items()}

    assert free_text.isdisjoint({"name", "phone", "email", "contact", "note"})


def test_a_corrected_request_keeps_who_took_it_and_how_it_stands():
    saved = requests.save(WISHED, None, now=NOW, made_with=MADE_WITH)
    agreed = TrainingRequest(**{**{n: getattr(saved, n) for n in saved.__dataclass_fields__}, "status": "agreed"})
    form = requests.reopen("r1", agreed, reason="mistake")

    later = NOW + timedelta(days=1)
    after = requests.save(requests.sized(form, 1), agreed, now=later, made_with=("other", "starter-2"))

    assert (after.group_size, after.status, after.created_at, after.updated_at) == (15, "agreed", NOW, later)
    assert (after.device_id, after.connector_id) == ("tablet", "C2")


def test_a_second_tap_takes_a_choice_back_and_weeks_stand_in_their_order():
    draft = RequestDraft()
    for week in ("2026-12-07", "2026-11-30", "2026-12-07", "2026-12-14"):
        draft = requests.chosen(draft, "wished_weeks", week)

    assert draft.wished_weeks == ("2026-11-30", "2026-12-14")


@pytest.mark.parametrize(("by", "size"), [(-1, None), (1, 1), (500, MOST_PEOPLE)])
def test_t_14_the_size_of_a_group_stays_within_its_bounds(by, size):
    assert requests.sized(RequestDraft(), by).group_size == size


def test_the_weeks_to_choose_from_begin_with_this_one_and_keep_what_was_chosen_long_ago():
    offered = requests.weeks(date(2026, 11, 25), ("2026-09-07",))

    assert offered[:3] == ("2026-09-07", "2026-11-23", "2026-11-30")
    assert len(offered) == requests.WEEKS_AHEAD + 1
    assert all(date.fromisoformat(each).weekday() == 0 for each in offered)


@pytest.mark.parametrize(
    ("fields", "is_open"),
    [
        ({"status": "asked"}, True),
        ({"status": "agreed"}, True),
        ({"status": "held"}, False),
        ({"status": "declined"}, False),
        ({"status": "a newer word"}, False),
        ({"status": "asked", "voided_at": "2026-11-25T10:00:00+01:00"}, False),
        ({}, False),
    ],
)
def test_a_request_is_open_until_it_is_known_what_became_of_it(fields, is_open):
    assert requests.is_open(fields) == is_open
    assert RequestStatus.ASKED in requests.STILL_OPEN
