"""What the centre says of the reference data, over what ships: entry by entry, and never a broken library."""

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.editions import Entries, Overlaid, overlaid
from app.domain.people import Connector
from app.domain.policies import OFF_UNLESS_ASKED
from sync.protocol.records import Fields
from sync.protocol.reference import LISTS, File
from tests.app.tablets import library
from tests.domain.reference_files import shipped_text

SHIPPED = library()
NOT_ASKED = {"id": "fields_not_asked", "value": ["satisfaction"]}
PEOPLE = {
    "people_version": "2026-11",
    "people": [
        {"id": "C7", "name": "Connector 7", "centres": ["ereta"], "valid_until": "2026-12-31"},
        {"id": "C8", "name": "Connector 8"},
    ],
}


def entries(file: File, content: dict[str, object]) -> dict[str, Fields]:
    """The records that the centre makes of a file."""
    made = {}
    rest = dict(content)
    for name, kind in LISTS[file].items():
        for entry in content[name]:
            made[f"{kind}/{entry['id']}"] = said(entry)
        rest[name] = [str(entry["id"]) for entry in content[name]]
    return {**made, f"edition/{file}": said(rest)}


def said(content: object) -> Fields:
    return {"content": json.dumps(content), "version": "any"}


def catalogue(**changes: object) -> dict[str, object]:
    return {**json.loads(shipped_text("catalogue.json")), "catalogue_version": "starter-2", **changes}


def with_procedures(change) -> dict[str, object]:
    content = catalogue()
    return {**content, "procedures": change(content["procedures"])}


def heard(*groups: Entries, kept: Entries | None = None) -> Overlaid:
    together = {name: fields for group in groups for name, fields in group.items()}
    return overlaid(SHIPPED, kept or {}, together)


WHOLE = entries(File.CATALOGUE, catalogue())
CENTRES = entries(File.CENTRES, json.loads(shipped_text("centres.json")) | {"centres_version": "2"})


def test_without_a_word_from_the_centre_what_ships_is_used():
    assert heard() == Overlaid(SHIPPED, {}, ())


def test_the_same_catalogue_from_the_centre_is_the_same_under_its_version():
    found = heard(WHOLE)

    assert found.library.catalogue == replace(SHIPPED.catalogue, version="starter-2")
    assert (found.kept, found.complaints) == (WHOLE, ())


def test_the_same_centres_from_the_centre_are_the_same():
    assert heard(CENTRES).library.centres == SHIPPED.centres


def test_a_new_procedure_is_found_where_the_centre_puts_it():
    other = {
        **catalogue()["procedures"][0],
        "id": "sp-bicing",
        "title": {"ca": "Donar-se d'alta al servei de bicicletes"},
    }
    found = heard(entries(File.CATALOGUE, with_procedures(lambda all: [all[0], other, *all[1:]])))

    assert found.library.catalogue.procedures[1].id == "sp-bicing"
    assert [each.id for each in found.library.search.find("bicicletes", "ca")] == ["sp-bicing"]


def test_entries_without_their_edition_change_nothing_yet():
    """A page of news may end in the middle of an import."""
    half = {name: fields for name, fields in WHOLE.items() if not name.startswith("edition/")}

    assert heard(half).library.catalogue == SHIPPED.catalogue
    after = heard({"edition/catalogue": WHOLE["edition/catalogue"]}, kept=heard(half).kept)
    assert after.library.catalogue == heard(WHOLE).library.catalogue


def test_a_procedure_that_left_is_not_offered_and_keeps_its_title():
    found = heard(
        entries(File.CATALOGUE, with_procedures(lambda all: [each for each in all if each["id"] != "m8-clave"]))
    )
    now = found.library.catalogue

    assert now.procedure("m8-clave") is None
    assert found.library.search.find("registrar-se a cl@ve", "ca") == ()
    assert now.procedure_title("m8-clave").in_("en") == "Register for Cl@ve"


def test_a_retired_mark_is_enough_to_offer_it_no_more():
    entry = {**WHOLE["procedure/m8-clave"], "retired": True}

    assert heard(WHOLE, {"procedure/m8-clave": entry}).library.catalogue.procedure("m8-clave") is None


def test_a_procedure_nobody_ever_heard_of_is_called_by_its_id_in_plain_words():
    assert SHIPPED.catalogue.procedure_title("m9-targeta_bus").in_("ca") == "Targeta bus"
    assert SHIPPED.catalogue.procedure_title("x").in_("ca") == "X"


BROKEN = {
    "no text": {"version": "3"},
    "a number": {"content": 7},
    "no json": {"content": "{"},
    "no object": said([1]),
    "no title": said({"id": "m8-clave"}),
    "deep": {"content": "[" * 100_000},
}


