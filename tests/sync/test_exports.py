"""What the centre holds, as a file: all of it, of one moment, and nothing in it that a spreadsheet would run."""

import csv
import io
import json
import os
import subprocess
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import Connection, insert

from sync.endpoint import schema
from sync.endpoint.cells import neutral, plain
from sync.endpoint.exchange import TENANT, Centre
from sync.endpoint.exports import (
    MOST_COLUMNS,
    Wanted,
    as_csv,
    as_json_lines,
    changes,
    changes_as_csv,
    records,
    records_as_csv,
)
from sync.endpoint.server import open_centre
from sync.endpoint.snapshots import snapshot
from sync.protocol.record_codec import canonical, record_to_json
from tests.sync.asking import as_json, make_body, post
from tests.sync.making import START, make_id
from tests.sync.processes import COMMAND, ROOT, command
from tests.sync.tablets import Office, Tablet

ALL = Wanted(TENANT)
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "'=1", "''", "'", '=HYPERLINK("x";"y")']
WITHIN = ["a;=1+1;b", "a\t@b", "a\r\n-1", 'a;"=1', "a;'=1", "a\n'", "a;", "a;\t=1", "a; b\r\nc"]
TEXTS = [
    *FORMULAS,
    *WITHIN,
    "",
    " ",
    'say "x", or\r\nnot',
    "a;b",
    "ç·l l·l 'à'",
    "\u2028",
    "true",
    "0012",
    "null",
    '["a"]',
]


def exported(office: Office, wanted: Wanted = ALL) -> list[dict[str, Any]]:
    with snapshot(office.centre.database) as connection:
        return [dict(entry) for entry in records(connection, wanted)]


def history(office: Office, wanted: Wanted = ALL) -> list[dict[str, Any]]:
    with snapshot(office.centre.database) as connection:
        return [dict(entry) for entry in changes(connection, wanted)]


def table_of(office: Office) -> list[dict[str, str]]:
    with snapshot(office.centre.database) as connection:
        text = b"".join(records_as_csv(lambda: records(connection, ALL))).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


# what is in it


def test_every_record_is_exported_as_it_is(office: Office, tablet: Tablet, other: Tablet) -> None:
    for number in range(1, 5):
        tablet.save(number, "session", room=f"B{number}")
    tablet.sync()
    tablet.delete(4)
    tablet.sync()
    post(office, other, make_body(as_json(op=make_id(77), set={"room": "C1"})))

    found = exported(office)

    written = {
        one["id"]: {name: one[name] for name in ("id", "kind", "seq", "deleted", "fields", "conflicts")}
        for one in found
    }
    assert written == {record.id: record_to_json(record) for record in office.records().values()}
    assert [one["seq"] for one in found] == sorted(one["seq"] for one in found)
    assert [one["deleted"] for one in found].count(True) == 1
    assert len(next(one for one in found if one["id"] == make_id(1, series=2))["conflicts"]) == 1


def test_a_part_can_be_asked_for(office: Office, tablet: Tablet) -> None:
    tablet.save(1, "session", room="B1")
    tablet.sync()
    office.clock.pass_by(timedelta(days=1))
    tablet.save(2, "assist", outcome="completed")
    tablet.save(3, "shift", centre_id="c")
    tablet.sync()
    later = START + timedelta(hours=3)

    def ids(**wanted: Any) -> list[str]:
        return sorted(one["id"] for one in exported(office, Wanted(TENANT, **wanted)))

    one, two, three = (make_id(number, series=2) for number in (1, 2, 3))
    assert ids(kinds=frozenset({"session", "shift"})) == [one, three]
    assert ids(since=later) == [two, three]
    assert ids(until=later) == [one]
    assert ids(since=START, until=START) == []
    assert ids(kinds=frozenset({"unheard of"})) == []


def test_s_e20_all_that_is_held_of_one_record_can_be_given_out(office: Office, tablet: Tablet) -> None:
    for number in (1, 2):
        tablet.save(number, "session", room="B1")
    tablet.sync()
    tablet.save(1, "session", room="B2")
    tablet.sync()
    wanted = Wanted(TENANT, records=frozenset({make_id(1, series=2)}))

    with snapshot(office.centre.database) as connection:
        found, history = list(records(connection, wanted)), list(changes(connection, wanted))

    assert [entry["fields"] for entry in found] == [{"room": "B2"}]
    assert [entry["record"] for entry in history] == [make_id(1, series=2)] * 2


def test_the_history_has_every_change_and_what_became_of_it(office: Office, tablet: Tablet, other: Tablet) -> None:
    post(office, tablet, make_body(as_json(), as_json(op=make_id(2, series=1), id="no uuid", set={"note": "kept"})))
    post(office, other, make_body(as_json(op=make_id(3, series=1), set={"note": "y"})))

    first, refused, second = history(office)

    assert (first["seq"], first["status"], first["change"]) == (1, "applied", as_json())
    assert (second["seq"], second["status"]) == (3, "conflict")
    assert (refused["seq"], refused["status"], refused["problem"]["type"]) == (2, "refused", "/problems/bad-id")
    assert refused["change"]["set"] == {"note": "kept"}


