"""The centre's door: what it lets in, what it says about itself, and what it never repeats."""

import asyncio
import gzip
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from string import ascii_letters

import httpx
import pytest

from sync.endpoint.database import Database, DatabaseUnusable
from sync.endpoint.devices import Device
from sync.endpoint.exchange import TENANT
from sync.endpoint.routes import build, enrolled_device, token_holder
from sync.endpoint.server import open_centre
from sync.endpoint.storage import Shelf
from sync.errors import EnrolmentRefused
from sync.protocol.messages import MAX_BODY_BYTES, MAX_INFLATED_BYTES
from tests.sync.asking import as_json, ask, make_body, post
from tests.sync.making import device_keys, enrolment, make_id
from tests.sync.places import only_sqlite
from tests.sync.tablets import Office, Tablet

OPEN_TO_ALL = {"/healthz", "/readyz", "/v1/hello", "/v1/devices"}


def enrol(office: Office, code: str) -> str:
    tablet = Tablet(office, office.make_desk(0xE))
    return asyncio.run(tablet.transport(office.wire).enrol(enrolment(code, "Tablet", "1.0"))).token


def ask_in(office: Office, code: str, *, address: str) -> int:
    """The answer to a code that comes from this address."""

    async def asked() -> int:
        transport = httpx.ASGITransport(app=office.app, client=(address, 40_000))
        async with httpx.AsyncClient(transport=transport, base_url="https://centre.test") as http:
            body = {"code": code, "name": "Tablet", "app": "1.0", "public_key": device_keys().public}
            return (await http.post("/v1/devices", json=body)).status_code

    return asyncio.run(asked())


# who may ask


def test_s_e05_every_route_but_the_open_ones_asks_for_a_token(office: Office) -> None:
    routes = [route for route in build(office.centre).routes if hasattr(route, "dependant")]
    guards = {enrolled_device, token_holder}
    guarded = {route.path for route in routes if guards & {one.call for one in route.dependant.dependencies}}

    assert {route.path for route in routes} - guarded == OPEN_TO_ALL


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("Authorization", "")],
        [("Authorization", "Bearer")],
        [("Authorization", "Bearer ")],
        [("Authorization", "Bearer nobody")],
        [("Authorization", "Basic bm9ib2R5")],
        [("Authorization", "Bearer token-14"), ("Authorization", "Bearer token-14")],
    ],
    ids=str,
)
def test_e_10_a_request_without_one_good_token_is_sent_away(
    office: Office, tablet: Tablet, headers: list[tuple[str, str]]
) -> None:
    answer = ask(office, "POST", "/v1/sync", content=make_body(), headers=headers)

    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-acompanya"] == "1"


def test_s_e02_a_token_is_kept_only_as_a_hash(office: Office, tablet: Tablet) -> None:
    code = office.centre.issue_code("Tablet 9")

    content = office.place.content()

    assert b"Tablet 9" in content
    assert tablet.token is not None
    assert tablet.token.encode() not in content
    assert code.encode() not in content and code.replace("-", "").encode() not in content


# one-time codes


def test_a_code_is_read_as_people_type_it(office: Office) -> None:
    code = office.centre.issue_code("Tablet 9")

    assert enrol(office, f" {code.lower().replace('-', ' ').replace('0', 'o').replace('1', 'l')} ".strip())


def test_e_36_a_code_lets_in_one_tablet_once(office: Office) -> None:
    code = office.centre.issue_code("Tablet 9")
    enrol(office, code)

    with pytest.raises(EnrolmentRefused):
        enrol(office, code)


@pytest.mark.parametrize(("minutes", "is_accepted"), [(14, True), (15, False), (600, False)])
def test_e_36_a_code_lives_fifteen_minutes(office: Office, minutes: int, is_accepted: bool) -> None:
    code = office.centre.issue_code("Tablet 9")
    office.clock.pass_by(timedelta(minutes=minutes))

    if is_accepted:
        assert enrol(office, code)
    else:
        with pytest.raises(EnrolmentRefused):
            enrol(office, code)


@pytest.mark.parametrize(("wrong_tries", "is_accepted"), [(4, True), (5, False)])
def test_e_36_a_code_bears_five_tries(office: Office, wrong_tries: int, is_accepted: bool) -> None:
    code = office.centre.issue_code("Tablet 9")
    wrong = code[:5] + ("2222" if not code.endswith("2222") else "3333")
    for number in range(wrong_tries):
        assert ask_in(office, wrong, address=f"192.0.2.{number}") == 403

    assert ask_in(office, code, address="192.0.2.9") == (201 if is_accepted else 403)


