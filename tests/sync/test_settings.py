"""Where secrets come from, and what a centre for real work does not start with."""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sync.endpoint.__main__ import main
from sync.endpoint.manner import Manner
from sync.endpoint.openapi import document
from sync.endpoint.routes import build
from sync.endpoint.security_txt import is_contact, security_txt
from sync.endpoint.settings import SettingsUnusable, Start, objections, secret
from tests.sync.asking import ask
from tests.sync.places import only_sqlite
from tests.sync.processes import ROOT, make_key
from tests.sync.tablets import Office

GOOD = Start("postgresql://centre:Xq7-long-and-random@127.0.0.1/centre", "127.0.0.1", False, True, False)

# secrets


def test_s_e22_a_secret_comes_from_the_environment_or_a_file(tmp_path: Path) -> None:
    path = tmp_path / "database"
    path.write_text("postgresql://centre@127.0.0.1/centre\n")

    assert secret("NAME", {"NAME": "said"}) == "said"
    assert secret("NAME", {"NAME_FILE": str(path)}) == "postgresql://centre@127.0.0.1/centre"
    assert secret("NAME", {}) is None


def test_s_e22_a_secret_said_twice_or_not_to_be_read_is_named_without_its_value(tmp_path: Path) -> None:
    for environment in ({"NAME": "hunter2", "NAME_FILE": "x"}, {"NAME_FILE": str(tmp_path / "hunter2")}):
        with pytest.raises(SettingsUnusable) as caught:
            secret("NAME", environment)
        assert "hunter2" not in str(caught.value) and "NAME" in str(caught.value)


def test_s_e22_a_command_finds_its_database_without_a_word_on_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "database"
    path.write_text(f"sqlite:///{tmp_path / 'centre.db'}\n")
    make_key(f"sqlite:///{tmp_path / 'centre.db'}", tmp_path)

    monkeypatch.setenv("ACOMPANYA_DATABASE_FILE", str(path))
    assert main(["enrol", "--name", "Tablet 1"]) == 0
    monkeypatch.delenv("ACOMPANYA_DATABASE_FILE")
    capsys.readouterr()
    assert main(["enrol", "--name", "Tablet 1"]) == 2
    assert capsys.readouterr().err == ("cannot enrol: say --database, ACOMPANYA_DATABASE or ACOMPANYA_DATABASE_FILE\n")


# production


@pytest.mark.parametrize(
    ("start", "words"),
    [
        (replace(GOOD, is_behind_tls=False), "--behind-tls"),
        (replace(GOOD, host="192.0.2.1"), "without TLS to other machines"),
        (replace(GOOD, host="centre.example"), "without TLS to other machines"),
        (replace(GOOD, is_debugging=True), "debug mode"),
        (replace(GOOD, is_database_typed=True), "command line"),
        *(
            (replace(GOOD, database_url=f"postgresql://centre:{word}@127.0.0.1/centre"), "one that examples have")
            for word in ("changeme", "CHANGEME", "secret", "SECRET", "postgres", "password", "centre", "")
        ),
    ],
)
def test_s_e22_what_is_not_safe_is_no_start_for_production(start: Start, words: str) -> None:
    (found,) = objections(start)

    assert words in found and "Xq7" not in found


@pytest.mark.parametrize(
    "start",
    [
        GOOD,
        replace(GOOD, host="::1"),
        replace(GOOD, database_url="sqlite:///centre.db", is_database_typed=True),
        replace(GOOD, database_url="postgresql://centre@/centre?host=/run/postgresql", is_database_typed=True),
    ],
)
def test_s_e22_what_is_safe_starts(start: Start) -> None:
    assert list(objections(start)) == []


def test_s_e22_the_command_refuses_in_words_and_starts_nothing(tmp_path: Path) -> None:
    arguments = ["serve", "--production", "--database", f"sqlite:///{tmp_path / 'centre.db'}", "--host", "192.0.2.1"]
    command = [sys.executable, "-X", "dev", "-W", "ignore", "-m", "sync.endpoint", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=dict(os.environ))

    assert done.returncode == 2 and len(done.stderr.splitlines()) == 3
    assert all(line.startswith("cannot serve for production: ") for line in done.stderr.splitlines())
    assert list(tmp_path.iterdir()) == []


@only_sqlite
def test_s_e08_behind_tls_a_browser_is_told_never_to_come_without(office: Office) -> None:
    without = ask(office, "GET", "/healthz").headers
    office.app = build(office.centre, manner=Manner(is_behind_tls=True))

    assert "strict-transport-security" not in without
    assert ask(office, "GET", "/healthz").headers["strict-transport-security"] == "max-age=31536000"


# whom to tell


@only_sqlite
def test_s_e25_security_txt_names_the_contact_that_was_configured(office: Office) -> None:
    office.app = build(office.centre, manner=Manner(contact="mailto:security@example.test"))

    answer = ask(office, "GET", "/.well-known/security.txt")

    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    assert "Contact: mailto:security@example.test\n" in answer.text


@only_sqlite
def test_s_e25_without_a_contact_there_is_none(office: Office) -> None:
    assert ask(office, "GET", "/.well-known/security.txt").status_code == 404
    assert "/.well-known/security.txt" not in document()["paths"]


def test_s_e25_it_is_valid_for_less_than_a_year() -> None:
    text = security_txt("https://example.test/report", datetime(2026, 3, 4, 9, 30, 1, 5, tzinfo=UTC))

    assert text == (
        "Contact: https://example.test/report\nExpires: 2026-08-31T09:30:01Z\nPreferred-Languages: ca, es, en\n"
    )


@pytest.mark.parametrize("text", ["", "security@example.test", "http://example.test", "mailto:a@b\nPolicy: x", "tel:1"])
def test_s_e25_a_contact_nobody_could_use_is_refused(text: str) -> None:
    assert not is_contact(text)
