"""gzip with a ceiling: a small body must not become a large memory, and half a body must not pass for a whole one."""

import gzip
import zlib

from sync.errors import BatchTooLarge, MalformedMessage

WORTH_IT_BYTES = 300  # below this, gzip's own frame eats the gain

_GZIP = 16 + zlib.MAX_WBITS


def deflate(body: bytes) -> bytes:
    return gzip.compress(body, compresslevel=6, mtime=0)


def inflate(body: bytes, *, limit: int) -> bytes:
    """The whole of one gzip stream, its check sum verified. Raises BatchTooLarge past `limit` bytes,
    MalformedMessage for anything else than one whole stream."""
    stream = zlib.decompressobj(wbits=_GZIP)
    try:
        inflated = stream.decompress(body, limit + 1)
    except zlib.error:
        raise MalformedMessage("", "is not gzip") from None
    if len(inflated) > limit:
        raise BatchTooLarge(by_centre=False)
    if not stream.eof or stream.unused_data:
        raise MalformedMessage("", "is not one whole gzip stream")
    return inflated
