"""The outermost layer: every answer says whose it is, whatever goes wrong leaves as a problem document, and what each
request came to is told once, to the log and to the numbers."""

import asyncio
import logging
from collections.abc import Callable

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sync.endpoint.account import Account, route_of
from sync.endpoint.logs import Field, say, say_error
from sync.endpoint.metrics import Metrics
from sync.endpoint.problems import MEDIA_TYPE, ProblemAnswer, Rejected, answer_to, by_status, failure
from sync.errors import SyncError
from sync.protocol.messages import PRODUCT_HEADER, PROTOCOL

MOST_HEADERS = 100
MOST_HEAD_BYTES = 32 << 10

# What every answer says: whose it is, and that nobody is to keep it or to guess what it is.
HEADERS = {
    PRODUCT_HEADER: str(PROTOCOL),
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}
# And that a browser is to do nothing with it. Who shows a token is none, and an idle tablet pays for every byte.
TO_BROWSERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}
ONLY_WITH_TLS = {"Strict-Transport-Security": "max-age=31536000"}

_log = logging.getLogger(__name__)

PROBES = frozenset({"/healthz", "/readyz"})  # asked every few seconds by machines: told only when something is wrong


class Edge:
    """ASGI middleware around the whole application."""

    def __init__(
        self, app: ASGIApp, *, new_id: Callable[[], str], metrics: Metrics, is_behind_tls: bool = False
    ) -> None:
        self._app = app
        self._new_id = new_id
        self._metrics = metrics
        self._headers = HEADERS | (ONLY_WITH_TLS if is_behind_tls else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        account = Account(self._new_id())
        scope.setdefault("state", {})["account"] = account
        loop = asyncio.get_running_loop()
        begun_at = loop.time()
        try:
            await self._answered(scope, receive, send, account)
        finally:
            account.seconds = loop.time() - begun_at
            self._tell(account, route_of(scope))

    async def _answered(self, scope: Scope, receive: Receive, send: Send, account: Account) -> None:
        async def receive_counted() -> Message:
            message = await receive()
            account.received_bytes += len(message.get("body", b""))
            return message

        headers = self._headers if _shows_a_token(scope) else self._headers | TO_BROWSERS

        async def send_signed(message: Message) -> None:
            if message["type"] == "http.response.start":
                account.status = message["status"]
                MutableHeaders(scope=message).update(headers)
            account.sent_bytes += len(message.get("body", b""))
            await send(message)

        if _is_overloaded(scope):
            await _send(by_status(431), send_signed)
            return
        try:
            await self._app(scope, receive_counted, send_signed)
        except Exception as error:
            if account.status:
                raise
            await _send(_answer(error, account), send_signed)

    def _tell(self, account: Account, route: str) -> None:
        self._metrics.count(account, route)
        is_quiet = route in PROBES and account.status == 200
        say(_log, logging.DEBUG if is_quiet else logging.INFO, "request", **_fields(account, route))


def _shows_a_token(scope: Scope) -> bool:
    return any(name == b"authorization" for name, _ in scope["headers"])


def _is_overloaded(scope: Scope) -> bool:
    """Whether the head alone is more than any tablet and any proxy would send."""
    headers = scope["headers"]
    size = len(scope["query_string"]) + sum(len(name) + len(value) for name, value in headers)
    return len(headers) > MOST_HEADERS or size > MOST_HEAD_BYTES


def _fields(account: Account, route: str) -> dict[str, Field]:
    told: dict[str, Field] = {
        "request": account.request,
        "route": route,
        "status": account.status,
        "ms": round(account.seconds * 1000),
        "received_bytes": account.received_bytes,
        "sent_bytes": account.sent_bytes,
    }
    if account.device:
        told |= {"device": account.device, **account.results, "news": account.news}
    return told


def _answer(error: Exception, account: Account) -> ProblemAnswer:
    match error:
        case Rejected():
            return error.answer
        case SyncError():
            return answer_to(error)
    say_error(_log, "an exchange failed", error, request=account.request, device=account.device)
    return failure()


async def _send(answer: ProblemAnswer, send: Send) -> None:
    body = answer.body()
    headers = {**answer.headers, "Content-Type": MEDIA_TYPE, "Content-Length": str(len(body))}
    raw = [(name.lower().encode("ascii"), value.encode("ascii")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": raw})
    await send({"type": "http.response.body", "body": body})
