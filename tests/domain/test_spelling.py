"""What people write differently and search takes for the same."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.spelling import normalise, one_edit_away, words_of


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("", ""),
        ("   ", ""),
        ("%_*\"\\'", ""),
        ("PADRÓ", "padro"),
        ("padrón", "padron"),
        ("Ocupació", "ocupacio"),
        ("l'OMAC", "l omac"),
        ("  Cita   prèvia (OMAC/OGAT) – Lleida ", "cita previa omac ogat lleida"),
        ("Cl@ve", "clave"),
        ("Import@ss", "importass"),
        ("@casa", "casa"),
        ("l·l", "ll"),
        ("l·l·l", "lll"),
        ("mail.lleida", "maillleida"),
        ("STRASSE straße", "strasse strasse"),
        ("ﬁtxer №", "fitxer no"),
        ("snake_case", "snake case"),
        ("15€", "15"),
        ("日本語", "日本語"),
    ],
)
def test_text_comes_down_to_its_words(text, spelled):
    assert normalise(text) == spelled


@pytest.mark.parametrize(
    "written",
    [
        "col·lectiu",
        "col.lectiu",
        "col•lectiu",
        "col-lectiu",
        "col‧lectiu",
        "col∙lectiu",
        "col⋅lectiu",
        "co\u0140lectiu",
        "collectiu",
        "COL·LECTIU",
        "COL-LECTIU",
        "CO\u013fLECTIU",
    ],
)
def test_a_geminate_l_is_the_same_however_it_is_typed(written):
    assert normalise(written) == "collectiu"


@pytest.mark.parametrize("apostrophe", ["'", "\u2019", "\u2018", "\u02bc", "\u00b4", "`", "\u2032", "\u02b9"])
def test_every_apostrophe_parts_words(apostrophe):
    assert words_of(f"l{apostrophe}Hospitalet") == ("l", "hospitalet")


@settings(deadline=None)  # a busy machine is not a fault
@given(st.text())
def test_normalising_again_changes_nothing(text):
    assert normalise(normalise(text)) == normalise(text)


@settings(deadline=None)
@given(st.text(), st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
def test_the_form_of_unicode_makes_no_difference(text, form):
    assert normalise(unicodedata.normalize(form, text)) == normalise(text)


@settings(deadline=None)
@given(st.text())
def test_what_is_left_is_words_with_one_space_between(text):
    spelled = normalise(text)

    assert spelled == " ".join(spelled.split())
    assert all(letter.isalnum() or letter == " " for letter in spelled)


@pytest.mark.parametrize("typed", ["certifcat", "certtificat", "certeficat", "cretificat", "ertificat", "certificat1"])
def test_one_letter_missing_extra_wrong_or_swapped_is_one_edit(typed):
    letters = "".join(sorted(set("certificat")))

    assert "certificat" in set(one_edit_away(typed, letters))


@pytest.mark.parametrize("typed", ["certifat", "crteificat", "certificat"])
def test_two_edits_and_none_are_not_one(typed):
    assert typed == "certificat" or "certificat" not in set(one_edit_away(typed, "acefirt"))


@pytest.mark.parametrize("typed", ["", "c", "so", "soc"])
def test_a_short_word_has_no_neighbours(typed):
    assert list(one_edit_away(typed, "abc")) == []
