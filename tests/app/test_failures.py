"""When the app cannot start it says what happened, where, and touches nothing."""

import json
import shutil
from pathlib import Path

import pytest

from app.settings import REFERENCE
from app.store import Store
from app.store.lines import Header, header_line
from tests.app.opened import opened
from tests.app.tablets import counted_ids

pytestmark = pytest.mark.anyio


@pytest.fixture
def reference(tmp_path: Path) -> Path:
    return Path(shutil.copytree(REFERENCE, tmp_path / "reference"))


async def said_at_start(folder: Path, reference: Path = REFERENCE) -> str:
    async with opened(folder, reference=reference) as app:
        assert "Comença el torn" not in app.texts()
        return " / ".join(app.texts())


async def test_x_09_a_second_window_says_that_there_is_a_first(tmp_path, capsys):
    first = Store.open(tmp_path, new_id=counted_ids())
    try:
        said = await said_at_start(tmp_path)
    finally:
        first.close()

    assert "Acompanya ja està oberta en una altra finestra" in said
    assert str(tmp_path) in said
    assert "already open" in capsys.readouterr().err


async def test_the_app_starts_when_the_first_window_is_closed(tmp_path):
    Store.open(tmp_path, new_id=counted_ids()).close()

    async with opened(tmp_path) as app:
        assert "Qui ets?" in app.texts()


async def test_data_of_a_newer_app_ask_for_an_update_and_stay_as_they_are(tmp_path):
    journal = tmp_path / "store.journal"
    journal.write_bytes(header_line(Header(schema=99)))

    said = await said_at_start(tmp_path)

    assert "Actualitza l'aplicació. No s'ha tocat res." in said
    assert journal.read_bytes() == header_line(Header(schema=99))


async def test_x_06_a_data_folder_that_is_a_file_is_named(tmp_path):
    folder = tmp_path / "data"
    folder.write_text("somebody's file")

    said = await said_at_start(folder)

    assert "la carpeta de dades no es pot fer servir" in said
    assert str(folder) in said
    assert folder.read_text() == "somebody's file"


async def test_a_broken_catalogue_names_the_place(tmp_path, reference):
    catalogue = json.loads((reference / "catalogue.json").read_text())
    del catalogue["procedures"][3]["steps"][0]["id"]
    (reference / "catalogue.json").write_text(json.dumps(catalogue))

    said = await said_at_start(tmp_path / "tablet", reference)

    assert "No es pot llegir el catàleg o la llista de centres" in said
    assert "catalogue.json: procedures[3].steps[0].id" in said
    assert not (tmp_path / "tablet").exists()


@pytest.mark.parametrize("name", ["catalogue.json", "centres.json", "synonyms.json"])
async def test_a_missing_reference_file_is_named(tmp_path, reference, name):
    (reference / name).unlink()

    assert name in await said_at_start(tmp_path / "tablet", reference)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"{", b"[]"], ids=["empty", "not UTF-8", "cut", "a list"])
async def test_a_reference_file_with_anything_in_it_is_no_crash(tmp_path, reference, content):
    (reference / "centres.json").write_bytes(content)

    said = await said_at_start(tmp_path / "tablet", reference)

    assert "No es pot llegir el catàleg o la llista de centres" in said
    assert "centres.json: " in said


async def test_a_damaged_store_opens_with_what_is_whole_and_says_so_in_help(tmp_path):
    async with opened(tmp_path) as app:
        await app.start_shift()
    with (tmp_path / "store.journal").open("ab") as journal:
        journal.write(b'{"cut in the mid')

    async with opened(tmp_path) as app:
        await app.wait_text("Nova ajuda")
        await app.go_to("/help")
        assert any(each.startswith("En obrir l'aplicació s'ha reparat el que hi havia desat") for each in app.texts())
