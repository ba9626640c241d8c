"""docs/bad-inputs.md names tests that exist, and leaves out no case."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROWS = re.findall(
    r"^\| ([CEITX]-\d\d) \|.*\| (.*) \|$",
    (ROOT / "docs" / "bad-inputs.md").read_text(encoding="utf-8"),
    flags=re.MULTILINE,
)
IDS = [f"C-{number:02}" for number in range(1, 23)] + [f"E-{number:02}" for number in range(1, 44)]


def names_of_tests() -> set[str]:
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "tests").rglob("test_*.py"))
    return {
        node.name
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def test_every_case_has_its_row() -> None:
    assert [case for case, _ in ROWS if case[0] in "CE"] == IDS


@pytest.mark.parametrize("letter", ["T", "X"])
def test_the_cases_of_screens_and_of_what_is_carried_stand_in_order(letter: str) -> None:
    cases = [case for case, _ in ROWS if case.startswith(letter)]

    assert cases == sorted(set(cases))


def test_every_test_on_the_page_exists() -> None:
    named = {name for _, tests in ROWS for name in re.findall(r"`(test_\w+)`", tests)}

    assert named - names_of_tests() == set()


@pytest.mark.parametrize(("case", "tests"), ROWS, ids=[case for case, _ in ROWS])
def test_a_test_bears_the_id_of_its_case_or_there_is_none(case: str, tests: str) -> None:
    part = f"_{case.lower().replace('-', '_')}_"

    assert tests == "none" or all(part in name for name in re.findall(r"`(test_\w+)`", tests))
    assert tests