@pytest.mark.parametrize("code", ["XXXX-YYYY", "a", "ñ", "0" * 120])
def test_a_code_nobody_made_is_refused(office: Office, code: str) -> None:
    with pytest.raises(EnrolmentRefused):
        enrol(office, code)


# what comes in


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"", {}, 422),
        (b"{", {}, 422),
        (b"[]", {}, 422),
        (b'{"protocol": 2}', {}, 426),
        (make_body(as_json(base=float("nan"))), {}, 422),
        (make_body(*[as_json()] * 501), {}, 413),
        (make_body(), {"Content-Type": "text/plain"}, 415),
        (make_body(), {"Content-Type": "application/json; charset=utf-16"}, 415),
        (make_body(), {"Content-Encoding": "br"}, 415),
        (make_body(), {"Content-Encoding": "gzip"}, 422),
        (gzip.compress(make_body(), mtime=0)[:-4], {"Content-Encoding": "gzip"}, 422),
        (gzip.compress(b" " * (MAX_INFLATED_BYTES + 1), mtime=0), {"Content-Encoding": "gzip"}, 413),
        (b" " * (MAX_BODY_BYTES + 1), {}, 413),
        (b"[" * 100_000, {}, 422),
        (make_body(cursor="elsewhere.3"), {}, 410),
        (make_body(cursor="nonsense"), {}, 410),
        (make_body(), {}, 200),
        (make_body(), {"Content-Type": "application/json; charset=UTF-8"}, 200),
        (gzip.compress(make_body(), mtime=0), {"Content-Encoding": "gzip"}, 200),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_e_01_e_07_e_08_a_body_is_read_within_its_limits(
    office: Office, tablet: Tablet, body: bytes, headers: dict[str, str], status: int
) -> None:
    answer = post(office, tablet, body, **headers)

    assert answer.status_code == status
    assert answer.headers["x-acompanya"] == "1"
    if status != 200:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == status
    assert office.count("record") == 0


def test_e_23_s_e13_a_bad_change_is_refused_alone_and_kept(office: Office, tablet: Tablet) -> None:
    body = make_body(
        as_json(op=make_id(1, series=1)),
        as_json(op=make_id(2, series=1), id=make_id(2, series=2), base="secret"),
        as_json(op=make_id(3, series=1), id=make_id(3, series=2), received_at="2026-03-04T10:00:00Z"),
    )

    first, again = post(office, tablet, body).json(), post(office, tablet, body).json()

    assert [result["status"] for result in first["results"]] == ["applied", "refused", "refused"]
    assert [result.get("again") for result in again["results"]] == [True, True, True]
    assert (office.count("record"), office.count("refused")) == (1, 2)


