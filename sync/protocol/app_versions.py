"""Which version of the app asks: a product token of `User-Agent` (RFC 9110, 10.1.5), such as `acompanya/0.1.0`."""

import re

from sync.protocol.messages import PRODUCT

Version = tuple[int, ...]  # three numbers: major, minor, patch

_VERSION = re.compile(r"(\d{1,6})\.(\d{1,6})\.(\d{1,6})", re.ASCII)


def agent_of(version: str) -> str:
    """How a tablet with this version of the app names itself."""
    return f"{PRODUCT}/{version}"


def version_of(text: str) -> Version | None:
    """The three numbers of a version; None for anything else."""
    found = _VERSION.fullmatch(text)
    return tuple(map(int, found.groups())) if found else None


def asking(agent: str) -> Version | None:
    """The version of the app that names itself so; None when it says none."""
    product, _, version = agent.partition("/")
    return version_of(version) if product == PRODUCT else None
