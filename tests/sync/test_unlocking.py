"""The coordinator's answer to a tablet that a person is shut out of, by the command of the centre (S-T14)."""

from contextlib import closing
from datetime import UTC, datetime

import pytest

from sync.endpoint.__main__ import main
from sync.endpoint.server import open_centre
from sync.protocol.messages import Enrolment
from sync.protocol.unlocking import answer, secret_of
from tests.sync.places import SqliteFile

ASKED = "7KQ2 M0XA"


def enrolled(place: SqliteFile) -> str:
    with closing(open_centre(place.url, clock=lambda: datetime.now(UTC))) as centre:
        found = centre.redeem(Enrolment(centre.issue_code("Tauleta 1"), "tablet", "1"))
    assert found is not None
    return found.token


def command(place: SqliteFile, *arguments: str) -> int:
    return main(["unlock-code", "--database", place.url, *arguments])


def test_s_t14_the_command_answers_what_the_tablet_expects(
    tmp_path: object, capsys: pytest.CaptureFixture[str]
) -> None:
    place = SqliteFile(tmp_path / "centre.db")  # type: ignore[operator]
    token = enrolled(place)

    assert command(place, "--name", "Tauleta 1", "--person", "C3", ASKED.lower()) == 0

    assert capsys.readouterr().out.strip() == answer(secret_of(token), person="C3", asked="7KQ2M0XA")


@pytest.mark.parametrize(
    "arguments", [("--name", "Tauleta 2", "--person", "C3", ASKED), ("--name", "Tauleta 1", "--person", "C3", "7KQ")]
)
def test_s_t14_an_unknown_tablet_and_half_a_question_get_no_answer(
    tmp_path: object, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    place = SqliteFile(tmp_path / "centre.db")  # type: ignore[operator]
    enrolled(place)

    assert command(place, *arguments) != 0

    assert capsys.readouterr().out == ""


def test_the_answer_is_of_one_tablet_one_person_and_one_question() -> None:
    answers = {
        answer(secret_of(token), person=person, asked=asked)
        for token, person, asked in (("a", "C1", "A"), ("b", "C1", "A"), ("a", "C2", "A"), ("a", "C1", "B"))
    }

    assert len(answers) == 4
