"""Requests as they come from anywhere: any method, any path, any body, any head."""

import asyncio
import json
from typing import Any

import httpx

from sync.protocol import codec
from sync.protocol.messages import SyncRequest
from tests.sync.making import START, make_change
from tests.sync.tablets import Office, Tablet


def ask(office: Office, method: str, path: str, **given: Any) -> httpx.Response:
    async def asked() -> httpx.Response:
        transport = httpx.ASGITransport(app=office.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="https://centre.test") as http:
            return await http.request(method, path, **given)

    return asyncio.run(asked())


def post(office: Office, tablet: Tablet, body: bytes, **headers: str) -> httpx.Response:
    bearer = {"Authorization": f"Bearer {tablet.token}", "Content-Type": "application/json", **headers}
    return ask(office, "POST", "/v1/sync", content=body, headers=bearer)


def make_body(*changes: object, cursor: str = "") -> bytes:
    body = json.loads(codec.dump_request(SyncRequest(cursor, START, 0, 0)))
    return json.dumps(body | {"changes": changes}).encode()


def as_json(**replaced: object) -> dict[str, Any]:
    return json.loads(codec.dump_change(make_change(1, note="x"))) | replaced
