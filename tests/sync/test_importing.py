"""The coordinator's files become records that every tablet hears; the same file again changes nothing."""

import copy
import json
from collections.abc import Collection, Iterable
from datetime import date
from pathlib import Path

import pytest

from app.domain.sessions import Choice, session_id
from sync.client.phase import Resting
from sync.endpoint.__main__ import main
from sync.endpoint.importing import Imported, import_files
from sync.endpoint.reference_files import FileUnusable, read_file
from sync.endpoint.server import open_centre
from sync.protocol.records import Kind
from sync.protocol.reference import KINDS, File, is_older, reference_id
from sync.protocol.vocabulary import SessionKind
from tests.sync.desks import MemoryDesk
from tests.sync.making import START, make_id
from tests.sync.tablets import Office, Tablet
from tests.sync.test_exports import table_of

DATA = Path(__file__).parents[2] / "app" / "data"
CATALOGUE = json.loads((DATA / "catalogue.json").read_text(encoding="utf-8"))
CENTRES = json.loads((DATA / "centres.json").read_text(encoding="utf-8"))
PEOPLE = {
    "people_version": "1",
    "people": [{"id": "C1", "name": "Connector 1", "centres": ["ereta"], "valid_until": "2026-12-31"}],
}
PLANNED = {"module_ids": ["3"], "centre_id": "balafia", "day": "2026-11-23", "start": "10:00", "end": "11:30"}
PLAN = {"plan_version": "1", "sessions": [PLANNED]}
POLICIES = {"policies_version": "1", "policies": [{"id": "fields_not_asked", "value": ["satisfaction"]}]}
ASKED = {"policies_version": "1", "policies": [{"id": "fields_asked", "value": ["note"]}]}
PLANNED_ID = session_id(Choice(SessionKind.PLAN, ("3",), "balafia"), day=date(2026, 11, 23), new_id="")


def small(version: str = "1", titles: Iterable[str] = ("Alta", "Baixa"), **changes: object) -> dict[str, object]:
    """A catalogue of one module."""
    procedures = [{**CATALOGUE["procedures"][0], "id": f"m1-{title.lower()}", "module": 1} for title in titles]
    for procedure, title in zip(procedures, titles, strict=True):
        procedure["title"] = {"ca": title}
    return {**CATALOGUE, "catalogue_version": version, "procedures": procedures, **changes}


def imported(
    office: Office, *contents: object, force: bool = False, retire: Collection[int] = ()
) -> tuple[Imported, ...]:
    files = [read_file("file.json", json.dumps(content).encode()) for content in contents]
    return import_files(office.centre, files, force=force, retire=retire)


def touched(one: Imported) -> list[str]:
    return [line.strip() for line in one.lines()][1:]


def numbers(office: Office) -> dict[str, int]:
    return {str(record.fields.get("key")): record.seq for record in office.records().values()}


def procedure(office: Office, key: str) -> dict[str, object]:
    return dict(office.records()[reference_id(Kind.PROCEDURE, key)].fields)


@pytest.mark.parametrize("content", [CATALOGUE, CENTRES, PEOPLE, PLAN, POLICIES], ids=[file.value for file in File])
def test_a_file_becomes_a_record_for_each_entry_and_its_edition_last(
    office: Office, content: dict[str, object]
) -> None:
    (found,) = imported(office, content)

    entries = [step for step in found.steps if step.kind != Kind.EDITION]
    last = max(office.records().values(), key=lambda record: record.seq)
    assert {step.what for step in entries} == {"added"}
    assert len(office.records()) == len(entries) + 1
    assert (last.kind, last.fields["key"], last.fields["version"]) == ("edition", found.file.file, found.file.version)


def test_the_same_file_twice_changes_nothing_and_gives_no_numbers(office: Office) -> None:
    imported(office, CATALOGUE, CENTRES, PEOPLE, PLAN, POLICIES)
    before = office.rows()

    again = imported(office, CATALOGUE, CENTRES, PEOPLE, PLAN, POLICIES)

    assert office.rows() == before
    assert [touched(one) for one in again] == [[], [], [], [], []]


