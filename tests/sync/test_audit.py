"""The log of what was done with the centre: everything is in it, nothing of a person, and no entry goes or changes."""

import json
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from sync.endpoint import audit
from sync.endpoint.__main__ import main
from sync.endpoint.audit import FIRST, Action, Deed, Head, network_kept
from sync.endpoint.doctor import examine
from sync.endpoint.exchange import TENANT
from sync.endpoint.importing import import_files
from sync.endpoint.parcels import make_key, read_keys
from sync.endpoint.reference_files import read_file
from sync.endpoint.unlocking import Unanswerable
from tests.sync.asking import as_json, ask, make_body, post
from tests.sync.making import device_keys
from tests.sync.places import SqliteFile
from tests.sync.processes import ROOT
from tests.sync.tablets import Office, Tablet

WRONG = {"code": "XXXX-YYYY", "name": "Tablet", "app": "1.0", "public_key": device_keys().public}


def entries(office: Office) -> list[tuple[str, str, str, str]]:
    with office.centre.database.reading() as connection:
        return [(row.actor, row.action, row.object, row.result) for row in audit.entries(connection)]


def harm(office: Office) -> list[str]:
    with office.centre.database.reading() as connection:
        return list(audit.breaks(connection))


def around_the_triggers(office: Office, statement: str) -> None:
    """As somebody does it who owns the database."""
    is_sqlite = isinstance(office.place, SqliteFile)
    with office.centre.database.writing() as connection:
        if is_sqlite:
            for what in ("UPDATE", "DELETE"):
                connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS audit_only_added_{what}")
            connection.exec_driver_sql(statement)
            return
        connection.exec_driver_sql("ALTER TABLE audit DISABLE TRIGGER USER")
        connection.exec_driver_sql(statement)
        connection.exec_driver_sql("ALTER TABLE audit ENABLE TRIGGER USER")


@pytest.fixture
def looked_after(office: Office, tablet: Tablet) -> Office:
    """A centre with five entries."""
    office.centre.assign("Tablet 1", frozenset({"a"}))
    office.centre.revoke("Tablet 1")
    office.centre.finish_restore()
    return office


# what is in it


def test_s_e17_letting_in_and_taking_out_is_noted(office: Office, tmp_path: Path) -> None:
    mark, key = make_key(office.centre, tmp_path / "centre.key"), tmp_path / "centre.key"
    office.enrolled("Tablet 1", 0xA)
    (device,) = {row for row, *_ in entries(office)} - {"centre"}
    keys = read_keys([key])

    office.centre.issue_code("Tablet 1")
    ask(office, "POST", "/v1/devices", json=WRONG)
    office.centre.assign("Tablet 1", frozenset({"a"}))
    office.centre.assign("Tablet 9", frozenset({"a"}))
    office.centre.unlock_answer("Tablet 1", ("C1", "7KQ2M0XA"), keys)
    with pytest.raises(Unanswerable):
        office.centre.unlock_answer("Tablet 9", ("C1", "7KQ2M0XA"), keys)
    office.centre.revoke("Tablet 1")
    office.centre.revoke("Tablet 9")

    assert entries(office) == [
        ("centre", "key-made", mark, "done"),
        ("centre", "code-made", "", "done"),
        (device, "enrolled", device, "done"),
        ("centre", "code-made", device, "done"),
        ("nobody", "enrolment-refused", "", "refused"),
        ("centre", "assigned", device, "done"),
        ("centre", "unlock-answered", device, "done"),
        ("centre", "revoked", device, "done"),
    ]


def test_s_e17_what_leaves_the_centre_and_what_comes_back_is_noted(
    office: Office, tablet: Tablet, tmp_path: Path
) -> None:
    tablet.save(1)
    tablet.sync()
    before, url = len(entries(office)), office.place.url

    main(["backup", "--database", url, "--output", str(tmp_path / "backup")])
    main(["export", "--database", url, "--output", str(tmp_path / "all.jsonl")])
    with pytest.raises(FileNotFoundError):
        raise_as_itself(["export", "--database", url, "--output", str(tmp_path / "no" / "all.jsonl")])
    main(["refused", "--database", url, "--json"])
    main(["restore", "--database", url])

    assert entries(office)[before:] == [
        ("centre", "backed-up", "1", "done"),
        ("centre", "exported", "records", "begun"),
        ("centre", "exported", "records", "done"),
        ("centre", "exported", "records", "begun"),
        ("centre", "exported", "records", "broken-off"),
        ("centre", "set-aside-read", "", "done"),
        ("centre", "restored", "", "done"),
    ]


def raise_as_itself(arguments: list[str]) -> None:
    """The command says it in words; what it says is not the point here."""
    if main(arguments):
        raise FileNotFoundError


def test_s_e17_a_restore_that_the_centre_notices_is_noted(office: Office, tablet: Tablet) -> None:
    backup = office.backup()
    tablet.save(1)
    tablet.sync()
    office.centre.database.close()
    office.restore(backup)

    tablet.sync()

    assert entries(office)[2:] == [("centre", "restore-noticed", "", "done")]


def test_s_e17_imports_and_keys_are_noted(office: Office, tmp_path: Path) -> None:
    path = ROOT / "app" / "data" / "centres.json"
    file = read_file(path.name, path.read_bytes())

    import_files(office.centre, [file])
    mark = make_key(office.centre, tmp_path / "centre.key")

    assert entries(office) == [
        ("centre", "imported", f"centres {file.version}", "done"),
        ("centre", "key-made", mark, "done"),
    ]


