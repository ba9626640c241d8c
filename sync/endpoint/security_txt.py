"""Whom to tell of a weakness, as RFC 9116 has it."""

import re
from datetime import datetime, timedelta

VALID_FOR = timedelta(days=180)  # the RFC recommends less than a year; it is said anew with every answer

_CONTACT = re.compile(r"(?:mailto:[^\s@<>]+@[^\s@<>]+|https://[^\s<>]+|tel:\+[0-9-]+)")


def is_contact(text: str) -> bool:
    """An address as the RFC wants it, in one line."""
    return len(text) <= 300 and text.isascii() and _CONTACT.fullmatch(text) is not None


def security_txt(contact: str, now: datetime) -> str:
    expires = (now + VALID_FOR).replace(microsecond=0).isoformat().replace("+00:00", "Z")
    return f"Contact: {contact}\nExpires: {expires}\nPreferred-Languages: ca, es, en\n"
