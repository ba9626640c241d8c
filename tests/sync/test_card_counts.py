"""How many people came, by their cards: what is counted, and that no small number is told or given away."""

import csv
import io
import tracemalloc
from collections import defaultdict
from itertools import product

import pytest

from sync.endpoint.__main__ import main
from sync.endpoint.card_counts import FEW, STAMPS, VISITS, Counts, counted, told
from sync.endpoint.commands.command_line import CANNOT
from sync.endpoint.publishing import LEAST
from sync.protocol.card_codes import fresh, is_code, read
from tests.sync.coordinator import Desk
from tests.sync.processes import command
from tests.sync.tablets import Office, Tablet

ONE, TWO = "K7QF2M9J", "M9AR4XWX"


def seen(code: object, day: str = "2026-11-23", procedure: str = "m8-clave", **about: object) -> dict[str, object]:
    fields = {"card_code": code, "started_at": f"{day}T09:30:00+01:00", "procedure_id": procedure}
    return {"kind": "assist", "deleted": False, "fields": fields} | about


def void(code: str) -> dict[str, object]:
    entry = seen(code)
    return entry | {"fields": entry["fields"] | {"voided_at": "2026-11-23T10:00:00+01:00"}}  # type: ignore[operator]


def visits(*entries: dict[str, object]) -> list[int]:
    return list(counted(entries).visits.values())


def test_two_helps_on_one_day_are_one_visit_and_on_two_days_two() -> None:
    assert visits(seen(ONE), seen(ONE), seen(TWO)) == [2, 0, 0]
    assert visits(seen(ONE), seen(ONE, "2026-11-24"), seen(TWO)) == [1, 1, 0]


@pytest.mark.parametrize(("days", "where"), [(1, 0), (2, 1), (4, 1), (5, 2), (9, 2)])
def test_a_card_counts_by_how_often_it_was_seen(days: int, where: int) -> None:
    found = counted(seen(ONE, f"2026-11-{number:02}") for number in range(1, days + 1))

    assert (found.cards, list(found.visits.values()).index(1)) == (1, where)


def test_each_module_is_one_stamp_and_the_support_point_none() -> None:
    of_one = [seen(ONE, procedure=each) for each in ("m1-x", "m1-y", "m8-clave", "sp-altres", "m9-x", "mm")]
    found = counted([*of_one, seen(TWO, procedure="sp-cita-omac")])

    assert found.cards == 2
    assert {name: number for name, number in found.stamps.items() if number} == {STAMPS[1]: 1}
    assert counted(seen(ONE, procedure=f"m{number}-x") for number in range(1, 9)).stamps[STAMPS[7]] == 1


@pytest.mark.parametrize(
    "entry",
    [seen(None), seen(7), seen([ONE]), seen(ONE, deleted=True), seen(ONE, kind="session"), seen(ONE, fields=None)]
    + [void(ONE)],
)
def test_what_counts_for_nothing_is_no_visit(entry: dict[str, object]) -> None:
    assert counted([entry]).cards == 0


def test_a_record_that_says_no_day_is_a_visit_all_the_same() -> None:
    entry = seen(ONE)
    assert visits(entry | {"fields": {"card_code": ONE}}) == [1, 0, 0]


def test_many_records_of_few_cards_need_no_more_memory_than_the_cards() -> None:
    entries = (seen((ONE, TWO)[number % 2], f"2026-11-{number % 28:02}") for number in range(20_000))

    tracemalloc.start()
    found = counted(entries)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert (found.cards, list(found.visits.values())) == (2, [0, 0, 2])
    assert most < 100_000


def lines(cards: tuple[int, ...]) -> tuple[str, ...]:
    numbers = Counts(sum(cards), dict(zip(VISITS, cards, strict=True)), dict.fromkeys(STAMPS, 0))
    return tuple(said for _, said in list(told(numbers))[:4])


def test_no_number_below_five_is_told_and_none_is_given_away_by_the_sum() -> None:
    """Whatever is told, each small number behind it may be another one."""
    behind: dict[tuple[str, ...], list[tuple[int, ...]]] = defaultdict(list)
    for cards in product(range(15), repeat=3):
        behind[lines(cards)].append(cards)

    for said, possible in behind.items():
        assert all(each == FEW or int(each) % LEAST == 0 for each in said)
        for place in range(3):
            assert len({cards[place] for cards in possible}) > 1, (said, possible)


@pytest.mark.parametrize(
    ("cards", "said"),
    [
        ((20, 12, 7), ("35", "20", "10", "5")),
        ((20, 12, 2), ("30", "20", "10", FEW)),
        ((4, 4, 4), ("10", FEW, FEW, FEW)),
        ((2, 1, 1), (FEW, FEW, FEW, FEW)),
    ],
)
def test_numbers_are_told_in_fives(cards: tuple[int, ...], said: tuple[str, ...]) -> None:
    assert lines(cards) == said


def test_few_cards_with_so_many_modules_are_not_told() -> None:
    numbers = dict.fromkeys(STAMPS, 0) | {STAMPS[0]: 30, STAMPS[1]: 7, STAMPS[2]: 2}
    said = dict(told(Counts(39, dict(zip(VISITS, (20, 12, 7), strict=True)), numbers)))

    assert [said[name] for name in STAMPS[:4]] == ["30", "5", FEW, FEW]


# the commands


def test_the_command_prints_codes_that_are_codes_and_keeps_none(tmp_path) -> None:
    done = command("card-codes", "--count", "40")

    printed = done.stdout.split()
    assert (done.returncode, done.stderr, len(set(printed))) == (0, "", 40)
    assert all(is_code(read(each)) and each[4] == "-" for each in printed)


@pytest.mark.parametrize("count", ["0", "-1", "10001", "x", ""])
def test_how_many_codes_is_a_number_within_bounds(count: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["card-codes", "--count", count])

    assert refused.value.code == CANNOT
    assert capsys.readouterr().out == ""


def test_the_command_counts_and_no_code_is_in_what_it_says_nor_in_what_is_published(
    office: Office, tablet: Tablet, tmp_path, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = Desk(office, tmp_path / "c")
    assert desk.run("import-catalogue", "app/data/catalogue.json", "app/data/centres.json") == 0
    numbers = iter(range(10**6))
    codes = list(fresh(8, lambda bound: next(numbers) ** 2 // 7 % bound))
    said = {"outcome": "completed", "centre_id": "balafia", "procedure_id": "m8-clave", "active_minutes": 10}
    for number, code in enumerate([*codes, codes[0]]):
        day = "2026-02-03" if number == len(codes) else "2026-02-02"
        tablet.save(number, **said, card_code=code, started_at=f"{day}T09:30:00+01:00")
    tablet.sync()
    capsys.readouterr()

    assert desk.run("card-counts") == 0
    printed = capsys.readouterr().out
    table = tmp_path / "public.csv"
    assert desk.run("export", "--public", "2026-02", "--output", table) == 0
    assert desk.run("audit") == 0

    told_of = dict(line.split("  ", 1) for line in printed.splitlines())
    assert told_of["cards"].strip() == "5"
    assert told_of[VISITS[0]].strip() == "5" and told_of[VISITS[1]].strip() == FEW
    assert told_of[STAMPS[0]].strip() == "5"
    text = table.read_text(encoding="utf-8")
    assert list(csv.reader(io.StringIO(text)))[1] == ["2026-02", "balafia", "assist", "m8", "completed", "9", "90"]
    everything = f"{printed}{text}{capsys.readouterr().out}"
    assert not any(code in everything.replace("-", "").upper() for code in codes)
