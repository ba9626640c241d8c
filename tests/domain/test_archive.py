"""The list of records: its order, its pages, its filters, and what words find."""

from datetime import datetime, timedelta, timezone

import pytest

from app.domain.archive import PAGE, Archive, Entry, Shown, Topic, about, since
from sync.protocol.records import Kind

MONDAY = datetime(2026, 11, 23, 9, 30, tzinfo=timezone(timedelta(hours=1)))
PADRO = Topic(Kind.ASSIST, ("padro",), "completed")
LABOUR = Topic(Kind.ASSIST, ("labour",), "referred")
WORDS = {PADRO: "Obtenir el certificat d'empadronament Fet", LABOUR: "Vida laboral Derivat a un altre servei"}


def entry(number: int, topic: Topic = PADRO) -> Entry:
    return Entry(MONDAY - timedelta(hours=number), f"{number:05}", topic)


def archive_of(*entries: Entry) -> Archive:
    archive = Archive()
    for each in entries:
        archive.put(each.id, each)
    return archive


def ids(archive: Archive, start: int = 0, *, since: datetime | None = None, **asked: set[str] | None) -> list[str]:
    page = archive.page(start, since=since, ids=asked.get("ids"), topics=None)
    return [each.id for each in page.entries]


def test_the_newest_comes_first_however_they_came() -> None:
    assert ids(archive_of(entry(3), entry(1), entry(2))) == ["00001", "00002", "00003"]


def test_what_was_written_again_is_there_once_and_in_its_place() -> None:
    archive = archive_of(entry(1), entry(2), entry(3))

    archive.put("00002", entry(2, LABOUR))
    archive.put("00003", None)
    archive.put("unknown", None)

    assert ids(archive) == ["00001", "00002"]
    assert +archive.topics == {PADRO: 1, LABOUR: 1}


def test_a_page_ends_where_the_next_begins() -> None:
    archive = archive_of(*(entry(each) for each in range(PAGE + 3)))

    assert ids(archive) + ids(archive, PAGE) == [f"{each:05}" for each in range(PAGE + 3)]
    assert archive.page(PAGE, since=None, ids=None, topics=None).found == PAGE + 3


def test_a_filter_leaves_what_it_names() -> None:
    archive = archive_of(*(entry(each) for each in range(60)))

    assert ids(archive, ids={"00007", "00003", "of another kind"}) == ["00003", "00007"]
    assert ids(archive, since=since(Shown.TODAY, MONDAY)) == [f"{each:05}" for each in range(10)]


def test_the_week_begins_on_monday_and_the_day_at_midnight() -> None:
    thursday = MONDAY + timedelta(days=3)

    assert since(Shown.WEEK, thursday) == MONDAY.replace(hour=0, minute=0)
    assert since(Shown.TODAY, thursday) == thursday.replace(hour=0, minute=0)
    assert since(Shown.ALL, thursday) is None


@pytest.mark.parametrize("query", ["empadronament", "EMPADRONAMENT fet", "fet certificat", "certifícat empadr"])
def test_words_find_a_topic_in_any_order_and_with_any_accents(query: str) -> None:
    assert about(query, WORDS, words=WORDS.__getitem__, procedures=set) == {PADRO}


def test_what_no_words_say_is_looked_for_among_the_procedures() -> None:
    assert about("vdia lavoral", WORDS, words=WORDS.__getitem__, procedures=lambda: {"labour"}) == {LABOUR}
    assert about("xyz", WORDS, words=WORDS.__getitem__, procedures=set) == set()


@pytest.mark.parametrize("query", ["", "  ", "\u00a0\u2003", "\u200b\u200d", "\n\n", "...", "\u202e"])
def test_t_05_a_search_for_nothing_that_can_be_seen_asks_for_nothing(query: str) -> None:
    assert about(query, WORDS, words=WORDS.__getitem__, procedures=set) is None
