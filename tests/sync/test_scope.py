"""Who sees and changes what at the centre: decided by the token alone, whatever a body says."""

import httpx
import pytest

from sync.protocol.identifiers import FREE_TEXTS
from sync.protocol.records import Kind, Record
from tests.sync.asking import as_json, ask, make_body, post
from tests.sync.making import enrolment, make_id
from tests.sync.places import only_sqlite
from tests.sync.tablets import Office, Tablet

MAKER = "the tablet that made it"
SAME_CENTRE = "another of its centre"
OTHER_CENTRE = "one of another centre"
EVERYWHERE = "one of no centre"

# who may see and change what a tablet of centre a made there
ALLOWED: dict[str, set[str]] = {
    "assist": {MAKER},
    "shift": {MAKER},
    "invented_next_year": {MAKER},
    "session": {MAKER, SAME_CENTRE, EVERYWHERE},
    "attendance": {MAKER, SAME_CENTRE, EVERYWHERE},
}
RECORD = make_id(1, series=2)


@pytest.fixture
def tablets(office: Office) -> dict[str, Tablet]:
    centres = {MAKER: {"a"}, SAME_CENTRE: {"a", "c"}, OTHER_CENTRE: {"b"}, EVERYWHERE: set[str]()}
    found = {}
    for number, (name, told) in enumerate(centres.items()):
        found[name] = Tablet(office, office.make_desk(0xA0 + number))
        code = office.centre.issue_code(name, frozenset(told))
        enrolled = office.centre.redeem(enrolment(code, name, "1.0"))
        assert enrolled is not None
        found[name].token = enrolled.token
    return found


def news(office: Office, tablet: Tablet) -> list[str]:
    return [record["id"] for record in post(office, tablet, make_body()).json()["changes"]]


def result(answer: httpx.Response) -> tuple[str, str | None]:
    (one,) = answer.json()["results"]
    return one["status"], one.get("problem", {}).get("type")


@only_sqlite
@pytest.mark.parametrize("role", [MAKER, SAME_CENTRE, OTHER_CENTRE, EVERYWHERE])
@pytest.mark.parametrize("kind", list(ALLOWED))
def test_s_e01_what_a_tablet_sees_and_changes_is_said_by_its_token(
    office: Office, tablets: dict[str, Tablet], kind: str, role: str
) -> None:
    shift = make_id(9, series=2)
    fields = {"centre_id": "a", "shift_id": shift, "topic": "x"}
    assert result(post(office, tablets[MAKER], make_body(as_json(kind=kind, set=fields)))) == ("applied", None)
    is_allowed = role in ALLOWED[kind]

    seen = news(office, tablets[role])
    receipt = ask(office, "GET", f"/v1/receipt?shift={shift}", headers=bearer(tablets[role])).json()
    # The body claims another device, another centre and another author: none of it counts.
    claims = {"centre_id": "b", "device_id": "somebody", "connector_ids": ["C1"]}
    changed = result(post(office, tablets[role], make_body(as_json(op=make_id(2), kind=kind, base=1, set=claims))))

    counted = RECORD if kind == "shift" else None
    assert (RECORD in seen) is is_allowed
    assert receipt["count"] == (1 if is_allowed and counted is None else 0)
    assert changed == (("applied", None) if is_allowed else ("refused", "/problems/not-yours"))


def bearer(tablet: Tablet) -> dict[str, str]:
    return {"Authorization": f"Bearer {tablet.token}"}


@only_sqlite
@pytest.mark.parametrize("kind", [Kind.PROCEDURE, Kind.CENTRE, Kind.PERSON, Kind.POLICY, Kind.EDITION])
def test_s_e01_no_tablet_writes_what_the_centre_says(office: Office, tablets: dict[str, Tablet], kind: Kind) -> None:
    for number, tablet in enumerate(tablets.values()):
        body = make_body(as_json(op=make_id(number), id=make_id(number, series=2), kind=kind.value))
        assert result(post(office, tablet, body)) == ("refused", "/problems/not-yours")


# E-12: a person of another centre, a former person, a function for coordinators


@only_sqlite
@pytest.mark.parametrize("by", ["C9", "of another centre", "coordinator", "centre", "admin"])
def test_e_12_who_somebody_says_to_be_gives_no_right(office: Office, tablet: Tablet, other: Tablet, by: str) -> None:
    post(office, other, make_body(as_json()))

    own = result(post(office, tablet, make_body(as_json(op=make_id(5), id=make_id(5, series=2), by=by))))
    of_another = result(post(office, tablet, make_body(as_json(op=make_id(6), kind="assist", by=by))))
    of_the_centre = as_json(op=make_id(7), id=make_id(7, series=2), kind="policy", by=by)

    assert own == ("applied", None)  # the name is kept and shown
    assert of_another == ("refused", "/problems/other-kind")
    assert result(post(office, tablet, make_body(of_the_centre))) == ("refused", "/problems/not-yours")


