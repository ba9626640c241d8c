"""Networks that misbehave. Each takes a good wire and gives a worse one."""

import gzip
import json
from collections.abc import Callable

import httpx

from tests.sync.tablets import Wire


def down() -> Wire:
    async def wire(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no route to host", request=request)

    return wire


def down_after(good: Wire, exchanges: int) -> Wire:
    """The network goes in the middle of a round."""
    left = exchanges

    async def wire(request: httpx.Request) -> httpx.Response:
        nonlocal left
        left -= 1
        return await (good if left >= 0 else down())(request)

    return wire


def loses_the_reply(good: Wire, *, times: int = 1) -> Wire:
    """The centre commits and its answer never arrives. A centre killed after the commit looks the same."""
    lost = 0

    async def wire(request: httpx.Request) -> httpx.Response:
        nonlocal lost
        response = await good(request)
        if lost >= times:
            return response
        lost += 1
        raise httpx.ReadError("connection reset", request=request)

    return wire


def delivers_twice(good: Wire) -> Wire:
    async def wire(request: httpx.Request) -> httpx.Response:
        await good(request)
        return await good(request)

    return wire


def answers(response: Callable[[], httpx.Response]) -> Wire:
    """Somebody else is there, whatever is asked."""

    async def wire(request: httpx.Request) -> httpx.Response:
        await request.aread()
        return response()

    return wire


def rewrites(good: Wire, change: Callable[[bytes], bytes]) -> Wire:
    """The answer's body is changed on the way, its headers are not."""

    async def wire(request: httpx.Request) -> httpx.Response:
        response = await good(request)
        body = change(await response.aread())
        kept = {name: value for name, value in response.headers.items() if name in ("content-type", "x-acompanya")}
        return httpx.Response(response.status_code, headers=kept, content=body)

    return wire


def counts_requests(good: Wire, seen: list[httpx.Request]) -> Wire:
    async def wire(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return await good(request)

    return wire


def then(before: Callable[[], None], good: Wire) -> Wire:
    """Something happens on the tablet while the request is under way."""
    done = False

    async def wire(request: httpx.Request) -> httpx.Response:
        nonlocal done
        response = await good(request)
        if not done:
            done = True
            before()
        return response

    return wire


def at_most(good: Wire, limit: int) -> Wire:
    """A centre that takes only so many changes in one request."""

    async def wire(request: httpx.Request) -> httpx.Response:
        body = await request.aread()
        plain = gzip.decompress(body) if request.headers.get("content-encoding") == "gzip" else body
        if len(json.loads(plain)["changes"]) > limit:
            return httpx.Response(413, headers={"x-acompanya": "1"}, json={"type": "/problems/batch-too-large"})
        return await good(request)

    return wire
