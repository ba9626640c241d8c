"""The coordinator's answer to a tablet that a person is shut out of, by the command of the centre (S-T14)."""

from pathlib import Path

import pytest

from sync.endpoint.parcels import read_key
from sync.protocol.sealed_box import new_private_key, public_key_of
from sync.protocol.unlocking import answer
from tests.sync.coordinator import Desk
from tests.sync.making import device_keys, enrolment
from tests.sync.tablets import Office

ASKED = "7KQ2 M0XA"
KEYS = device_keys(7)


@pytest.fixture
def at_centre(office: Office, tmp_path: Path) -> Desk:
    return Desk(office, tmp_path / "coordinator")


def let_in(office: Office, name: str = "Tauleta 1") -> None:
    assert office.centre.redeem(enrolment(office.centre.issue_code(name), name, "1", KEYS))


def asked_of(desk: Desk, *arguments: object, key: Path | None = None) -> int:
    return desk.run("unlock-code", "--key", key or desk.key, *arguments)


def test_s_t14_the_command_answers_what_the_tablet_expects(office, at_centre, capsys):
    let_in(office)

    assert asked_of(at_centre, "--name", "Tauleta 1", "--person", "C3", ASKED.lower()) == 0

    secret = KEYS.secret_with(public_key_of(read_key(at_centre.key)))
    assert capsys.readouterr().out.strip() == answer(secret, person="C3", asked="7KQ2M0XA")


@pytest.mark.parametrize(
    "arguments", [("--name", "Tauleta 2", "--person", "C3", ASKED), ("--name", "Tauleta 1", "--person", "C3", "7KQ")]
)
def test_s_t14_an_unknown_tablet_and_half_a_question_get_no_answer(office, at_centre, capsys, arguments):
    let_in(office)

    assert asked_of(at_centre, *arguments) != 0

    assert capsys.readouterr().out == ""


def test_s_t14_it_takes_the_key_that_the_tablet_was_told_when_it_was_let_in(office, at_centre, capsys):
    let_in(office)
    newer = at_centre.folder / "newer.key"
    at_centre.run("hand-over-key", "--output", newer)
    question = ("--name", "Tauleta 1", "--person", "C3", ASKED)
    capsys.readouterr()

    assert asked_of(at_centre, *question, key=newer) == 1
    said = capsys.readouterr()
    assert (said.out, "which was not given" in said.err) == ("", True)
    assert asked_of(at_centre, "--key", at_centre.key, *question, key=newer) == 0
    secret = KEYS.secret_with(public_key_of(read_key(at_centre.key)))
    assert capsys.readouterr().out.strip() == answer(secret, person="C3", asked=ASKED)


def test_s_t14_of_a_tablet_that_shares_no_secret_it_says_what_to_do(office, tmp_path, capsys):
    let_in(office)
    desk = Desk(office, tmp_path / "coordinator")
    capsys.readouterr()

    assert asked_of(desk, "--name", "Tauleta 1", "--person", "C3", ASKED) == 1

    said = capsys.readouterr()
    assert (said.out, "let it in again with a new code" in said.err) == ("", True)


def test_the_answer_is_of_one_tablet_one_person_and_one_question() -> None:
    answers = {
        answer(device_keys(tablet).secret_with(CENTRE), person=person, asked=asked)
        for tablet, person, asked in ((1, "C1", "A"), (2, "C1", "A"), (1, "C2", "A"), (1, "C1", "B"))
    }

    assert len(answers) == 4


CENTRE = public_key_of(new_private_key())
