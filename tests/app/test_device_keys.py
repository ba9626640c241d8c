"""The keys that a tablet makes for itself when it is let in: where they are, where they never are, and when there are
others."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from app.domain.happenings import Locking
from app.store import Write
from sync.endpoint import schema
from sync.endpoint.server import running
from sync.protocol.compression import inflate
from sync.protocol.device_keys import SEED_BYTES, is_public
from sync.protocol.messages import MAX_INFLATED_BYTES
from tests.app.connected import Connected, paired
from tests.app.opened import PIN, opened
from tests.app.tablets import DONE
from tests.app.test_lost_tablet import in_step
from tests.sync.coordinator import Desk
from tests.sync.tablets import Office

pytestmark = pytest.mark.anyio


@pytest.fixture
def coordinator(office: Office, tmp_path: Path) -> Desk:
    return Desk(office, tmp_path / "coordinator")


@contextmanager
def at_an_address(office: Office) -> Iterator[str]:
    with running(office.centre) as url:
        yield url


def public_key_at(office: Office) -> str | None:
    with office.centre.database.reading() as connection:
        return connection.execute(select(schema.device.c.public_key)).scalar_one()


def seed_of(desk: Connected) -> bytes:
    return bytes.fromhex(str(desk.tablet.store.note("key_seed")))


async def test_s_t22_the_public_half_goes_with_the_code_and_the_private_one_nowhere(
    office, coordinator, connect, caplog
):
    caplog.set_level("DEBUG")
    desk, sent = connect(), list[bytes]()

    async def listening(request: httpx.Request) -> httpx.Response:
        body = await request.aread()
        if request.headers.get("content-encoding") == "gzip":
            body = inflate(body, limit=MAX_INFLATED_BYTES)
        sent.append(repr(request.headers.raw).encode() + body)
        return await office.wire(request)

    desk.wire = listening
    await paired(lambda: desk)
    tablet = await desk.tablet.with_shift()
    tablet.carrying.use(lambda: desk.pairing.sender)
    await tablet.assisting.finish(await tablet.with_case(), DONE)
    carried = await tablet.carrying.pack()
    await desk.send()

    seed, public = seed_of(desk), public_key_at(office)
    assert len(seed) == SEED_BYTES and public is not None and is_public(public)
    assert desk.pairing.sender.keys.public == public
    assert any(public.encode() in each for each in sent), "what is looked for would be found"
    everything = [*sent, *(line.encode() for line in carried.lines), caplog.text.encode()]
    assert not any(seed in each or seed.hex().encode() in each for each in everything)


async def test_s_t22_the_private_half_lies_in_the_sealed_store_alone(office, coordinator, tmp_path):
    folder = tmp_path / "tablet"
    with at_an_address(office) as url:
        async with opened(folder, centre=(url, office.centre.issue_code("Tauleta 1"))) as app:
            await in_step(app)
            seed = str(app.store.note("key_seed"))

    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.name == "store.journal" for path in files)
    for path in files:
        assert seed.encode() not in path.read_bytes(), path
        assert bytes.fromhex(seed) not in path.read_bytes(), path


async def test_s_t22_let_in_anew_it_makes_new_keys_and_what_it_signed_before_is_taken_on_somebodys_word(
    office, coordinator, connect, capsys
):
    desk = await paired(connect)
    tablet = await desk.tablet.with_shift()
    tablet.carrying.use(lambda: desk.pairing.sender)
    before, signed_before = desk.pairing.sender, await tablet.carrying.pack()

    office.centre.revoke("Tablet 1")
    again = Connected(desk.tablet, office.wire, office.centre.issue_code("Tablet 1"))
    tablet.carrying.use(lambda: again.pairing.sender)
    await again.send()  # the centre does not know it
    await again.send()
    now = again.pairing.sender

    assert now.device == before.device
    assert now.keys.seed != before.keys.seed
    assert public_key_at(office) == now.keys.public
    assert coordinator.take(coordinator.file(*signed_before.lines)) == 1
    assert "nothing proves that it is of Tablet 1" in capsys.readouterr().err
    await tablet.assisting.finish(await tablet.with_case(), DONE)
    signed_now = await tablet.carrying.pack()
    assert coordinator.take(coordinator.file(*signed_now.lines)) == 0


async def test_s_t22_a_tablet_with_a_token_and_no_keys_makes_some_with_its_next_code(office, coordinator, connect):
    """One damaged line may hold the note of them."""
    desk = await paired(connect)
    desk.tablet.store.write(Write(notes={"key_seed": None}))
    assert desk.pairing.sender is None and desk.pairing.token is not None

    again = Connected(desk.tablet, office.wire, office.centre.issue_code("Tablet 1"))
    await again.send()

    assert public_key_at(office) == again.pairing.sender.keys.public


async def test_s_t22_the_disk_refuses_and_the_keys_that_the_centre_was_told_are_not_lost(office, coordinator, connect):
    desk = connect()
    with ExitStack() as filling:

        async def fills_the_disk(request: httpx.Request) -> httpx.Response:
            response = await office.wire(request)
            filling.enter_context(desk.tablet.full_disk())
            return response

        desk.wire = fills_the_disk
        await desk.send()
        assert desk.pairing.sender is None
    desk.wire = office.wire

    await desk.send()

    assert desk.pairing.sender.keys.public == public_key_at(office)


async def test_s_t22_the_coordinator_opens_a_tablet_without_network_by_the_centres_key(
    office, coordinator, tmp_path, capsys
):
    folder = tmp_path / "tablet"
    with at_an_address(office) as url:
        async with opened(folder, centre=(url, office.centre.issue_code("Tauleta 1"))) as app:
            await in_step(app)
    async with opened(folder, centre=("http://127.0.0.1:9", None)) as app:
        await app.start_shift()
        await app.tablet.lock(Locking.BY_HAND)
        await app.wait_text("Qui ets?")
        await app.click("Connector 3")
        await app.click("He oblidat el PIN")
        await app.wait_text("C3 · ")
        asked = app.store.note("unlock_asked")["C3"]
        capsys.readouterr()

        question = ("--name", "Tauleta 1", "--person", "C3", asked)
        assert coordinator.run("unlock-code", "--key", coordinator.key, *question) == 0

        await app.enter("Les vuit xifres", capsys.readouterr().out.strip())
        await app.click("Obre")
        await app.type_whole_pin("C3", PIN)
        await app.wait_text("Nova ajuda")
