"""The centre's commands as people type them, each in a process of its own."""

from pathlib import Path

import pytest

from tests.sync.processes import command, make_key


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'centre.db'}"


@pytest.mark.parametrize("name", ["", "   ", "Tablet\n1", "\x1b[2J"])
def test_a_tablet_has_a_name_people_can_read(database: str, name: str) -> None:
    done = command("enrol", "--database", database, "--name", name)

    assert done.returncode == 2
    assert "a tablet needs a name" in done.stderr


def test_s_t22_no_tablet_is_let_in_before_the_centre_has_a_key(database: str, tmp_path: Path) -> None:
    """It would share no secret with the centre: nobody could open it for a person who is shut out."""
    without = command("enrol", "--database", database, "--name", "Tablet 1")
    make_key(database, tmp_path)
    with_one = command("enrol", "--database", database, "--name", "Tablet 1")

    assert (without.returncode, without.stdout) == (1, "")
    assert "the centre has no key yet" in without.stderr and "hand-over-key" in without.stderr
    assert with_one.returncode == 0


def test_the_same_name_with_spaces_around_is_the_same_tablet(database: str, tmp_path: Path) -> None:
    make_key(database, tmp_path)

    assert command("enrol", "--database", database, "--name", " Tablet 1 ").returncode == 0


def test_a_tablet_nobody_knows_cannot_be_revoked(database: str, tmp_path: Path) -> None:
    make_key(database, tmp_path)
    command("enrol", "--database", database, "--name", "Tablet 1")

    done = command("revoke", "--database", database, "--name", "Tablet 9")

    assert (done.returncode, done.stderr) == (1, "no tablet has this name\n")
