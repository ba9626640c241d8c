"""The centre's commands as people type them, each in a process of its own."""

from pathlib import Path

import pytest

from tests.sync.processes import command


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'centre.db'}"


@pytest.mark.parametrize("name", ["", "   ", "Tablet\n1", "\x1b[2J"])
def test_a_tablet_has_a_name_people_can_read(database: str, name: str) -> None:
    done = command("enrol", "--database", database, "--name", name)

    assert done.returncode == 2
    assert "a tablet needs a name" in done.stderr


def test_the_same_name_with_spaces_around_is_the_same_tablet(database: str) -> None:
    assert command("enrol", "--database", database, "--name", " Tablet 1 ").returncode == 0


def test_a_tablet_nobody_knows_cannot_be_revoked(database: str) -> None:
    command("enrol", "--database", database, "--name", "Tablet 1")

    done = command("revoke", "--database", database, "--name", "Tablet 9")

    assert (done.returncode, done.stderr) == (1, "no tablet has this name\n")
