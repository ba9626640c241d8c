"""A case from the first tap to its record."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from app.domain import assisting
from app.domain.assisting import MINUTES, AssistDraft, Ending
from app.domain.catalogue import LONGEST_MINUTES, Catalogue
from app.domain.shifts import OpenShift
from sync.protocol.vocabulary import (
    Autonomy,
    BlockedReason,
    Channel,
    DeviceUsed,
    DigitalId,
    EntryMode,
    FirstVisit,
    HelpLanguage,
    OnBehalf,
    Outcome,
    ReferredTo,
    Satisfaction,
)
from tests.domain.reference_files import make_catalogue, make_procedure

NINE = datetime(2026, 11, 23, 9, 30, tzinfo=timezone(timedelta(hours=1)))
SHIFT = OpenShift("shift-1", "C2", "ereta", NINE - timedelta(minutes=5))
PROCEDURE = make_procedure("m1-alta-padro", "Alta al padró", steps=("Obre", "Omple", "Envia"))
DONE = Ending(Outcome.COMPLETED)
MADE_WITH = ("tablet-1", "starter-1")


def a_case(**fields: object) -> AssistDraft:
    return replace(assisting.begin(PROCEDURE, SHIFT, id="case-1", now=NINE), **fields)  # type: ignore[arg-type]


def after(**time: float) -> datetime:
    return NINE + timedelta(**time)


def finished(draft: AssistDraft, ending: Ending = DONE, *, now: datetime | None = None) -> assisting.Assist:
    return assisting.finish(draft, ending, PROCEDURE, now=now or after(minutes=1), made_with=MADE_WITH)


def test_a_case_begins_with_who_where_when_and_the_usual_details():
    assert a_case() == AssistDraft(
        id="case-1",
        procedure_id="m1-alta-padro",
        shift_id="shift-1",
        connector_id="C2",
        centre_id="ereta",
        started_at=NINE,
        channel=Channel.WALK_IN,
        first_visit=FirstVisit.UNKNOWN,
    )


# ticks


def test_a_tick_is_put_and_taken_away():
    once = assisting.tick(a_case(), "s2")
    twice = assisting.tick(once, "s2")

    assert once.ticked == ("s2",)
    assert twice.ticked == ()


def test_a_tick_leaves_the_others_alone():
    assert assisting.tick(a_case(ticked=("s1", "s2", "s3")), "s2").ticked == ("s1", "s3")


@pytest.mark.parametrize(
    ("case", "step"),
    [
        (a_case(), None),
        (a_case(ticked=("s1",)), "s2"),
        (a_case(ticked=("s2",)), "s1"),
        (a_case(ticked=("s3", "s1", "s2")), None),
        (a_case(ticked=("s1",), blocked_step="s3"), "s3"),
        (a_case(blocked_step="s3"), "s3"),
        (a_case(ticked=("s1", "s3"), blocked_step="s3"), "s2"),
        (a_case(ticked=("s1", "s2", "s3"), blocked_step="s3"), None),
    ],
    ids=[
        "nothing ticked",
        "in order",
        "out of order",
        "all ticked",
        "said",
        "said, nothing ticked",
        "said, then done",
        "said, then all done",
    ],
)
def test_a_case_is_stuck_where_its_ticks_end_unless_someone_says_otherwise(case, step):
    record = finished(case, Ending(Outcome.LEFT, blocked_reason=BlockedReason.NO_TIME))

    assert assisting.stuck_at(case, PROCEDURE) == step
    assert (record.blocked_step, record.blocked_reason) == (step, BlockedReason.NO_TIME)


# pauses


def test_a_pause_is_not_help():
    paused = assisting.pause(a_case(ticked=("s1",)), after(minutes=10))
    resumed = assisting.pause(paused, after(minutes=40))

    assert (resumed.paused_at, resumed.pauses_count, resumed.paused_seconds) == (None, 1, 1800)
    assert assisting.active_minutes(resumed, PROCEDURE, after(minutes=45)) == 15


def test_the_clock_stands_still_while_a_case_is_paused():
    paused = assisting.pause(a_case(), after(minutes=10))

    assert assisting.active_minutes(paused, PROCEDURE, after(minutes=11)) == 10
    assert assisting.active_minutes(paused, PROCEDURE, after(hours=9)) == 10


def test_pauses_add_up():
    case = a_case()
    for minute in (10, 20, 30, 45):
        case = assisting.pause(case, after(minutes=minute))

    assert (case.pauses_count, case.paused_seconds) == (2, 25 * 60)


def test_a_clock_set_back_during_a_pause_takes_no_time_away():
    paused = assisting.pause(a_case(), after(minutes=10))
    resumed = assisting.pause(paused, after(hours=-2))

    assert resumed.paused_seconds == 0
    assert assisting.active_minutes(resumed, PROCEDURE, after(minutes=12)) == 12


# minutes and how it was written


def test_a_case_written_in_one_go_takes_the_usual_duration():
    now = after(seconds=119)

    assert assisting.entry_mode(a_case(), now) == EntryMode.QUICK
    assert assisting.active_minutes(a_case(), PROCEDURE, now) == PROCEDURE.default_minutes


def test_a_case_open_for_two_minutes_was_followed_live():
    now = after(minutes=2)

    assert assisting.entry_mode(a_case(), now) == EntryMode.LIVE
    assert assisting.active_minutes(a_case(), PROCEDURE, now) == 2


def test_one_tick_makes_a_case_live_however_short():
    case, now = a_case(ticked=("s1",)), after(seconds=10)

    assert assisting.entry_mode(case, now) == EntryMode.LIVE
    assert assisting.active_minutes(case, PROCEDURE, now) == 1


@pytest.mark.parametrize(
    ("open_for", "minutes"),
    [
        (timedelta(minutes=2, seconds=29), 2),
        (timedelta(minutes=2, seconds=31), 3),
        (timedelta(minutes=600), 600),
        (timedelta(minutes=601), LONGEST_MINUTES),
        (timedelta(days=3), LONGEST_MINUTES),
    ],
)
def test_the_clock_says_whole_minutes_up_to_ten_hours(open_for, minutes):
    assert assisting.active_minutes(a_case(), PROCEDURE, NINE + open_for) == minutes


def test_a_clock_set_back_during_a_case_counts_as_no_time():
    assert assisting.active_minutes(a_case(), PROCEDURE, after(days=-1)) == PROCEDURE.default_minutes
    assert assisting.active_minutes(a_case(ticked=("s1",)), PROCEDURE, after(days=-1)) == 1


def test_a_pause_longer_than_the_case_leaves_the_least_minute():
    assert assisting.active_minutes(a_case(paused_seconds=7200), PROCEDURE, after(minutes=30)) == 1


def test_a_change_of_the_hour_in_october_is_no_time():
    in_summer = datetime(2026, 10, 25, 2, 30, tzinfo=timezone(timedelta(hours=2)))
    in_winter = datetime(2026, 10, 25, 2, 40, tzinfo=timezone(timedelta(hours=1)))

    assert assisting.active_minutes(a_case(started_at=in_summer), PROCEDURE, in_winter) == 70


@pytest.mark.parametrize("minutes", MINUTES)
def test_what_the_connector_corrects_stands(minutes):
    case = a_case(minutes=minutes, ticked=("s1",))

    assert assisting.active_minutes(case, PROCEDURE, after(hours=5)) == minutes


@pytest.mark.parametrize(("said", "kept"), [(-5, 1), (0, 1), (1, 1), (600, 600), (601, 600), (1441, 600)])
def test_corrected_minutes_stay_between_one_and_six_hundred(said, kept):
    assert assisting.active_minutes(a_case(minutes=said), PROCEDURE, after(minutes=3)) == kept


def test_a_case_without_a_beginning_takes_the_usual_duration():
    assert assisting.active_minutes(a_case(started_at=None), PROCEDURE, NINE) == PROCEDURE.default_minutes


# endings


@pytest.mark.parametrize("outcome", [Outcome.COMPLETED, Outcome.FINISH_ALONE, Outcome.INFO_ONLY])
def test_an_ending_that_went_well_lacks_nothing(outcome):
    assert Ending(outcome).lacks is None


@pytest.mark.parametrize("outcome", [Outcome.MUST_RETURN, Outcome.NOT_POSSIBLE, Outcome.LEFT])
def test_an_ending_that_did_not_lacks_why(outcome):
    assert Ending(outcome).lacks == "blocked_reason"
    assert Ending(outcome, referred_to=ReferredTo.OMAC).lacks == "blocked_reason"
    assert Ending(outcome, blocked_reason=BlockedReason.OTHER).lacks is None


def test_a_referral_lacks_where_to():
    assert Ending(Outcome.REFERRED).lacks == "referred_to"
    assert Ending(Outcome.REFERRED, blocked_reason=BlockedReason.OTHER).lacks == "referred_to"
    assert Ending(Outcome.REFERRED, referred_to=ReferredTo.SOC).lacks is None


def test_every_outcome_has_been_thought_of():
    went_well = {Outcome.COMPLETED, Outcome.FINISH_ALONE, Outcome.INFO_ONLY}

    assert set(Outcome) == went_well | assisting.NEEDS_REASON | {Outcome.REFERRED}


def test_an_ending_that_lacks_something_makes_no_record():
    with pytest.raises(AssertionError, match="must_return lacks blocked_reason"):
        finished(a_case(), Ending(Outcome.MUST_RETURN))


# the record


def test_a_record_says_everything_the_case_knew():
    details = {
        "autonomy": Autonomy.PROMPTS,
        "first_visit": FirstVisit.YES,
        "on_behalf": OnBehalf.SELF,
        "channel": Channel.PHONE,
        "device_used": DeviceUsed.OWN_PHONE,
        "digital_id_before": DigitalId.NONE,
        "digital_id_gained": DigitalId.IDCAT_MOBIL,
        "help_language": HelpLanguage.CA,
        "satisfaction": Satisfaction.GOOD,
    }
    case = a_case(ticked=("s3", "s1"), pauses_count=1, paused_seconds=310, **details)

    assert finished(case, now=after(minutes=25)) == assisting.Assist(
        **details,
        procedure_id="m1-alta-padro",
        outcome=Outcome.COMPLETED,
        connector_id="C2",
        centre_id="ereta",
        shift_id="shift-1",
        device_id="tablet-1",
        catalogue_version="starter-1",
        started_at=NINE,
        ended_at=after(minutes=25),
        active_minutes=20,
        pauses_count=1,
        pauses_minutes=5,
        steps_done=("s1", "s3"),
        steps_skipped=("s2",),
        entry_mode=EntryMode.LIVE,
        created_at=after(minutes=25),
        updated_at=after(minutes=25),
    )


def test_a_case_with_nothing_ticked_skipped_nothing():
    record = finished(a_case())

    assert (record.steps_done, record.steps_skipped) == ((), ())


def test_a_pause_that_is_still_on_counts_to_the_end():
    record = finished(assisting.pause(a_case(), after(minutes=10)), now=after(minutes=30))

    assert (record.active_minutes, record.pauses_count, record.pauses_minutes) == (10, 1, 20)


def test_a_case_that_went_well_is_stuck_nowhere():
    record = finished(a_case(ticked=("s1",), blocked_step="s2"))

    assert (record.blocked_step, record.blocked_reason) == (None, None)


def test_a_referral_says_where_to():
    record = finished(a_case(), Ending(Outcome.REFERRED, referred_to=ReferredTo.IMO))

    assert (record.outcome, record.referred_to) == (Outcome.REFERRED, ReferredTo.IMO)


# when the catalogue changes under an open case


PADRO = make_procedure("m1-alta-padro", "Alta al padró", es="Alta en el padrón", steps=("Omplir", "Enviar"))
CHANGED = replace(PADRO, steps=PADRO.steps[:1])
BEFORE, AFTER = (replace(make_catalogue(each), version=f"v-{n}") for n, each in enumerate((PADRO, CHANGED), 1))


def test_a_procedure_nobody_knows_any_more_is_known_by_the_ticks_of_its_case():
    case = a_case(ticked=("s2", "s9"), catalogue_version="v-0")

    procedure, version = assisting.goes_by(case, make_catalogue())
    record = assisting.finish(case, DONE, procedure, now=after(minutes=1), made_with=("d", version))

    assert procedure.title.in_("en") == "Alta padro"
    assert (record.procedure_id, record.steps_done, record.steps_skipped) == ("m1-alta-padro", ("s2", "s9"), ())
    assert record.catalogue_version == "v-0"


def test_a_procedure_nobody_knows_any_more_takes_a_usual_duration_when_written_in_one_go():
    procedure, _ = assisting.goes_by(a_case(), make_catalogue())

    assert assisting.active_minutes(a_case(), procedure, NINE) == assisting.USUAL_MINUTES


def test_a_retired_procedure_still_has_its_title_and_steps():
    retired = Catalogue("v-2", AFTER.modules, (), retired=(PADRO,))

    assert assisting.goes_by(a_case(catalogue_version="v-1"), retired) == (PADRO, "v-1")


def test_a_step_that_no_list_has_any_more_was_done_all_the_same():
    case = a_case(ticked=("s1", "s2"))

    procedure, version = assisting.goes_by(case, AFTER)
    record = assisting.finish(case, DONE, procedure, now=after(minutes=1), made_with=("d", version))

    assert (record.steps_done, record.catalogue_version) == (("s1", "s2"), "v-2")


def test_an_open_case_keeps_the_steps_it_was_begun_with():
    case = assisting.keep_own(a_case(ticked=("s1",)), BEFORE, AFTER)
    again = assisting.keep_own(case, AFTER, make_catalogue())

    assert assisting.goes_by(again, make_catalogue()) == (PADRO, "v-1")


def test_an_open_case_whose_procedure_stayed_keeps_nothing():
    assert assisting.keep_own(a_case(), BEFORE, replace(BEFORE, version="v-2")) == a_case()


def test_what_a_newer_app_kept_in_a_way_this_one_cannot_read_gives_way_to_the_present():
    case = a_case(own_procedure='{"procedure": {"id": "m1-alta-padro"}}')

    assert assisting.goes_by(case, AFTER) == (CHANGED, "v-2")
