"""The app as a web page on a desk: what Flet's web server has to be told so that nobody else gets in by it.

Only this machine reaches the port, but any page in any browser on it could: a page of somebody else may open a
websocket to here, and a name of theirs may be made to mean this machine.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import flet_web.fastapi  # type: ignore[import-untyped]
from flet.messaging.protocol import Message

HOST = "127.0.0.1"

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Served = Callable[[Scope, Receive, Send], Awaitable[None]]


class OnlyHere:
    """Answers to its own address alone, and to its own page alone: 403 for every other."""

    def __init__(self, served: Served, port: int) -> None:
        self._served = served
        self._hosts = {f"{name}:{port}".encode("ascii") for name in (HOST, "localhost")}
        self._pages = {b"http://" + host for host in self._hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or self._is_ours(scope["headers"]):
            await self._served(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})  # before it is accepted: 403
        else:
            await send({"type": "http.response.start", "status": 403, "headers": []})
            await send({"type": "http.response.body", "body": b""})

    def _is_ours(self, headers: list[tuple[bytes, bytes]]) -> bool:
        hosts = [value for name, value in headers if name == b"host"]
        pages = [value for name, value in headers if name == b"origin"]
        return len(hosts) == 1 and hosts[0] in self._hosts and all(page in self._pages for page in pages)


def guard(port: int) -> None:
    """From now on what Flet serves is served at this port, to its own page alone, and describes itself to nobody."""

    class Guarded(flet_web.fastapi.FastAPI):  # type: ignore[misc]  # Flet is not fully typed
        def __init__(self, **given: Any) -> None:
            super().__init__(**given, docs_url=None, redoc_url=None, openapi_url=None)
            self.add_middleware(OnlyHere, port=port)

    flet_web.fastapi.FastAPI = Guarded


def put_no_message_into_words() -> None:
    """Flet's web server writes out everything that goes to the page for a log, also when nobody keeps it: half of the
    time of a tap, and what stands on the screen is nothing for a log."""

    def named(message: Message) -> str:
        return message.action.name

    Message.__str__ = named  # type: ignore[method-assign,assignment]
