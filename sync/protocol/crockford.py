"""Crockford's alphabet: letters and digits of which none is taken for another when it is read aloud or typed."""

import re

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # five bits in each
GROUP = 4

_MISREAD = str.maketrans("OIL", "011")
_BETWEEN = re.compile(r"[\s\u2010-\u2015-]")


def as_meant(typed: str) -> str:
    """In capitals, with O for 0 and I or L for 1 put right. What is no letter of it stays."""
    return typed.upper().translate(_MISREAD)


def code_letters(code: str) -> str:
    """The letters of a code however it was typed: small, with spaces or dashes, O for 0 and I or L for 1."""
    return as_meant(_BETWEEN.sub("", code))


def grouped(letters: str) -> str:
    """As it is shown: K7QF-2M9P-4XYZ."""
    return "-".join(letters[start : start + GROUP] for start in range(0, len(letters), GROUP))
