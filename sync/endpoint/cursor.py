"""The cursor: up to which number a tablet has heard, and enough besides to notice that it was told so by another past.

Opaque to tablets. Text: `epoch.view.seq.top.check` and the seal, where `top` is the highest number the tablet was ever
told (it may be above `seq`, because answers run ahead of a page that was full; nothing when it is not), and `check` the
beginning of the content hash of that change. The seal says that this centre wrote it: one that a tablet made up would
tell the centre that it was restored, and every tablet would have to begin anew. It travels both ways with each request,
so all of it is short: with thirty tries a minute, 36 bits take two thousand years.
"""

import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest
from hmac import digest as hmac_digest

CHECK_DIGITS = 6
SEAL_LETTERS = 6

_TEXT = re.compile(
    r"([0-9a-f]{1,32})\.([0-9a-f]{1,16})\.([0-9]{1,18})\.([0-9]{0,18})\.([0-9a-f]{0,16})([0-9A-Za-z_-]{6})"
)


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in the stream of one organisation, as one tablet sees it."""

    epoch: str  # of the numbers: it changes when the database came back from a backup
    view: str  # of the tablet: it changes when the tablet may see something else
    seq: int = 0  # 0: nothing heard yet
    top: int = 0  # the highest number told
    check: str = ""  # "" with top 0

    def __str__(self) -> str:
        top = "" if self.top == self.seq else self.top
        return f"{self.epoch}.{self.view}.{self.seq}.{top}.{self.check}"


def check_of(content_hash: str) -> str:
    return content_hash[:CHECK_DIGITS]


def sealed(cursor: Cursor, key: bytes) -> str:
    """As it is told."""
    return f"{cursor}{_seal(str(cursor), key)}"


def read_cursor(text: str, key: bytes) -> Cursor | None:
    """None for what this centre never wrote."""
    found = _TEXT.fullmatch(text)
    if found is None or not compare_digest(_seal(text[:-SEAL_LETTERS], key), found[6]):
        return None
    cursor = Cursor(found[1], found[2], int(found[3]), int(found[4] or found[3]), found[5])
    return cursor if cursor.seq <= cursor.top else None


def _seal(text: str, key: bytes) -> str:
    return urlsafe_b64encode(hmac_digest(key, text.encode("ascii"), sha256)).decode("ascii")[:SEAL_LETTERS]
