"""Centres and hours as the source states them, its ten doubts kept as doubts, and the centre a shift starts with."""

import json
from datetime import date, datetime, time, timedelta

import pytest

from app.domain.catalogue import Label
from app.domain.centres import (
    NO_PROPOSAL,
    Basis,
    Centre,
    Centres,
    Proposal,
    Remark,
    is_point_open,
    parse_centres,
    propose_centre,
    remark_on_start,
)
from app.domain.openings import Opening, Season, SummerPeriod
from app.domain.reference import BrokenReference
from tests.domain.reference_files import altered, shipped_catalogue, shipped_centres, shipped_text

SHIPPED = shipped_centres()
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
MORNING, AFTERNOON = (time(9, 30), time(13)), (time(16), time(18, 30))

# Days of one summer week and one winter week of 2026.
MON, TUE, WED, THU, FRI, SAT = (f"2026-07-{day}" for day in (13, 14, 15, 16, 17, 18))
WINTER_MON, WINTER_TUE, WINTER_FRI = "2026-11-16", "2026-11-17", "2026-11-20"


def at(day: str, hour: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{hour}")


def centre(id: str, centres: Centres = SHIPPED) -> Centre:
    found = centres.centre(id)
    assert found is not None
    return found


def changed(*path: object, to: object) -> Centres:
    return parse_centres(altered("centres.json", path, to), where="centres.json")


def hours(centre: Centre) -> list[tuple[tuple[str, ...] | None, time, time, bool]]:
    return [(each.days, each.start, each.end, each.is_stated) for each in centre.connector_hours]


def proposed(day: str, hour: str, last: str | None = None, centres: Centres = SHIPPED) -> Proposal:
    return propose_centre(centres, at(day, hour), last)


def test_the_five_centres_of_the_source_are_read():
    assert [each.id for each in SHIPPED.centres] == ["mariola", "ereta", "magraners", "seca-de-sant-pere", "balafia"]
    assert SHIPPED.timezone == "Europe/Madrid"
    assert SHIPPED.centre("elsewhere") is None


def test_the_hours_read_add_up_to_what_the_file_says_they_should():
    check = json.loads(shipped_text("centres.json"))["derived_capacity_check"]["connector_minutes_per_summer_week"]

    weekly = {each.id: SHIPPED.connectors_weekly(each, date(2026, 7, 13)) for each in SHIPPED.centres}

    assert weekly == {id: timedelta(minutes=minutes) for id, minutes in check.items()}


# A1: Mariola and the Ereta morning have no weekday in the source.


def test_a1_weekdays_the_source_does_not_state_stay_unstated():
    stated = [centre(id).stated_hours[0] for id in ("mariola", "ereta")]

    assert stated == [Opening(None, *MORNING, is_stated=False, season=Season.SUMMER)] * 2


def test_a1_unstated_weekdays_are_read_as_monday_to_friday_and_marked_inferred():
    assert hours(centre("mariola")) == [(WORKDAYS, *MORNING, False)]
    assert hours(centre("ereta"))[0] == (WORKDAYS, *MORNING, False)


def test_a1_a_proposal_from_inferred_weekdays_says_so():
    assert proposed(MON, "10:00", "mariola") == Proposal("mariola", Basis.HOURS, is_inferred=True)
    assert proposed(THU, "10:00", "magraners") == Proposal("magraners", Basis.HOURS, is_inferred=False)


def test_a1_without_a_reading_unstated_weekdays_are_no_day_at_all():
    centres = changed("centres", 0, "connector_hours_summer", "inferred_default", to=...)

    assert hours(centre("mariola", centres)) == [(None, *MORNING, False)]
    assert proposed(MON, "10:00", None, centres) == Proposal("ereta", Basis.HOURS, is_inferred=True)


# A2: Ereta 16:00-18:30 falls outside the support points' hours.


@pytest.mark.parametrize("day", [WED, THU, FRI])
def test_a2_connectors_may_work_while_the_support_point_is_closed(day):
    ereta = centre("ereta")

    assert not is_point_open(SHIPPED, ereta, at(day, "17:00"))
    assert proposed(day, "17:00").centre_id == "ereta"
    assert remark_on_start(SHIPPED, ereta, at(day, "17:00")) is Remark.POINT_CLOSED


@pytest.mark.parametrize(("day", "hour"), [(SAT, "10:00"), (MON, "03:00"), (WINTER_FRI, "17:00"), (WED, "23:59")])
def test_a2_a_start_out_of_hours_gets_a_remark_and_no_refusal(day, hour):
    for each in SHIPPED.centres:
        assert remark_on_start(SHIPPED, each, at(day, hour)) is Remark.POINT_CLOSED


def test_a2_a_start_while_the_point_is_open_gets_no_remark():
    assert remark_on_start(SHIPPED, centre("ereta"), at(WED, "10:00")) is None


# A3: the Ereta afternoons may add to the mornings or replace them.


def test_a3_the_ereta_afternoons_add_to_the_mornings():
    assert hours(centre("ereta")) == [
        (WORKDAYS, *MORNING, False),
        (("wed", "thu", "fri"), *AFTERNOON, True),
    ]


@pytest.mark.parametrize("day", [WED, THU, FRI])
def test_a3_ereta_is_proposed_in_the_morning_and_in_the_afternoon_of_the_same_day(day):
    assert proposed(day, "10:00", "ereta") == Proposal("ereta", Basis.HOURS, is_inferred=True)
    assert proposed(day, "17:00", "ereta") == Proposal("ereta", Basis.HOURS, is_inferred=False)


# A4: "from 9.30 a.m. at 1 p.m." is a translation slip for "to".


def test_a4_a_timetable_runs_from_its_first_hour_to_its_second():
    point = centre("balafia")

    opened = [hour for hour in ("09:29", "09:30", "12:59", "13:00") if is_point_open(SHIPPED, point, at(MON, hour))]

    assert opened == ["09:30", "12:59"]


# A5: "summer hours" has no start or end date.


def test_a5_summer_is_june_to_september_by_default_and_marked_inferred():
    assert SHIPPED.summer == SummerPeriod((6, 1), (9, 30), is_inferred=True)


@pytest.mark.parametrize(
    ("day", "season"),
    [
        ("2026-05-31", Season.NORMAL),
        ("2026-06-01", Season.SUMMER),
        ("2026-09-30", Season.SUMMER),
        ("2026-10-01", Season.NORMAL),
        ("2028-02-29", Season.NORMAL),
        ("2040-07-01", Season.SUMMER),
    ],
)
def test_a5_summer_comes_back_every_year_with_both_its_ends(day, season):
    assert SHIPPED.season(date.fromisoformat(day)) is season


def test_a5_the_default_period_can_be_edited_and_stays_inferred():
    period = ("support_point_hours", "summer_period", "inferred_default", "from")

    assert changed(*period, to="06-24").summer == SummerPeriod((6, 24), (9, 30), is_inferred=True)


def test_a5_a_stated_period_wins_and_is_not_inferred():
    centres = changed("support_point_hours", "summer_period", "as_stated", to={"from": "07-01", "to": "08-31"})

    assert centres.summer == SummerPeriod((7, 1), (8, 31), is_inferred=False)
    assert centres.season(date(2026, 6, 15)) is Season.NORMAL


# A6: connector hours outside summer are not given.


def test_a6_no_connector_hours_are_invented_outside_summer():
    assert [SHIPPED.connector_hours(each, date(2026, 11, 16)) for each in SHIPPED.centres] == [()] * 5


def test_a6_outside_summer_the_centre_last_used_is_proposed():
    assert proposed(WINTER_MON, "10:00", "balafia") == Proposal("balafia", Basis.LAST_USE)


def test_a6_outside_summer_nothing_is_proposed_on_a_tablet_never_used():
    assert proposed(WINTER_MON, "10:00") == NO_PROPOSAL == Proposal(None, Basis.NONE)


def test_a6_hours_a_coordinator_fills_in_for_all_centres_are_used():
    opening = {"days": ["mon"], "start": "09:00", "end": "14:00", "days_stated_in_source": True}
    centres = changed("connector_hours", "normal", "as_stated", to=[opening])

    assert proposed(WINTER_MON, "10:00", "balafia", centres) == Proposal("balafia", Basis.HOURS)


def test_a6_hours_a_coordinator_fills_in_for_one_centre_are_used():
    opening = {"days": ["mon"], "start": "09:00", "end": "14:00", "days_stated_in_source": True}
    centres = changed("centres", 4, "connector_hours_normal", to={"as_stated": [opening]})

    assert proposed(WINTER_MON, "10:00", "ereta", centres) == Proposal("balafia", Basis.HOURS)


# A7: public holidays and closings are not given.


@pytest.mark.parametrize("day", ["2026-09-11", "2026-06-24", "2026-08-14", "2026-12-25", "2027-01-06", "2027-05-11"])
def test_a7_no_holiday_is_assumed(day):
    assert is_point_open(SHIPPED, centre("balafia"), at(day, "10:00"))


# A8: two spellings of two centres.


def test_a8_names_keep_the_spelling_of_the_source():
    assert centre("magraners").name.in_("ca") == "Centre Cívic de Magraners"
    assert centre("seca-de-sant-pere").name.in_("ca") == "Centre Cívic del Secà de Sant Pere"
    assert centre("seca-de-sant-pere").source_names == ("Secà de Sant Pere", "Secà Sant Pere Civic Centre")


def test_a8_a_centre_can_be_renamed_and_keeps_its_id():
    centres = changed("centres", 2, "name", "ca", to="Centre Cívic dels Mangraners")
    renamed = centre("magraners", centres)

    assert renamed.name.in_("ca") == "Centre Cívic dels Mangraners"
    assert hours(renamed) == hours(centre("magraners"))
    assert proposed(THU, "10:00", "magraners", centres).centre_id == "magraners"


# A9: "certificate of personal registration".


def test_a9_the_fourth_service_is_the_certificate_of_the_padro():
    procedure = shipped_catalogue().procedure(*SHIPPED.services[3])

    assert procedure is not None
    assert procedure.title == Label(
        "Obtenir el certificat d'empadronament",
        "Obtener el certificado de empadronamiento",
        "Get the certificate of residence registration",
    )


def test_every_service_of_the_support_points_is_in_the_catalogue():
    catalogue = shipped_catalogue()

    assert len(SHIPPED.services) == 4
    assert [id for service in SHIPPED.services for id in service if catalogue.procedure(id) is None] == []


# A10: one timetable for all points, which may come to differ.


@pytest.mark.parametrize(
    ("day", "hour", "is_open"),
    [
        (MON, "10:00", True),
        (WED, "17:00", False),
        (SAT, "10:00", False),
        (WINTER_MON, "10:00", True),
        (WINTER_MON, "17:00", False),
        (WINTER_TUE, "17:00", True),
        (WINTER_TUE, "18:00", False),
        (WINTER_FRI, "17:00", False),
    ],
)
def test_a10_all_points_keep_the_common_timetable(day, hour, is_open):
    assert [is_point_open(SHIPPED, each, at(day, hour)) for each in SHIPPED.centres] == [is_open] * 5


def test_a10_a_centre_may_have_its_own_timetable_in_one_season():
    own = {"days": ["sat"], "start": "10:00", "end": "12:00", "days_stated_in_source": True}
    centres = changed("centres", 1, "support_point_hours", to={"summer": {"as_stated": [own]}})
    ereta, mariola = centre("ereta", centres), centre("mariola", centres)

    assert is_point_open(centres, ereta, at(SAT, "11:00"))
    assert not is_point_open(centres, ereta, at(MON, "10:00"))
    assert is_point_open(centres, ereta, at(WINTER_MON, "10:00"))
    assert mariola.point_hours == centre("mariola").point_hours


# Which centre a shift starts with.


@pytest.mark.parametrize(
    ("day", "hour", "last", "centre_id", "basis"),
    [
        (MON, "10:00", "ereta", "ereta", Basis.HOURS),  # several at work: the last used
        (WED, "10:00", "balafia", "balafia", Basis.HOURS),
        (THU, "10:00", "balafia", "magraners", Basis.HOURS),  # not the last: the one with the fewest hours a week
        (THU, "10:00", None, "magraners", Basis.HOURS),
        (MON, "10:00", "balafia", "mariola", Basis.HOURS),
        (WED, "10:00", "magraners", None, Basis.NONE),  # two with equally few: a person knows better
        (FRI, "10:00", None, None, Basis.NONE),
        (TUE, "17:00", "mariola", "mariola", Basis.LAST_USE),  # nobody's hours
        (SAT, "10:00", "mariola", "mariola", Basis.LAST_USE),
        (SAT, "10:00", None, None, Basis.NONE),
        (SAT, "10:00", "closed-for-good", None, Basis.NONE),
        (THU, "10:00", "closed-for-good", "magraners", Basis.HOURS),
        (THU, "09:15", "magraners", "magraners", Basis.HOURS),  # a little before the door opens
        (THU, "09:14", "magraners", "magraners", Basis.LAST_USE),
        (THU, "12:59", "magraners", "magraners", Basis.HOURS),
        (THU, "13:00", "magraners", "magraners", Basis.LAST_USE),
    ],
)
def test_the_centre_proposed(day, hour, last, centre_id, basis):
    found = proposed(day, hour, last)

    assert (found.centre_id, found.basis) == (centre_id, basis)


def test_a_time_with_an_offset_is_taken_as_the_local_time_it_shows():
    assert propose_centre(SHIPPED, datetime.fromisoformat("2026-07-16T10:00+02:00"), None).centre_id == "magraners"


OPENING = ("centres", 2, "connector_hours_summer", "as_stated", 0)


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (("centres",), [], "centres is empty: a tablet needs a centre"),
        (("centres",), {}, "centres is not a list"),
        (("centres", 1, "id"), "mariola", 'centres[1].id repeats "mariola", which must be unique'),
        (("centres", 1, "id"), "l'ereta", "centres[1].id is not an id"),
        (("centres", 0, "name", "ca"), ..., "centres[0].name.ca is missing"),
        (("timezone",), ..., "timezone is missing"),
        (("support_point_hours",), ..., "support_point_hours is missing"),
        (("support_point_hours", "summer"), ..., "support_point_hours.summer is missing"),
        (
            (*OPENING, "days", 0),
            "thursday",
            'centres[2].connector_hours_summer.as_stated[0].days[0] is "thursday", which',
        ),
        ((*OPENING, "days"), ["thu", "thu"], "centres[2].connector_hours_summer.as_stated[0].days[1] repeats"),
        ((*OPENING, "days"), None, "centres[2].connector_hours_summer.as_stated[0] says its days are stated"),
        ((*OPENING, "start"), "9.30", "centres[2].connector_hours_summer.as_stated[0].start is not a time of day"),
        ((*OPENING, "end"), "09:30", "centres[2].connector_hours_summer.as_stated[0] ends before it starts"),
        ((*OPENING, "days_stated_in_source"), "yes", "centres[2].connector_hours_summer.as_stated[0].days_stated"),
        (
            ("support_point_hours", "summer_period", "inferred_default", "from"),
            "06-31",
            'support_point_hours.summer_period.inferred_default.from is not a day of the year like "06-01"',
        ),
        (
            ("support_point_hours", "summer_period", "inferred_default", "from"),
            "W23-1",
            'support_point_hours.summer_period.inferred_default.from is not a day of the year like "06-01"',
        ),
        (
            ("support_point_hours", "summer_period", "inferred_default", "to"),
            "05-01",
            "support_point_hours.summer_period.inferred_default ends before it starts",
        ),
        (
            ("support_point_hours", "summer_period", "inferred_default"),
            None,
            "support_point_hours.summer_period.inferred_default is missing",
        ),
    ],
)
def test_what_is_broken_is_named_with_its_place(path, value, words):
    with pytest.raises(BrokenReference) as raised:
        parse_centres(altered("centres.json", path, value), where="centres.json")

    assert str(raised.value).startswith(f"centres.json: {words}")
