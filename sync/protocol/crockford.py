"""Crockford's alphabet: letters and digits of which none is taken for another when it is read aloud or typed."""

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # five bits in each

_MISREAD = str.maketrans("OIL", "011")


def as_meant(typed: str) -> str:
    """In capitals, with O for 0 and I or L for 1 put right. What is no letter of it stays."""
    return typed.upper().translate(_MISREAD)
