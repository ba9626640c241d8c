"""What still waits on a tablet, as lines of parcels that a person can carry. Nothing becomes sent by it: only an answer
of the centre does that, at the next round."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from sync.client.ports import Outbox
from sync.protocol.codec import dump_request
from sync.protocol.messages import MAX_BODY_BYTES, MAX_CHANGES, SyncRequest
from sync.protocol.parcels import pack
from sync.protocol.records import Change

MOST_CHANGES = 5_000  # far more than a tablet ever has to say; the oldest come first


@dataclass(frozen=True, slots=True)
class Sender:
    """Who this tablet is to the centre, and the public key that only the centre can open things with."""

    device: str
    token: str
    public: bytes


def lines_to_carry(outbox: Outbox, sender: Sender, *, clock: Callable[[], datetime]) -> tuple[str, ...]:
    """Everything that is still to be sent, sealed; no line when nothing waits.

    The changes are those that will be offered over the network, under the same `op`: the centre takes each once,
    however it comes. What was edited after a change was sealed is not in it, and follows over the network.
    """
    waiting = outbox.seal(MOST_CHANGES)
    counts = outbox.counts()
    heard = outbox.cursor() or outbox.past()
    return tuple(
        line
        for body in _bodies(SyncRequest("", clock(), counts.waiting, counts.review, waiting, past=heard))
        for line in pack(body, device=sender.device, token=sender.token, public=sender.public)
    )


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
