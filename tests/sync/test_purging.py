"""What people wrote goes when its time is over or when it is asked for; what is counted, and every answer, stays."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from sync.endpoint import schema
from sync.endpoint.__main__ import main
from sync.endpoint.doctor import examine
from sync.endpoint.emptying import emptied
from sync.endpoint.exchange import TENANT
from sync.endpoint.purging import Emptied, erase, purge
from sync.protocol.record_codec import canonical
from tests.sync.asking import as_json, make_body, post
from tests.sync.making import make_id
from tests.sync.places import SqliteFile
from tests.sync.tablets import Office, Tablet

YEAR = timedelta(days=365)
WORDS = "SECRETWORDS"


@pytest.fixture
def worked(office: Office, tablet: Tablet, other: Tablet) -> Office:
    """Help with notes, one corrected; a session that two tablets disagree about; a deletion; two changes set aside."""
    tablet.save(1, outcome="completed", note=f"{WORDS} one", age_band="65_74", active_minutes=12)
    tablet.save(2, outcome="referred", procedure_words=f"{WORDS} two")
    tablet.save(3, "session", centre_id="a", note=f"{WORDS} three", headcount=11)
    tablet.save(4, "session", centre_id="a", note=f"{WORDS} four")
    tablet.save(5, outcome="left")
    tablet.sync()
    other.sync()
    tablet.save(1, note=f"{WORDS} once more")
    tablet.save(3, "session", note=f"{WORDS} here")
    other.save(3, "session", note=f"{WORDS} there")
    tablet.delete(4)
    for one in (tablet, other, tablet):
        one.sync()
    refused = as_json(op=make_id(70), id="no uuid", set={"note": WORDS})
    post(office, tablet, make_body(refused, as_json(op=make_id(71), hand_over=True, set={"title": WORDS})))
    return office


def later(office: Office) -> Emptied:
    office.clock.pass_by(YEAR + timedelta(days=1))
    return purge(office.centre, office.clock() - YEAR)


def bytes_of(office: Office) -> bytes:
    """Of the whole database, where it is files."""
    if not isinstance(office.place, SqliteFile):
        return repr(office.rows()).encode()
    return b"".join(each.read_bytes() for each in office.path.parent.glob(f"{office.path.name}*"))


def test_s_e19_words_go_a_year_after_the_last_change_and_what_is_counted_stays(worked: Office) -> None:
    before = worked.records()
    assert WORDS.encode() in bytes_of(worked)

    found = later(worked)

    assert found == Emptied(records=4, set_aside=2)
    assert WORDS not in repr(worked.rows())
    assert examine(worked.centre.database, TENANT).harm == ()
    after = worked.records()
    assert after.keys() == before.keys()
    assert dict(after[make_id(1, series=2)].fields) == {"outcome": "completed", "active_minutes": 12}
    assert after[make_id(3, series=2)].fields["headcount"] == 11
    assert after[make_id(3, series=2)].conflicts == ()
    assert after[make_id(4, series=2)].deleted
    assert after[make_id(5, series=2)] == before[make_id(5, series=2)]
    worked.centre.database.close()
    assert WORDS.encode() not in bytes_of(worked)


def test_s_e19_what_is_younger_stays_and_a_purge_again_finds_nothing(worked: Office, tablet: Tablet) -> None:
    worked.clock.pass_by(YEAR + timedelta(days=1))
    tablet.save(2, procedure_words=f"{WORDS} changed today")
    tablet.sync()

    assert purge(worked.centre, worked.clock() - YEAR).records == 3
    assert WORDS in str(worked.records()[make_id(2, series=2)].fields)
    assert purge(worked.centre, worked.clock() - YEAR) == Emptied(0, 0)


def test_s_e19_a_dry_run_says_the_same_and_changes_nothing(worked: Office) -> None:
    worked.clock.pass_by(YEAR + timedelta(days=1))
    before = worked.rows()

    found = purge(worked.centre, worked.clock() - YEAR, dry_run=True)

    assert found == Emptied(records=4, set_aside=2)
    assert worked.rows() == before
    assert purge(worked.centre, worked.clock() - YEAR) == found


def test_s_e19_what_is_offered_again_gets_its_first_answer_and_brings_no_word_back(
    worked: Office, tablet: Tablet
) -> None:
    change = as_json(op=make_id(80), id=make_id(81), set={"note": WORDS, "outcome": "left"})
    first = post(worked, tablet, make_body(change)).json()["results"][0]
    later(worked)

    again = post(worked, tablet, make_body(change)).json()["results"][0]

    assert (first["status"], again["status"]) == ("applied", "applied")
    assert WORDS not in repr(worked.rows())


def test_s_e20_an_erased_record_is_emptied_now_and_its_tablet_hears_of_it(worked: Office, tablet: Tablet) -> None:
    assert tablet.holds(1).fields["note"] == f"{WORDS} once more"

    found = erase(worked.centre, make_id(1, series=2))
    tablet.sync()

    assert found == Emptied(records=1, set_aside=1)
    assert tablet.holds(1).fields == {"outcome": "completed", "active_minutes": 12}
    assert WORDS in repr(worked.rows()), "the others stay"
    assert examine(worked.centre.database, TENANT).harm == ()


def test_s_e20_what_it_said_before_a_correction_goes_too(office: Office, tablet: Tablet) -> None:
    was = {"at": "2026-03-04T10:00:00+01:00", "by": "C1", "was": {"note": WORDS, "outcome": "left"}, "why": "mistake"}
    tablet.save(1, outcome="left", note=WORDS)
    tablet.sync()
    tablet.save(1, outcome="completed", note=None, revisions=(canonical(was), WORDS))
    tablet.sync()

    assert erase(office.centre, make_id(1, series=2)) == Emptied(records=1, set_aside=0)
    tablet.sync()

    assert WORDS not in repr(office.rows())
    kept = (canonical({**was, "was": {"outcome": "left"}}),)
    assert tablet.holds(1).fields == {"outcome": "completed", "revisions": kept}
    assert examine(office.centre.database, TENANT).harm == ()


def test_s_e20_values_beside_a_deletion_go_from_the_tablets_too(office: Office, tablet: Tablet, other: Tablet) -> None:
    tablet.save(3, "session", centre_id="a", headcount=11)
    tablet.sync()
    other.sync()
    tablet.delete(3)
    tablet.sync()
    other.save(3, "session", note=WORDS)
    for one in (other, tablet, other):
        one.sync()
    assert WORDS in repr(tablet.holds(3).conflicts)

    erase(office.centre, make_id(3, series=2))
    tablet.sync()
    other.sync()

    assert WORDS not in repr(office.rows())
    assert WORDS not in repr((tablet.holds(3).conflicts, other.holds(3).conflicts))
    assert tablet.holds(3).deleted
    assert examine(office.centre.database, TENANT).harm == ()


def test_s_e20_other_content_under_a_used_number_goes_too(worked: Office, tablet: Tablet) -> None:
    taken = as_json(op=make_id(90), id=make_id(91), set={"outcome": "left"})
    post(worked, tablet, make_body(taken))
    post(worked, tablet, make_body(taken | {"set": {"title": WORDS}}))

    assert erase(worked.centre, make_id(91)) == Emptied(records=1, set_aside=1)
    later(worked)

    assert WORDS not in repr(worked.rows())
    assert examine(worked.centre.database, TENANT).harm == ()


def test_s_e20_what_was_only_ever_refused_is_emptied_without_alarm(office: Office, tablet: Tablet) -> None:
    post(office, tablet, make_body(as_json(id=make_id(92), hand_over=True, set={"note": WORDS})))

    assert erase(office.centre, make_id(92)) == Emptied(records=0, set_aside=1)
    assert WORDS not in repr(office.rows())


def test_s_e20_nothing_is_held_under_an_id_that_is_none(office: Office) -> None:
    assert erase(office.centre, make_id(9)) is None


def test_s_e19_a_record_that_is_not_what_its_changes_make_is_left_and_named(worked: Office) -> None:
    with worked.centre.database.writing() as connection:
        this = schema.record.c.id == make_id(1, series=2)
        connection.execute(update(schema.record).where(this).values(fields='{"note":"x"}'))

    found = later(worked)

    assert found.unsound == (make_id(1, series=2),)
    assert found.records == 3


def test_s_e19_s_e20_the_commands_say_what_was_done_and_note_it(
    worked: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    database = ["--database", worked.place.url]

    assert main(["purge", "--dry-run", "--days", "36500", *database]) == 0
    assert main(["erase", "--record", make_id(1, series=2), *database]) == 0
    assert main(["erase", "--record", make_id(9), *database]) == 1
    assert main(["audit", *database]) == 0

    said = capsys.readouterr().out
    assert "0 records and 0 changes that were set aside: to be emptied" in said
    assert "1 records and 1 changes that were set aside: emptied" in said
    assert "erased" in said
    assert "purged" not in said


@pytest.mark.parametrize("body", ["[]", '{"set":[]}', '{"set":{"outcome":"left"}}', '{"set":{"note":null}}'])
def test_what_holds_no_words_is_left_as_it_is(body: str) -> None:
    assert emptied(body) is None
    assert emptied(canonical({"set": {"note": "x", "a": 1}})) == '{"set":{"a":1,"note":null}}'
