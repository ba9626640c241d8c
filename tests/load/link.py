"""A slow link as arithmetic: what passes is counted, and the seconds it would take are added up, not waited for."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx

REQUEST_LINE = "{} {} HTTP/1.1\r\n"
STATUS_LINE = "HTTP/1.1 200 OK\r\n"


@dataclass(frozen=True)
class Speed:
    """Bits a second each way, and the seconds of one round trip."""

    up: float = float("inf")
    down: float = float("inf")
    round_trip: float = 0.0


SLOW = Speed(up=128_000, down=512_000, round_trip=0.3)


@dataclass
class Link(httpx.AsyncBaseTransport):
    """Counts heads and bodies as they travel, without TLS and TCP. With `cut_every`, whatever is on the way when so
    many seconds have passed is lost: on its way up it never arrives, on its way down its answer does not."""

    speed: Speed = field(default_factory=Speed)
    cut_every: float = float("inf")
    requests: int = 0
    up: int = 0
    down: int = 0
    cuts: int = 0
    seconds: float = 0.0

    def __post_init__(self) -> None:
        self._network = httpx.AsyncHTTPTransport()
        self._next_cut = self.cut_every

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests += 1
        sent = _size(REQUEST_LINE.format(request.method, request.url.raw_path.decode()), request.headers)
        sent += len(await request.aread())
        self.up += sent
        with self._cut(request):
            self.seconds += self.speed.round_trip / 2 + sent * 8 / self.speed.up
        response = await self._network.handle_async_request(request)
        body = b"".join([piece async for piece in response.aiter_raw()])
        received = _size(STATUS_LINE, response.headers) + len(body)
        self.down += received
        with self._cut(request):
            self.seconds += self.speed.round_trip / 2 + received * 8 / self.speed.down
        return httpx.Response(response.status_code, headers=response.headers, stream=httpx.ByteStream(body))

    @contextmanager
    def _cut(self, request: httpx.Request) -> Iterator[None]:
        yield
        if self.seconds >= self._next_cut:
            self.cuts += 1
            self.seconds, self._next_cut = self._next_cut, self._next_cut + self.cut_every
            raise httpx.ReadError("the link was cut", request=request)

    async def aclose(self) -> None:
        await self._network.aclose()


def _size(line: str, headers: httpx.Headers) -> int:
    return len(line) + sum(len(name) + len(value) + 4 for name, value in headers.raw) + 2
