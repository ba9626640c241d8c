"""A tablet that its centre knows no longer: its work goes back to its centre, and elsewhere only by somebody's PIN."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.happenings import Locking
from sync.client.phase import Cause, Stopped
from sync.endpoint.server import running
from sync.protocol.invitations import Invitation
from tests.app.opened import Connector, opened
from tests.app.test_enrolling import GO, WAITS, ask
from tests.sync.tablets import Office

pytestmark = pytest.mark.anyio

ELSEWHERE = "Aquesta tauleta guarda feina d'un altre centre"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "tablet"


@pytest.fixture
def url(office: Office) -> Iterator[str]:
    with running(office.centre) as url:
        yield url


async def with_unsent_work(app: Connector, office: Office) -> None:
    """Let in, then revoked, with a saved help that was never sent."""
    await app.start_shift()
    await app.tablet.syncing.send_now()
    assert office.centre.revoke("Tauleta 1")
    await app.open_case()
    await app.click("Fet")
    await app.wait_text("DESFÉS")
    assert await app.tablet.syncing.send_now() == Stopped(Cause.DEVICE_UNKNOWN)


def another(url: str) -> str:
    """The same centre by another name: no tablet can tell whose it is."""
    return url.replace("127.0.0.1", "localhost")


async def test_s_t22_at_the_door_work_is_brought_to_no_other_address(folder, office, url):
    async with opened(folder, centre=(url, office.centre.issue_code("Tauleta 1"))) as app:
        await with_unsent_work(app, office)
        before = len(office.records())
        await app.tablet.lock(Locking.BY_HAND)
        await app.wait_text(WAITS)
        code = office.centre.issue_code("Tauleta 2")

        await ask(app, another(url), code)

        await app.wait_text(ELSEWHERE)
        assert await app.tablet.enrolling.enrol(Invitation(another(url), code)) == Cause.NOT_PAIRED
        assert len(office.records()) == before
        assert app.store.counts().waiting


async def test_s_t22_at_the_door_it_is_let_in_again_where_it_was(folder, office, url):
    async with opened(folder, centre=(url, office.centre.issue_code("Tauleta 1"))) as app:
        await with_unsent_work(app, office)
        await app.tablet.lock(Locking.BY_HAND)
        await app.wait_text(WAITS)

        await ask(app, url, office.centre.issue_code("Tauleta 1"))
        await app.click(GO)

        await app.wait_for(lambda: not app.store.counts().waiting, "everything to be sent")


async def test_s_t22_who_is_in_brings_it_to_another_centre_from_help(folder, office, url):
    async with opened(folder, centre=(url, office.centre.issue_code("Tauleta 1"))) as app:
        await with_unsent_work(app, office)
        await app.go_to("/help")

        await ask(app, another(url), office.centre.issue_code("Tauleta 2"))
        await app.click(GO)

        await app.wait_for(lambda: not app.store.counts().waiting, "everything to be sent")
        assert app.tablet.pairing.home == another(url)