def test_what_could_not_be_read_is_in_the_history(office: Office, tablet: Tablet) -> None:
    post(office, tablet, make_body(as_json(base="nonsense")))

    (one,) = history(office)

    assert one["change"]["base"] == "nonsense"
    assert history(office, Wanted(TENANT, frozenset({"session"}))) == [one]


# JSON Lines


def test_e_42_a_file_that_was_cut_or_changed_is_noticed(office: Office, tablet: Tablet) -> None:
    for number in range(5):
        tablet.save(number, note="x")
    tablet.sync()
    with snapshot(office.centre.database) as connection:
        content = b"".join(as_json_lines(records(connection, ALL)))

    assert is_whole(content)
    assert json.loads(content.splitlines()[-1])["count"] == 5
    assert not any(is_whole(content[:at]) for at in range(0, len(content), 7))
    assert not is_whole(content.replace(b'"x"', b'"y"', 1))


def test_an_export_of_nothing_is_whole() -> None:
    assert is_whole(b"".join(as_json_lines([])))


def is_whole(content: bytes) -> bool:
    """What docs/operations.md tells people to do in a shell."""
    *body, last = content.splitlines(keepends=True) or [b""]
    try:
        return json.loads(last) == {"count": len(body), "sha256": sha256(b"".join(body)).hexdigest()}
    except ValueError:
        return False


# CSV