def test_one_changed_procedure_is_one_change_and_the_edition(office: Office) -> None:
    imported(office, small())
    before = numbers(office)

    changed = small("2")
    changed["procedures"][1]["default_minutes"] = 25
    (found,) = imported(office, changed)

    after = numbers(office)
    assert touched(found) == ["changed procedure m1-baixa"]
    assert {key for key in after if after[key] != before.get(key)} == {"m1-baixa", "catalogue"}
    assert (procedure(office, "m1-alta")["version"], procedure(office, "m1-baixa")["version"]) == ("1", "2")


def test_what_left_the_file_is_retired_and_may_come_back(office: Office) -> None:
    imported(office, small())

    (gone,) = imported(office, small("2", ["Alta"]))
    assert touched(gone) == ["retired procedure m1-baixa"]
    assert procedure(office, "m1-baixa")["retired"] is True
    assert "Baixa" in str(procedure(office, "m1-baixa")["content"])
    assert touched(imported(office, small("3", ["Alta"]))[0]) == []

    (back,) = imported(office, small("4"))
    assert touched(back) == ["changed procedure m1-baixa"]
    assert "retired" not in procedure(office, "m1-baixa")
    assert not any(record.conflicts for record in office.records().values())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (small("9", ["Alta"]), "catalogue 9 is older than 10, which is held (--force: take it anyway)"),
        (
            small("10", ["Alta"]),
            "catalogue 10 is held with other content: give it a new catalogue_version (--force: take it anyway)",
        ),
    ],
)
def test_c_20_an_older_file_and_the_same_version_changed_are_taken_only_by_force(
    office: Office, content: object, words: str
) -> None:
    imported(office, small("10"))
    before = office.rows()

    with pytest.raises(FileUnusable) as refused:
        imported(office, PEOPLE, content)

    assert (str(refused.value), office.rows()) == (words, before)
    assert touched(imported(office, content, force=True)[0]) == ["retired procedure m1-baixa"]


@pytest.mark.parametrize(
    ("one", "other"),
    [("1", "2"), ("9", "10"), ("starter-1", "starter-2"), ("starter-9", "starter-10"), ("starter-3", "2026-1")],
)
def test_versions_are_ordered_as_people_mean_them(one: str, other: str) -> None:
    assert is_older(one, other) and not is_older(other, one)
    assert not is_older(one, one)


def broken(content: dict[str, object], *path: object, to: object = ...) -> bytes:
    """The file with one value replaced; `...` takes it away."""
    root = copy.deepcopy(content)
    place = root
    for step in path[:-1]:
        place = place[step]
    if to is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = to
    return json.dumps(root).encode()


