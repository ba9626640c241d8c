"""The cursor: up to which number a tablet has heard, and enough besides to notice that it was told so by another past.

Opaque to tablets. Text: `epoch.view.seq.check`, where `check` is the beginning of the content hash of change `seq`.
"""

import re
from dataclasses import dataclass

CHECK_DIGITS = 10

_TEXT = re.compile(r"([0-9a-f]{1,32})\.([0-9a-f]{1,16})\.([0-9]{1,18})\.([0-9a-f]{0,16})")


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in the stream of one organisation, as one tablet sees it."""

    epoch: str  # of the numbers: it changes when the database came back from a backup
    view: str  # of the tablet: it changes when the tablet may see something else
    seq: int = 0  # 0: nothing heard yet
    check: str = ""  # "" with seq 0

    def __str__(self) -> str:
        return f"{self.epoch}.{self.view}.{self.seq}.{self.check}"


def check_of(content_hash: str) -> str:
    return content_hash[:CHECK_DIGITS]


def read_cursor(text: str) -> Cursor | None:
    """None for what this centre never wrote."""
    found = _TEXT.fullmatch(text)
    return None if found is None else Cursor(found[1], found[2], int(found[3]), found[4])
