"""The PIN of a person at this tablet: what one is, which are too easy, and how long wrong ones keep the tablet shut."""

from datetime import timedelta
from enum import StrEnum

DIGITS = 6
FIRST_PAUSE_AT = 5  # wrong PINs since the last right one
SHUT_AT = 10  # from here on only the coordinator opens
SET_UP_WITHIN = timedelta(days=1)
"""So long after the first PIN of a tablet the others choose theirs by themselves."""
_PAUSES = (timedelta(seconds=30), timedelta(minutes=5), timedelta(minutes=30))
_THIS_CENTURY_AND_THE_LAST = ("19", "20")


class TooEasy(StrEnum):
    """Why a PIN cannot be chosen."""

    SAME = "same"  # 000000
    RUN = "run"  # 123456, 987654
    REPEATED = "repeated"  # 121212, 123123
    YEAR = "year"  # 198507, 202620


def digits(typed: str) -> str:
    """The digits of what was typed or pasted, at most six: letters and the digits of other scripts are passed over."""
    return "".join(each for each in typed if each in "0123456789")[:DIGITS]


def too_easy(pin: str) -> TooEasy | None:
    """Why nobody should have this PIN; None when it will do."""
    if len(set(pin)) == 1:
        return TooEasy.SAME
    steps = {(int(after) - int(before)) % 10 for before, after in zip(pin, pin[1:], strict=False)}
    if steps in ({1}, {9}):
        return TooEasy.RUN
    if pin[:3] == pin[3:] or pin[:2] * 3 == pin:
        return TooEasy.REPEATED
    if pin.startswith(_THIS_CENTURY_AND_THE_LAST):
        return TooEasy.YEAR
    return None


def pause_after(wrong: int) -> timedelta:
    """How long nobody may try after so many wrong ones."""
    step = min(wrong - FIRST_PAUSE_AT, len(_PAUSES) - 1)
    return _PAUSES[step] if step >= 0 else timedelta()


def left(wrong: int) -> int:
    """How many tries there are before the next pause."""
    return max(FIRST_PAUSE_AT - wrong, 1)