FIRST = ("procedures", 0)
OPENING = ("centres", 0, "connector_hours_summer", "inferred_default", 0)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "line 1, column 1: Expecting value"),
        (b'{"catalogue_version": "1",\n "a": 1 "b"}', "line 2, column 9: Expecting ',' delimiter"),
        (b'{"people_version": "1", "people_version": "2"}', "a name stands twice in one object"),
        (b'{"people_version": "1", "people": NaN}', "NaN and Infinity are no numbers"),
        (b'{"people_version": "\xff"}', "holds what is no character in UTF-8"),
        (b'{"people_version": "\\ud800"}', "holds what is no character in UTF-8"),
        (b"[" * 100_000, "is nested too deeply"),
        (b"[]", "the file is not an object"),
        (b"{}", "the file says no version: one of catalogue_version, centres_version"),
        (broken(CATALOGUE, "catalogue_version", to=""), "catalogue_version is not a word of 1 to 128"),
        (broken(CATALOGUE, "procedures", to=[]), "procedures is empty"),
        (broken(CATALOGUE, "procedures"), "procedures is missing"),
        (broken(CATALOGUE, *FIRST, "id", to="sp-altres"), "procedures has the same entry twice, at 0 and at 6"),
        (broken(CATALOGUE, *FIRST, "id", to="a b"), "procedures[0].id is not an id"),
        (broken(CATALOGUE, *FIRST, "title", "ca", to=" "), "procedures[0].title.ca is empty"),
        (broken(CATALOGUE, *FIRST, "module", to=9), "procedures[0].module is not one of the modules of this file"),
        (broken(CATALOGUE, *FIRST, "bring", 0, to="x"), "procedures[0].bring[0] is not one of bring_items"),
        (broken(CATALOGUE, *FIRST, "steps", 0, "kind", to="x"), "procedures[0].steps[0].kind is not one of step_kinds"),
        (broken(CATALOGUE, *FIRST, "steps", 1, "id", to="s1"), "procedures[0].steps has the same entry twice"),
        (broken(CATALOGUE, *FIRST, "steps", 0, to={"id": "s1", "kind": "do"}), "procedures[0].steps[0] has no words"),
        (broken(CATALOGUE, *FIRST, "default_minutes", to=0), "procedures[0].default_minutes is not between 1 and 600"),
        (broken(CATALOGUE, *FIRST, "note", to="x" * 20_000), "procedures[0] is longer than 20000 characters"),
        (broken(CATALOGUE, "modules", 0, "title"), "modules[0].title is missing"),
        (
            broken(CENTRES, *OPENING, "start", to="9:30"),
            "centres[0].connector_hours_summer.inferred_default[0].start is",
        ),
        (
            broken(CENTRES, *OPENING, "end", to="09:30"),
            "centres[0].connector_hours_summer.inferred_default[0] ends bef",
        ),
        (
            broken(CENTRES, *OPENING, "days", 0, to="dl"),
            "centres[0].connector_hours_summer.inferred_default[0].days[0]",
        ),
        (broken(CENTRES, "support_point_hours", "summer"), "support_point_hours.summer is missing"),
        (broken(PEOPLE, "people", 0, "valid_until", to="31/12/2026"), "people[0].valid_until is not a day"),
        (broken(PLAN, "sessions", 0, "start", to="10"), "sessions[0].start is not a time of day"),
        (broken(PLAN, "sessions", 0, "end", to="10:00"), "sessions[0] ends before it starts"),
        (broken(PLAN, "sessions", 0, "module_ids", to=[]), "sessions[0].module_ids is empty"),
        (broken(PLAN, "sessions", to=[PLANNED, PLANNED]), "sessions has the same entry twice, at 0 and at 1"),
        (broken(POLICIES, "policies", 0, "value"), "policies[0].value is missing"),
        (broken(ASKED, "policies", 0, "value", to="note"), "policies[0].value is not a list"),
        (broken(ASKED, "policies", 0, "value", 0, to="a note"), "policies[0].value[0] is not an id"),
    ],
)
def test_s_e10_a_file_that_tablets_could_not_read_is_refused_with_the_place(body: bytes, words: str) -> None:
    with pytest.raises(FileUnusable) as refused:
        read_file("file.json", body)

    assert str(refused.value).startswith(f"file.json: {words}")


@pytest.mark.parametrize("second", ["m1-alta", "M1-Alta"])
def test_i_03_an_id_that_stands_twice_is_named_with_both_places(office: Office, second: str) -> None:
    catalogue = small(titles=["Alta", "Canvi", "Baixa"])
    catalogue["procedures"][2]["id"] = second  # type: ignore[index]

    with pytest.raises(FileUnusable, match=r"procedures has the same entry twice, at 0 and at 2"):
        imported(office, catalogue)


def test_i_04_one_bad_entry_in_1800_and_nothing_is_taken(office: Office) -> None:
    imported(office, small())
    before = office.rows()
    catalogue = small("2", [f"Alta-{number}" for number in range(1_800)])
    catalogue["procedures"][1_234]["default_minutes"] = 0  # type: ignore[index]

    with pytest.raises(FileUnusable, match=r"procedures\[1234\]\.default_minutes is not between 1 and 600"):
        imported(office, PEOPLE, catalogue)
    assert office.rows() == before


def test_i_09_a_catalogue_that_retires_most_of_it_is_taken_when_somebody_says_how_many(office: Office) -> None:
    titles = [f"Alta-{number}" for number in range(100)]
    imported(office, small("1", titles))
    before = office.rows()

    for wrong in (0, 89, 91):
        with pytest.raises(FileUnusable, match=r"90 of 109 entries would be retired \(--retire 90: take it so\)"):
            imported(office, small("2", titles[:10]), force=True, retire=(wrong,))
    assert office.rows() == before

    (found,) = imported(office, small("2", titles[:10]), retire=(90,))
    assert sum(step.what == "retired" for step in found.steps) == 90
    imported(office, small("3", titles[:9]))  # one that goes needs no word


