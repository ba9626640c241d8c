"""What `python -m app` cannot do is one line that says why, and exit code two."""

import asyncio
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from flet.messaging.protocol import Message, MessageAction
from flet_web.fastapi.flet_app import FletApp

from app.desk import OnlyHere, Receive, Scope, Send, put_no_message_into_words
from tests.journeys.processes import ROOT, App, free_pair

START_SECONDS = 60


def refused(folder: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "app", "--data", str(folder), "--no-browser", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=START_SECONDS)
    assert done.returncode == 2, done
    assert len(done.stderr.splitlines()) == 1
    return done.stderr


@pytest.mark.parametrize("address", ["nonsense", "http://192.168.1.5:8470", "https://centre.example:99999"])
def test_an_address_that_nothing_would_be_sent_to_is_refused(tmp_path: Path, address: str) -> None:
    """The chip said "no connection" for ever, whatever the network."""
    assert address in refused(tmp_path, "--centre", address)


def test_a_port_that_cannot_be_is_refused(tmp_path: Path) -> None:
    assert "port 99999" in refused(tmp_path, "--port", "99999")


def test_a_demo_in_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.write_text("somebody's file")

    assert str(folder) in refused(folder, "--demo", "--port", str(free_pair()))


def test_a_demo_that_is_ended_while_it_starts_takes_its_centre_along(tmp_path: Path) -> None:
    """The centre went on alone, and the next `make run` found its port taken."""
    port = free_pair()
    command = [sys.executable, "-m", "app", "--demo", "--data", str(tmp_path), "--no-browser", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as starting:
        assert starting.stdout and "Centre:" in starting.stdout.readline()
        starting.terminate()
        assert starting.wait(START_SECONDS) == 128 + signal.SIGTERM
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.1:{port + 1}/healthz")


def test_what_goes_to_the_page_is_not_put_into_words_for_a_log_on_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Message, "__str__", Message.__str__)  # put back afterwards
    page = FletApp.__new__(FletApp)
    sent: asyncio.Queue[bytes] = asyncio.Queue()
    monkeypatch.setattr(page, "_FletApp__send_queue", sent, raising=False)
    control = Seen("a note")

    put_no_message_into_words()
    page.send_message(Message(MessageAction.PATCH_CONTROL, [control]))

    assert not control.said
    assert b"a note" in sent.get_nowait()


HERE = "127.0.0.1:8550"


@pytest.mark.parametrize(
    ("host", "origin", "status"),
    [
        (HERE, None, 200),
        (HERE, f"http://{HERE}", 200),
        ("localhost:8550", "http://localhost:8550", 200),
        (HERE, "http://evil.test", 403),
        (HERE, "null", 403),
        (HERE, "http://127.0.0.1:8551", 403),
        ("rebind.test:8550", None, 403),
        ("127.0.0.1", None, 403),
    ],
)
@pytest.mark.anyio
async def test_s_t16_only_its_own_page_at_its_own_address_is_answered(
    host: str, origin: str | None, status: int
) -> None:
    """Any page in any browser of this machine could read the screen and tap on it."""
    headers = {"Host": host} | ({"Origin": origin} if origin else {})

    async with httpx.AsyncClient(transport=httpx.ASGITransport(OnlyHere(answers, 8550))) as http:
        answer = await http.get(f"http://{HERE}/ws", headers=headers)

    assert answer.status_code == status


async def answers(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def test_s_t16_a_websocket_of_another_page_is_refused_by_the_app_that_runs(tmp_path: Path) -> None:
    app = App(tmp_path / "tablet")
    with app:
        port = app.url.rpartition(":")[2]
        said = {origin: first_line(int(port), origin) for origin in (app.url, "http://evil.test")}

    assert said == {app.url: b"HTTP/1.1 101 Switching Protocols", "http://evil.test": b"HTTP/1.1 403 Forbidden"}


def first_line(port: int, origin: str) -> bytes:
    lines = [
        "GET /ws HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        f"Origin: {origin}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
    ]
    with socket.create_connection(("127.0.0.1", port), timeout=START_SECONDS) as link:
        link.sendall("\r\n".join([*lines, "", ""]).encode("ascii"))
        return link.recv(4096).splitlines()[0]


@dataclass
class Seen:
    """Notices when somebody puts it into words."""

    note: str
    said: bool = False

    def __repr__(self) -> str:
        self.said = True
        return "seen"
