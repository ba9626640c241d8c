"""A backup is whole before a tablet hears of it, and a centre that comes back from one gets back what tablets hold."""

import subprocess
from contextlib import closing
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from shutil import copyfile

import pytest
from prometheus_client import generate_latest

from sync.client.phase import Resting
from sync.endpoint.backups import Backup, BackupFailed, copy_sqlite, dump_postgresql
from sync.endpoint.commands.command_line import sqlite_file
from sync.endpoint.devices import Device
from sync.endpoint.doctor import examine
from sync.endpoint.exchange import TENANT
from sync.endpoint.server import open_centre
from sync.protocol.messages import SyncRequest
from sync.protocol.record_codec import canonical, fields_to_json
from tests.sync.places import PostgresqlDatabase, SqliteFile, only_postgresql, only_sqlite
from tests.sync.processes import command
from tests.sync.tablets import Office, Tablet


@pytest.fixture
def kept_in() -> str:
    return "store"


@pytest.fixture
def worked(office: Office, tablet: Tablet, other: Tablet) -> Office:
    for number in range(1, 8):
        tablet.save(number, "session", room="B1")
        other.save(number + 10, "assist", outcome="completed")
    tablet.sync()
    other.sync()
    return office


def safe_of(office: Office) -> int:
    return office.centre.exchange(Device("somebody", TENANT), SyncRequest("", office.clock(), 0, 0), ()).safe


def copied(office: Office, output: Path) -> Backup:
    url = office.place.url
    source = sqlite_file(url)
    return copy_sqlite(source, output) if source else dump_postgresql(office.centre.database, url, output)


def back_up(office: Office, output: Path) -> None:
    office.centre.finish_backup(copied(office, output).upto, office.clock())


def put_back(office: Office, backup: Path) -> None:
    """As docs/operations.md tells people to."""
    office.centre.database.close()
    match office.place:
        case SqliteFile(path):
            for one in path.parent.glob(f"{path.name}*"):
                one.unlink()
            copyfile(backup, path)
        case PostgresqlDatabase() as place:
            place.server.send_away(place.name)
            command = ["pg_restore", "--clean", "--no-owner", f"--dbname={place.url}", str(backup)]
            subprocess.run(command, check=True, capture_output=True)


def content_of(office: Office) -> str:
    """A digest over what every record says, whatever numbers the centre gave."""
    told = sorted(
        canonical([record.id, record.kind, record.deleted, fields_to_json(record.fields)])
        for record in office.records().values()
    )
    return sha256("".join(told).encode()).hexdigest()


# a backup


@only_sqlite
def test_a_backup_is_a_centre_of_its_own(worked: Office, tmp_path: Path) -> None:
    before, path = worked.rows(), tmp_path / "backup.db"

    backup = copied(worked, path)

    assert (backup.upto, backup.rows["record"]) == (14, 14)
    with closing(open_centre(f"sqlite:///{path}")) as copy:
        assert examine(copy.database, TENANT).harm == ()
        assert Office(copy, worked.clock, SqliteFile(path), worked.make_desk).rows() == before


