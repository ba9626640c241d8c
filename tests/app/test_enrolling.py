"""Letting a tablet in by hand, on the real screens with a real centre: who answers first, then the code."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.happenings import Locking
from sync.endpoint.server import running
from sync.protocol.invitations import link_to, mark_of_centre
from tests.app.opened import Connector, opened
from tests.sync.making import enrolment
from tests.sync.tablets import Office

pytestmark = pytest.mark.anyio

WAITS = "Aquesta tauleta encara no està donada d'alta"
ADDRESS, CODE = "Adreça o enllaç", "Codi de 12 lletres i xifres"
GO = "És aquest: dona-la d'alta"
WRONG_CODE = "0000-0000-0000"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "tablet"


@pytest.fixture
def url(office: Office) -> Iterator[str]:
    with running(office.centre) as url:
        yield url


async def ask(app: Connector, url: str, code: str) -> None:
    """Up to the centre's mark."""
    await app.click("Dona-la d'alta")
    await app.enter(ADDRESS, link_to(url, code))
    await app.click(f"Mira qui respon a {url.removeprefix('http://')}")


async def test_s_t22_a_tablet_is_let_in_by_a_link_after_its_centre_was_seen(folder, office, url):
    code, mark = office.centre.issue_code("Tauleta 1"), mark_of_centre(office.centre.hello().instance)
    async with opened(folder) as app:
        await app.wait_text(WAITS)
        app.taps = 0

        await ask(app, url, code)
        await app.wait_text(mark)
        assert office.count("device") == 0, "nothing but a hello went there so far"
        await app.click(GO)
        await app.wait_for(lambda: bool(app.tablet.pairing.token), "the token")

        await app.wait_text("Qui ets?")
        await app.wait_for(lambda: not any(WAITS in each for each in app.texts()), "the notice to go")
        assert app.taps == 3
        assert office.count("device") == 1
    async with opened(folder) as app:
        assert app.tablet.pairing.url == url


async def test_what_was_written_before_is_sent_when_the_tablet_is_let_in(folder, office, url):
    async with opened(folder) as app:
        await app.start_shift()
        await app.tablet.lock(Locking.BY_HAND)
        await app.wait_text(WAITS)

        await ask(app, url, office.centre.issue_code("Tauleta 1"))
        await app.click(GO)
        await app.wait_for(lambda: not app.store.counts().waiting, "everything to be sent")

        assert len(office.records()) == 1


@pytest.mark.parametrize("is_used", [False, True])
async def test_x_12_s_t22_a_code_that_is_wrong_or_was_used_leaves_the_tablet_as_it_was(folder, office, url, is_used):
    code = office.centre.issue_code("Tauleta 9")
    if is_used:
        assert office.centre.redeem(enrolment(code, "another", "1.0"))
    async with opened(folder) as app:
        await app.wait_text(WAITS)
        await ask(app, url, code if is_used else WRONG_CODE)
        await app.click(GO)

        await app.wait_text("El centre no accepta aquest codi")

        assert app.tablet.pairing.token is None
        assert app.tablet.pairing.url is None, "nothing more goes there"


async def test_x_12_nothing_is_asked_of_an_address_that_is_none_or_is_not_safe(folder, office, url):
    async with opened(folder) as app:
        await app.wait_text(WAITS)
        await app.click("Dona-la d'alta")
        for address in ("javascript:alert(1)", "http://192.0.2.7", "https://centre.test/elsewhere"):
            await app.enter(ADDRESS, address)
            await app.enter(CODE, WRONG_CODE)
            look = next(each for each in app.words() if each.startswith("Mira qui"))

            await app.click(look)

            await app.wait_text("Això no és l'adreça d'un centre")


async def test_nobody_at_the_address_is_said_in_words_and_the_form_stays(folder, office, url):
    async with opened(folder) as app:
        await app.wait_text(WAITS)

        await ask(app, "http://127.0.0.1:9", WRONG_CODE)

        await app.wait_text("No s'ha pogut connectar amb el servidor")
        assert app.words().count(GO) == 0


async def test_s_t22_a_token_of_another_centre_never_goes_to_a_new_address(folder, office, url):
    """The tablet was let in somewhere and is not known there any more; the code for the new place is wrong."""
    async with opened(folder, centre=(url, office.centre.issue_code("Tauleta 1"))) as app:
        await app.wait_for(lambda: bool(app.tablet.pairing.token), "the token")
        token = app.tablet.pairing.token
        office.centre.revoke("Tauleta 1")
        await app.tablet.syncing.send_now()
        await app.wait_text(WAITS)

        await ask(app, url, WRONG_CODE)
        await app.click(GO)
        await app.wait_text("El centre no accepta aquest codi")

        assert app.tablet.pairing.token == token
        assert app.tablet.pairing.url == url


async def test_the_notice_that_goes_by_itself_moves_no_tile_under_a_finger(folder, office, url):
    """It stood above the tiles: whoever tapped one as the centre let the tablet in tapped beside it."""
    async with opened(folder) as app:
        await app.wait_text(WAITS)

        said = app.texts()
        notice = next(at for at, each in enumerate(said) if WAITS in each)

        assert said.index("Connector 4") < notice
