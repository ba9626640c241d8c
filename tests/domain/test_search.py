"""Finding a procedure while typing: any order, any spelling, any language, best first."""

import unicodedata
from dataclasses import replace
from time import process_time
from timeit import repeat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.catalogue import LANGUAGES, Label
from app.domain.search import ProcedureSearch
from app.domain.spelling import words_of
from app.domain.synonyms import Phrases, Synonyms
from tests.domain.reference_files import make_catalogue, make_procedure, shipped_catalogue, shipped_synonyms
from tests.search.misspellings import LIST, made_anew, read_list

CATALOGUE = shipped_catalogue()
SEARCH = ProcedureSearch(CATALOGUE, shipped_synonyms())


def ids(query: str, language: str = "ca", search: ProcedureSearch = SEARCH) -> list[str]:
    return [procedure.id for procedure in search.find(query, language)]


def search_of(*procedures, synonyms: Synonyms | None = None) -> ProcedureSearch:
    return ProcedureSearch(make_catalogue(*procedures), synonyms or Synonyms())


@pytest.mark.parametrize("query", ["", "   ", "%", "_", "*", '"', "\\", "'", "…", "\x00", "🙂"])
def test_t_11_a_query_without_words_finds_nothing(query):
    assert SEARCH.find(query, "ca") == ()


@pytest.mark.parametrize(
    "query", ["vida laboral", "laboral vida", "VIDA LABORAL", "vid lab", "informe vida", "laboral,vida!"]
)
def test_words_match_in_any_order_from_their_start(query):
    assert ids(query)[0] == "m8-vida-laboral"


def test_every_word_has_to_match():
    assert ids("cita sepe") == ["m8-sepe-cita"]
    assert ids("cita sepe omac") == []


def test_a_word_does_not_match_from_its_middle():
    search = search_of(make_procedure("a", "Empadronament"))

    assert ids("padronament", search=search) == []


@pytest.mark.parametrize("query", ["col·lectiu", "col.lectiu", "col•lectiu", "col-lectiu", "collectiu", "COL·LECTIU"])
def test_t_10_a_geminate_l_is_found_however_it_is_typed(query):
    search = search_of(make_procedure("a", "Transport col·lectiu"), make_procedure("b", "Carnet collectiu"))

    assert ids(query, search=search) == ["a", "b"]


@pytest.mark.parametrize("query", ["l'hospitalet", "l\u2019hospitalet", "l´hospitalet", "L'HOSPITALET"])
def test_t_12_both_apostrophes_find_the_same(query):
    search = search_of(
        make_procedure("a", "Tràmits de l'Hospitalet"), make_procedure("b", "Tràmits de l\u2019Hospitalet")
    )

    assert ids(query, search=search) == ["a", "b"]


@pytest.mark.parametrize("query", ["cl@ve", "clave", "CL@VE"])
def test_a_name_with_an_at_sign_is_found_by_either_letter(query):
    assert ids(query)[0] == "m8-clave"


def test_small_words_may_differ_from_the_title():
    assert ids("certificat del padró") == ids("certificat padró") != []


def test_a_query_of_small_words_alone_still_looks_for_them():
    search = search_of(make_procedure("a", "La Meva Salut"), synonyms=Synonyms(small_words=Phrases(ca=("la",))))

    assert ids("la", search=search) == ["a"]


def test_a_title_comes_before_a_synonym_and_a_synonym_before_a_step():
    search = search_of(
        make_procedure("step", "Alta", steps=("Demanar hora",)),
        make_procedure("synonym", "Cita prèvia"),
        make_procedure("title", "Canvi d'hora"),
        synonyms=Synonyms((Phrases(ca=("cita", "hora")),)),
    )

    assert ids("hora", search=search) == ["title", "synonym", "step"]


def test_the_chosen_language_comes_first_within_titles():
    search = search_of(
        make_procedure("catalan", "Taxa", es="Tasa", en="Fee"),
        make_procedure("english", "Impost", es="Impuesto", en="Taxation"),
    )

    assert ids("tax", "ca", search) == ["catalan", "english"]
    assert ids("tax", "en", search) == ["english", "catalan"]


def test_a_title_in_another_language_comes_before_a_step_in_the_chosen_one():
    search = search_of(
        make_procedure("step", "Alta", steps=("Mirar el recibo",)), make_procedure("title", "Rebut", es="Recibo")
    )

    assert ids("recibo", "ca", search) == ["title", "step"]


def test_equals_keep_the_order_of_the_catalogue():
    search = search_of(*(make_procedure(id, "Cita") for id in ("c", "a", "b")))

    assert ids("cita", search=search) == ["c", "a", "b"]


def test_t_24_a_title_missing_in_a_language_is_found_in_it_by_the_words_shown():
    search = search_of(make_procedure("other", "Cites", es="Baja"), make_procedure("a", "Baixa", es="", en="Leave"))

    assert ids("baixa", "es", search) == ["a"]


def test_a_language_the_app_does_not_know_finds_in_all():
    assert ids("vida laboral", "fr")[0] == "m8-vida-laboral"


@pytest.mark.parametrize("query", ["certifcat", "certtificat", "certeficat", "cretificat"])
def test_one_wrong_letter_is_forgiven_when_nothing_else_matches(query):
    assert "sp-certificat-padro" in ids(query)