@pytest.mark.parametrize("fields", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("name", ["procedure/m8-clave", "module/8", "edition/catalogue"])
def test_an_entry_that_cannot_be_read_gives_way_to_the_last_good_one(name, fields):
    before = heard(WHOLE)

    found = heard(WHOLE, {name: fields}, kept=before.kept)

    assert (found.library.catalogue, found.kept) == (before.library.catalogue, before.kept)
    assert [each.startswith(name) for each in found.complaints] == [True]


def test_an_entry_that_never_could_be_read_gives_way_to_the_one_that_ships():
    found = heard(WHOLE, {"procedure/m8-clave": BROKEN["no title"]})

    assert found.library.catalogue == heard(WHOLE).library.catalogue


def test_a_new_entry_that_cannot_be_read_is_left_out_and_said():
    content = with_procedures(lambda all: [*all, {"id": "sp-new", "title": 7}])
    found = heard(entries(File.CATALOGUE, content))

    assert found.library.catalogue.procedures == SHIPPED.catalogue.procedures
    assert found.complaints == (
        "procedure/sp-new: module is missing",
        "procedure/sp-new is in the list and cannot be had",
    )


def test_an_empty_list_is_no_list():
    empty = said({**catalogue(), "procedures": [], "modules": ["1"]})

    assert heard({"edition/catalogue": empty}, kept=WHOLE).library.catalogue.version == "starter-2"
    assert heard({"edition/catalogue": empty}).library.catalogue == SHIPPED.catalogue


def test_the_procedure_for_everything_else_is_always_there():
    found = heard(entries(File.CATALOGUE, with_procedures(lambda all: all[:1])))

    assert [each.id for each in found.library.catalogue.procedures] == ["sp-cita-omac", "sp-altres"]


def test_words_a_newer_catalogue_taught_are_no_reason_to_refuse_it():
    def change(all):
        step = {"id": "s1", "kind": "sign", "ca": "Signar"}
        return [
            {**all[0], "id": "sp-new", "module": 8, "bring": ["fit_note"], "steps": [step], "later": {"x": 1}},
            *all,
        ]

    new = heard(entries(File.CATALOGUE, with_procedures(change))).library.catalogue.procedures[0]

    assert (new.steps[0].kind, new.bring[0].label.in_("ca")) == ("sign", "Fit note")


def test_a_centre_may_come_and_another_go():
    content = json.loads(shipped_text("centres.json"))
    new = {"id": "bordeta", "name": {"ca": "Centre Cívic de la Bordeta"}, "source_names": []}
    content |= {"centres_version": "2", "centres": [*content["centres"][1:], new]}

    centres = heard(entries(File.CENTRES, content)).library.centres

    assert [each.id for each in centres.centres] == ["ereta", "magraners", "seca-de-sant-pere", "balafia", "bordeta"]
    assert centres.centre("mariola") is None
    assert centres.name("mariola").in_("en") == "Mariola Civic Centre"
    assert centres.name("elsewhere").in_("en") == "Elsewhere"
    assert centres.centre("bordeta").point_hours == SHIPPED.centres.centre("ereta").point_hours


def test_hours_of_all_that_cannot_be_read_give_way_to_the_last_good_ones():
    broken = json.loads(CENTRES["edition/centres"]["content"]) | {"support_point_hours": {}}

    found = heard(CENTRES, {"edition/centres": said(broken)}, kept=CENTRES)

    assert found.library.centres == SHIPPED.centres
    assert found.complaints[0].startswith("edition/centres: support_point_hours.normal is missing")


def test_connectors_are_those_the_centre_says():
    seven, eight = heard(entries(File.PEOPLE, PEOPLE)).library.connectors

    assert seven == Connector("C7", "Connector 7", ("ereta",), date(2026, 12, 31))
    assert (eight.centres, eight.usual_centre, eight.works_on(date(2099, 1, 1))) == ((), None, True)
    assert (seven.usual_centre, seven.works_on(date(2026, 12, 31)), seven.works_on(date(2027, 1, 1))) == (
        "ereta",
        True,
        False,
    )


def test_a_policy_is_obeyed_until_it_leaves_the_file():
    def policies(*all):
        return entries(File.POLICIES, {"policies_version": "1", "policies": [*all, {"id": "later", "value": 7}]})

    on = heard(policies(NOT_ASKED))
    off = heard(policies(), kept=on.kept)

    assert on.library.policies.fields_not_asked == {"satisfaction"}
    assert off.library.policies.fields_not_asked == frozenset()


def test_a_field_that_is_off_is_asked_when_the_centre_says_so_and_of_two_words_the_more_careful_counts():
    def policies(asked, not_asked=("satisfaction",)):
        file = {
            "policies_version": "1",
            "policies": [{"id": "fields_asked", "value": asked}, {"id": "fields_not_asked", "value": not_asked}],
        }
        return heard(entries(File.POLICIES, file)).library.policies

    nobody_said, careful = SHIPPED.policies, policies(["note", "gender"], ["gender"])

    assert not any(nobody_said.asks(field) for field in OFF_UNLESS_ASKED)
    assert nobody_said.asks("satisfaction") and nobody_said.asks("a field of a newer app")
    assert (careful.asks("note"), careful.asks("gender"), careful.asks("age_band")) == (True, False, False)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whatever_one_entry_says_the_others_are_read(data):
    everything = {**WHOLE, **CENTRES, **entries(File.PEOPLE, PEOPLE)}
    everything |= entries(File.POLICIES, {"policies_version": "1", "policies": [NOT_ASKED]})
    name = data.draw(st.sampled_from(sorted(everything)))
    content = json.loads(everything[name]["content"])
    place = content
    while isinstance(place, dict | list) and place:
        key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        if data.draw(st.booleans()) or not isinstance(place[key], dict | list):
            place[key] = data.draw(JSON)
            break
        place = place[key]

    found = heard(everything, {name: said(content)}, kept=everything)

    assert len(found.library.catalogue.procedures) >= 1
    assert len(found.library.centres.centres) >= 1
