"""The synonyms a person edits: read strictly, lent to every procedure whose title has one of them."""

import pytest

from app.domain.reference import BrokenReference
from app.domain.search import ProcedureSearch
from app.domain.synonyms import Phrases, Synonyms, parse_synonyms
from tests.domain.reference_files import make_catalogue, make_procedure, shipped_catalogue, shipped_synonyms


def test_groups_and_small_words_are_read_by_language():
    text = '{"groups": [{"ca": ["atur"], "es": ["paro"]}], "small_words": {"en": ["the"]}}'

    synonyms = parse_synonyms(text, where="synonyms.json")

    assert synonyms == Synonyms((Phrases(ca=("atur",), es=("paro",)),), Phrases(en=("the",)))


def test_small_words_may_be_absent():
    assert parse_synonyms('{"groups": []}', where="synonyms.json") == Synonyms()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the file is empty"),
        ("{}", "groups is missing"),
        ('{"groups": [["atur", "paro"]]}', "groups[0] is not an object"),
        ('{"groups": [{"ca": "atur"}]}', "groups[0].ca is not a list"),
        ('{"groups": [{"ca": ["atur", 3]}]}', "groups[0].ca[1] is not text"),
        ('{"groups": [{"ca": ["atur"]}]}', "groups[0] has fewer than two words, so nothing to stand for one another"),
        ('{"groups": [{"fr": ["a", "b"]}]}', 'groups[0] has words under "fr", which is not one of: ca, es, en'),
        ('{"groups": [],\n}', "line 2, column 1 is not valid JSON"),
    ],
)
def test_what_is_broken_is_named_with_its_place(text, words):
    with pytest.raises(BrokenReference) as raised:
        parse_synonyms(text, where="synonyms.json")

    assert str(raised.value).startswith(f"synonyms.json: {words}")


def test_a_group_lends_its_words_only_where_a_whole_phrase_stands_in_the_title():
    catalogue = make_catalogue(
        make_procedure("renew", "Renovar la demanda d'ocupació"),
        make_procedure("other", "Renovar el carnet i la demanda"),
        make_procedure("longer", "Renovar la demandant"),
    )
    synonyms = Synonyms((Phrases(ca=("renovar la demanda",), es=("sellar el paro",)),))

    assert [each.id for each in ProcedureSearch(catalogue, synonyms).find("sellar paro", "ca")] == ["renew"]


def test_a_phrase_without_any_word_lends_nothing():
    catalogue = make_catalogue(make_procedure("a", "Alta"), make_procedure("b", "!"))

    assert ProcedureSearch(catalogue, Synonyms((Phrases(ca=("¡!", "baixa")),))).find("baixa", "ca") == ()


SEARCH = ProcedureSearch(shipped_catalogue(), shipped_synonyms())


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("paro", "m7-soc-renovar"),
        ("sellar el paro", "m7-soc-renovar"),
        ("segellar l'atur", "m7-soc-renovar"),
        ("INEM", "m8-sepe-cita"),
        ("hora inem", "m8-sepe-cita"),
        ("claim benefit", "m8-sepe-presollicitud"),
        ("hora omac", "sp-cita-omac"),
        ("volant", "sp-certificat-padro"),
        ("canvi d'adreça", "m1-canvi-domicili"),
        ("zona blava", "m2-pagar-multa"),
        ("IBI", "m2-pagar-rebut"),
        ("banco", "m2-domiciliar-rebut"),
        ("feina", "m5-imo-ofertes"),
        ("telèfon", "sp-idcat-mobil-dni-tsi"),
        ("whatsapp", "m6-aplicacions"),
        ("estafa", "m6-fraus"),
        ("fotos", "m6-memoria"),
        ("Seguretat Social", "m8-vida-laboral"),
        ("import@ss", "m8-vida-laboral"),
        ("scam", "m6-fraus"),
        ("moving house", "m1-canvi-domicili"),
        ("queixa", "m3-appunta"),
        ("entradas concierto", "m4-entrapolis"),
    ],
)
def test_the_words_people_use_find_the_procedure_first(query, first):
    assert SEARCH.find(query, "ca")[0].id == first


@pytest.mark.parametrize("query", ["paro", "atur", "SEPE", "INEM"])
def test_unemployment_is_found_by_any_of_its_names(query):
    found = {procedure.id for procedure in SEARCH.find(query, "ca")}

    assert {"m8-sepe-cita", "m8-sepe-presollicitud", "m8-sepe-consulta"} <= found


@pytest.mark.parametrize("query", ["padró", "padron", "empadronament", "empadronamiento"])
def test_the_register_is_found_by_any_of_its_names(query):
    found = {procedure.id for procedure in SEARCH.find(query, "ca")}

    assert {"sp-certificat-padro", "m1-alta-padro", "m1-canvi-domicili", "m1-certificat-convivencia"} <= found


def test_every_group_shipped_leads_to_a_procedure():
    groups = shipped_synonyms().groups

    assert [phrase for group in groups for phrase in group.all if not SEARCH.find(phrase, "ca")] == []
