"""What the centre says of itself: one line for each request, and in none of them a word of what was sent."""

import asyncio
import io
import json
import logging
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import generate_latest

from sync.endpoint.logs import JsonLines, TextLines, format_for, say, say_error
from tests.sync.asking import as_json, ask, make_body, post
from tests.sync.making import device_keys, make_id
from tests.sync.processes import COMMAND, ROOT, serving
from tests.sync.tablets import Office, Tablet

Lines = Callable[[], list[dict[str, Any]]]

CANARY = "Canary-12345678Z"


@pytest.fixture
def said() -> Iterator[io.StringIO]:
    """Everything that is logged by anybody in this process, as JSON lines."""
    stream = io.StringIO()
    handler, root = logging.StreamHandler(stream), logging.getLogger()
    handler.setFormatter(JsonLines())
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(before)


@pytest.fixture
def lines(said: io.StringIO) -> Lines:
    """Without what the test's own client and loop say."""
    return lambda: [line for line in map(json.loads, said.getvalue().splitlines()) if "logger" not in line]


def requests_in(lines: Lines) -> list[dict[str, Any]]:
    return [line for line in lines() if line["event"] == "request"]


def formatted(formatter: logging.Formatter, tell: Callable[[logging.Logger], None], name: str = "sync.test") -> str:
    stream = io.StringIO()
    handler, logger = logging.StreamHandler(stream), logging.Logger(name)
    handler.setFormatter(formatter)
    logger.addHandler(handler)
    tell(logger)
    return stream.getvalue()


# what a request's line says


def test_an_exchange_is_one_line_with_what_became_of_it(office: Office, tablet: Tablet, lines: Lines) -> None:
    changes = [as_json(), as_json(op=make_id(2, series=1), id="not a uuid"), as_json()]

    post(office, tablet, make_body(*changes))

    line = requests_in(lines)[-1]
    assert line["route"] == "/v1/sync" and line["status"] == 200
    assert (line["applied"], line["refused"], line["again"], line["news"]) == (1, 1, 1, 0)
    assert line["device"] and line["request"] and line["level"] == "info"
    assert line["received_bytes"] > 100 and line["sent_bytes"] > 100 and line["ms"] >= 0


def test_every_request_has_an_id_of_its_own_whatever_came_along(office: Office, tablet: Tablet, lines: Lines) -> None:
    for _ in range(3):
        post(office, tablet, make_body(), **{"X-Request-ID": CANARY, "Traceparent": CANARY})

    ids = [line["request"] for line in requests_in(lines)]
    assert len(set(ids)) == len(ids) >= 3


def test_a_probe_that_finds_all_well_is_not_told(office: Office, lines: Lines) -> None:
    logging.getLogger().setLevel(logging.INFO)

    ask(office, "GET", "/healthz")
    ask(office, "GET", "/readyz")

    assert lines() == []


@pytest.mark.parametrize("path", ["/nothing", f"/{CANARY}", "/v1/sync/" + CANARY, "/%0a%7B%22level%22%3A1%7D"])
def test_an_address_nobody_has_is_told_without_it(office: Office, lines: Lines, path: str) -> None:
    ask(office, "GET", f"https://centre.test{path}?{CANARY}={CANARY}")

    (line,) = requests_in(lines)
    assert (line["route"], line["status"]) == ("none", 404)


def test_a_failure_is_told_by_its_place_under_the_id_of_its_request(
    office: Office, tablet: Tablet, lines: Lines
) -> None:
    fail_on_write(office)

    post(office, tablet, make_body(as_json(set={"words": CANARY})))

    failure, request = (line for line in lines() if line["event"] in ("an exchange failed", "request"))
    assert failure["request"] == request["request"] and request["status"] == 500
    assert failure["error"].startswith(("sqlite3.IntegrityError < ", "psycopg.errors.CheckViolation < "))
    assert "sync.endpoint.storage:" in failure["place"] and "sync.endpoint.routes:" in failure["place"]


# what never gets into a line


def fail_on_write(office: Office) -> None:
    """Any new record fails, and the database's message repeats its fields."""
    on_sqlite = "CREATE TRIGGER fails BEFORE INSERT ON record BEGIN SELECT RAISE(ABORT, 'canary'); END"
    on_postgresql = "ALTER TABLE record ADD CONSTRAINT fails CHECK (kind = '') NOT VALID"
    with office.centre.database.writing() as connection:
        connection.exec_driver_sql(on_sqlite if connection.dialect.name == "sqlite" else on_postgresql)


def bodies_with(marker: str) -> list[bytes]:
    envelope = json.loads(make_body())
    changes = [
        as_json(set={"words": marker}),
        as_json(op=make_id(2, series=1), set={"words": marker + "\0"}),
        as_json(op=make_id(3, series=1), set={marker: "x"}),
        as_json(op=make_id(4, series=1), id=marker),
        as_json(op=make_id(5, series=1), kind=marker, by=marker),
        as_json(op=make_id(6, series=1), base=marker),
        as_json(op=make_id(7, series=1), at=marker),
        as_json(op=marker),
        as_json(op=make_id(1, series=1), set={"words": f"other {marker}"}),
    ]
    envelopes = [envelope | {name: marker} for name in (*envelope, marker)]
    torn = [f'{{"{marker}": ', f'"{marker}"', f'{{"{marker}": 1, "{marker}": 2}}', f"{{{marker}}}"]
    return [make_body(*changes), *(json.dumps(one).encode() for one in envelopes), *(one.encode() for one in torn)]


