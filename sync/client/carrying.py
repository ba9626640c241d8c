"""What still waits on a tablet, as lines of parcels that a person can carry. Nothing becomes sent by it: only an answer
of the centre does that, at the next round."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from sync.client.ports import Outbox
from sync.errors import SyncError
from sync.protocol.codec import dump_request
from sync.protocol.device_keys import DeviceKeys
from sync.protocol.messages import MAX_BODY_BYTES, MAX_CHANGES, SyncRequest
from sync.protocol.parcels import pack
from sync.protocol.records import Change

MOST_CHANGES = 5_000  # far more than a tablet ever has to say; the oldest come first


_log = logging.getLogger(__name__)


class DropBox(Protocol):
    """Where a lost tablet may bring parcels. Raises the classes of `sync.errors`."""

    async def bring(self, lines: Sequence[str]) -> str: ...


@dataclass(frozen=True, slots=True)
class Sender:
    """Who this tablet is to the centre, and the public key that only the centre can open things with."""

    device: str
    keys: DeviceKeys  # its own
    public: bytes


def lines_to_carry(outbox: Outbox, sender: Sender, *, clock: Callable[[], datetime]) -> tuple[str, ...]:
    """Everything that is still to be sent, sealed; no line when nothing waits.

    The changes are those that will be offered over the network, under the same `op`: the centre takes each once,
    however it comes. What was edited after a change was sealed is not in it, and follows over the network.
    """
    waiting = outbox.seal(MOST_CHANGES)
    counts = outbox.counts()
    heard = outbox.cursor() or outbox.past()
    request = SyncRequest("", clock(), counts.waiting, counts.review, waiting, past=heard)
    return tuple(line for lines in _parcels(request, sender) for line in lines)


def parcels_of(changes: tuple[Change, ...], sender: Sender, *, past: str, at: datetime) -> tuple[tuple[str, ...], ...]:
    """The lines of each sealed parcel that these changes make; none without changes. `past` is the last cursor."""
    return tuple(_parcels(SyncRequest("", at, len(changes), 0, changes, past=past), sender))


async def is_taken(box: DropBox, lines: tuple[str, ...]) -> bool:
    """Whether the drop box has this parcel now. Whatever hindered it, another time may be better."""
    try:
        await box.bring(lines)
    except SyncError as error:
        _log.info("not brought: %s", error)
        return False
    return True


def _parcels(request: SyncRequest, sender: Sender) -> Iterator[tuple[str, ...]]:
    for body in _bodies(request):
        yield pack(body, device=sender.device, keys=sender.keys, public=sender.public)


def _bodies(request: SyncRequest) -> Iterator[bytes]:
    """Requests as small as the centre takes them."""
    for start in range(0, len(request.changes), MAX_CHANGES):
        yield from _fitting(request, request.changes[start : start + MAX_CHANGES])


def _fitting(request: SyncRequest, changes: tuple[Change, ...]) -> Iterator[bytes]:
    body = dump_request(replace(request, changes=changes))
    if len(body) <= MAX_BODY_BYTES or len(changes) == 1:
        yield body
        return
    half = len(changes) // 2
    yield from _fitting(request, changes[:half])
    yield from _fitting(request, changes[half:])
