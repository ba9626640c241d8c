"""The catalogue file becomes trusted values, or says where it is broken."""

import json

import pytest

from app.domain.catalogue import BringItem, Label, Site, Step, parse_catalogue, untranslated
from app.domain.reference import BrokenReference
from tests.domain.reference_files import altered, shipped_catalogue, shipped_text

SHIPPED = shipped_catalogue()


def broken_words(text: str) -> str:
    with pytest.raises(BrokenReference) as raised:
        parse_catalogue(text, where="catalogue.json")
    return str(raised.value)


def test_the_shipped_catalogue_has_everything_the_source_lists():
    assert SHIPPED.version == "starter-1"
    assert len(SHIPPED.procedures) == 48
    assert sum(len(procedure.steps) for procedure in SHIPPED.procedures) == 299
    assert [module.id for module in SHIPPED.modules] == ["support-point", *"12345678"]


def test_the_training_modules_are_the_eight():
    assert [module.id for module in SHIPPED.training_modules] == [*"12345678"]


def test_the_shipped_catalogue_is_translated_throughout():
    assert [untranslated(SHIPPED, language) for language in ("ca", "es", "en")] == [(), (), ()]


def test_a_procedure_is_read_whole():
    procedure = SHIPPED.procedure("m8-sepe-cita")

    assert procedure is not None
    assert procedure.module == "8"
    assert procedure.title == Label(
        "Demanar cita prèvia al SEPE", "Pedir cita previa en el SEPE", "Book an appointment at the SEPE"
    )
    assert procedure.bring[0] == BringItem(
        "dni_nie", Label("DNI, NIE o TIE en vigor", "DNI, NIE o TIE en vigor", "Valid DNI, NIE or TIE")
    )
    assert procedure.site == Site("SEPE – Sede electrónica", "sede.sepe.gob.es")
    assert (procedure.default_minutes, procedure.needs_identity) == (12, "none")
    assert [step.id for step in procedure.steps] == [f"s{n}" for n in range(1, len(procedure.steps) + 1)]


def test_a_site_without_an_address_has_none():
    procedure = SHIPPED.procedure("m6-fraus")

    assert procedure is not None
    assert procedure.site == Site("Telèfon de la persona (sense web)", None)


def test_an_unknown_id_finds_nothing():
    assert SHIPPED.procedure("no-such") is None
    assert SHIPPED.module("9") is None


def test_a_module_is_found_by_its_number_as_text():
    module = SHIPPED.module("7")

    assert module is not None
    assert module.title.in_("en") == "Catalan Public Employment Service (SOC)"


@pytest.mark.parametrize(
    ("label", "language", "words"),
    [
        (Label("a", "b", "c"), "ca", "a"),
        (Label("a", "b", "c"), "es", "b"),
        (Label("a", "b", "c"), "en", "c"),
        (Label("a", "b", ""), "en", "a"),
        (Label("", "b", "c"), "ca", "b"),
        (Label("", "", "c"), "es", "c"),
        (Label("a", "b", "c"), "fr", "a"),
    ],
)
def test_a_missing_label_falls_back_to_catalan_then_spanish_then_english(label, language, words):
    assert label.in_(language) == words


TITLE = ("procedures", 0, "title")
STEP = ("procedures", 3, "steps", 0)


@pytest.mark.parametrize("value", [..., None, ""])
def test_a_title_may_lack_a_translation(value):
    catalogue = parse_catalogue(altered("catalogue.json", (*TITLE, "es"), value), where="catalogue.json")

    assert catalogue.procedures[0].title.in_("es") == "Demanar cita prèvia a l'OMAC"
    assert untranslated(catalogue, "es") == ("sp-cita-omac",)


def test_a_step_may_lack_catalan_as_long_as_it_has_words():
    catalogue = parse_catalogue(altered("catalogue.json", (*STEP, "ca"), ...), where="catalogue.json")
    step = catalogue.procedures[3].steps[0]

    assert step.label.in_("ca") == step.label.es != ""
    assert untranslated(catalogue, "ca") == ("sp-idcat-mobil-dni-tsi/s1",)


