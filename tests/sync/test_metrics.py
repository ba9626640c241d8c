"""The numbers of the centre: what is counted, under which few names, and who may ask."""

import asyncio
import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families
from starlette.types import Message

from tests.sync.asking import as_json, ask, make_body, post
from tests.sync.making import make_id
from tests.sync.processes import command, serving
from tests.sync.tablets import Office, Tablet

Labels = frozenset[tuple[str, str]]


def numbers(office: Office) -> dict[tuple[str, Labels], float]:
    text = generate_latest(office.app.state.metrics.registry).decode()
    families = text_string_to_metric_families(text)
    return {(one.name, frozenset(one.labels.items())): one.value for family in families for one in family.samples}


def number(office: Office, name: str, **labels: str) -> float:
    return numbers(office).get((f"acompanya_{name}", frozenset(labels.items())), 0)


# what is counted


def test_requests_are_counted_by_route_and_status(office: Office, tablet: Tablet) -> None:
    post(office, tablet, make_body())
    post(office, tablet, make_body(cursor="of another time"))
    post(office, tablet, b"rubbish")
    ask(office, "POST", "/v1/sync")

    by_status = {
        code: number(office, "requests_total", route="/v1/sync", status=code) for code in ("200", "401", "410")
    }
    assert by_status == {"200": 1, "401": 1, "410": 1}
    assert number(office, "requests_total", route="/v1/sync", status="422") == 1
    assert number(office, "requests_total", route="/v1/devices", status="201") == 1
    assert number(office, "request_seconds_count", route="/v1/sync") == 4
    assert number(office, "received_bytes_total", route="/v1/sync") > len(b"rubbish")
    assert number(office, "sent_bytes_total", route="/v1/sync") > 100


def test_a_tablet_that_goes_away_while_it_asks_is_no_failure_of_the_centre(office: Office, tablet: Tablet) -> None:
    async def gone() -> Message:
        return {"type": "http.disconnect"}

    async def unread(_message: Message) -> None:
        """Nobody is there any more."""

    headers = [(b"authorization", f"Bearer {tablet.token}".encode()), (b"content-type", b"application/json")]
    scope = {"type": "http", "method": "POST", "path": "/v1/sync", "query_string": b"", "headers": headers}
    asyncio.run(office.app(scope, gone, unread))

    assert number(office, "requests_total", route="/v1/sync", status="408") == 1


def test_changes_are_counted_by_what_became_of_them(office: Office, tablet: Tablet, other: Tablet) -> None:
    post(office, tablet, make_body(as_json(), as_json(op=make_id(2, series=1), id="no uuid")))
    post(office, tablet, make_body(as_json()))
    post(office, other, make_body(as_json(op=make_id(3, series=1), set={"note": "y"})))

    results = ("applied", "conflict", "refused", "again")
    assert {name: number(office, "changes_total", result=name) for name in results} == dict.fromkeys(results, 1)


def test_news_are_counted(office: Office, tablet: Tablet, other: Tablet) -> None:
    post(office, tablet, make_body(as_json()))
    post(office, other, make_body())

    assert number(office, "news_total") == 1


def test_how_the_tablets_stand_is_read_from_the_database(office: Office, tablet: Tablet, other: Tablet) -> None:
    tablet.save(1, room="B2")
    tablet.sync()
    post(office, other, json.dumps(json.loads(make_body()) | {"waiting": 34, "attention": 2}).encode())

    assert number(office, "waiting_records") >= 34
    assert number(office, "attention_records") == 2
    assert number(office, "devices", state="enrolled") == 2
    assert number(office, "database_answers") == 1


def test_a_revoked_tablet_is_counted_apart_and_waits_for_nothing(office: Office, tablet: Tablet) -> None:
    post(office, tablet, make_body().replace(b'"waiting": 0', b'"waiting": 34'))

    office.centre.revoke("Tablet 1")

    assert number(office, "devices", state="enrolled") == 0
    assert number(office, "devices", state="revoked") == 1
    assert number(office, "waiting_records") == 0


def test_what_was_set_aside_is_counted(office: Office, tablet: Tablet) -> None:
    post(office, tablet, make_body(as_json(id="no uuid")))

    assert number(office, "set_aside_changes") == 1


def test_a_database_that_does_not_answer_leaves_the_other_numbers(office: Office, tablet: Tablet) -> None:
    with office.centre.database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE device RENAME TO gone")

    found = {name for name, _ in numbers(office)}
    assert number(office, "database_answers") == 0
    assert "acompanya_requests_total" in found and "acompanya_devices" not in found


# under which names


def test_e_41_random_addresses_make_no_new_names(office: Office) -> None:
    ask(office, "GET", "/nothing")
    before = set(numbers(office))

    for number_ in range(50):
        ask(office, "GET", f"/v1/{number_:x}/records")
        ask(office, "POST", f"https://centre.test//v1/sync/{number_}?x={number_}")
        ask(office, "GET", f"/nothing{number_}", headers={"Host": f"host{number_}.test"})

    assert set(numbers(office)) == before


@pytest.mark.parametrize("method", ["GET", "HEAD", "TRACE", "INVENTED"])
def test_a_wrong_method_makes_no_new_name(office: Office, method: str) -> None:
    ask(office, method, "/v1/sync")

    routes = {value for _, labels in numbers(office) for name, value in labels if name == "route"}
    assert routes <= {"/v1/sync", "none"}


def test_no_name_holds_anything_of_a_tablet(office: Office, tablet: Tablet, other: Tablet) -> None:
    tablet.save(1, room="B2")
    tablet.sync()

    text = generate_latest(office.app.state.metrics.registry).decode()

    assert not re.search(r"Tablet \d|[0-9a-f]{8}-[0-9a-f]{4}|token|B2", text)


# who may ask


def test_the_address_of_the_tablets_tells_no_numbers(office: Office, tablet: Tablet) -> None:
    headers = {"Authorization": f"Bearer {tablet.token}"}

    assert ask(office, "GET", "/metrics").status_code == 404
    assert ask(office, "GET", "/metrics", headers=headers).status_code == 404


@contextmanager
def telling(tmp_path: Path) -> Iterator[tuple[str, int]]:
    """A centre as people start it, with numbers: where it tells them."""
    database, port_file = f"sqlite:///{tmp_path / 'centre.db'}", tmp_path / "port"
    with serving(database, port_file, "--metrics-port", "0"):
        said = (json.loads(line) for line in port_file.with_suffix(".log").read_text().splitlines())
        line = next(line for line in said if line["event"] == "metrics at")
        yield line["host"], line["port"]


def test_nobody_is_told_numbers_unless_somebody_asked_for_it(tmp_path: Path) -> None:
    centre = serving(f"sqlite:///{tmp_path / 'centre.db'}", tmp_path / "port")
    with centre as (_, url), pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(f"{url}/metrics", timeout=10)

    assert "metrics at" not in (tmp_path / "port.log").read_text()


def test_the_numbers_have_an_address_of_their_own_on_this_machine_alone(tmp_path: Path) -> None:
    with telling(tmp_path) as (host, port):
        url = f"http://127.0.0.1:{port}"
        text = urllib.request.urlopen(f"{url}/metrics", timeout=10).read().decode()
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(urllib.request.Request(f"{url}/v1/sync", method="POST"), timeout=10)

    assert host == "127.0.0.1"
    assert "acompanya_devices{" in text and "acompanya_database_answers 1.0" in text


def test_an_address_for_numbers_that_is_taken_is_one_line(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'b.db'}"
    with telling(tmp_path) as (_, port):
        done = command("serve", "--database", database, "--port", "0", "--metrics-port", str(port))

    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