def test_i_09_a_plan_is_often_another_one_whole(office: Office) -> None:
    days = [f"2026-11-{day:02}" for day in range(2, 29)]
    imported(office, {"plan_version": "1", "sessions": [{**PLANNED, "day": day} for day in days]})
    (found,) = imported(office, {"plan_version": "2", "sessions": [{**PLANNED, "day": "2027-01-11"}]})
    assert sum(step.what == "retired" for step in found.steps) == len(days)


def test_i_13_a_title_that_a_spreadsheet_would_run_is_words_everywhere(office: Office) -> None:
    formula = "=cmd|' /C calc'!A0"
    catalogue = small(titles=["Alta"])
    catalogue["procedures"][0]["title"]["ca"] = formula  # type: ignore[index]
    imported(office, catalogue, {**PEOPLE, "people": [{**PEOPLE["people"][0], "name": formula}]})  # type: ignore[dict-item]

    assert formula in str(procedure(office, "m1-alta")["content"])
    cells = [cell for row in table_of(office) for cell in row.values()]
    assert any(formula in cell for cell in cells)
    assert not [cell for cell in cells if cell.startswith("=")]


def test_a_mark_that_some_editors_put_in_front_is_passed_over() -> None:
    assert read_file("file.json", b"\xef\xbb\xbf" + json.dumps(PEOPLE).encode()).version == "1"


@pytest.mark.parametrize("kept_in", ["memory", "store"])
def test_every_tablet_hears_of_it_and_of_what_changes(office: Office, tablet: Tablet, other: Tablet) -> None:
    imported(office, CATALOGUE, CENTRES)
    assert isinstance(tablet.sync(), Resting)
    imported(
        office, {**CATALOGUE, "catalogue_version": "starter-2", "procedures": CATALOGUE["procedures"][:7]}, retire=(41,)
    )

    assert isinstance(tablet.sync(), Resting) and isinstance(other.sync(), Resting)

    assert set(tablet.desk.ids()) == set(other.desk.ids()) == set(office.records())
    heard = tablet.outbox.record(reference_id(Kind.PROCEDURE, "m8-clave"))
    assert heard is not None and heard.fields["retired"] is True


@pytest.mark.parametrize("kind", KINDS)
def test_no_tablet_writes_reference_data(office: Office, tablet: Tablet, kind: Kind) -> None:
    imported(office, small())
    tablet.sync()
    assert isinstance(tablet.desk, MemoryDesk)
    for record_id in (make_id(1, series=2), reference_id(kind, "m1-alta"), reference_id(kind, "catalogue")):
        tablet.desk.outbox.save(record_id, kind, {"content": "mine"}, by="C1", at=START)

    tablet.sync()

    assert "mine" not in {record.fields.get("content") for record in office.records().values()}
    assert tablet.outbox.counts().review == 3


def test_a_restore_nobody_told_of_brings_the_older_edition_to_every_tablet(office: Office, tablet: Tablet) -> None:
    imported(office, small())
    tablet.sync()
    backup = office.backup()
    imported(office, small("2", ["Alta"]))
    tablet.sync()
    office.restore(backup)

    assert isinstance(tablet.sync(), Resting)

    edition = tablet.outbox.record(reference_id(Kind.EDITION, "catalogue"))
    assert edition is not None and edition.fields["version"] == "1"


# the plan


def test_a_planned_session_is_the_record_that_a_tablet_would_make(office: Office) -> None:
    imported(office, PLAN)

    planned = office.records()[PLANNED_ID]

    assert planned.kind == Kind.SESSION
    assert planned.fields == {
        "kind": "plan",
        "module_ids": ("3",),
        "centre_id": "balafia",
        "planned_day": "2026-11-23",
        "planned_start": "10:00",
        "planned_end": "11:30",
        "version": "1",
    }