@pytest.mark.parametrize("words", ["<b>Alta</b>", "{0} i {nom}", "%s 100 %", "${x}", "\\n", "&amp;", "Ａlta\tal padró"])
def test_a_label_is_kept_exactly_as_written(words):
    catalogue = parse_catalogue(altered("catalogue.json", (*TITLE, "ca"), words), where="catalogue.json")

    assert catalogue.procedures[0].title.in_("ca") == words


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (("catalogue_version",), ..., "catalogue_version is missing"),
        (("procedures",), {}, "procedures is not a list"),
        (("procedures",), [], 'procedures lacks "sp-altres", the procedure for everything else'),
        (("procedures", 6, "id"), "sp-others", 'procedures lacks "sp-altres", the procedure for everything else'),
        (("procedures", 1, "id"), "sp-cita-omac", 'procedures[1].id repeats "sp-cita-omac", which must be unique'),
        (("procedures", 2), "text", "procedures[2] is not an object"),
        ((*TITLE, "ca"), ..., "procedures[0].title.ca is missing"),
        ((*TITLE, "ca"), "", "procedures[0].title.ca is empty"),
        ((*TITLE, "ca"), "  ", "procedures[0].title.ca is empty"),
        ((*TITLE, "es"), 7, "procedures[0].title.es is not text"),
        (TITLE, "Alta", "procedures[0].title is not an object"),
        (STEP, {"id": "s1", "kind": "do"}, "procedures[3].steps[0].ca is missing"),
        ((*STEP, "id"), "s2", 'procedures[3].steps[1].id repeats "s2", which must be unique'),
        ((*STEP, "kind"), "dance", 'procedures[3].steps[0].kind is "dance", which is not one of: prepare,'),
        (("procedures", 0, "module"), 9, 'procedures[0].module names "9", which is not one of the modules'),
        (("procedures", 0, "module"), True, "procedures[0].module is not a whole number"),
        (("procedures", 0, "bring", 1), "passport", 'procedures[0].bring[1] is "passport", which is not one of:'),
        (("procedures", 0, "bring"), "dni_nie", "procedures[0].bring is not a list"),
        (("procedures", 0, "default_minutes"), 0, "procedures[0].default_minutes is not between 1 and 600"),
        (("procedures", 0, "default_minutes"), "10", "procedures[0].default_minutes is not a whole number"),
        (("procedures", 0, "needs_identity"), None, "procedures[0].needs_identity is missing"),
        (("procedures", 0, "site", "url"), 8, "procedures[0].site.url is not text"),
        (("bring_items", "tsi"), {}, "bring_items.tsi.ca is missing"),
        (("modules", 3, "id"), 2, 'modules[3].id repeats "2", which must be unique'),
        (("modules", 3, "title", "ca"), ..., "modules[3].title.ca is missing"),
    ],
)
def test_what_is_broken_is_named_with_its_place(path, value, words):
    assert broken_words(altered("catalogue.json", path, value)).startswith(f"catalogue.json: {words}")


def test_a_file_cut_short_is_named_with_its_line():
    text = shipped_text("catalogue.json")

    assert broken_words(text[: len(text) // 2]).startswith("catalogue.json: line 1902, column ")


def test_a_catalogue_of_one_procedure_is_enough():
    content = json.loads(shipped_text("catalogue.json"))
    content["procedures"] = [each for each in content["procedures"] if each["id"] == "sp-altres"]

    catalogue = parse_catalogue(json.dumps(content), where="catalogue.json")

    assert [procedure.id for procedure in catalogue.procedures] == ["sp-altres"]


def test_the_same_step_id_may_stand_in_two_procedures():
    first, second = SHIPPED.procedures[:2]

    assert isinstance(first.steps[0], Step)
    assert first.steps[0].id == second.steps[0].id == "s1"


def test_fields_the_app_does_not_know_are_left_alone():
    text = altered("catalogue.json", ("procedures", 0, "added_later"), {"x": [1]})

    assert parse_catalogue(text, where="catalogue.json") == SHIPPED
