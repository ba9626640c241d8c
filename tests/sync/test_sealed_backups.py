"""A sealed backup: opened by its key alone, noticed when it is not whole, and a centre again after the drill."""

import shutil
from pathlib import Path

import pytest

from sync.client.phase import Resting
from sync.endpoint import sealed_backups
from sync.endpoint.__main__ import main
from sync.endpoint.backups import BackupFailed
from sync.endpoint.doctor import examine
from sync.endpoint.exchange import TENANT
from sync.endpoint.sealed_backups import FIRST_LINE, Seal, make_key, open_file, read_private, read_public, seal_file
from tests.sync.making import make_id
from tests.sync.places import PostgresqlDatabase
from tests.sync.tablets import Office, Tablet
from tests.sync.test_backup import put_back


@pytest.fixture
def kept_in() -> str:
    return "store"


@pytest.fixture
def key(tmp_path: Path) -> Path:
    folder = tmp_path / "keys"
    folder.mkdir()
    make_key(folder / "backup.key")
    return folder / "backup.key"


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealed_backups, "PIECE_BYTES", 100)


def sealed(tmp_path: Path, key: Path, content: bytes, *, name: str = "a") -> Path:
    plain, output = tmp_path / f"plain-{name}", tmp_path / f"sealed-{name}"
    plain.write_bytes(content)
    seal_file(plain, output, Seal(read_public(key.with_name("backup.key.pub")), make_id(1) if name == "a" else name))
    return output


def opened(tmp_path: Path, key: Path, path: Path) -> bytes:
    open_file(path, tmp_path / "opened", read_private(key))
    return (tmp_path / "opened").read_bytes()


@pytest.mark.parametrize("size", [0, 1, 99, 100, 101, 200, 1000])
@pytest.mark.usefixtures("small_pieces")
def test_s_e21_what_was_sealed_is_opened_to_the_letter(tmp_path: Path, key: Path, size: int) -> None:
    content = bytes(number % 251 for number in range(size))

    assert opened(tmp_path, key, sealed(tmp_path, key, content)) == content


@pytest.mark.usefixtures("small_pieces")
def test_s_e21_a_file_that_was_cut_anywhere_is_noticed(tmp_path: Path, key: Path) -> None:
    path = sealed(tmp_path, key, b"x" * 350)
    whole = path.read_bytes()

    for length in range(0, len(whole), 7):
        path.write_bytes(whole[:length])
        with pytest.raises(BackupFailed):
            opened(tmp_path, key, path)
    assert not (tmp_path / "opened").exists()


@pytest.mark.usefixtures("small_pieces")
def test_s_e21_a_file_with_any_byte_changed_is_noticed(tmp_path: Path, key: Path) -> None:
    path = sealed(tmp_path, key, b"x" * 350)
    whole = path.read_bytes()

    for place in range(0, len(whole), 11):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(BackupFailed):
            opened(tmp_path, key, path)


@pytest.mark.usefixtures("small_pieces")
def test_s_e21_pieces_that_were_moved_doubled_left_out_or_of_another_file_are_noticed(
    tmp_path: Path, key: Path
) -> None:
    path, another = sealed(tmp_path, key, b"x" * 350), sealed(tmp_path, key, b"y" * 350, name="b")
    one, two, three, four = pieces(path)
    theirs = pieces(another)

    for order in (
        [two, one, three, four],
        [one, one, two, three, four],
        [one, three, four],
        [one, two, three, four, four],
        [one, theirs[1], three, four],
        [one, two, three, theirs[3]],
    ):
        path.write_bytes(FIRST_LINE + b"".join(order))
        with pytest.raises(BackupFailed):
            opened(tmp_path, key, path)


def pieces(path: Path) -> list[bytes]:
    rest, found = path.read_bytes().removeprefix(FIRST_LINE), []
    while rest:
        length = 4 + int.from_bytes(rest[:4], "big")
        found.append(rest[:length])
        rest = rest[length:]
    return found


def test_s_e21_another_key_opens_nothing_and_a_key_is_never_written_over(tmp_path: Path, key: Path) -> None:
    path = sealed(tmp_path, key, b"x")
    make_key(tmp_path / "another.key")

    with pytest.raises(BackupFailed, match="another key"):
        opened(tmp_path, tmp_path / "another.key", path)
    with pytest.raises(BackupFailed, match="exists"):
        make_key(key)
    with pytest.raises(BackupFailed, match="no public key"):
        read_public(key)
    assert key.stat().st_mode & 0o077 == 0


# the drill, with the commands


def test_s_e21_a_sealed_backup_says_nothing_and_is_a_centre_again(
    office: Office, tablet: Tablet, key: Path, tmp_path: Path
) -> None:
    if isinstance(office.place, PostgresqlDatabase) and shutil.which("pg_dump") is None:
        pytest.fail("pg_dump has to be in PATH")
    for number in range(1, 6):
        tablet.save(number, "session", room="B1", topic="canary-of-the-backup")
    tablet.sync()
    before, url = office.records(), office.place.url
    away, plain = tmp_path / "sealed.backup", tmp_path / "plain.backup"

    made = main(["backup", "--database", url, "--seal-to", f"{key}.pub", "--output", str(away)])
    tablet.save(6, "session", room="C2")
    tablet.sync()
    opened_again = main(["backup-open", "--key", str(key), "--output", str(plain), str(away)])
    put_back(office, plain)
    restored = main(["restore", "--database", url])

    assert (made, opened_again, restored) == (0, 0, 0)
    assert b"canary-of-the-backup" not in away.read_bytes()
    assert {name: record.fields for name, record in office.records().items()} == {
        name: record.fields for name, record in before.items()
    }
    assert isinstance(tablet.sync(), Resting) and len(office.records()) == 6
    assert examine(office.centre.database, TENANT).harm == ()
    assert list(tmp_path.rglob(".backup-*")) == []


def test_s_e21_a_sealed_backup_that_cannot_be_leaves_no_plain_one(
    office: Office, tablet: Tablet, tmp_path: Path
) -> None:
    missing = ["backup", "--database", office.place.url, "--seal-to", str(tmp_path / "no.pub")]
    (tmp_path / "wrong.pub").write_text("no key")
    wrong = ["backup", "--database", office.place.url, "--seal-to", str(tmp_path / "wrong.pub")]

    assert main([*missing, "--output", str(tmp_path / "sealed")]) == 2
    assert main([*wrong, "--output", str(tmp_path / "sealed")]) == 1
    assert not (tmp_path / "sealed").exists() and list(tmp_path.rglob(".backup-*")) == []