def test_a_wrong_letter_is_forgiven_before_the_word_is_finished():
    assert "m5-imo-cv" in ids("currici")


def test_several_words_may_each_have_a_wrong_letter():
    assert ids("vuda labiral")[0] == "m8-vida-laboral"


def test_a_wrong_letter_is_not_looked_for_when_the_word_itself_is_found():
    search = search_of(make_procedure("exact", "Casar"), make_procedure("near", "Casal"))

    assert ids("casar", search=search) == ["exact"]


def test_a_word_of_another_procedure_is_not_taken_for_a_wrong_one():
    search = search_of(make_procedure("a", "Pagar taxes"), make_procedure("b", "Parar taxis"))

    assert ids("pagar taxis", search=search) == []


def test_two_wrong_letters_are_not_forgiven():
    assert ids("certofocat") == []


def test_an_elision_typed_without_its_apostrophe_is_found():
    assert "m7-soc-renovar" in ids("docupacio")


@pytest.mark.parametrize("query", ["vidalaboral", "informe devida", "l'informede", "vidalab"])
def test_a_space_that_was_forgotten_is_found_again(query):
    assert "m8-vida-laboral" in ids(query)


def test_a_word_that_is_not_two_known_ones_finds_nothing():
    assert ids("vidaxyzzy") == []


def test_most_misspellings_made_by_rule_find_their_procedure_among_the_first_ten():
    found = [each.procedure_id in ids(each.typed, each.language)[:10] for each in read_list()]

    assert len(found) == 200
    assert sum(found) / len(found) >= 0.8


def test_the_list_of_misspellings_is_the_one_the_rule_makes():
    assert LIST.read_text(encoding="utf-8") == made_anew()


def test_t_24_an_empty_catalogue_finds_nothing():
    assert ids("cita", search=search_of()) == []


@pytest.mark.parametrize("words", ["<b>Alta</b>", "{0} alta", "%s alta", "${alta}", "{alta!r:>99}"])
def test_a_label_with_markup_is_found_and_handed_back_as_written(words):
    (found,) = search_of(make_procedure("a", words)).find("alta", "ca")

    assert found.title.in_("ca") == words


@pytest.mark.parametrize(
    "query",
    [
        "'; DROP TABLE procedures; --",
        "(a+)+$",
        "(a+)+$" * 800,
        ".*" * 2_500,
        "[" * 5_000,
        "a" * 5_000,
        "certificat " * 450,
        " ".join(f"c{n}" for n in range(1_000)),
        "\u0301" * 5_000,
        "l·" * 2_500,
        "\ud800",
        "{0}%s${x}",
    ],
    ids=lambda query: query[:12].encode("ascii", "backslashreplace").decode(),
)
def test_t_11_a_strange_or_long_query_is_answered_at_once(query):
    assert min(repeat(lambda: SEARCH.find(query, "ca"), timer=process_time, repeat=3, number=1)) < 0.05


@settings(deadline=None)  # a busy machine is not a fault
@given(st.text(), st.sampled_from(LANGUAGES))
def test_any_text_is_answered_with_each_procedure_at_most_once(query, language):
    found = ids(query, language)

    assert len(found) == len(set(found))


def without_accents(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))


AS_TYPED = {
    "as written": str,
    "upper case": str.upper,
    "without accents": without_accents,
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "curly apostrophes": lambda text: text.replace("'", "\u2019"),
    "backwards": lambda text: " ".join(reversed(text.split())),
}


@pytest.mark.parametrize("typed", AS_TYPED.values(), ids=AS_TYPED)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_title_finds_its_procedure_first(language, typed):
    titles = {procedure.id: procedure.title.in_(language) for procedure in CATALOGUE.procedures}

    assert {id: ids(typed(title), language)[:1] for id, title in titles.items()} == {id: [id] for id in titles}


@settings(deadline=None)
@given(st.sampled_from(CATALOGUE.procedures), st.sampled_from(LANGUAGES), st.sampled_from(LANGUAGES), st.data())
def test_every_beginning_of_a_title_finds_its_procedure_in_any_chosen_language(procedure, written, chosen, data):
    title = procedure.title.in_(written)
    typed = title[: data.draw(st.integers(3, len(title)))]

    assert procedure.id in ids(typed, chosen)


@settings(deadline=None)
@given(st.text(min_size=1).filter(words_of))
def test_a_title_of_any_letters_finds_its_procedure(title):
    procedure = replace(make_procedure("a", "x"), title=Label(title))

    assert ids(title, search=search_of(procedure)) == ["a"]


@pytest.mark.parametrize("query", ["t", "tr", "tramit 1", "1", "numero 19999", "trmait"])
def test_t_24_twenty_thousand_procedures_are_searched_at_once(query, crowd):
    assert min(repeat(lambda: crowd.find(query, "ca"), timer=process_time, repeat=3, number=1)) < 0.05
    assert crowd.find(query, "ca")


@pytest.fixture(scope="module")
def crowd() -> ProcedureSearch:
    search = search_of(*(make_procedure(f"p{n}", f"Tràmit número {n}") for n in range(20_000)))
    search.prepare()
    return search
