"""Words by id in three languages, and what is said where words are missing."""

import gettext
from enum import StrEnum

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from app.i18n import DOMAIN, FOLDER, LANGUAGES, Words, words_in
from app.views.details import GROUPS
from sync.protocol.vocabulary import (
    AttendanceStatus,
    BlockedReason,
    CancelReason,
    GroupType,
    Incident,
    Level,
    Outcome,
    ReferredTo,
    SessionKind,
    SessionStatus,
)

LABELLED: dict[str, type[StrEnum]] = {
    "attendance_status": AttendanceStatus,
    "blocked_reason": BlockedReason,
    "cancel_reason": CancelReason,
    "group_type": GroupType,
    "incident": Incident,
    "level": Level,
    "outcome": Outcome,
    "referred_to": ReferredTo,
    "session_kind": SessionKind,
    "session_status": SessionStatus,
    **{group: words for _, words, group in GROUPS},
}


@pytest.mark.parametrize(("language", "words"), [("ca", "Avui"), ("es", "Hoy"), ("en", "Today")])
def test_each_language_has_its_own_words(language, words):
    assert words_in(language).text("nav.today") == words


@pytest.mark.parametrize("language", ["ar", "", "ca-ES-valencia", "CA"])
def test_x_18_a_language_the_app_does_not_speak_gets_catalan(language):
    assert words_in(language).text("nav.today") == "Avui"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ({"ca": "mot", "es": "palabra", "en": "word"}, {"ca": "mot", "es": "palabra", "en": "word"}),
        ({"ca": "mot", "es": "palabra"}, {"ca": "mot", "es": "palabra", "en": "mot"}),
        ({"es": "palabra", "en": "word"}, {"ca": "palabra", "es": "palabra", "en": "word"}),
        ({"en": "word"}, {"ca": "word", "es": "word", "en": "word"}),
        ({}, {"ca": "a.id", "es": "a.id", "en": "a.id"}),
    ],
)
def test_missing_words_are_looked_for_in_catalan_then_spanish_then_english(tmp_path, written, said):
    for language in LANGUAGES:
        catalogue = Catalog(locale=language)
        if language in written:
            catalogue.add("a.id", written[language])
        folder = tmp_path / language / "LC_MESSAGES"
        folder.mkdir(parents=True)
        with (folder / f"{DOMAIN}.mo").open("wb") as file:
            write_mo(file, catalogue)

    assert {language: Words(language, tmp_path).text("a.id") for language in LANGUAGES} == said


@pytest.mark.parametrize(("language", "words"), [("ca", "Altre"), ("es", "Otro"), ("en", "Other")])
def test_a_choice_of_a_newer_app_is_shown_by_its_id(language, words):
    assert words_in(language).label("outcome", "sent_to_mars") == f"{words} (sent_to_mars)"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_choice_there_is_has_words(language):
    catalogue = gettext.translation(DOMAIN, FOLDER, [language])
    ids = [f"{group}.{value}" for group, values in LABELLED.items() for value in values]

    assert [id for id in ids if catalogue.gettext(id) == id] == []


@pytest.mark.parametrize("value", ["{0}", "{what}", "{result.__class__}", "%s", "${x}", "<b>a</b>", "{", "}"])
def test_what_stands_in_a_value_is_shown_as_it_is(value):
    assert words_in("en").text("undo.saved", what=value, result="Done") == f"Saved: {value} · Done"
    assert words_in("en").label("outcome", value) == f"Other ({value})"


@pytest.mark.parametrize(
    ("language", "n", "words"),
    [
        ("ca", 0, "0 persones"),
        ("ca", 1, "1 persona"),
        ("ca", 2, "2 persones"),
        ("es", 0, "0 personas"),
        ("es", 1, "1 persona"),
        ("es", 200, "200 personas"),
        ("en", 0, "0 people"),
        ("en", 1, "1 person"),
        ("en", 2, "2 people"),
    ],
)
def test_one_thing_and_several_are_said_differently(language, n, words):
    assert words_in(language).count("people", n) == words


def test_words_without_values_are_left_alone():
    assert words_in("en").text("no.such {id}") == "no.such {id}"
