"""The way to the centre over HTTP. The only place that knows httpx, and it lets none of its exceptions through."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from ipaddress import ip_address
from urllib.parse import urlencode

import httpx

from sync.client.answers import Answer, trouble
from sync.errors import BadCertificate, BatchTooLarge, LinkDown, LinkTooSlow, NotEnrolled, NotTheCentre
from sync.protocol import codec
from sync.protocol.app_versions import agent_of
from sync.protocol.compression import WORTH_IT_BYTES, deflate, inflate
from sync.protocol.messages import (
    MAX_INFLATED_BYTES,
    PRODUCT,
    PROTOCOL,
    Enrolled,
    Enrolment,
    Hello,
    SyncReply,
    SyncRequest,
)
from sync.protocol.receipts import Receipt

CONNECT_SECONDS = 10.0
SILENCE_SECONDS = 30.0  # without a byte in either direction
LAST_PORT = 65_535
EXCHANGE_SECONDS = 90.0  # for one exchange in all: a byte a second is no answer


class HttpTransport:
    """Talks to one centre. `token` is asked for at each exchange, so that enrolling takes effect at once."""

    def __init__(
        self,
        url: str,
        *,
        token: Callable[[], str | None],
        clock: Callable[[], datetime],
        version: str | None = None,
        through: httpx.AsyncBaseTransport | None = None,
        exchange_seconds: float = EXCHANGE_SECONDS,
    ) -> None:
        """A `url` that `usable_address` does not accept is as good as no network. `version` is the
        app's. `through` replaces the network, in tests."""
        self._token = token
        self._clock = clock
        self._exchange_seconds = exchange_seconds
        self._address = usable_address(url)
        # The environment is left alone: a proxy or a .netrc of somebody else must not decide where the token goes.
        self._http = httpx.AsyncClient(
            base_url=self._address or "",
            transport=through,
            timeout=httpx.Timeout(SILENCE_SECONDS, connect=CONNECT_SECONDS),
            headers={"Accept-Encoding": "gzip", "User-Agent": agent_of(version) if version else PRODUCT},
            follow_redirects=False,
            trust_env=False,
        )

        for saying_nothing in ("Accept", "Connection"):  # any answer is read; HTTP/1.1 stays connected by itself
            del self._http.headers[saying_nothing]

    async def close(self) -> None:
        await self._http.aclose()

    async def exchange(self, request: SyncRequest) -> SyncReply:
        token = self._required_token()
        body = await asyncio.to_thread(codec.dump_request, request)
        answer = await self._ask("POST", "/v1/sync", body, token=token)
        return await asyncio.to_thread(codec.load_reply, answer)

    async def receipt(self, shift: str) -> Receipt:
        path = f"/v1/receipt?{urlencode({'shift': shift})}"
        return codec.load_receipt(await self._ask("GET", path, token=self._required_token()))

    async def hello(self) -> Hello:
        hello = codec.load_hello(await self._ask("GET", "/v1/hello"))
        if hello.product != PRODUCT or PROTOCOL not in hello.protocols:
            raise NotTheCentre("another product answers at this address")
        return hello

    async def enrol(self, enrolment: Enrolment) -> Enrolled:
        return codec.load_enrolled(await self._ask("POST", "/v1/devices", codec.dump_enrolment(enrolment)))

    async def bring(self, lines: Sequence[str]) -> str:
        """Put one parcel in the drop box, with a token that is good for nothing else any more. Its name comes back."""
        body = codec.dump_bringing(lines)
        return codec.load_brought(await self._ask("POST", "/v1/parcels", body, token=self._required_token()))

    def _required_token(self) -> str:
        token = self._token()
        if not token:
            raise NotEnrolled("this tablet has no token")
        return token

    async def _ask(self, method: str, path: str, body: bytes | None = None, *, token: str | None = None) -> bytes:
        """The body of an answer that is the centre's word. Raises what `trouble` finds in any other."""
        if self._address is None:
            raise LinkDown("the address of the centre cannot be used")
        content, headers = await asyncio.to_thread(_packed, body)
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        answer = await self._answer(self._http.build_request(method, path, content=content, headers=headers))
        found = trouble(answer)
        if found is not None:
            raise found
        if answer.header("content-encoding") == "gzip":
            return await asyncio.to_thread(inflate, answer.body, limit=MAX_INFLATED_BYTES)
        return answer.body

    async def _answer(self, request: httpx.Request) -> Answer:
        try:
            async with asyncio.timeout(self._exchange_seconds):
                response = await self._http.send(request, stream=True)
                try:
                    body = await _whole(response.aiter_raw())
                finally:
                    await response.aclose()
        except (TimeoutError, httpx.ReadTimeout, httpx.WriteTimeout):
            raise LinkTooSlow("the centre took too long") from None
        except httpx.HTTPError as error:
            if _is_about_a_certificate(error):
                raise BadCertificate("the certificate is not one to be trusted") from None
            raise LinkDown(f"no answer: {type(error).__name__}") from None
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status_code, headers, body, self._clock())


def usable_address(url: str) -> httpx.URL | None:
    """The address, when a token may be sent there: https, or plain http that never leaves this machine. Else None."""
    try:
        address = httpx.URL(url.strip())
    except httpx.InvalidURL:
        return None
    if (address.port or 0) > LAST_PORT:
        return None
    if address.host and (address.scheme == "https" or (address.scheme == "http" and _is_here(address.host))):
        return address
    return None


def _is_about_a_certificate(error: BaseException | None) -> bool:
    """httpx says only "no connection"; what happened is further down, in what caused it."""
    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__ or error.__context__
    return error is not None


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _packed(body: bytes | None) -> tuple[bytes | None, dict[str, str]]:
    """The body as it travels, and the headers that say so."""
    if body is None:
        return None, {}
    headers = {"Content-Type": "application/json"}
    if len(body) < WORTH_IT_BYTES:
        return body, headers
    return deflate(body), {**headers, "Content-Encoding": "gzip"}


async def _whole(pieces: AsyncIterator[bytes]) -> bytes:
    """All of it, unless it is more than any centre would send: a portal's video must not fill the tablet's memory."""
    body = bytearray()
    async for piece in pieces:
        body += piece
        if len(body) > MAX_INFLATED_BYTES:
            raise BatchTooLarge(by_centre=False)
    return bytes(body)