@pytest.mark.parametrize(
    "marker", [CANARY, f'{CANARY}\n{{"level":"error","event":"{CANARY}"}}', f"{CANARY}\x1b[2J\r\u2028"], ids=ascii
)
def test_nothing_that_was_sent_is_said_counted_or_repeated(
    office: Office, tablet: Tablet, said: io.StringIO, lines: Lines, marker: str
) -> None:
    in_head = CANARY
    answers = [post(office, tablet, body) for body in bodies_with(marker)]
    fail_on_write(office)
    answers += [post(office, tablet, make_body(as_json(op=make_id(9, series=1), id=make_id(9), set={"words": marker})))]
    enrolments = [dict.fromkeys(("code", "name", "app", "public_key"), word) for word in (marker, CANARY)]
    enrolments.append(enrolments[-1] | {"public_key": device_keys().public})
    for path in ("/v1/sync", "/v1/devices", "/v1/hello", "/healthz", "/readyz", f"/{in_head}"):
        heads = {"X-Request-ID": in_head, "User-Agent": in_head, "Referer": in_head, "Cookie": in_head}
        for method in ("GET", "POST", "PUT", "OPTIONS"):
            url = f"https://centre.test{path}?token={in_head}"
            answers.append(ask(office, method, url, headers=heads | {"Authorization": f"Bearer {in_head}"}))
            answers += [ask(office, method, url, headers=heads, json=enrolment) for enrolment in enrolments]
            answers.append(ask(office, method, url, headers=heads | {"Content-Type": in_head}, content=marker.encode()))

    assert {401, 403, 404, 405, 410, 415, 422, 500} <= {answer.status_code for answer in answers}
    assert all(CANARY not in answer.text for answer in answers if answer.status_code != 200)
    assert len(requests_in(lines)) >= len(answers)
    assert CANARY not in said.getvalue()
    assert str(tablet.token) not in said.getvalue()
    assert CANARY.encode() not in generate_latest(office.app.state.metrics.registry)


def test_an_error_is_told_without_its_words() -> None:
    def tell(logger: logging.Logger) -> None:
        try:
            try:
                int(CANARY)
            except ValueError as cause:
                raise RuntimeError(CANARY) from cause
        except RuntimeError as error:
            say_error(logger, "it failed", error, request="r1")

    line = json.loads(formatted(JsonLines(), tell))

    assert (line["level"], line["event"], line["request"]) == ("error", "it failed", "r1")
    assert line["error"] == "ValueError < RuntimeError"
    assert CANARY not in str(line)


@pytest.mark.parametrize("name", ["asyncio", "sqlalchemy.engine", "h11"])
def test_a_library_is_heard_without_its_words(name: str) -> None:
    def tell(logger: logging.Logger) -> None:
        try:
            raise KeyError(CANARY)
        except KeyError:
            logger.exception(f"the value {CANARY} of %s", CANARY)

    line = json.loads(formatted(JsonLines(), tell, name))

    assert (line["logger"], line["error"]) == (name, "KeyError")
    assert CANARY not in str(line)


def test_the_server_is_heard_in_its_fixed_texts() -> None:
    line = json.loads(formatted(JsonLines(), lambda it: it.warning("Invalid request from %s", CANARY), "uvicorn.error"))

    assert line["event"] == "Invalid request from %s"
    assert CANARY not in str(line)


@pytest.mark.parametrize("formatter", [JsonLines(), TextLines()], ids=["json", "text"])
def test_no_value_can_begin_a_line_of_its_own(formatter: logging.Formatter) -> None:
    forged = 'x\r\n{"level":"error"}\u2028\u0085\x1b[31m'

    written = formatted(formatter, lambda logger: say(logger, logging.INFO, "request", route=forged))

    assert len(written.splitlines()) == 1
    assert written.isascii() and written.strip().isprintable()


# how a process speaks


def test_what_is_no_terminal_gets_json() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    assert format_for(io.StringIO()) == "json"
    assert format_for(Terminal()) == "text"


def test_every_line_of_a_serving_process_is_json(tmp_path: Path) -> None:
    with serving(f"sqlite:///{tmp_path / 'centre.db'}", tmp_path / "port") as (process, url):
        urllib.request.urlopen(f"{url}/v1/hello", timeout=10).read()
        asyncio.run(sends_rubbish(int(url.rpartition(":")[2])))
        process.terminate()
        process.wait()
    told = [json.loads(line) for line in (tmp_path / "port.log").read_text().splitlines()]

    assert [(line["event"], line["level"]) for line in told] == [
        ("listening", "info"),
        ("request", "info"),
        ("Invalid HTTP request received.", "warning"),
    ]


async def sends_rubbish(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"{CANARY} \0 {CANARY}\r\n\r\n".encode())
    await reader.read()
    writer.close()


@pytest.mark.parametrize(("form", "first"), [("text", b"INFO listening "), ("json", b'{"time": ')])
def test_the_form_can_be_chosen(tmp_path: Path, form: str, first: bytes) -> None:
    arguments = ["serve", "--database", f"sqlite:///{tmp_path / 'centre.db'}", "--port", "0", "--log-format", form]
    command = [*COMMAND, *arguments]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        line = process.stderr.readline()
        process.kill()

    assert first in line


def test_a_process_that_falls_says_so_in_one_line_without_values() -> None:
    falling = (
        "import sys, threading\nfrom sync.endpoint import logs\nlogs.begin(sys.stderr, 'json')\n"
        f"thread = threading.Thread(target=int, args=('{CANARY}',))\nthread.start()\nthread.join()\nint('{CANARY}')"
    )

    done = subprocess.run([sys.executable, "-c", falling], cwd=ROOT, capture_output=True, text=True, check=False)

    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [(line["event"], line["error"]) for line in lines] == [
        ("a thread fell", "ValueError"),
        ("the process fell", "ValueError"),
    ]
    assert done.returncode == 1 and CANARY not in done.stderr
