"""What may be published of a month: no number below five, none found by subtraction, no word of a person's."""

import csv
import io
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.endpoint.commands.command_line import CANNOT
from sync.endpoint.devices import CENTRE_ITSELF
from sync.endpoint.publishing import LEAST, MOST_HEADS, MOST_MINUTES, OTHER, Cell, Known, Tally, counted, merged
from sync.endpoint.publishing import public_table as table_of
from tests.sync.asking import as_json, make_body, post
from tests.sync.coordinator import Desk
from tests.sync.making import make_id
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


KNOWN = Known(
    centres=frozenset({"balafia", "magraners", "mariola"}),
    topics={"assist": frozenset({"sp", "m8"}), "session": frozenset({"m6"})},
    tablets={"everywhere": frozenset(), "at balafia": frozenset({"balafia"}), "at magraners": frozenset({"magraners"})},
)


def entry(kind: str, fields: dict[str, object], **about: object) -> dict[str, object]:
    where = {"id": "x", "kind": kind, "deleted": False, "device": "everywhere", "centre": fields.get("centre_id")}
    return where | {"fields": fields} | about


def assist(_number: int = 1, device: str = "everywhere", **said: object) -> dict[str, object]:
    fields = {"procedure_id": "sp-cita-omac", "outcome": "completed", "centre_id": "balafia", "active_minutes": 10}
    return entry("assist", fields | {"started_at": "2026-11-23T09:30:00+01:00"} | said, device=device)


def session(device: str = "everywhere", **said: object) -> dict[str, object]:
    fields = {"module_ids": ["6"], "status": "held", "centre_id": "balafia", "headcount": 12}
    return entry("session", fields | {"started_at": "2026-11-23T17:00:00+01:00"} | said, device=device)


def rows(entries: list[dict[str, object]]) -> list[tuple[object, ...]]:
    return [row[1:] for row in table_of("2026-11", entries, KNOWN)]


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
    few = [assist(1, centre_id="magraners"), assist(2, centre_id="mariola"), assist(3, centre_id="secà")]
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
    assert counted("2026-11", [assist(1, **said)], KNOWN) == {}
    assert counted("2026-11", [assist(1) | {"deleted": True}], KNOWN) == {}


@pytest.mark.parametrize("wrote", ["Maria 600123123", "dimiteix-el-paer", "=1+1", 7, None, ["balafia"], "x" * 41])
def test_what_somebody_wrote_in_place_of_an_id_is_published_by_nobody(wrote: object) -> None:
    entries = [assist(each, centre_id=wrote, outcome=wrote, procedure_id=wrote) for each in range(6)]
    assert rows(entries) == [(OTHER, "assist", OTHER, OTHER, 6, 60)]

    assert rows([session(centre_id="balafia", module_ids=[wrote], status=wrote)]) == [
        ("balafia", "session", OTHER, OTHER, 12, 0)
    ]


def test_what_is_other_by_itself_and_what_was_made_so_is_one_row() -> None:
    entries = [assist(outcome="invented", procedure_id="x")] * 6 + [assist(outcome="left")] * 3 + [assist()] * 2
    assert rows(entries) == [("balafia", "assist", OTHER, OTHER, 11, 110)]


def test_of_a_session_the_people_are_counted() -> None:
    assert rows([session()]) == [("balafia", "session", "m6", "held", 12, 0)]


def test_no_tablet_lifts_a_small_number_of_another_centre_over_the_limit() -> None:
    """Four that were invented would publish the one that is true."""
    true, enough = assist(device="at balafia", outcome="left"), [assist(device="at balafia")] * 9
    invented = [assist(device="at magraners", outcome="left")] * 4

    assert rows([true, *enough, *invented]) == [("balafia", "assist", OTHER, OTHER, 10, 100)]
    assert counted("2026-11", [assist(device="at magraners", centre_id=None)], KNOWN) == {}
    assert counted("2026-11", [assist(device="of nobody")], KNOWN) == {}


@pytest.mark.parametrize("wrote", [["balafia"], 7, None, OTHER])
def test_a_tablet_of_one_centre_counts_for_no_centre_it_did_not_name(wrote: object) -> None:
    assert counted("2026-11", [assist(device="at balafia", centre_id=wrote)], KNOWN) == {}


def test_a_planned_session_counts_at_the_centre_it_was_planned_for_and_at_no_other() -> None:
    """Whoever runs it says where it is: a tablet must not move it, and what belongs nowhere anybody may write."""
    planned = session(device=CENTRE_ITSELF)
    assert rows([planned]) == [("balafia", "session", "m6", "held", 12, 0)]
    assert rows([planned | {"centre": None}, session(centre_id=None)]) == []


def test_no_number_of_one_record_swallows_the_others() -> None:
    endless = 2**53 - 1
    assert counted("2026-11", [assist(active_minutes=endless), session(headcount=endless)], KNOWN) == {
        Cell("balafia", "assist", "sp", "completed"): Tally(1, MOST_MINUTES),
        Cell("balafia", "session", "m6", "held"): Tally(MOST_HEADS, 0),
    }


def test_the_command_writes_the_table_and_nothing_else(office: Office, tablet: Tablet, other: Tablet, tmp_path) -> None:
    desk = Desk(office, tmp_path / "c")
    assert desk.run("import-catalogue", "app/data/catalogue.json", "app/data/centres.json") == 0
    assert desk.run("devices", "--name", "Tablet 2", "--centres", "magraners") == 0
    on_a_day = {"started_at": "2026-03-02T09:30:00+01:00", "centre_id": "balafia"}
    for number in range(1, 7):
        tablet.save(number, **assist(number, note="secret", **on_a_day)["fields"])  # type: ignore[arg-type]
    tablet.save(7, outcome="left", procedure_id="m8-x", **on_a_day)
    tablet.sync()
    for number in range(4):
        invented = as_json(op=make_id(70 + number), id=make_id(70 + number), kind="assist", set=on_a_day)
        assert post(office, other, make_body(invented)).status_code == 200

    assert desk.run("export", "--public", "2026-03", "--output", tmp_path / "t.csv") == 0

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