@only_sqlite
@pytest.mark.parametrize(
    "path", ["/v1/export", "/v1/codes", "/v1/refused", "/v1/audit", "/v1/backup", "/v1/people", "/metrics", "/admin"]
)
def test_e_12_a_tablets_token_opens_no_function_for_coordinators(office: Office, tablet: Tablet, path: str) -> None:
    for method in ("GET", "POST", "DELETE"):
        assert ask(office, method, path, headers=bearer(tablet)).status_code == 404
    for method in ("GET", "DELETE", "PUT"):
        assert ask(office, method, "/v1/devices", headers=bearer(tablet)).status_code == 405


# E-31: what names a person in a note


def record(office: Office) -> Record | None:
    return office.records().get(RECORD)


@pytest.mark.parametrize(
    ("note", "kind"),
    [
        ("DNI 12345678Z", "dni"),
        ("te el nie x-1234567-l", "nie"),
        ("el mobil es 612 345 678", "phone"),
        ("c1@example.test", "email"),
        ("ES91 2100 0418 4502 0005 1332", "bank_account"),
    ],
)
def test_e_31_a_note_that_names_a_person_is_set_aside_without_saying_it_again(
    office: Office, tablet: Tablet, note: str, kind: str
) -> None:
    answer = post(office, tablet, make_body(as_json(set={"note": note, "outcome": "completed"})))

    (one,) = answer.json()["results"]
    assert one["problem"] == {
        "type": "/problems/names-a-person",
        "title": f"This text may name a person: {kind}.",
        "field": "note",
    }
    assert note not in answer.text and record(office) is None and office.count("refused") == 1


@only_sqlite
@pytest.mark.parametrize("field", FREE_TEXTS)
def test_e_31_every_field_a_tablet_guards_is_looked_at(office: Office, tablet: Tablet, field: str) -> None:
    answer = post(office, tablet, make_body(as_json(set={field: "DNI 12345678"})))

    (one,) = answer.json()["results"]
    assert (one["problem"]["type"], one["problem"]["field"]) == ("/problems/names-a-person", field)


@only_sqlite
def test_e_31_the_others_are_taken_and_a_corrected_note_too(office: Office, tablet: Tablet) -> None:
    bad = as_json(set={"notes": ["tot be", "DNI 12345678Z"]})
    good = as_json(op=make_id(2), id=make_id(2, series=2), set={"note": "cita per dijous a les 10"})
    first = post(office, tablet, make_body(bad, good)).json()["results"]
    corrected = post(office, tablet, make_body(as_json(op=make_id(3), set={"notes": ["tot be"]})))

    assert [one["status"] for one in first] == ["refused", "applied"]
    assert result(corrected) == ("applied", None)


@only_sqlite
def test_e_31_what_is_no_note_is_not_judged_and_a_person_may_hand_it_over(office: Office, tablet: Tablet) -> None:
    elsewhere = as_json(set={"procedure_id": "12345678Z"})
    handed_over = as_json(op=make_id(2), id=make_id(2, series=2), set={"note": "DNI 12345678Z"}, hand_over=True)

    results = post(office, tablet, make_body(elsewhere, handed_over)).json()["results"]

    assert [one["status"] for one in results] == ["applied", "handed_over"]


@only_sqlite
def test_s_e04_a_note_is_short_so_that_looking_at_many_costs_little(office: Office, tablet: Tablet) -> None:
    answers = [
        result(post(office, tablet, make_body(as_json(op=make_id(n), set={"note": "x" * n})))) for n in (500, 501)
    ]

    assert answers == [("applied", None), ("refused", "/problems/too-large")]


# E-32, E-33: what the centre keeps without knowing what it means


@only_sqlite
@pytest.mark.parametrize("procedure", ["nobody-knows-it", "sp-retired", "", "Sol·licitar el volant"])
def test_e_32_any_procedure_is_kept_as_it_was_said(office: Office, tablet: Tablet, procedure: str) -> None:
    body = make_body(as_json(kind="assist", set={"procedure_id": procedure, "catalogue_version": "2020-01"}))

    assert result(post(office, tablet, body)) == ("applied", None)
    found = record(office)
    assert found is not None and found.fields["procedure_id"] == procedure


@only_sqlite
def test_e_33_a_seat_is_kept_of_whatever_session_and_two_marks_of_it_are_both_kept(
    office: Office, tablet: Tablet, other: Tablet
) -> None:
    seat = {"session_id": make_id(404, series=2), "seat": "12"}
    here = result(post(office, tablet, make_body(as_json(kind="attendance", set=seat | {"status": "present"}))))
    marked = as_json(op=make_id(2), kind="attendance", set=seat | {"status": "absent"})
    there = result(post(office, other, make_body(marked)))
    again = result(post(office, other, make_body(marked)))

    found = record(office)
    assert (here[0], there[0], again[0]) == ("applied", "conflict", "conflict")
    assert found is not None and found.fields["status"] == "present"
    assert [(one.field, one.value) for one in found.conflicts] == [("status", "absent")]
