"""A connection to the centre, which has to say what it wants in time. The body has its own time, in `bodies`.

Without it a few hundred connections that send one letter a minute would be all the connections the centre has.
"""

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS = 15.0
MOST_LINES = 2_000  # in what arrives at once, 64 KiB: a body in pieces of a byte or two costs seconds to put together


class PromptConnection(H11Protocol):
    """Closed when no whole head of a request has come within `head_seconds`, at the first request and at each later
    one, and when what comes is cut into far too many lines. uvicorn closes by itself the connections that send nothing
    at all between two requests."""

    head_seconds = HEAD_SECONDS
    _overdue: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as in uvicorn
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        if data.count(b"\r\n") > MOST_LINES:
            self.transport.abort()
            return
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self._relax()
        super().connection_lost(exc)

    def _watch(self) -> None:
        is_asking = self.cycle is None or self.cycle.response_complete
        if not is_asking:
            self._relax()
        elif self._overdue is None:
            self._overdue = self.loop.call_later(self.head_seconds, self.transport.abort)

    def _relax(self) -> None:
        if self._overdue is not None:
            self._overdue.cancel()
            self._overdue = None
