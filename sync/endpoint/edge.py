"""The outermost layer: every answer says whose it is, and whatever goes wrong leaves as a problem document."""

import logging

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sync.endpoint.problems import MEDIA_TYPE, ProblemAnswer, Rejected, answer_to, failure
from sync.errors import SyncError
from sync.protocol.messages import PRODUCT_HEADER, PROTOCOL

_log = logging.getLogger(__name__)


class Edge:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def send_signed(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                _sign(MutableHeaders(scope=message))
            await send(message)

        try:
            await self._app(scope, receive, send_signed)
        except Exception as error:
            if begun:
                raise
            await _send(_answer(error), send_signed)


def _answer(error: Exception) -> ProblemAnswer:
    match error:
        case Rejected():
            return error.answer
        case SyncError():
            return answer_to(error)
    _log.error("an exchange failed", exc_info=error)
    return failure()


def _sign(headers: MutableHeaders) -> None:
    headers[PRODUCT_HEADER] = str(PROTOCOL)
    headers["Cache-Control"] = "no-store"
    headers["X-Content-Type-Options"] = "nosniff"


async def _send(answer: ProblemAnswer, send: Send) -> None:
    body = answer.body()
    headers = {**answer.headers, "Content-Type": MEDIA_TYPE, "Content-Length": str(len(body))}
    raw = [(name.lower().encode("ascii"), value.encode("ascii")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": raw})
    await send({"type": "http.response.body", "body": body})
