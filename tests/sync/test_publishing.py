"""What may be published of a month: no number below five, none found by subtraction, no word of a person's."""

import csv
import io
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.endpoint.commands.command_line import CANNOT
from sync.endpoint.publishing import LEAST, OTHER, Cell, Tally, counted, merged, public_table
from tests.sync.coordinator import Desk
from tests.sync.tablets import Office, Tablet

CELLS = st.dictionaries(
    st.builds(
        Cell,
        st.sampled_from(["balafia", "magraners"]),
        st.sampled_from(["assist", "session"]),
        st.sampled_from(["m1", "m2", "sp"]),
        st.sampled_from(["completed", "left"]),
    ),
    st.builds(Tally, st.integers(1, 12), st.integers(0, 100)),
)


def assist(number: int, **said: object) -> dict[str, object]:
    fields = {"procedure_id": "sp-cita-omac", "outcome": "completed", "centre_id": "balafia", "active_minutes": 10}
    return {
        "id": str(number),
        "kind": "assist",
        "deleted": False,
        "fields": fields | {"started_at": "2026-11-23T09:30:00+01:00"} | said,
    }


def rows(entries: list[dict[str, object]]) -> list[tuple[object, ...]]:
    return [row[1:] for row in public_table("2026-11", entries)]


def test_what_is_common_is_told_with_its_minutes() -> None:
    assert rows([assist(each) for each in range(5)]) == [("balafia", "assist", "sp", "completed", 5, 50)]


def test_a_small_number_is_merged_and_takes_the_next_smallest_with_it() -> None:
    entries = [assist(each) for each in range(9)] + [assist(each, outcome="left") for each in range(9, 15)]
    entries += [assist(99, outcome="referred")]

    assert rows(entries) == [
        ("balafia", "assist", OTHER, OTHER, 7, 70),
        ("balafia", "assist", "sp", "completed", 9, 90),
    ]


def test_centres_with_few_are_told_together_or_not_at_all() -> None:
    few = [assist(1, centre_id="magraners"), assist(2, centre_id="secà"), assist(3, centre_id="mariola")]
    assert rows(few) == []
    assert rows([*few, assist(4, centre_id="balafia"), assist(5, centre_id="llivia")]) == [
        (OTHER, "assist", OTHER, OTHER, 5, 50)
    ]


@given(CELLS)
def test_nothing_below_five_is_told_and_nothing_is_invented(cells: Mapping[Cell, Tally]) -> None:
    told = merged(cells)

    assert all(tally.count >= LEAST for _, tally in told)
    assert sum(tally.count for _, tally in told) <= sum(tally.count for tally in cells.values())
    for cell, tally in told:
        assert OTHER in (cell.centre, cell.topic) or cells[cell] == tally


@given(CELLS)
def test_what_is_left_out_cannot_be_found_by_subtraction(cells: Mapping[Cell, Tally]) -> None:
    """Whoever knows how many a centre had finds no number below five, or the centre is not told of at all."""
    told = dict(merged(cells))
    for centre, kind in {(each.centre, each.kind) for each in cells}:
        own = {each: tally.count for each, tally in cells.items() if (each.centre, each.kind) == (centre, kind)}
        merged_away = sum(count for each, count in own.items() if each not in told)
        is_told_of = any((each.centre, each.kind) == (centre, kind) for each in told)
        assert merged_away == 0 or merged_away >= LEAST or not is_told_of


@pytest.mark.parametrize(
    "said",
    [
        {"voided_at": "2026-11-23T10:00:00+01:00"},
        {"started_at": "2026-10-31T23:59:00+01:00"},
        {"started_at": None},
    ],
)
def test_what_counts_for_nothing_or_for_another_month_is_not_counted(said: dict[str, object]) -> None:
    assert counted("2026-11", [assist(1, **said)]) == {}
    assert counted("2026-11", [assist(1) | {"deleted": True}]) == {}


@pytest.mark.parametrize("wrote", ["Maria 600123123", "=1+1", 7, None, "x" * 41])
def test_what_somebody_wrote_in_place_of_an_id_is_published_by_nobody(wrote: object) -> None:
    entries = [assist(each, centre_id=wrote, outcome=wrote) for each in range(6)]
    assert rows(entries) == [(OTHER, "assist", "sp", OTHER, 6, 60)]


def test_of_a_session_the_people_are_counted() -> None:
    fields = {"module_ids": ["6"], "status": "held", "centre_id": "balafia", "headcount": 12}
    session = {"id": "s", "kind": "session", "deleted": False}
    entry = session | {"fields": fields | {"started_at": "2026-11-23T17:00:00+01:00"}}

    assert rows([entry]) == [("balafia", "session", "m6", "held", 12, 0)]


def test_the_command_writes_the_table_and_nothing_else(office: Office, tablet: Tablet, tmp_path) -> None:
    for number in range(1, 7):
        tablet.save(number, **assist(number, note="secret", started_at="2026-03-02T09:30:00+01:00")["fields"])  # type: ignore[arg-type]
    tablet.save(7, outcome="left", procedure_id="m8-x", centre_id="balafia", started_at="2026-03-02T09:30:00+01:00")
    tablet.sync()

    assert Desk(office, tmp_path / "c").run("export", "--public", "2026-03", "--output", tmp_path / "t.csv") == 0

    text = (tmp_path / "t.csv").read_text(encoding="utf-8")
    assert list(csv.reader(io.StringIO(text))) == [
        ["month", "centre", "kind", "topic", "outcome", "count", "minutes"],
        ["2026-03", "balafia", "assist", "other", "other", "7", "60"],
    ]


@pytest.mark.parametrize("wrong", ["2999-01", "2026-13", "march"])
def test_a_month_is_published_when_it_is_over(office: Office, tmp_path, wrong: str) -> None:
    table = tmp_path / "t.csv"
    try:
        code = Desk(office, tmp_path / "c").run("export", "--public", wrong, "--output", table)
    except SystemExit as refused:  # argparse's own word for what is no month
        code = int(str(refused.code))
    assert (code, table.exists()) == (CANNOT, False)