def test_s_e17_no_entry_holds_anything_of_a_person_or_a_secret(office: Office, tablet: Tablet) -> None:
    secret = "12345678Z"
    code = office.centre.issue_code("Tablet of somebody")
    ask(office, "POST", "/v1/devices", json=WRONG | {"name": secret})
    post(office, tablet, make_body(as_json(by=secret, set={"topic": secret})))

    with office.centre.database.reading() as connection:
        text = "\n".join(str(tuple(row)) for row in audit.entries(connection))

    assert not [word for word in (secret, "somebody", code[:4], str(tablet.token), "127.0.0.1") if word in text]
    assert "127.0.0.0/24" in text


@pytest.mark.parametrize(
    ("address", "kept"),
    [("192.0.2.77", "192.0.2.0/24"), ("2001:db8:1:2:3::4", "2001:db8:1::/48"), ("nonsense", "")],
)
def test_s_e17_of_an_address_the_network_is_kept(address: str, kept: str) -> None:
    assert network_kept(address) == kept


# that it stays as it is


@pytest.mark.parametrize("statement", ["UPDATE audit SET object = 'x'", "DELETE FROM audit"])
def test_s_e17_the_database_changes_and_removes_no_entry(looked_after: Office, statement: str) -> None:
    before = entries(looked_after)

    with pytest.raises(DBAPIError, match="only added"), looked_after.centre.database.writing() as connection:
        connection.exec_driver_sql(statement)

    assert entries(looked_after) == before and len(before) == 5
    assert harm(looked_after) == []


PUT_BEFORE = "INSERT INTO audit SELECT -number, at, actor, action, object, result, network, hash FROM audit"


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE audit SET object = 'x' WHERE number = 3", "entry 3 is not what was written"),
        ("UPDATE audit SET at = '2026-01-01' WHERE number = 1", "entry 1 is not what was written"),
        ("UPDATE audit SET hash = 'x' WHERE number = 2", "entry 2 is not what was written"),
        ("DELETE FROM audit WHERE number = 3", "after number 2 and before 4 are missing"),
        ("DELETE FROM audit WHERE number <= 2", "after number 0 and before 3 are missing"),
        ("UPDATE audit SET number = 9 WHERE number = 5", "after number 4 and before 9 are missing"),
        (PUT_BEFORE, "and before -"),
    ],
)
def test_s_t28_a_chain_that_was_changed_names_the_place(looked_after: Office, statement: str, words: str) -> None:
    around_the_triggers(looked_after, statement)

    assert [one for one in harm(looked_after) if words in one]
    assert [one for one in examine(looked_after.centre.database, TENANT).harm if words in one]


def test_s_t28_a_chain_that_was_cut_or_written_anew_is_found_by_what_was_written_down(looked_after: Office) -> None:
    with looked_after.centre.database.reading() as connection:
        written_down = audit.head_of(connection)

    def found() -> list[str]:
        with looked_after.centre.database.reading() as connection:
            return list(audit.breaks(connection, written_down))

    assert found() == []
    around_the_triggers(looked_after, "DELETE FROM audit WHERE number = 5")
    assert harm(looked_after) == []  # nothing in the table can tell
    assert found() == ["audit: entry 5 is not there with the hash that was written down"]
    looked_after.centre.note(Deed(Action.REVOKED, "another"))
    assert found() == ["audit: entry 5 is not there with the hash that was written down"]


def test_s_t28_an_empty_log_is_whole(office: Office) -> None:
    with office.centre.database.reading() as connection:
        assert audit.head_of(connection) == Head(0, FIRST)
    assert harm(office) == []


def test_s_e17_what_is_not_done_is_not_noted(office: Office, tablet: Tablet) -> None:
    before = entries(office)

    with pytest.raises(ValueError, match="not come to this number"):
        office.centre.finish_backup(99, office.clock())

    assert entries(office) == before


# the command


def test_s_e17_the_command_lists_and_verifies(looked_after: Office, capsys: pytest.CaptureFixture[str]) -> None:
    url = looked_after.place.url

    listed = main(["audit", "--database", url])
    for_people = capsys.readouterr()
    end = for_people.err.rpartition(" ")[2].strip()
    again = main(["audit", "--database", url, "--json", "--expect", end])
    for_machines = capsys.readouterr()
    around_the_triggers(looked_after, "UPDATE audit SET object = 'x' WHERE number = 3")
    harmed = main(["audit", "--database", url, "--expect", "5:" + "0" * 64])
    said = capsys.readouterr().err

    assert (listed, again, harmed) == (0, 0, 1)
    assert len(for_people.out.splitlines()) == 6 and for_people.err.startswith("whole; the last is 5:")
    assert [json.loads(line)["action"] for line in for_machines.out.splitlines()][-1] == "restored"
    assert "DAMAGED: audit: entry 3" in said and "entry 5 is not there with the hash" in said


@pytest.mark.parametrize("text", ["5", "x:" + "0" * 64, "5:00"])
def test_an_end_that_is_none_is_refused(looked_after: Office, text: str) -> None:
    with pytest.raises(SystemExit):
        main(["audit", "--database", looked_after.place.url, "--expect", text])