def test_a_backup_is_one_file_that_nobody_else_can_read(worked: Office, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()

    back_up(worked, folder / "backup.db")

    assert [path.name for path in folder.iterdir()] == ["backup.db"]
    assert (folder / "backup.db").stat().st_mode & 0o077 == 0


def test_a_tablet_hears_only_of_a_backup_that_is_complete(worked: Office, tmp_path: Path) -> None:
    assert safe_of(worked) == 0

    back_up(worked, tmp_path / "backup.db")

    assert safe_of(worked) == 14


def test_what_comes_while_it_is_written_is_not_said_to_be_in_it(worked: Office, tablet: Tablet, tmp_path: Path) -> None:
    backup = copied(worked, tmp_path / "backup.db")
    tablet.save(1, "session", room="C1")
    tablet.sync()

    worked.centre.finish_backup(backup.upto, worked.clock())

    assert safe_of(worked) == 14


def test_an_older_backup_that_is_finished_later_takes_nothing_back(worked: Office) -> None:
    worked.centre.finish_backup(14, worked.clock())
    worked.centre.finish_backup(3, worked.clock())

    assert safe_of(worked) == 14


def test_a_number_never_given_is_in_no_backup(worked: Office) -> None:
    with pytest.raises(ValueError, match="has not come to this number"):
        worked.centre.finish_backup(15, worked.clock())

    assert safe_of(worked) == 0


def test_a_backup_waits_for_nobody(worked: Office, tmp_path: Path) -> None:
    with worked.centre.database.writing() as connection:
        connection.exec_driver_sql("UPDATE tenant SET seq = 20")

        assert copied(worked, tmp_path / "backup.db").upto == 14


@pytest.mark.parametrize("output", ["no/folder/backup.db", "."])
def test_s_e21_a_backup_that_cannot_be_leaves_everything_as_it_was(worked: Office, tmp_path: Path, output: str) -> None:
    before = worked.rows()

    with pytest.raises((BackupFailed, OSError)):
        back_up(worked, tmp_path / output)

    assert worked.rows() == before
    assert safe_of(worked) == 0
    assert list(tmp_path.rglob(".*.part")) == []


@only_sqlite
def test_s_e21_a_damaged_database_makes_no_backup(worked: Office, tmp_path: Path) -> None:
    path = sqlite_file(worked.place.url)
    assert path is not None
    worked.centre.database.close()
    content = bytearray(path.read_bytes())
    content[len(content) // 2 :: 97] = b"?" * len(content[len(content) // 2 :: 97])
    path.write_bytes(content)
    earlier = tmp_path / "backup.db"
    earlier.write_text("of yesterday")

    with pytest.raises(BackupFailed):
        copied(worked, earlier)

    assert earlier.read_text() == "of yesterday"


@only_postgresql
def test_a_dump_that_cannot_be_made_is_said_without_the_password(worked: Office, tmp_path: Path) -> None:
    url = worked.place.url.replace("centre@", "nobody:hunter2@")

    with pytest.raises(BackupFailed) as caught:
        dump_postgresql(worked.centre.database, url, tmp_path / "backup")

    assert "hunter2" not in str(caught.value) and "\n" not in str(caught.value)
    assert list(tmp_path.glob("*backup*")) == []


def test_its_age_is_told(worked: Office, tmp_path: Path) -> None:
    def told() -> str:
        return generate_latest(worked.app.state.metrics.registry).decode()

    without = told()
    back_up(worked, tmp_path / "backup.db")
    worked.clock.pass_by(timedelta(hours=2))

    assert "backup_age" not in without
    assert "acompanya_backup_age_seconds 7200.0" in told()


# the drill: docs/operations.md


@pytest.mark.parametrize("is_told", [True, False], ids=["told", "not told"])
def test_s_e21_a_restored_centre_gets_back_what_the_tablets_hold(
    worked: Office, tablet: Tablet, other: Tablet, tmp_path: Path, is_told: bool
) -> None:
    back_up(worked, tmp_path / "backup.db")
    for number in range(1, 5):
        tablet.save(number, "session", room="C2")
        tablet.save(number + 30, "assist", outcome="blocked")
        other.save(number + 50, "assist", outcome="completed")
    tablet.delete(7)
    tablet.sync()
    other.sync()
    tablet.sync()
    lost = content_of(worked)

    put_back(worked, tmp_path / "backup.db")
    assert content_of(worked) != lost
    if is_told:
        worked.centre.finish_restore()
    phases = [one.sync() for one in (tablet, other, tablet, other)]

    assert all(isinstance(phase, Resting) for phase in phases), phases
    assert content_of(worked) == lost
    assert not [record for record in worked.records().values() if record.conflicts]
    assert examine(worked.centre.database, TENANT).harm == ()


def test_what_one_tablet_never_heard_of_after_a_restore_it_hears_again(
    worked: Office, tablet: Tablet, other: Tablet, tmp_path: Path
) -> None:
    back_up(worked, tmp_path / "backup.db")
    tablet.save(30, "session", room="C2")
    tablet.sync()
    put_back(worked, tmp_path / "backup.db")
    worked.centre.finish_restore()

    other.sync()
    tablet.sync()
    other.sync()

    assert other.holds(30).fields["room"] == "C2"


# the commands


def test_the_drill_as_people_do_it(worked: Office, tablet: Tablet, tmp_path: Path) -> None:
    database, backup = worked.place.url, str(tmp_path / "backup.db")

    done = command("backup", "--database", database, "--output", backup)
    tablet.save(30, "session", room="C2")
    tablet.sync()
    put_back(worked, Path(backup))
    restored = command("restore", "--database", database)
    tablet.sync()
    examined = command("doctor", "--database", database)

    assert (done.returncode, restored.returncode, examined.returncode) == (0, 0, 0)
    counted = "2 device, 14 record, 14 change, 0 refused, 4 audit, 0 tablet_event"
    assert done.stderr == f"Everything up to number 14 is in it: {counted}.\n"
    assert len(worked.records()) == 15


def test_a_backup_by_other_means_is_finished_by_its_number(worked: Office) -> None:
    database = worked.place.url

    too_far = command("backup-finish", "--database", database, "--seq", "99")
    done = command("backup-finish", "--database", database, "--seq", "12")

    assert (too_far.returncode, done.returncode) == (1, 0)
    assert too_far.stderr == "the centre has not come to this number yet\n"
    assert safe_of(worked) == 12


@only_sqlite
def test_a_backup_over_the_database_itself_is_refused_in_one_line(worked: Office, tmp_path: Path) -> None:
    done = command("backup", "--database", worked.place.url, "--output", str(tmp_path / "centre.db"))

    assert (done.returncode, done.stderr) == (1, "there is no backup: the backup would replace the database\n")
    assert safe_of(worked) == 0
