"""What lets a tablet in: the centre's address and a one-time code, typed one by one or pasted as a link. Pure.

In a link the code is behind the `#`, which no browser ever sends: it gets into no log on the way.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from urllib.parse import urlsplit

from sync.protocol.crockford import ALPHABET, GROUP, code_letters, grouped

LETTERS = 12  # 60 bits
LONGEST_LINK = 300  # characters
PATH = "/alta"

_CODE = re.compile(f"[{ALPHABET}]{{{LETTERS}}}")
_UNSEEN = re.compile(r"[\x00-\x20\x7f]|%00")


class Wrong(StrEnum):
    """Why something is no invitation."""

    ADDRESS = "address"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Invitation:
    """To one centre, for one tablet."""

    address: str  # of the centre, without a path
    code: str  # as people read it, in groups

    @property
    def host(self) -> str:
        """Who would be asked, with the port when one is said."""
        return urlsplit(self.address).netloc


def link_to(address: str, code: str) -> str:
    return f"{address.rstrip('/')}{PATH}#{code}"


def split_link(text: str) -> tuple[str, str] | None:
    """Address and code of what looks like a link with both, whole; None for anything else, such as one that is still
    being typed. It says nothing of whether they are any good."""
    address, _, code = text.strip().partition("#")
    is_link = "://" in address and len(code_letters(code)) >= LETTERS and len(text) <= LONGEST_LINK
    return (address.removesuffix(PATH), code) if is_link else None


def read_invitation(address: str, code: str) -> Invitation | Wrong:
    """What was typed as an invitation, or which of the two cannot be one. Whether anything is ever sent to such an
    address is the transport's own rule."""
    text = address.strip().removesuffix("/")
    if len(text) > LONGEST_LINK or _UNSEEN.search(text):
        return Wrong.ADDRESS
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host, _ = parts.hostname, parts.port
    except ValueError:
        return Wrong.ADDRESS
    extra = parts.path or parts.query or parts.fragment or parts.username is not None
    if parts.scheme not in ("https", "http") or not host or extra:
        return Wrong.ADDRESS
    letters = code_letters(code[:LONGEST_LINK])
    if not _CODE.fullmatch(letters):
        return Wrong.CODE
    return Invitation(f"{parts.scheme}://{parts.netloc}", grouped(letters))


def mark_of_centre(instance: str) -> str:
    """Eight letters by which two people see that they mean the same centre: AB12 CD34."""
    digits = sha256(instance.encode("utf-8")).hexdigest()[:8].upper()
    return f"{digits[:GROUP]} {digits[GROUP:]}"
