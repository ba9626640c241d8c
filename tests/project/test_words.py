"""The words people read: the app's, in three languages, and the ones that have no place in this repository."""

import io
import re
import subprocess
from collections.abc import Iterator
from functools import cache

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from sync.protocol import vocabulary
from tests.project import catalogues as rules
from tests.project.sources import ROOT, Module, is_under, modules

# Written so that this file does not contain what it forbids.
FORBIDDEN = {
    "the host of a package registry": r"(pyp[i]|pythonhoste[d]|npmj[s]|deb\.debia[n])\.[a-z]{2,}",
    "a path of somebody's machine": r"(?<![\w.~-])/(wor[k]|roo[t]|hom[e]/\w+|User[s]/\w+)/",
    "a folder outside the repository": r"\.\./share[d]",
    "a task without an owner and a date": r"\b(TOD[O]|FIXM[E])\b(?!\([^)]+ \d{4}-\d\d-\d\d\))",
}
OTHERS_WORDS = {"LICENSE"}

# Rules and disk know no languages, so a `text(...)` there is something else.
WHERE_WORDS_ARE_SAID = (
    "app.i18n",
    "app.main",
    "app.opening",
    "app.services",
    "app.shell",
    "app.state",
    "app.theme",
    "app.views",
)


def forbidden_words(name: str, text: str) -> Iterator[str]:
    for number, line in enumerate(text.splitlines(), start=1):
        for what, pattern in FORBIDDEN.items():
            if re.search(pattern, line):
                yield f"{name}:{number}: {what}"


def tracked_files() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in listed.stdout.split("\0") if name and name not in OTHERS_WORDS]


@cache
def app_catalogues() -> dict[str, Catalog]:
    if not rules.FOLDER.exists():
        return {}
    return {
        language: rules.read_catalogue(rules.catalogue_path(language).read_bytes(), language)
        for language in rules.LANGUAGES
    }


@cache
def app_uses() -> rules.Uses:
    return rules.Uses(module for module in modules() if is_under(module.name, WHERE_WORDS_ARE_SAID))


def test_no_tracked_file_holds_a_forbidden_word() -> None:
    found: list[str] = []
    for name in tracked_files():
        path = ROOT / name
        content = path.read_bytes() if path.is_file() else b""
        if b"\0" not in content:
            found += forbidden_words(name, content.decode("utf-8"))

    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        "index = https://" + "pypi" + ".org/simple",
        "see " + "/work" + "/main/app",
        "open('" + "/root" + "/x')",
        "see " + "../" + "shared/notes.md",
        "# TO" + "DO: later",
        "# TO" + "DO(C1): no date",
    ],
)
def test_a_forbidden_word_is_found(line: str) -> None:
    assert len(list(forbidden_words("a.py", line))) == 1


@pytest.mark.parametrize(
    "line",
    [
        "https://web.example.cat/work/index",
        "docs/root/x",
        "# TO" + "DO(Connector 1, 2026-12-01): ask",
        "tot",
        "~/home/x",
    ],
)
def test_ordinary_words_are_left_alone(line: str) -> None:
    assert list(forbidden_words("a.py", line)) == []


def test_every_language_says_the_same_things() -> None:
    assert list(rules.differing_ids(app_catalogues())) == []


def test_every_id_has_words_in_every_language() -> None:
    assert list(rules.empty_words(app_catalogues())) == []


def test_every_language_asks_for_the_same_values() -> None:
    assert list(rules.differing_placeholders(app_catalogues())) == []


def test_the_compiled_words_are_those_of_the_sources() -> None:
    stale = [
        language
        for language, catalogue in app_catalogues().items()
        if not rules.is_compiled_from(rules.catalogue_path(language).with_suffix(".mo").read_bytes(), catalogue)
    ]

    assert stale == [], "run `make locales`"


def test_the_code_asks_only_for_ids_that_have_words() -> None:
    missing = [each for catalogue in app_catalogues().values() for each in rules.missing_ids(catalogue, app_uses())]

    assert missing == []


def test_no_id_is_left_that_nobody_asks_for() -> None:
    choices = rules.choice_ids(vars(vocabulary))
    unused = [id for catalogue in app_catalogues().values() for id in rules.unused_ids(catalogue, app_uses(), choices)]

    assert unused == []


def test_every_choice_has_a_label_in_every_language() -> None:
    choices = rules.choice_ids(vars(vocabulary))
    missing = [
        f"{language} {id}"
        for language, catalogue in app_catalogues().items()
        for id in sorted(choices - set(rules.messages(catalogue)))
    ]

    assert missing == []


