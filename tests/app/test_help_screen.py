"""Help and settings: languages, sizes, cards, versions, whom to tell, and the accessibility statement."""

from pathlib import Path

import flet as ft
import pytest

from app.i18n import LANGUAGES, words_in
from app.shell import app_version
from app.views.accessibility import PARTS
from app.views.help import CARDS
from sync.protocol.messages import PROTOCOL
from tests.app.opened import Connector, opened

pytestmark = pytest.mark.anyio

NAMES = {"ca": "Català", "es": "Castellano", "en": "English"}
STATEMENT = Path(__file__).parents[2] / "docs" / "accessibility.md"


async def help_in(app: Connector, language: str) -> list[str]:
    await app.start_shift()
    await app.go_to("/help")
    await app.click(NAMES[language])
    await app.wait_text(words_in(language).text("help.legal"))
    return app.texts()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_help_has_its_five_cards_the_law_the_phone_and_the_versions(tmp_path, language):
    words = words_in(language)
    async with opened(tmp_path) as app:
        said = await help_in(app, language)

        assert {words.text(f"card.{each}") for each in CARDS} <= set(said)
        assert words.text("help.legal.draft") in said
        assert any("973 93 02 47" in each and "08:00" in each for each in said)
        versions = words.text("help.versions", app=app_version(), store=app.store.schema, protocol=PROTOCOL)
        assert versions in said
        assert any(app.tablet.board.snapshot.library.catalogue.version in each for each in said)


async def test_the_example_grows_with_the_text_that_is_chosen(tmp_path):
    async with opened(tmp_path) as app:
        await help_in(app, "ca")
        await app.click("200 %")
        example = words_in("ca").text("help.example")
        await app.wait_for(lambda: app.one(ft.Text, value=example).size == 36)


async def test_status_and_what_was_saved_are_told_by_a_screen_reader(tmp_path):
    async with opened(tmp_path) as app:
        await app.start_shift()
        await app.open_case()
        await app.click("Fet")
        await app.wait_text("DESFÉS")

        told = [
            text.value
            for region in app.all(ft.Semantics, live_region=True)
            for text in app.walk(region)
            if isinstance(text, ft.Text)
        ]
        assert any(each.startswith("2 per enviar") for each in told)
        assert "Desat: Demanar cita prèvia a l'OMAC · Fet" in told


async def test_the_statement_is_two_taps_from_help_and_back(tmp_path):
    async with opened(tmp_path) as app:
        await help_in(app, "ca")
        await app.click("Declaració d'accessibilitat")
        await app.wait_text("Què NO s'ha provat")

        texts = words_in("ca")
        assert {texts.text(f"accessibility.{each}.text") for each in PARTS} <= set(app.texts())
        await app.click("Torna")
        await app.wait_text("Protecció de dades")


def test_the_statement_on_paper_says_what_the_screen_says():
    paper, screen = STATEMENT.read_text(encoding="utf-8").replace("Real", "real"), words_in("en")

    assert "23 November 2026" in paper
    assert "23 November 2026" in screen.text("accessibility.status.text")
    for said in ("TalkBack", "real tablets", "coordinator", "10 seconds"):
        assert said in paper
        assert any(said in screen.text(f"accessibility.{each}.text") for each in PARTS)
    assert "@" not in paper + screen.text("accessibility.complain.text")
