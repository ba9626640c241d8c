"""What was ever released is understood for ever: messages kept as files, one folder for each protocol and schema.

A folder is added with a release and never altered. A tablet in a drawer may speak like this in three years.
"""

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from sync.protocol import codec
from tests.sync.tablets import Office, Tablet

FOLDERS = sorted(path for path in (Path(__file__).parent / "golden").iterdir() if path.is_dir())
EVERY_RELEASE = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)


def told(office: Office, path: str, body: bytes, token: str | None = None) -> httpx.Response:
    async def posted() -> httpx.Response:
        transport = httpx.ASGITransport(app=office.app)
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        async with httpx.AsyncClient(transport=transport, base_url="https://centre.test") as http:
            return await http.post(path, content=body, headers=headers)

    return asyncio.run(posted())


def statuses(answer: httpx.Response) -> list[str]:
    return [result["status"] for result in answer.json()["results"]]


@EVERY_RELEASE
def test_e_37_every_request_ever_released_is_taken_and_taken_once(office: Office, tablet: Tablet, folder: Path) -> None:
    names = ["request-empty", "request-new-records", "request-later-edits", "request-handed-over"]
    bodies = [(folder / f"{name}.json").read_bytes() for name in names]

    first = [told(office, "/v1/sync", body, tablet.token) for body in bodies]
    rows = office.rows()
    again = [told(office, "/v1/sync", body, tablet.token) for body in bodies]

    assert {answer.status_code for answer in first + again} == {200}
    assert [statuses(answer) for answer in first] == [[], ["applied"] * 4, ["applied"] * 3, ["handed_over"]]
    assert [statuses(answer) for answer in again] == [statuses(answer) for answer in first]
    assert office.rows() == rows


@EVERY_RELEASE
def test_e_37_a_code_is_traded_as_it_ever_was(office: Office, folder: Path) -> None:
    asked: dict[str, Any] = json.loads((folder / "enrolment.json").read_bytes())
    code = office.centre.issue_code("Tablet 12")

    answer = told(office, "/v1/devices", json.dumps(asked | {"code": code}).encode())

    assert answer.status_code == 201
    assert codec.load_enrolled(answer.content).token


@EVERY_RELEASE
def test_e_37_every_answer_ever_released_is_read_and_written_the_same(folder: Path) -> None:
    ways = {
        "reply": lambda body: codec.dump_reply(codec.load_reply(body)),
        "hello": lambda body: codec.dump_hello(codec.load_hello(body)),
        "enrolled": lambda body: codec.dump_enrolled(codec.load_enrolled(body)),
        "receipt": lambda body: codec.dump_receipt(codec.load_receipt(body)),
    }

    for name, way in ways.items():
        body = (folder / f"{name}.json").read_bytes()
        assert json.loads(way(body)) == json.loads(body), name
