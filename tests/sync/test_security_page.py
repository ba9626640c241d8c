"""docs/security.md leaves out no requirement, and what it says is done has a test with the number of it."""

import re

import pytest

from tests.sync.test_bad_inputs_page import ROOT, names_of_tests

PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ROWS = re.findall(
    r"^\| (S-[ET]\d\d) \|.*\| (done|in part|not done|on a device|elsewhere) \| (.*) \|$", PAGE, flags=re.MULTILINE
)


def test_every_requirement_of_the_centre_has_its_row() -> None:
    assert [number for number, *_ in ROWS if number[2] == "E"] == [f"S-E{number:02}" for number in range(1, 26)]


def test_every_test_on_the_page_exists() -> None:
    assert set(re.findall(r"`(test_\w+)`", PAGE)) - names_of_tests() == set()


@pytest.mark.parametrize(("number", "state", "tests"), ROWS, ids=[number for number, *_ in ROWS])
def test_what_is_said_to_be_done_has_a_test_with_its_number(number: str, state: str, tests: str) -> None:
    part = f"_{number.lower().replace('-', '_')}_"
    bearing = [name for name in re.findall(r"`(test_\w+)`", tests) if part in name]

    assert bearing or (state in ("not done", "on a device", "elsewhere") and tests == "none")


def test_what_is_to_be_seen_on_a_device_is_on_the_list_for_it() -> None:
    devices = (ROOT / "docs" / "devices.md").read_text(encoding="utf-8")

    assert {number for number, state, _ in ROWS if state == "on a device"} <= set(re.findall(r"S-T\d\d", devices))


def test_s_e23_what_is_installed_has_one_version_each() -> None:
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if line and not line.startswith("#")]

    assert lines and [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[^=<>~ ]+( *;.*)?", line)] == []


@pytest.mark.parametrize(
    "line",
    ["DynamicUser=yes", "ProtectSystem=strict", "NoNewPrivileges=yes", "CapabilityBoundingSet=", "MemoryMax=1G"],
)
def test_s_e24_the_unit_gives_the_process_few_rights(line: str) -> None:
    operations = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")

    assert line in operations.partition("[Service]")[2].partition("```")[0].splitlines()
