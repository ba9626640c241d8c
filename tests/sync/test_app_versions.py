"""A centre that asks for a newer app: what an older one may still do, and what it may not."""

import argparse

import httpx
import pytest

from sync.client.phase import Cause, Resting, Stopped
from sync.endpoint.commands.serving import least_app
from sync.endpoint.manner import Manner
from sync.endpoint.routes import build
from sync.protocol.app_versions import agent_of, asking, version_of
from tests.sync.asking import ask
from tests.sync.coordinator import Desk
from tests.sync.tablets import Office, Tablet, Wire
from tests.sync.test_drop_box import bring


@pytest.fixture
def strict(office: Office) -> Office:
    """From 0.2.0 on."""
    office.app = build(office.centre, manner=Manner(least_app=(0, 2, 0)))
    return office


def called(office: Office, agent: str) -> Wire:
    """The network of a tablet whose app names itself so."""

    async def wire(request: httpx.Request) -> httpx.Response:
        request.headers["User-Agent"] = agent
        return await office.wire(request)

    return wire


def test_s_t24_an_app_that_is_too_old_goes_on_writing_down_and_sends_when_it_was_updated(
    strict: Office, tablet: Tablet
) -> None:
    tablet.save(1, note="x")
    assert tablet.sync(called(strict, agent_of("0.1.9"))) == Stopped(Cause.APP_TOO_OLD)
    tablet.save(2, note="y")
    assert (tablet.outbox.counts().waiting, strict.records()) == (2, {})

    assert isinstance(tablet.sync(called(strict, agent_of("0.2.0"))), Resting)

    assert len(strict.records()) == 2


@pytest.mark.parametrize(
    "agent", ["acompanya", "acompanya/0", "acompanya/0.2", "acompanya/9.9.9-dev", "curl/9.9.9", ""]
)
def test_s_t24_an_app_that_says_no_version_is_too_old(strict: Office, tablet: Tablet, agent: str) -> None:
    assert tablet.sync(called(strict, agent)) == Stopped(Cause.APP_TOO_OLD)


def test_s_t24_the_answer_says_which_version_is_needed(strict: Office, tablet: Tablet) -> None:
    heads = {"Authorization": f"Bearer {tablet.token}", "User-Agent": agent_of("0.1.0")}
    answer = ask(strict, "GET", "/v1/receipt?shift=5417f000-0000-4000-8000-000000000001", headers=heads)

    assert (answer.status_code, answer.json()["type"]) == (426, "/problems/app-too-old")
    assert "version 0.2.0 or newer" in answer.json()["title"]


def test_s_t24_a_lost_tablet_brings_what_it_has_with_any_app(strict: Office, tablet: Tablet, tmp_path) -> None:
    tablet.save(1, note="x")
    lines = Desk(strict, tmp_path / "coordinator").carried(tablet)
    strict.centre.give_up("Tablet 1")

    assert tablet.sync() == Stopped(Cause.DEVICE_LOST)
    assert bring(strict, tablet, lines)


def test_a_centre_that_asks_for_none_serves_every_app(office: Office, tablet: Tablet) -> None:
    assert isinstance(tablet.sync(called(office, "acompanya")), Resting)


def test_versions_are_compared_as_numbers() -> None:
    old, new = asking(agent_of("0.9.0")), asking(agent_of("0.10.0"))
    assert old is not None and new is not None and old < new
    assert version_of("0.1.0") == (0, 1, 0)
    assert version_of("١.٢.٣") is None


def test_the_command_takes_three_numbers() -> None:
    assert least_app("1.2.3") == (1, 2, 3)
    with pytest.raises(argparse.ArgumentTypeError):
        least_app("1.2")
