"""The app opens its store sealed; what an older app left in clear is sealed at the first start."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.store import Write, key_file_of
from tests.app.opened import opened
from tests.journeys.processes import ROOT
from tests.store.making import open_store, save

pytestmark = pytest.mark.anyio

MARKER = "very-secret-words"


def readable(folder: Path, marker: str = MARKER) -> list[str]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return [path.name for path in found if marker.encode() in path.read_bytes()]


async def test_s_t03_the_token_notes_drafts_and_aliases_are_in_no_byte_of_the_folder(tmp_path):
    folder = tmp_path / "tablet"
    async with opened(folder) as app:
        notes = {"token": MARKER, "aliases": {"s": {"1": MARKER}}, "route": f"/{MARKER}"}
        app.store.write(Write(drafts={MARKER: {"note": MARKER}}, notes=notes))
        save(app.store, note=MARKER)
        app.store.compact()
        assert readable(folder) == []

    assert readable(folder) == []
    assert readable(tmp_path) == []


async def test_a_store_of_an_older_app_is_sealed_at_its_first_start(tmp_path):
    folder = tmp_path / "tablet"
    store = open_store(folder)
    save(store, note=MARKER)
    store.write(Write(notes={"token": MARKER}))
    store.close()
    (folder / "practice").mkdir()
    (folder / "practice" / "store.journal").write_text(MARKER)

    for _ in range(2):
        async with opened(folder) as app:
            assert (app.store.record("r1").fields["note"], app.store.note("token")) == (MARKER, MARKER)
            assert app.tablet.board.snapshot.recovered == ""
            assert readable(folder) == []


async def test_a_store_in_clear_put_in_the_place_of_the_sealed_one_is_said_and_not_sealed(tmp_path, capsys):
    folder = tmp_path / "tablet"
    async with opened(folder) as app:
        await app.start_shift()
    store = open_store(tmp_path / "planted")
    save(store, note=MARKER)
    store.close()
    planted = shutil.copy(tmp_path / "planted" / "store.journal", folder / "store.journal").read_bytes()

    async with opened(folder) as app:
        assert any("porta la tauleta a la coordinació" in each for each in app.texts())

    assert "in clear" in capsys.readouterr().err
    assert (folder / "store.journal").read_bytes() == planted


async def test_what_is_practised_is_sealed_with_a_key_that_nobody_keeps(tmp_path):
    folder = tmp_path / "tablet"
    async with opened(folder) as app:
        await app.click("Prova-ho en pràctiques")
        await app.wait_text("Nova ajuda")
        app.tablet.practice.shown.store.write(Write(notes={"n": MARKER}))
        assert (folder / "practice" / "store.journal").exists()
        assert readable(folder) == []


async def test_x_07_a_desk_whose_key_file_is_gone_says_so_and_touches_nothing(tmp_path, capsys):
    folder = tmp_path / "tablet"
    async with opened(folder) as app:
        await app.start_shift()
    before = {path: path.read_bytes() for path in folder.iterdir()}
    away = shutil.move(key_file_of(folder), tmp_path / "away")

    async with opened(folder) as app:
        assert any("porta la tauleta a la coordinació" in each for each in app.texts())
    assert "cannot be had" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in folder.iterdir()} == before

    shutil.move(away, key_file_of(folder))
    async with opened(folder) as app:
        await app.wait_text("Nova ajuda")


def ask(*arguments: object) -> tuple[int, str, str]:
    command = [sys.executable, "-m", "app.store", *map(str, arguments)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    return ran.returncode, ran.stdout, ran.stderr


async def test_doctor_and_export_find_the_key_where_the_app_keeps_it(tmp_path):
    folder = tmp_path / "tablet"
    async with opened(folder) as app:
        save(app.store, note=MARKER)

    code, said, _ = ask("doctor", folder)
    assert (code, said.splitlines()[-1]) == (0, "sound")
    assert "aes-256-gcm" in said and "1 records" in said
    code, said, _ = ask("export", folder)
    assert code == 0 and MARKER in said

    away = shutil.move(key_file_of(folder), tmp_path / "away")
    for task in ("doctor", "export"):
        code, said, errors = ask(task, folder)
        assert code == 1 and "cannot be had" in said + errors
        assert ask(task, folder, "--key-file", away)[0] == 0
