"""How a person looks after the tablets: who they are, what they are told about, what was not taken of them."""

import json
from dataclasses import asdict
from datetime import timedelta

import pytest

from sync.endpoint.commands.tables import table
from sync.endpoint.exchange import TENANT
from sync.endpoint.roster import listed, set_aside
from tests.sync.asking import as_json, make_body, post
from tests.sync.making import START, enrolment, make_id
from tests.sync.processes import command
from tests.sync.tablets import Office, Tablet

# the list


def test_a_tablet_is_listed_with_what_it_last_said(office: Office, tablet: Tablet) -> None:
    office.clock.pass_by(timedelta(minutes=7))
    body = json.loads(make_body()) | {"waiting": 34, "attention": 2}
    post(office, tablet, json.dumps(body).encode())

    (one,) = listed(office.centre.database, TENANT)

    assert (one.name, one.centres, one.app, one.revoked_at) == ("Tablet 1", (), "0.1.0", None)
    assert (one.waiting, one.attention, one.skew_seconds) == (34, 2, -420)
    assert one.enrolled_at == START.isoformat() and one.seen_at == office.clock().isoformat()


def test_a_tablet_that_never_asked_and_a_revoked_one_are_listed(office: Office, tablet: Tablet, other: Tablet) -> None:
    office.centre.revoke("Tablet 2")

    one, two = listed(office.centre.database, TENANT)

    assert (one.seen_at, one.waiting, one.revoked_at) == (None, None, None)
    assert two.revoked_at == START.isoformat()


def test_the_list_holds_no_secret(office: Office, tablet: Tablet) -> None:
    (one,) = listed(office.centre.database, TENANT)

    assert not {"token", "hash"} & set(" ".join(asdict(one)).split("_"))
    assert str(tablet.token) not in str(one)


@pytest.mark.parametrize("value", ["\x1b[2J", "a\nb", "\u202e", "\u2028"])
def test_no_value_does_anything_to_a_terminal(value: str) -> None:
    assert all(line.isprintable() for line in table(("head",), [(value,)]).split("\n"))
    assert len(table(("head",), [(value,)]).splitlines()) == 2


# centres


def enrolled_for(office: Office, name: str, *centres: str | None) -> list[tuple[str, ...]]:
    """What the tablet is told about after each of these codes was used; None: the code says nothing of centres."""
    told = []
    for code_says in centres:
        code = office.centre.issue_code(name, None if code_says is None else frozenset(code_says.split()))
        assert office.centre.redeem(enrolment(code, name, "0.1.0"))
        told.append(next(one.centres for one in listed(office.centre.database, TENANT) if one.name == name))
    return told


def test_a_code_says_what_the_tablet_is_told_about(office: Office) -> None:
    assert enrolled_for(office, "Tablet 1", "b a", None, "", None) == [("a", "b"), ("a", "b"), (), ()]
    assert enrolled_for(office, "Tablet 2", None) == [()]


def test_a_code_nobody_used_changes_nothing(office: Office) -> None:
    enrolled_for(office, "Tablet 1", "a")

    office.centre.issue_code("Tablet 1", frozenset({"b"}))

    assert listed(office.centre.database, TENANT)[0].centres == ("a",)


# what was set aside


def test_what_was_set_aside_is_listed_with_its_tablet(office: Office, tablet: Tablet) -> None:
    post(office, tablet, make_body(as_json(id="no uuid"), as_json(op=make_id(2, series=1), hand_over=True)))

    refused, handed_over = set_aside(office.centre.database, TENANT)

    assert (refused.tablet, refused.problem, refused.field) == ("Tablet 1", "/problems/bad-id", "id")
    assert (handed_over.problem, handed_over.change) == (
        "/problems/handed-over",
        as_json(op=make_id(2, series=1), hand_over=True),
    )


# the commands


@pytest.fixture
def database(office: Office, tablet: Tablet) -> str:
    post(office, tablet, make_body(as_json(id="no uuid", set={"note": "12345678Z"})))
    return office.place.url


def test_the_command_lists_for_people_and_for_machines(database: str) -> None:
    for_people = command("devices", "--database", database).stdout.splitlines()
    for_machines = json.loads(command("devices", "--database", database, "--json").stdout)

    assert len(for_people) == 2 and for_people[1].startswith("Tablet 1  all")
    assert [one["name"] for one in for_machines] == ["Tablet 1"]


def test_the_command_says_which_centres_a_tablet_is_told_about(database: str) -> None:
    given = command("devices", "--database", database, "--name", "Tablet 1", "--centres", "mariola, ereta")
    unknown = command("devices", "--database", database, "--name", "Tablet 9", "--centres", "mariola")
    half = command("devices", "--database", database, "--name", "Tablet 1")

    assert (given.returncode, unknown.returncode, half.returncode) == (0, 1, 1)
    assert json.loads(command("devices", "--database", database, "--json").stdout)[0]["centres"] == ["ereta", "mariola"]


def test_the_list_for_people_holds_no_content(database: str) -> None:
    for_people = command("refused", "--database", database)
    for_machines = command("refused", "--database", database, "--json")

    assert "/problems/bad-id" in for_people.stdout and "12345678Z" not in for_people.stdout
    assert json.loads(for_machines.stdout)[0]["change"]["set"] == {"note": "12345678Z"}