@pytest.mark.parametrize(
    ("replaced", "problem"),
    [
        ({"id": "r1"}, "/problems/bad-id"),
        ({"id": make_id(1).upper().replace("0", "A")}, "/problems/bad-id"),
        ({"op": "op-1"}, "/problems/bad-id"),
        ({"id": "00000000-0000-0000-0000-000000000000"}, "/problems/bad-id"),
        ({"id": f"{{{make_id(1)}}}"}, "/problems/bad-id"),
        ({"id": f"urn:uuid:{make_id(1)}"}, "/problems/bad-id"),
        ({"id": make_id(1)[:-1]}, "/problems/bad-id"),
        ({"id": make_id(1).replace("-", "")}, "/problems/bad-id"),
        ({"id": "c232ab00-9414-11ec-b3c8-9f6bdeced846"}, "/problems/bad-id"),
        ({"id": "1ec9414c-232a-6b00-b3c8-9f6bdeced846"}, "/problems/bad-id"),
        ({"op": make_id(1)[:-1] + "٣"}, "/problems/bad-id"),
        ({"set": {"note": "x" * 20_001}}, "/problems/too-large"),
        ({"set": {"note": ["x" * 20_001]}}, "/problems/too-large"),
        ({"set": {"note": ["x"] * 501}}, "/problems/too-large"),
        ({"set": {f"f{number}": 1 for number in range(201)}}, "/problems/too-large"),
        ({"set": {"Bad Name": 1}}, "/problems/bad-field"),
        ({"set": {"": 1}}, "/problems/bad-field"),
        ({"set": {"note": "a\0b"}}, "/problems/not-text"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_e_18_e_27_what_cannot_be_kept_is_refused_by_name(
    office: Office, tablet: Tablet, replaced: dict[str, object], problem: str
) -> None:
    (result,) = post(office, tablet, make_body(as_json(**replaced))).json()["results"]

    assert (result["status"], result["problem"]["type"]) == ("refused", problem)
    assert office.count("refused") == 1


@pytest.mark.parametrize(
    "note",
    [
        "'; DROP TABLE record; --",
        "{{7*7}}",
        "${jndi:ldap://x/y}",
        "<script>",
        "\u202eabc",
        "nu\u0301ria",
        "../../etc/passwd",
        '\n{"level":"error"}',
        "=HYPERLINK(1)",
        "=1+1",
        "+1",
        "-1",
        "@SUM(1)",
        "\t=1",
        "\r=1",
        "x" * 20_000,
    ],
)
def test_e_28_e_29_strange_text_is_stored_as_it_is(office: Office, tablet: Tablet, note: str) -> None:
    post(office, tablet, make_body(as_json(set={"words": note})))

    assert office.records()[make_id(1, series=2)].fields == {"words": note}


@pytest.mark.parametrize("field", ["shift_id", "centre_id", "words"])
def test_a_text_too_long_for_an_index_is_stored_as_it_is(office: Office, tablet: Tablet, field: str) -> None:
    """PostgreSQL looks nothing up by a text above 8 kB that does not pack: such a record got 500 for ever."""
    text = "".join(Random(1).choices(ascii_letters, k=20_000))

    answer = post(office, tablet, make_body(as_json(set={field: text})))

    assert answer.status_code == 200
    assert office.records()[make_id(1, series=2)].fields == {field: text}


def test_e_28_what_a_tablet_sends_cannot_write_a_line_of_the_log(
    office: Office, tablet: Tablet, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", logger="sync")
    forged = '\n{"level":"error"}'
    changes = [as_json(**{name: forged}) for name in ("op", "id", "kind", "by")]

    answers = [post(office, tablet, make_body(change)) for change in changes]
    enrolling = dict.fromkeys(("code", "name", "app", "public_key"), forged)
    answers += [ask(office, "POST", "/v1/devices", json=enrolling)]

    assert [answer.status_code for answer in answers] == [422, 200, 200, 200, 422]
    assert all("level" not in record.getMessage() and "\n" not in record.getMessage() for record in caplog.records)


def test_e_20_the_same_change_after_the_record_was_deleted_brings_nothing_back(office: Office, tablet: Tablet) -> None:
    made = make_body(as_json())
    post(office, tablet, made)
    post(office, tablet, make_body({**as_json(op=make_id(2, series=1), base=1, delete=True), "set": {}}))

    (result,) = post(office, tablet, made).json()["results"]

    assert (result["status"], result["again"], result["record"]["deleted"]) == ("applied", True, True)
    assert office.records()[make_id(1, series=2)].deleted


def test_e_22_a_number_the_centre_never_gave_counts_as_nothing_seen(
    office: Office, tablet: Tablet, other: Tablet
) -> None:
    post(office, tablet, make_body(as_json()))

    (result,) = post(
        office, other, make_body(as_json(op=make_id(2, series=1), base=10**9, set={"note": "unseen"}))
    ).json()["results"]

    assert result["status"] == "conflict"
    assert office.records()[make_id(1, series=2)].fields == {"note": "x"}


def test_e_34_sessions_of_one_connector_that_overlap_are_taken_and_judged_by_people(
    office: Office, tablet: Tablet
) -> None:
    ids = [(make_id(number, series=1), make_id(number, series=2)) for number in (1, 2)]
    when = {"started_at": "2026-03-04T10:00:00+01:00", "ended_at": "2026-03-04T15:00:00+01:00"}
    changes = [as_json(op=op, id=record_id, set={**when, "connector_ids": ["C1"]}) for op, record_id in ids]

    results = post(office, tablet, make_body(*changes)).json()["results"]

    assert [result["status"] for result in results] == ["applied", "applied"]


def test_e_20_the_same_op_with_other_content_is_refused_and_both_are_kept(office: Office, tablet: Tablet) -> None:
    post(office, tablet, make_body(as_json()))

    (result,) = post(office, tablet, make_body(as_json(set={"note": "other"}))).json()["results"]

    assert (result["status"], result["problem"]["type"]) == ("refused", "/problems/op-reused")
    assert office.records()[make_id(1, series=2)].fields == {"note": "x"}
    assert office.count("refused") == 1


def test_e_19_one_change_twice_in_a_batch_is_applied_once(office: Office, tablet: Tablet) -> None:
    results = post(office, tablet, make_body(as_json(), as_json())).json()["results"]

    assert [(one["status"], one.get("again", False)) for one in results] == [("applied", False), ("applied", True)]
    assert office.count("change") == 1


def test_a_record_keeps_its_kind(office: Office, tablet: Tablet) -> None:
    post(office, tablet, make_body(as_json()))

    (result,) = post(office, tablet, make_body(as_json(op=make_id(2, series=1), kind="shift"))).json()["results"]

    assert result["problem"]["type"] == "/problems/other-kind"


def test_a_kind_nobody_knows_is_kept(office: Office, tablet: Tablet) -> None:
    post(office, tablet, make_body(as_json(kind="invented_next_year")))

    assert office.records()[make_id(1, series=2)].kind == "invented_next_year"


def test_two_equal_requests_at_once_are_one(office: Office, tablet: Tablet) -> None:
    async def both() -> list[httpx.Response]:
        headers = {"Authorization": f"Bearer {tablet.token}"}
        transport = httpx.ASGITransport(app=office.app)
        async with httpx.AsyncClient(transport=transport, base_url="https://centre.test", headers=headers) as http:
            asked = [http.post("/v1/sync", json=json.loads(make_body(as_json()))) for _ in range(4)]
            return await asyncio.gather(*asked)

    results = [answer.json()["results"][0] for answer in asyncio.run(both())]

    assert sorted(result.get("again", False) for result in results) == [False, True, True, True]
    assert office.count("record") == 1


def test_e_35_s_e18_the_tablets_state_and_its_clocks_drift_are_noted(office: Office, tablet: Tablet) -> None:
    office.clock.pass_by(timedelta(minutes=7))
    body = json.loads(make_body()) | {"waiting": 34, "attention": 2}

    post(office, tablet, json.dumps(body).encode())

    with office.centre.database.reading() as connection:
        row = connection.exec_driver_sql("SELECT waiting, attention, skew_seconds FROM device").one()
    assert tuple(row) == (34, 2, -420)


# what goes out


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json", "/", "/v1", "/v1/sync/", "//v1/sync"])
def test_s_e08_the_centre_describes_itself_to_nobody(office: Office, path: str) -> None:
    answer = ask(office, "GET", f"https://centre.test{path}")

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "TRACE", "OPTIONS", "PATCH"])
def test_s_e08_a_wrong_method_is_refused(office: Office, method: str) -> None:
    assert ask(office, method, "/v1/sync").status_code == 405


def test_s_e08_no_page_of_somebody_elses_may_ask(office: Office) -> None:
    asked = {"Origin": "https://elsewhere.test", "Access-Control-Request-Method": "POST"}

    answers = [ask(office, method, "/v1/sync", headers=asked) for method in ("OPTIONS", "POST")]
    answers += [ask(office, "GET", "/v1/hello", headers=asked)]

    assert [answer.status_code for answer in answers] == [405, 401, 200]
    assert not [name for answer in answers for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize("path", ["/healthz", "/v1/hello", "/v1/receipt", "/nowhere"])
def test_s_e08_every_answer_tells_a_browser_to_do_nothing_with_it(office: Office, path: str) -> None:
    headers = ask(office, "GET", path).headers

    assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"


def test_e_30_s_e08_a_refusal_repeats_nothing_of_what_was_sent(
    office: Office, tablet: Tablet, caplog: pytest.LogCaptureFixture
) -> None:
    secret = "12345678Z"
    caplog.set_level("DEBUG")
    changes = [as_json(set={"note": secret + "\0"}), as_json(op=make_id(2, series=1), base=secret)]

    answers = [
        post(office, tablet, make_body(*changes)),
        post(office, tablet, make_body(cursor=secret)),
        post(office, tablet, json.dumps(json.loads(make_body()) | {"clock": secret}).encode()),
        post(office, tablet, json.dumps(json.loads(make_body()) | {secret: 1}).encode()),
    ]

    assert [answer.status_code for answer in answers] == [200, 410, 422, 422]
    assert all(secret not in answer.text for answer in answers)
    assert secret not in caplog.text
    assert str(tablet.token) not in caplog.text


def test_a_failure_inside_says_nothing_of_it(office: Office, tablet: Tablet, caplog: pytest.LogCaptureFixture) -> None:
    secret = "12345678Z"
    with office.centre.database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE change ADD COLUMN extra TEXT NOT NULL CHECK (extra = 'no') DEFAULT 'x'")

    answer = post(office, tablet, make_body(as_json(set={"note": secret})))

    assert answer.status_code == 500
    assert answer.headers["x-acompanya"] == "1"
    assert answer.json()["type"] == "/problems/fault"
    assert secret not in answer.text + caplog.text
    assert "an exchange failed" in caplog.text
    assert office.count("record") == 0


def test_e_26_a_database_held_by_another_is_busy_for_now(office: Office, tablet: Tablet) -> None:
    impatient = replace(office.centre, database=Database(office.place.url, busy_seconds=0))
    hurried = Office(impatient, office.clock, office.place, office.make_desk)

    with office.centre.database.writing() as connection:
        Shelf(connection, Device("", TENANT)).lock()
        answer = post(hurried, tablet, make_body())
    impatient.close()

    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "20"


@only_sqlite
@pytest.mark.parametrize(
    "trouble",
    ["PRAGMA max_page_count = 1", "PRAGMA query_only = 1"],
    ids=["a full disk", "a disk that may only be read"],
)
def test_e_26_a_disk_that_takes_nothing_is_busy_for_now_and_blames_no_change(
    tmp_path: Path, office: Office, tablet: Tablet, trouble: str
) -> None:
    database = office.centre.database
    body = make_body(
        *(as_json(op=make_id(n, series=1), id=make_id(n, series=2), set={"topic": "x" * 9000}) for n in range(1, 90))
    )

    with database.reading() as connection:  # one connection is kept and used again, and with it what is set here
        connection.exec_driver_sql(trouble)
    answer = post(office, tablet, body)

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "20")
    assert office.count("record") == 0


def test_e_40_a_place_nobody_gave_is_answered_with_start_again(office: Office, tablet: Tablet) -> None:
    post(office, tablet, make_body(as_json()))
    good = post(office, tablet, make_body()).json()["cursor"]
    tampered = [good[:-1] + ("0" if good[-1] != "0" else "1"), good + "0", "0" + good, good.upper() + "G", "9" * 5000]
    tampered += [good.replace(".1.", f".{number}.") for number in ("-1", "1e9", "999999999999999999", "٣")]

    answers = [post(office, tablet, make_body(cursor=cursor)) for cursor in tampered]

    assert {answer.status_code for answer in answers} == {410}


def test_s_e09_hello_says_which_protocols_are_spoken_and_needs_no_token(office: Office) -> None:
    hello = ask(office, "GET", "/v1/hello").json()

    assert (hello["product"], hello["protocols"]) == ("acompanya", [1])
    assert ask(office, "GET", "/healthz").json() == {"status": "ok"}
    assert ask(office, "GET", "/v1/hello").json()["instance"] == hello["instance"]


# the database


@pytest.mark.parametrize(
    "url", ["nonsense", "", "sqlite:////no/such/folder/centre.db", "mariadb://host/db", "martian://host/db"]
)
def test_a_database_that_cannot_be_used_is_named_in_one_line(url: str) -> None:
    with pytest.raises(DatabaseUnusable) as caught:
        open_centre(url)

    assert "\n" not in str(caught.value)


def test_s_e22_a_password_in_the_database_address_is_not_shown() -> None:
    with pytest.raises(DatabaseUnusable) as caught:
        open_centre("martian://user:hunter2@host/db")

    assert "hunter2" not in str(caught.value)


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    path.write_text("my notes, not a database " * 100)

    with pytest.raises(DatabaseUnusable):
        open_centre(f"sqlite:///{path}")

    assert path.read_text().startswith("my notes")


def test_a_tablet_is_not_told_what_only_a_browser_needs(office: Office, tablet: Tablet) -> None:
    """An idle exchange is paid for by the byte."""
    headers = post(office, tablet, make_body()).headers

    assert not {"content-security-policy", "referrer-policy"} & set(headers)
    assert (headers["cache-control"], headers["x-content-type-options"]) == ("no-store", "nosniff")
