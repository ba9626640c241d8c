"""What `python -m app` cannot do is one line that says why, and exit code two."""

import asyncio
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from flet.messaging.protocol import Message, MessageAction
from flet_web.fastapi.flet_app import FletApp

from app.__main__ import put_no_message_into_words
from tests.journeys.processes import ROOT, free_port

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

    assert str(folder) in refused(folder, "--demo", "--port", str(free_port()))


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


@dataclass
class Seen:
    """Notices when somebody puts it into words."""

    note: str
    said: bool = False

    def __repr__(self) -> str:
        self.said = True
        return "seen"