# --- each rule about catalogues is able to fail


def make_catalogue(body: str, language: str = "ca") -> Catalog:
    header = (
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: nplurals=2; plural=(n != 1);\\n"\n'
    )
    return rules.read_catalogue(f"{header}\n{body}\n".encode(), language)


HELLO = 'msgid "today.hello"\nmsgstr "Hola, {name}"\n'
WAITING = 'msgid "sync.waiting"\nmsgid_plural "sync.waiting"\nmsgstr[0] "Un registre"\nmsgstr[1] "{n} registres"\n'


def uses_in(source: str) -> rules.Uses:
    return rules.Uses([Module("app.views.today", source)])


def test_an_id_missing_in_one_language_is_found() -> None:
    ca, es = make_catalogue(HELLO + "\n" + WAITING), make_catalogue(HELLO, "es")

    assert list(rules.differing_ids({"ca": ca, "es": es})) == ["es lacks sync.waiting"]
    assert len(list(rules.differing_ids({"ca": es, "es": ca}))) == 1


def test_an_id_without_words_is_found() -> None:
    assert list(rules.empty_words({"ca": make_catalogue('msgid "a.b"\nmsgstr ""\n')})) == ["ca a.b: no words"]
    assert list(rules.empty_words({"ca": make_catalogue("#, fuzzy\n" + HELLO)})) == ["ca today.hello: fuzzy"]


def test_a_missing_plural_form_is_found() -> None:
    one_form = make_catalogue('msgid "a.b"\nmsgid_plural "a.b"\nmsgstr[0] "un"\n')

    assert list(rules.empty_words({"ca": one_form})) != []
    assert list(rules.empty_words({"ca": make_catalogue(HELLO + "\n" + WAITING)})) == []


def test_a_differing_placeholder_is_found() -> None:
    ca, en = make_catalogue(HELLO), make_catalogue(HELLO.replace("{name}", "{nom}"), "en")

    assert list(rules.differing_placeholders({"ca": ca, "en": en})) == ["en today.hello: ['nom'] instead of ['name']"]
    assert list(rules.differing_placeholders({"ca": ca, "en": ca})) == []


def test_a_stale_compilation_is_found() -> None:
    compiled = io.BytesIO()
    write_mo(compiled, make_catalogue(HELLO + "\n" + WAITING))

    assert rules.is_compiled_from(compiled.getvalue(), make_catalogue(HELLO + "\n" + WAITING))
    assert not rules.is_compiled_from(compiled.getvalue(), make_catalogue(HELLO + "\n" + WAITING.replace("Un", "1")))


@pytest.mark.parametrize(
    "source",
    [
        'words.text("today.bye")',
        'text("today.hello" if morning else "today.bye")',
        'words.count("today.bye", 3)',
        'words.count("today.hello", 3)',
        'words.text("sync.waiting")',
        'words.text(f"outcome.{value}")',
        'words.label("outcome", value)',
    ],
)
def test_an_id_without_words_in_the_code_is_found(source: str) -> None:
    assert len(list(rules.missing_ids(make_catalogue(HELLO + "\n" + WAITING), uses_in(source)))) == 1


@pytest.mark.parametrize(
    "source",
    [
        'def text(x): ...\ntext("a.json")',
        'words.text("today.hello", name=x)',
        'words.count("sync.waiting", 2)',
        '"a".count("a")',
    ],
)
def test_an_id_with_words_is_left_alone(source: str) -> None:
    assert list(rules.missing_ids(make_catalogue(HELLO + "\n" + WAITING), uses_in(source))) == []


def test_an_id_nobody_asks_for_is_found() -> None:
    catalogue = make_catalogue(HELLO)

    assert list(rules.unused_ids(catalogue, uses_in("x = 1"), set())) == ["today.hello is never asked for"]
    assert list(rules.unused_ids(catalogue, uses_in('TITLES = {1: "today.hello"}'), set())) == []
    assert list(rules.unused_ids(catalogue, uses_in('text(f"today.{x}")'), set())) == []
    assert list(rules.unused_ids(catalogue, uses_in("x = 1"), {"today.hello"})) == []


def test_the_ids_of_choices_follow_the_vocabulary() -> None:
    ids = rules.choice_ids(vars(vocabulary))

    assert {"outcome.completed", "blocked_reason.no_slots", "digital_id.idcat_mobil"} <= ids
