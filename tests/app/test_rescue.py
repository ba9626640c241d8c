"""A tablet whose place for keys was erased: nothing on it can be read there any more, and no work is lost."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.opening import Failure, open_tablet
from app.settings import Settings
from app.store import key_file_of, may_be_copied
from tests.app.opened import opened
from tests.app.test_lost_tablet import MARKER, at_an_address, in_step, readable, worked_without_network
from tests.sync.coordinator import Desk
from tests.sync.tablets import Office

pytestmark = pytest.mark.anyio

COPY_IT = "Desa'n una còpia per a la coordinació"


@pytest.fixture
def coordinator(office: Office, tmp_path: Path) -> Desk:
    return Desk(office, tmp_path / "coordinator")


async def worked(office: Office, folder: Path, number: int) -> None:
    """Let in by the centre, then so many cases where no network is."""
    with at_an_address(office) as url:
        async with opened(folder, centre=(url, office.centre.issue_code("Tauleta 2"))) as app:
            await in_step(app)
    async with opened(folder, centre=("http://127.0.0.1:9", None)) as app:
        await worked_without_network(app, number)


def rescue(tablet: Path, desk: Desk, to: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "app.rescue", str(tablet), "--key", str(desk.key), "--to", str(to)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def cases(office: Office) -> list[Any]:
    return [each.fields["outcome"] for each in office.records().values() if each.kind == "assist"]


async def test_s_t04_s_t11_work_survives_the_loss_of_the_tablets_key(office, coordinator, tmp_path):
    folder = tmp_path / "tablet"
    await worked(office, folder, 7)
    key_file_of(folder).unlink()  # the system lost it
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    async with opened(folder) as app:
        await app.wait_text("La clau que obre")
        saved = {}
        app.client.answers["save_file"] = lambda asked: saved.update(asked) or asked["file_name"]
        await app.click(COPY_IT)
        await app.wait_text("Còpia desada.")
    assert readable(folder) == []
    assert MARKER.encode() not in saved["src_bytes"]
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before

    copy, file = tmp_path / saved["file_name"], tmp_path / "rescued.txt"
    copy.write_bytes(saved["src_bytes"])
    told = rescue(copy, coordinator, file)
    assert told.returncode == 0, told.stderr
    assert MARKER not in told.stdout + file.read_text()
    assert coordinator.run("hand-over", "--key", coordinator.key, str(file)) == 0
    assert cases(office) == [MARKER] * 7

    assert rescue(folder, coordinator, file).returncode == 0  # the folder itself does as well, and nothing comes twice
    assert coordinator.run("hand-over", "--key", coordinator.key, str(file)) == 0
    assert cases(office) == [MARKER] * 7


async def test_s_t04_no_other_key_reads_it(office, coordinator, tmp_path):
    folder = tmp_path / "tablet"
    await worked(office, folder, 1)
    other = Desk(office, tmp_path / "another")
    told = rescue(folder, other, tmp_path / "rescued.txt")
    assert told.returncode == 1 and "for another centre's key" in told.stderr
    assert not (tmp_path / "rescued.txt").exists()
    (tmp_path / "no.key").write_text("no key\n")
    other.key = tmp_path / "no.key"
    assert rescue(folder, other, tmp_path / "rescued.txt").returncode == 1


async def test_where_nothing_waits_that_is_said(office, coordinator, tmp_path):
    folder = tmp_path / "tablet"
    with at_an_address(office) as url:
        async with opened(folder, centre=(url, office.centre.issue_code("Tauleta 2"))) as app:
            await in_step(app)
    told = rescue(folder, coordinator, tmp_path / "rescued.txt")
    assert (told.returncode, told.stdout) == (0, "0 changes were still to be sent\n")


async def test_a_tablet_that_no_centre_could_read_offers_no_copy(tmp_path):
    folder = tmp_path / "tablet"
    async with opened(folder) as app:
        await app.start_shift()
    key_file_of(folder).unlink()
    assert not may_be_copied(folder)
    async with opened(folder) as app:
        await app.wait_text("La clau que obre")
        assert COPY_IT not in app.words()


async def test_a_copy_that_was_not_kept_is_not_said_to_be(office, coordinator, tmp_path):
    folder = tmp_path / "tablet"
    await worked(office, folder, 1)
    key_file_of(folder).unlink()
    async with opened(folder) as app:
        app.page.web = False
        app.client.answers["save_file"] = lambda asked: None
        await app.click(COPY_IT)
        await app.wait_text("No s'ha desat cap còpia.")


async def test_only_a_key_that_cannot_be_had_closes_a_tablet(tmp_path):
    (tmp_path / "file").write_text("no folder")
    failure = await open_tablet(Settings(tmp_path / "file"))
    assert isinstance(failure, Failure) and failure.closed is None
