"""A bad network on loopback, between a real tablet and a real centre: one `Fault` says what becomes of each request.

Each request gets a connection of its own to the centre, which ends with the answer: so the proxy knows when an answer
is whole without understanding it.
"""

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ssl import SSLContext

HEAD_END = b"\r\n\r\n"
RESET = struct.pack("ii", 1, 0)  # SO_LINGER: closing drops the connection with a reset, not with a farewell


@dataclass
class Meeting:
    """One request that has arrived whole, and the ways to go on with it."""

    request: bytes
    centre: str | None
    writer: asyncio.StreamWriter

    async def answer(self) -> bytes:
        """What the centre says to it, whole."""
        assert self.centre is not None, "there is no centre behind this proxy"
        host, _, port = self.centre.removeprefix("http://").partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(_with_an_end(self.request))
        answer = await reader.read()
        writer.close()
        return answer

    async def say(self, answer: bytes) -> None:
        self.writer.write(answer)
        await self.writer.drain()

    def reset(self) -> None:
        link: socket.socket = self.writer.get_extra_info("socket")
        link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        self.writer.transport.abort()


Fault = Callable[[Meeting], Awaitable[None]]


@dataclass
class Proxy:
    """Where the tablet believes the centre is. `fault` may be changed between two rounds."""

    fault: Fault
    centre: str | None = None  # http://127.0.0.1:port
    url: str = ""
    requests: list[bytes] = field(default_factory=list)
    _open: set[asyncio.Task[None]] = field(default_factory=set)

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            request = await _request(reader)
            self.requests.append(request)
            await self.fault(Meeting(request, self.centre, writer))
        except (ConnectionError, asyncio.IncompleteReadError):
            """The tablet went away, as it may."""
        finally:
            self._open.discard(task)
            with contextlib.suppress(ConnectionError):
                writer.close()
                await writer.wait_closed()

    async def stop(self) -> None:
        """End what an endless fault still says."""
        for task in list(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)


@asynccontextmanager
async def standing(fault: Fault, centre: str | None = None, *, tls: SSLContext | None = None) -> AsyncIterator[Proxy]:
    proxy = Proxy(fault, centre)
    server = await asyncio.start_server(proxy.meet, "127.0.0.1", 0, ssl=tls)
    port = server.sockets[0].getsockname()[1]
    proxy.url = f"{'https' if tls else 'http'}://127.0.0.1:{port}"
    try:
        yield proxy
    finally:
        server.close()
        await proxy.stop()
        await server.wait_closed()


async def passes(meeting: Meeting) -> None:
    """No fault at all."""
    await meeting.say(await meeting.answer())


async def loses_the_answer(meeting: Meeting) -> None:
    """The centre has committed; nothing of its answer arrives."""
    await meeting.answer()
    meeting.reset()


def cuts(after: int) -> Fault:
    """The connection is reset when so many bytes of the answer have come through."""

    async def fault(meeting: Meeting) -> None:
        answer = await meeting.answer()
        await meeting.say(answer[:after])
        if after < len(answer):
            await asyncio.sleep(0)  # the bytes leave before the reset overtakes them
            meeting.reset()

    return fault


def drips(seconds: float) -> Fault:
    """The answer comes one byte at a time, so long apart."""

    async def fault(meeting: Meeting) -> None:
        for byte in await meeting.answer():
            await meeting.say(bytes((byte,)))
            await asyncio.sleep(seconds)

    return fault


def says(status: int, body: bytes = b"{}", **headers: str) -> Fault:
    """Somebody answers who may not be the centre: `Name_With="underscores"` are headers."""

    async def fault(meeting: Meeting) -> None:
        await meeting.say(head_of(status, Content_Length=str(len(body)), **headers) + body)

    return fault


def never_ends(**headers: str) -> Fault:
    """An answer in chunks without a last one."""

    async def fault(meeting: Meeting) -> None:
        await meeting.say(head_of(200, Transfer_Encoding="chunked", **headers))
        while True:
            await meeting.say(b"10000\r\n" + b" " * 0x10000 + b"\r\n")

    return fault


def rewrites(change: Callable[[bytes], bytes]) -> Fault:
    """The centre's own answer with another body."""

    async def fault(meeting: Meeting) -> None:
        head, _, body = (await meeting.answer()).partition(HEAD_END)
        changed = change(body)
        kept = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"content-length")]
        await meeting.say(b"\r\n".join([*kept, f"Content-Length: {len(changed)}".encode()]) + HEAD_END + changed)

    return fault


def in_turn(*faults: Fault) -> Fault:
    """Another one for each request; the last one stays."""
    left = list(faults)

    async def fault(meeting: Meeting) -> None:
        await (left.pop(0) if len(left) > 1 else left[0])(meeting)

    return fault


def head_of(status: int, **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status} Said", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode("ascii") + HEAD_END


async def _request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(HEAD_END)
    length = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return head + (await reader.readexactly(int(length[0].partition(b":")[2])) if length else b"")


def _with_an_end(request: bytes) -> bytes:
    first, _, rest = request.partition(b"\r\n")
    return first + b"\r\nConnection: close\r\n" + rest
