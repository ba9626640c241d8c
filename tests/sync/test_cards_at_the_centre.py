"""The codes of cards at the centre: taken in one form, published nowhere, dropped when their time is over."""

from datetime import timedelta

import pytest

from sync.endpoint.__main__ import main
from sync.endpoint.commands.command_line import CANNOT
from sync.endpoint.doctor import examine
from sync.endpoint.exchange import TENANT
from sync.endpoint.purging import Emptied, erase_card, purge
from sync.protocol.record_codec import canonical
from tests.sync.asking import as_json, make_body, post
from tests.sync.making import make_id
from tests.sync.tablets import Office, Tablet

CODE, OTHER_CODE = "K7QF2M9J", "M9AR4XWX"
YEAR = timedelta(days=365)


@pytest.mark.parametrize(
    "wrote", ["k7qf2m9j", "K7QF-2M9J", "K7QF2M9K", "K7QF2M9", "12345678Z", "", 7, True, [CODE], [], "x" * 20_000]
)
def test_e_31_in_the_place_of_a_card_code_the_centre_takes_a_code_or_nothing(
    office: Office, tablet: Tablet, wrote: object
) -> None:
    good = as_json(op=make_id(2), id=make_id(2, series=2), kind="assist", set={"card_code": CODE})
    none = as_json(op=make_id(3), id=make_id(3, series=2), kind="assist", set={"card_code": None})
    bad = as_json(op=make_id(4), id=make_id(4, series=2), kind="assist", set={"card_code": wrote, "outcome": "left"})

    answer = post(office, tablet, make_body(good, none, bad))

    results = answer.json()["results"]
    assert [one["status"] for one in results] == ["applied", "applied", "refused"]
    assert results[2]["problem"] == {
        "type": "/problems/bad-card-code",
        "title": "This is not the code of a card.",
        "field": "card_code",
    }
    assert not (isinstance(wrote, str) and wrote and wrote in answer.text)
    assert set(office.records()) == {make_id(2, series=2), make_id(3, series=2)}
    assert office.count("refused") == 1


def test_s_t07_the_code_of_a_card_in_a_note_is_refused_like_any_code(office: Office, tablet: Tablet) -> None:
    answer = post(office, tablet, make_body(as_json(set={"note": "porta la k7qf-2m9j"})))

    (one,) = answer.json()["results"]
    assert (one["problem"]["type"], one["problem"]["field"]) == ("/problems/names-a-person", "note")


# dropped when its time is over


def revision(**was: object) -> str:
    return canonical({"at": "2026-03-04T10:00:00+01:00", "by": "C1", "was": was, "why": "mistake"})


@pytest.fixture
def carded(office: Office, tablet: Tablet) -> Office:
    """One person twice, once with a note; another person, whose code was first taken for that of the one; a case
    without a card; two changes set aside that speak of the card."""
    tablet.save(1, outcome="completed", card_code=CODE, active_minutes=12)
    tablet.save(2, outcome="left", card_code=CODE, note="torna dilluns")
    tablet.save(3, outcome="completed", card_code=CODE)
    tablet.save(4, outcome="completed")
    tablet.sync()
    tablet.save(3, card_code=OTHER_CODE, revisions=(revision(card_code=CODE, outcome="left"),))
    tablet.sync()
    handed_over = as_json(op=make_id(70), id=make_id(70), hand_over=True, set={"note": "la targeta k7qf 2m9j"})
    bad = as_json(op=make_id(71), id=make_id(71), set={"card_code": "K7QF-2M9J"})
    post(office, tablet, make_body(handed_over, bad))
    return office


def later(office: Office) -> Emptied:
    office.clock.pass_by(YEAR + timedelta(days=1))
    return purge(office.centre, office.clock() - YEAR)


def test_s_e19_a_code_goes_a_year_later_from_the_record_its_changes_and_its_corrections(carded: Office) -> None:
    before = carded.records()

    assert later(carded) == Emptied(records=3, set_aside=2)

    said = repr(carded.rows()).upper().replace("-", "").replace(" ", "")
    assert CODE not in said and OTHER_CODE not in said
    after = carded.records()
    assert after.keys() == before.keys()
    assert dict(after[make_id(1, series=2)].fields) == {"outcome": "completed", "active_minutes": 12}
    assert after[make_id(3, series=2)].fields["revisions"] == (revision(outcome="left"),)
    assert after[make_id(4, series=2)] == before[make_id(4, series=2)]
    assert examine(carded.centre.database, TENANT).harm == ()
    assert later(carded) == Emptied(0, 0)