@pytest.mark.parametrize("text", FORMULAS)
def test_a_cell_cannot_be_taken_for_a_formula(text: str) -> None:
    assert not neutral(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝"))
    assert plain(neutral(text)) == text


def test_e_29_s_e15_reading_the_table_back_gives_the_same_texts(office: Office, tablet: Tablet) -> None:
    for number, text in enumerate(TEXTS, 1):
        tablet.save(number, note=text, other=f"x{text}")
    tablet.sync()

    found = {row["_id"]: (plain(row["note"]), plain(row["other"])) for row in table_of(office)}

    assert found == {make_id(number, series=2): (text, f"x{text}") for number, text in enumerate(TEXTS, 1)}


def test_e_29_s_e15_no_cell_of_a_table_begins_like_a_formula(office: Office, tablet: Tablet) -> None:
    kinds = [as_json(op=make_id(n, series=1), id=make_id(n, series=2), kind=kind) for n, kind in enumerate(FORMULAS, 1)]
    post(office, tablet, make_body(*kinds, as_json(op=make_id(99), id=make_id(99), set={"count": -5, "list": ["=1"]})))

    cells = [cell for row in table_of(office) for cell in row.values()]

    assert not [cell for cell in cells if cell.startswith(tuple("=+-@\t\r\n"))]
    assert "'-5" in cells


@given(st.lists(st.lists(st.text(";\t\r\n\"'=-,x"), min_size=3, max_size=3), max_size=3))
@example([["x", "a;=1+1;b", "c"]])
@example([["x", 'a;"=1', "c"]])
@example([["x", "a", "b;"], ["y", "=1", "c"]])
def test_e_29_s_e15_whatever_a_spreadsheet_takes_for_the_separator_no_cell_is_a_formula(rows: list[list[str]]) -> None:
    text = b"".join(as_csv("abc", rows, mark=False)).decode()

    for separator in ",;\t":
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            assert not [cell for cell in row if cell.lstrip("\t\r\n").startswith(("=", "-"))]
    assert [[*map(plain, row)] for row in csv.reader(io.StringIO(text, newline=""))] == [["a", "b", "c"], *rows]


def test_a_deleted_record_is_marked(office: Office, tablet: Tablet) -> None:
    tablet.save(1, "session", room="B1")
    tablet.sync()
    tablet.delete(1)
    tablet.sync()

    (row,) = table_of(office)

    assert (row["_deleted"], row["_kind"]) == ("true", "session")


def test_every_field_of_any_record_has_a_column(office: Office, tablet: Tablet) -> None:
    tablet.save(1, "assist", outcome="completed")
    tablet.save(2, "session", room="B1", tags=("à", "b"))
    tablet.sync()

    rows = table_of(office)

    assert [(row["outcome"], row["room"], row["tags"]) for row in rows] == [
        ("completed", "", ""),
        ("", "B1", '["à", "b"]'),
    ]


def test_e_42_invented_names_of_fields_make_no_table_of_their_size(office: Office, tablet: Tablet) -> None:
    for number in range(1, 4):
        tablet.save(number, "session", room="B1", note=f"n{number}")
    for number in range(4, 8):
        tablet.save(number, "session", **{f"z{number}-{each}": each for each in range(100)})
    tablet.sync()

    rows = table_of(office)

    assert len([name for name in rows[0] if not name.startswith("_")]) == MOST_COLUMNS
    assert [(row["room"], row["note"], row["_other"]) for row in rows[:3]] == [
        ("B1", "n1", ""),
        ("B1", "n2", ""),
        ("B1", "n3", ""),
    ]
    for entry, row in zip(exported(office), rows, strict=True):
        own = {name: json.loads(row[name]) for name in entry["fields"] if name.startswith("z") and name in row}
        assert own | json.loads(row["_other"] or "{}") == {
            name: value for name, value in entry["fields"].items() if name.startswith("z")
        }


def test_the_history_as_a_table_keeps_each_change_whole(office: Office, tablet: Tablet) -> None:
    post(office, tablet, make_body(as_json(set={"note": "=1"})))
    with snapshot(office.centre.database) as connection:
        text = b"".join(changes_as_csv(changes(connection, ALL))).decode()

    (row,) = csv.DictReader(io.StringIO(text, newline=""))

    assert json.loads(plain(row["change"])) == as_json(set={"note": "=1"})


# a million rows


def many(centre: Centre, count: int) -> None:
    def rows(table: Any) -> list[dict[str, object]]:
        common = {"tenant": TENANT, "device": "d", "content_hash": "0" * 64}
        if table is schema.change:
            told = {"status": "applied", "problem": None, "by": "C1", "received_at": START.isoformat()}
            return [
                {**common, **told, "op": make_id(n), "record": make_id(n), "seq": n, "body": canonical(as_json())}
                for n in range(1, count + 1)
            ]
        whose = {"kind": "session", "is_private": False, "centre": None, "shift": None}
        held = {**whose, "deleted": False, "marks": "{}", "conflicts": "[]"}
        return [
            {**common, **held, "id": make_id(n), "seq": n, "fields": canonical({"note": "x" * 200, "number": n})}
            for n in range(1, count + 1)
        ]

    with centre.database.writing() as connection:
        connection.execute(insert(schema.record), rows(schema.record))
        connection.execute(insert(schema.change), rows(schema.change))


def peak_of(pieces: Iterator[bytes]) -> int:
    tracemalloc.start()
    for _ in pieces:
        pass  # each piece is let go of, as when it is written to a file
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


WRITTEN: dict[str, Callable[[Connection], Iterator[bytes]]] = {
    "records": lambda connection: as_json_lines(records(connection, ALL)),
    "table": lambda connection: records_as_csv(lambda: records(connection, ALL)),
    "history": lambda connection: as_json_lines(changes(connection, ALL)),
}


@pytest.mark.parametrize("form", sorted(WRITTEN))
def test_e_42_more_records_need_no_more_memory(tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.endpoint.snapshots.PAGE_ROWS", 50)
    peaks = []
    for count in (300, 3_000):
        with closing(open_centre(f"sqlite:///{tmp_path / f'{count}.db'}")) as centre:
            many(centre, count)
            with snapshot(centre.database) as connection:
                peaks.append(peak_of(WRITTEN[form](connection)))

    assert peaks[1] < 2 * peaks[0]


def test_an_export_is_of_one_moment(office: Office, tablet: Tablet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.endpoint.snapshots.PAGE_ROWS", 2)
    for number in range(1, 7):
        tablet.save(number, "session", room="B1")
    tablet.sync()

    with snapshot(office.centre.database) as connection:
        reading = records(connection, ALL)
        first = [next(reading)]
        for number in range(1, 7):
            tablet.save(number, "session", room="C2")
        tablet.sync()
        found = [*first, *reading]

    assert [one["fields"] for one in found] == [{"room": "B1"}] * 6


# the command


@pytest.fixture
def database(office: Office, tablet: Tablet) -> str:
    for number in range(1, 4):
        tablet.save(number, note="=1", place="à")
    tablet.sync()
    return office.place.url


def test_the_command_writes_the_file_whole_or_not_at_all(database: str, tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    output.write_text("of yesterday")
    assert command("export", "--database", database, "--output", str(tmp_path / "no" / "folder")).returncode == 2

    assert command("export", "--database", database, "--output", str(output)).returncode == 0

    assert is_whole(output.read_bytes()) and len(output.read_bytes().splitlines()) == 4
    assert list(tmp_path.glob(".*.part")) == []


def test_the_command_writes_to_standard_output(database: str) -> None:
    table = command("export", "--database", database, "--format", "csv", "--bom", "--kind", "assist").stdout
    lines = command("export", "--database", database, "--history", "--from", "2026-03-01", "--to", "2026-04-01").stdout

    assert table.startswith('\ufeff"_id",') and '"\'=1"' in table
    assert is_whole(lines.encode()) and len(lines.splitlines()) == 4


def test_e_42_a_reader_that_goes_away_is_no_traceback(database: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as gone:
        done = subprocess.run(
            [*COMMAND, "export", "--database", database], cwd=ROOT, stdout=gone, stderr=subprocess.PIPE
        )

    assert done.returncode == 1
    assert done.stderr == b"whoever read this has gone: the export is not whole\n"


@pytest.mark.parametrize("asked", [["--from", "yesterday"], ["--format", "xml"]])
def test_what_cannot_be_asked_for_is_said(database: str, asked: list[str]) -> None:
    assert command("export", "--database", database, *asked).returncode == 2


def test_a_slip_in_the_address_makes_no_new_centre(tmp_path: Path) -> None:
    done = command("export", "--database", f"sqlite:///{tmp_path / 'centre.bd'}")

    assert done.returncode == 2 and done.stdout == ""
    assert list(tmp_path.iterdir()) == []