def test_a_plan_that_comes_late_meets_a_session_that_was_held_without_a_conflict(
    office: Office, tablet: Tablet
) -> None:
    held = {"kind": "plan", "module_ids": ("3",), "centre_id": "balafia", "status": "held", "started_at": "2026-11-23"}
    assert isinstance(tablet.desk, MemoryDesk)
    tablet.desk.outbox.save(PLANNED_ID, "session", held, by="C1", at=START)
    imported(office, PLAN)
    tablet.sync()
    imported(office, {**PLAN, "plan_version": "2", "sessions": [{**PLANNED, "start": "12:00", "end": "13:00"}]})
    imported(office, {**PLAN, "plan_version": "3", "sessions": [{**PLANNED, "day": "2026-11-24"}]})

    record = office.records()[PLANNED_ID]

    assert (record.fields["status"], record.fields["planned_start"], record.conflicts) == ("held", "12:00", ())
    assert "retired" not in record.fields


# the command


@pytest.fixture
def database(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'centre.db'}"
    open_centre(url).close()
    return url


def test_the_command_says_what_it_did(database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "catalogue.json"
    command = ["import-catalogue", "--database", database, str(file)]
    said = []
    for content in (small(), small("2", ["Alta", "Canvi"]), small("1")):
        file.write_text(json.dumps(content))
        said.append((main(command), *capsys.readouterr()))
    said.append((main([*command, "--force"]), *capsys.readouterr()))

    assert said[0][1].startswith(
        "catalogue 1: 11 added, 0 changed, 0 retired, 0 unchanged\n  added module support-point\n"
    )
    assert said[1] == (
        0,
        "catalogue 2: 1 added, 0 changed, 1 retired, 10 unchanged\n"
        "  added procedure m1-canvi\n  retired procedure m1-baixa\n",
        "",
    )
    assert said[2][0] == 1
    assert said[2][2].startswith("nothing was taken: catalogue 1 is older than 2")
    assert said[3][0] == 0


def test_the_command_names_a_file_that_is_not_there(
    database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "none.json"

    assert main(["import-catalogue", "--database", database, str(missing)]) == 1
    assert capsys.readouterr().err == f"nothing was taken: {missing}: No such file or directory\n"


def test_a_slip_in_the_address_gives_the_catalogue_to_nobody_and_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, slip = tmp_path / "catalogue.json", tmp_path / "center.db"
    file.write_text(json.dumps(small()))

    assert main(["import-catalogue", "--database", f"sqlite:///{slip}", str(file)]) == 2
    assert capsys.readouterr().err == f"cannot use the database: there is no file {slip}\n"
    assert not slip.exists()


# lists of staff with more than a tablet needs


STAFF = {
    "people_version": "2026-01",
    "people": [
        {"id": "C1", "name": "Connector 1", "valid_until": "2026-12-31", "dni": "12345678Z", "phone": "612345678"},
        {"id": "C2", "name": "Connector 2", "birth date": "2001-02-03", "centres": ["mariola"]},
    ],
}


def test_i_10_what_a_list_of_staff_says_of_people_is_dropped_before_it_is_kept(office: Office, tablet: Tablet) -> None:
    (imported,) = import_files(office.centre, [read_file("people.json", json.dumps(STAFF).encode())])
    tablet.sync()

    kept = office.place.content()
    assert not [word for word in (b"12345678Z", b"612345678", b"2001-02-03") if word in kept]
    assert list(imported.lines())[1] == "  dropped, and kept nowhere: birth date, dni, phone"
    assert "Connector 1" in str(office.records()) and "mariola" in str(office.records())


def test_i_10_a_list_without_such_columns_says_nothing_of_them(office: Office) -> None:
    plain = {**STAFF, "people": [{"id": "C1", "name": "Connector 1"}]}

    (imported,) = import_files(office.centre, [read_file("people.json", json.dumps(plain).encode())])

    assert not [line for line in imported.lines() if "dropped" in line]


def test_s_e16_a_file_that_is_far_too_large_is_not_read(
    database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "catalogue.json"
    with path.open("wb") as file:
        file.truncate(2 << 30)

    assert main(["import-catalogue", "--database", database, str(path)]) == 1
    assert capsys.readouterr().err == f"nothing was taken: {path}: is larger than 8 MiB\n"