def test_s_e19_a_code_goes_after_a_year_where_other_words_are_kept_for_longer(carded: Office) -> None:
    carded.clock.pass_by(YEAR + timedelta(days=1))
    two_years = carded.clock() - 2 * YEAR
    rows = carded.rows()
    assert purge(carded.centre, two_years, dry_run=True) == Emptied(records=3, set_aside=1)
    assert carded.rows() == rows

    assert purge(carded.centre, two_years) == Emptied(records=3, set_aside=1)

    assert CODE not in repr(carded.rows()) and OTHER_CODE not in repr(carded.rows())
    assert carded.records()[make_id(2, series=2)].fields["note"] == "torna dilluns"
    assert examine(carded.centre.database, TENANT).harm == ()
    assert purge(carded.centre, two_years) == Emptied(0, 0)
    carded.clock.pass_by(YEAR)
    assert purge(carded.centre, carded.clock() - 2 * YEAR) == Emptied(records=1, set_aside=1)
    assert "dilluns" not in repr(carded.rows())


def test_s_e20_whoever_brings_a_card_has_it_dropped_from_all_records_and_nothing_else(
    carded: Office, tablet: Tablet
) -> None:
    found = erase_card(carded.centre, CODE)
    tablet.sync()

    assert found == Emptied(records=3, set_aside=2)
    said = repr(carded.rows()).upper().replace("-", "").replace(" ", "")
    assert CODE not in said and OTHER_CODE in said
    assert tablet.holds(1).fields == {"outcome": "completed", "active_minutes": 12}
    assert tablet.holds(2).fields == {"outcome": "left", "note": "torna dilluns"}
    kept = {"outcome": "completed", "card_code": OTHER_CODE, "revisions": (revision(outcome="left"),)}
    assert tablet.holds(3).fields == kept
    assert examine(carded.centre.database, TENANT).harm == ()
    assert erase_card(carded.centre, CODE) is None


def test_s_e19_a_note_whose_card_was_erased_before_goes_when_its_time_is_over(carded: Office) -> None:
    erase_card(carded.centre, CODE)

    assert later(carded).records == 2  # the note of the one, the code of the other

    assert "dilluns" not in repr(carded.rows())
    assert OTHER_CODE not in repr(carded.rows())
    assert examine(carded.centre.database, TENANT).harm == ()


def test_s_e20_an_erased_code_comes_back_with_no_change_that_is_offered_again(office: Office, tablet: Tablet) -> None:
    change = as_json(op=make_id(80), id=make_id(81), kind="assist", set={"card_code": CODE, "outcome": "left"})
    first = post(office, tablet, make_body(change)).json()["results"][0]
    erase_card(office.centre, CODE)

    again = post(office, tablet, make_body(change)).json()["results"][0]

    assert (first["status"], again["status"], again["again"]) == ("applied", "applied", True)
    assert CODE not in repr(office.rows())


def test_s_e20_a_code_that_lies_beside_another_goes_as_well(office: Office, tablet: Tablet, other: Tablet) -> None:
    """Of a record that two tablets write, as a newer app might."""
    tablet.save(3, "session", centre_id="a", headcount=11)
    tablet.sync()
    other.sync()
    tablet.save(3, "session", card_code=OTHER_CODE)
    other.save(3, "session", card_code=CODE)
    for one in (tablet, other, tablet):
        one.sync()
    assert CODE in repr(tablet.holds(3).conflicts)

    assert erase_card(office.centre, CODE) == Emptied(records=1, set_aside=0)
    tablet.sync()
    other.sync()

    told = [(each.fields, each.conflicts) for each in (tablet.holds(3), other.holds(3))]
    assert CODE not in repr((office.rows(), told))
    assert tablet.holds(3).fields["card_code"] == OTHER_CODE
    assert examine(office.centre.database, TENANT).harm == ()


def test_s_e20_the_command_says_how_many_and_its_entry_in_the_log_no_code(
    carded: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    database = ["--database", carded.place.url]

    assert main(["erase", "--card", "k7qf 2m9j", *database]) == 0
    assert main(["erase", "--card", "k7qf 2m9j", *database]) == 1
    assert main(["audit", *database]) == 0

    said = capsys.readouterr()
    assert "3 records and 2 changes that were set aside: emptied" in said.out
    assert "no record holds this code" in said.err
    assert "erased" in said.out and "a card" in said.out
    assert CODE not in said.out.upper() and CODE not in said.err.upper()


@pytest.mark.parametrize("typed", ["K7QF-2M9K", "K7QF", "", "12345678Z"])
def test_what_is_no_code_is_said_before_anything_is_looked_for(typed: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["erase", "--card", typed, "--database", "sqlite:///nowhere.db"])

    assert refused.value.code == CANNOT
    assert "is not the code of a card" in capsys.readouterr().err
