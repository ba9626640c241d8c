"""What a connector sees of what waits for a person, and what a tap does. The centre's part is tested elsewhere."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.i18n import LANGUAGES, words_in
from app.views.refused import PROBLEMS
from sync.protocol.records import Kind
from tests.app.opened import Connector, opened
from tests.app.tablets import MONDAY
from tests.in_review import fill

pytestmark = pytest.mark.anyio

MISSING_ID = re.compile(r"[a-z_-]+(\.[a-z0-9_-]+)+")
AN_ID = re.compile(r"[0-9a-f]{8}-|_|\{|\[")


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    fill(tmp_path / "tablet", now=MONDAY)
    yield tmp_path / "tablet"


async def open_review(app: Connector) -> None:
    await app.start_shift()
    await app.go_to("/review")
    await app.wait_text("Ara hi consta")


@pytest.mark.parametrize("path", ["chip", "end of shift"])
async def test_what_waits_for_a_person_is_a_tap_away(folder, path):
    async with opened(folder) as app:
        await app.start_shift()
        if path == "chip":
            await app.click("7 per revisar")
        else:
            await app.go_to("/end-of-shift")
            await app.click(app.all_called("7 per revisar")[-1])
        await app.wait_text("Ara hi consta")

        assert app.route == "/review"


@pytest.mark.parametrize("width", [1280, 800])
async def test_among_the_records_each_has_its_own_ways_out_of_review(folder, width):
    async with opened(folder, width=width) as app:
        await app.start_shift()
        await app.go_to("/records")
        await app.click(app.all_called("7 per revisar")[-1])
        await app.wait_for(lambda: len(app.all_called("Demanar cita prèvia a l'OMAC")) == 1)

        await app.click("Demanar cita prèvia a l'OMAC")
        await app.wait_text("El servidor no ho ha agafat")

        assert len(app.all_called("Lliura-ho a coordinació")) == 1
        assert app.all_called("Anul·la el registre") == []
        await app.click("Lliura-ho a coordinació")
        await app.wait_text("Es lliurarà a coordinació:")


async def test_both_values_are_said_in_words_with_their_authors(folder):
    async with opened(folder) as app:
        await open_review(app)

        texts = app.texts()
        assert "Treu profit del teu mòbil · seient P04" in texts
        for words in ("Persones a la sala", "12", "11", "Qui l'ha portat", "Connector 2", "Connector 1"):
            assert words in texts
        assert "Assistència" in texts and "Ha arribat tard" in texts and "Present" in texts
        assert any(each.startswith("Connector 1 ·") and each.endswith("en aquesta tauleta") for each in texts)
        assert any(each.startswith("Connector 2 ·") and not each.endswith("tauleta") for each in texts)


async def test_one_tap_keeps_a_value_and_another_takes_it_back(folder):
    async with opened(folder) as app:
        await open_review(app)

        await app.click("Ha arribat tard")
        await app.wait_text("Revisat: Treu profit del teu mòbil · seient P04")
        assert "Ha arribat tard" not in app.texts()
        await app.wait_text("6 per revisar")

        await app.click("DESFÉS")
        await app.wait_text("Ha arribat tard")
        await app.wait_text("7 per revisar")


async def test_all_of_a_record_is_decided_at_one_blow(folder):
    async with opened(folder) as app:
        await open_review(app)

        await app.click("Tot el que també s'hi va escriure")
        await app.wait_text("6 per revisar")

        (session,) = app.store.records(kind=Kind.SESSION)
        assert (session.fields["headcount"], session.fields["connector_ids"]) == (11, ("C1",))
        assert session.is_waiting


async def test_what_is_deleted_is_asked_about_in_words(folder):
    async with opened(folder) as app:
        await open_review(app)

        await app.click("S'esborra")
        await app.wait_text("6 per revisar")
        await app.click("Entesos: continua esborrat")
        await app.wait_text("5 per revisar")


async def test_a_refused_record_is_opened_in_its_form_which_says_what_was_refused(folder):
    async with opened(folder) as app:
        await open_review(app)

        await app.click("Corregeix-ho")
        await app.wait_text("Com ha acabat?")

        texts = app.texts()
        assert "Què no ha agafat: Com ha acabat" in texts
        assert any("La teva feina està desada a la tauleta." in each for each in texts)
        await app.click("Fet")
        await app.wait_text("Desat: Obtenir el certificat d'empadronament · Fet")
        await app.wait_text("6 per revisar")


async def test_forgetting_is_asked_once_more(folder):
    async with opened(folder) as app:
        await open_review(app)
        before = len(app.store.records(kind=Kind.ASSIST))

        await app.click(app.all_called("Esborra-ho")[0])
        await app.wait_text("Segur?")
        await app.click("No")
        assert "Sí, descarta-ho" not in app.texts()
        await app.click(app.all_called("Esborra-ho")[0])
        await app.wait_text("Segur?")
        await app.click("Sí, descarta-ho")
        await app.wait_text("6 per revisar")

        assert len(app.store.records(kind=Kind.ASSIST)) == before - 1
        await app.click("DESFÉS")
        await app.wait_text("7 per revisar")


async def test_what_is_handed_over_is_no_longer_in_review_and_is_still_listed(folder):
    async with opened(folder) as app:
        await open_review(app)

        await app.click(app.all_called("Lliura-ho a coordinació")[0])
        await app.wait_text("Es lliurarà a coordinació:")
        await app.wait_text("6 per revisar")
        await app.go_to("/records")
        await app.wait_text("Lliurat a coordinació")


async def test_what_no_form_mends_is_offered_again_or_only_handed_over(folder):
    async with opened(folder) as app:
        await open_review(app)
        assert len(app.all_called("Lliura-ho a coordinació")) == 3
        assert len(app.all_called("Corregeix-ho")) == len(app.all_called("Torna-ho a enviar")) == 1

        await app.click("Torna-ho a enviar")
        await app.wait_text("Es tornarà a enviar:")
        await app.wait_text("6 per revisar")


async def test_a_shift_that_has_ended_goes_on_for_a_correction(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.go_to("/end-of-shift")
        await app.click("Envia i tanca el torn")
        await app.wait_text("Encara no")
        await app.click(app.all_called("7 per revisar")[-1])
        await app.wait_text("Ara hi consta")

        await app.click("Continua el torn i corregeix-ho")
        await app.wait_text("Com ha acabat?")


async def test_an_empty_list_says_so(tmp_path):
    async with opened(tmp_path / "new") as app:
        await app.start_shift()
        await app.go_to("/review")
        await app.wait_text("No hi ha res per revisar.")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_no_id_and_no_missing_words_are_shown_in_any_language(folder, language):
    async with opened(folder) as app:
        await app.click({"ca": "Català", "es": "Castellano", "en": "English"}[language])
        await app.settle()
        await app.enter_as("C3")
        await app.click(next(each for each in app.texts() if "Balàfia" in each))
        await app.click(words_in(language).text("start.go"))
        await app.wait_text(words_in(language).text("today.new_assist"))
        await app.go_to("/review")
        await app.wait_text(words_in(language).text("review.stands"))

        assert [each for each in app.words() if MISSING_ID.fullmatch(each) or AN_ID.search(each)] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("problem", sorted(PROBLEMS) + ["other"])
def test_every_problem_says_that_the_work_is_safe_and_what_to_do(language, problem):
    safe = {"ca": "desada a la tauleta", "es": "guardado en la tableta", "en": "saved on this tablet"}[language]
    before, _, after = words_in(language).text(f"problem.{problem}").partition(safe)

    assert len(before) > 20 and len(after) > 10
