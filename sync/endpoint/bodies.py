"""Request bodies with a limit on size, on size after unpacking, and on time. Nothing is unpacked before it is whole."""

import asyncio

from starlette.requests import ClientDisconnect, Request

from sync.endpoint.problems import too_slow, wrong_media
from sync.errors import BatchTooLarge, LinkDown
from sync.protocol.compression import inflate
from sync.protocol.messages import MAX_BODY_BYTES, MAX_INFLATED_BYTES

ARRIVAL_SECONDS = 60.0


async def json_body(request: Request) -> bytes:
    """The body, unpacked. Raises Rejected or BatchTooLarge."""
    encoding = _encoding(request)
    body = await _arrived(request)
    if encoding == "gzip":
        return await asyncio.to_thread(inflate, body, limit=MAX_INFLATED_BYTES)
    return body


def _encoding(request: Request) -> str:
    media, _, parameters = request.headers.get("content-type", "").lower().partition(";")
    encoding = request.headers.get("content-encoding", "").lower()
    is_utf8 = parameters.replace(" ", "") in ("", "charset=utf-8")
    if media.strip() != "application/json" or not is_utf8 or encoding not in ("", "identity", "gzip"):
        raise wrong_media()
    return encoding


async def _arrived(request: Request) -> bytes:
    """Counts what comes, whatever length was announced: a drip-fed or endless body must not hold the centre."""
    body = bytearray()
    try:
        async with asyncio.timeout(ARRIVAL_SECONDS):
            async for piece in request.stream():
                body += piece
                if len(body) > MAX_BODY_BYTES:
                    raise BatchTooLarge(by_centre=True)
    except TimeoutError:
        raise too_slow() from None
    except ClientDisconnect:
        raise LinkDown("the tablet went away") from None
    return bytes(body)
