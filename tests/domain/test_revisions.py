"""The versions a record tells of itself."""

from datetime import datetime, timedelta, timezone

import pytest

from app.domain.revisions import REVISIONS, changed, is_void, noted_at, number, revised, versions, voided
from sync.protocol.records import Author, Fields, Kind
from sync.protocol.vocabulary import Revision

TEN = datetime(2026, 11, 23, 10, 32, tzinfo=timezone(timedelta(hours=1)))
LATER = Author("C2", TEN + timedelta(minutes=8))
CASE: Fields = {"connector_id": "C1", "created_at": TEN.isoformat(), "outcome": "completed", "active_minutes": 15}


def test_a_record_never_written_again_has_one_version_by_who_made_it() -> None:
    (first,) = versions(Kind.ASSIST, CASE)

    assert (first.number, first.author, first.reason) == (1, Author("C1", TEN), "")


def test_a_correction_is_a_new_version_that_says_what_stood_before() -> None:
    after = {**CASE, "outcome": "referred", "referred_to": "ogat", "updated_at": "later", "active_minutes": 15}

    fields = {**after, **revised(CASE, after, LATER, Revision.MISTAKE)}

    _, second = versions(Kind.ASSIST, fields)
    assert (second.number, second.author, second.reason) == (2, LATER, "mistake")
    assert second.was == {"outcome": "completed", "referred_to": None}
    assert number(fields) == 2


def test_a_correction_of_a_correction_keeps_both() -> None:
    once = {**CASE, "active_minutes": 30}
    once |= revised(CASE, once, LATER, Revision.MISTAKE)
    twice = {**once, "active_minutes": 45}
    twice |= revised(once, twice, LATER, Revision.OTHER)

    assert [each.was for each in versions(Kind.ASSIST, twice)] == [{}, {"active_minutes": 15}, {"active_minutes": 30}]


def test_what_says_the_same_changes_nothing_whenever_it_was_written() -> None:
    assert changed(CASE, {**CASE, "updated_at": "later", "ended_at": "later"}) == {}


def test_a_list_that_was_opened_once_more_is_a_version_though_its_numbers_are_the_same() -> None:
    assert number(revised({}, {"headcount": None}, LATER, Revision.LIST)) == 2


def test_void_is_a_version_and_keeps_what_was_said() -> None:
    fields = {**CASE, **voided(CASE, LATER)}

    assert is_void(fields) and not is_void(CASE)
    assert fields["outcome"] == "completed"
    assert versions(Kind.ASSIST, fields)[-1].reason == Revision.VOID


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "7", '{"at":"x","by":"C1","was":{},"why":""}', '{"was":[]}', "[" * 99_999]
)
def test_a_version_that_a_newer_app_tells_in_another_way_is_counted(text: str) -> None:
    fields: Fields = {**CASE, REVISIONS: (text,)}

    assert versions(Kind.ASSIST, fields)[1].author is None
    assert number(fields) == 2


@pytest.mark.parametrize("said", [None, 7, "yesterday", "2026-11-23T10:32:00"])
def test_a_record_that_does_not_say_when_it_was_noted_is_as_old_as_its_last_change(said: str | int | None) -> None:
    assert noted_at({"created_at": said}, LATER.at) == LATER.at


@pytest.mark.parametrize("said", [None, "C1", ("x",)])
def test_a_session_was_first_written_by_the_first_of_its_connectors(said: tuple[str, ...] | str | None) -> None:
    (first,) = versions(Kind.SESSION, {"connector_ids": said, "created_at": TEN.isoformat()})

    assert first.author == (Author("x", TEN) if isinstance(said, tuple) else None)
