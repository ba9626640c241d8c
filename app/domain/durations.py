"""A duration that somebody types."""

import re

from app.domain.catalogue import LONGEST_MINUTES

_WHOLE = re.compile("[0-9]{1,3}")  # what `int` takes besides, such as other alphabets' digits, is no duration here


def minutes_typed(text: str) -> int | None:
    """The minutes, 1 to 600 in plain digits, with nothing but space around them; None for anything else."""
    digits = text.strip()
    minutes = int(digits) if _WHOLE.fullmatch(digits) else 0
    return minutes if 1 <= minutes <= LONGEST_MINUTES else None
