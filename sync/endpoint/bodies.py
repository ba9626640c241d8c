"""Request bodies with a limit on size, on size after unpacking, on how many values they hold, and on time.

Nothing is unpacked before it is whole.
"""

import asyncio
from dataclasses import dataclass

from starlette.requests import ClientDisconnect, Request

from sync.endpoint.problems import too_slow, wrong_media
from sync.errors import BatchTooLarge, LinkDown
from sync.protocol.compression import inflate
from sync.protocol.messages import MAX_BODY_BYTES, MAX_INFLATED_BYTES

ARRIVAL_SECONDS = 60.0
MOST_SIGNS = 400_000  # of `,`, `[` and `{`: a value of JSON is hardly smaller in memory than 64 bytes


@dataclass(frozen=True, slots=True)
class Room:
    """How much a body may be, in bytes."""

    travelling: int = MAX_BODY_BYTES
    unpacked: int = MAX_INFLATED_BYTES


FOR_CHANGES = Room()
FOR_A_PARCEL = Room(unpacked=3 << 20)  # as many lines as it may have, each as long as it may be
FOR_A_CODE = Room(4096, 4096)  # from somebody nobody knows yet


async def json_body(request: Request, room: Room = FOR_CHANGES) -> bytes:
    """The body, unpacked. Raises Rejected or BatchTooLarge."""
    encoding = _encoding(request)
    body = await _arrived(request, room.travelling)
    if encoding == "gzip":
        body = await asyncio.to_thread(inflate, body, limit=room.unpacked)
    if sum(body.count(sign) for sign in b",[{") > MOST_SIGNS:
        raise BatchTooLarge(by_centre=True)
    return body


def _encoding(request: Request) -> str:
    media, _, parameters = request.headers.get("content-type", "").lower().partition(";")
    encoding = request.headers.get("content-encoding", "").lower()
    is_utf8 = parameters.replace(" ", "") in ("", "charset=utf-8")
    if media.strip() != "application/json" or not is_utf8 or encoding not in ("", "identity", "gzip"):
        raise wrong_media()
    return encoding


async def _arrived(request: Request, limit: int) -> bytes:
    """Counts what comes, whatever length was announced: a drip-fed or endless body must not hold the centre."""
    body = bytearray()
    try:
        async with asyncio.timeout(ARRIVAL_SECONDS):
            async for piece in request.stream():
                body += piece
                if len(body) > limit:
                    raise BatchTooLarge(by_centre=True)
    except TimeoutError:
        raise too_slow() from None
    except ClientDisconnect:
        raise LinkDown("the tablet went away") from None
    return bytes(body)
