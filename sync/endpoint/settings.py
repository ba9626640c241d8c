"""What a centre is told that nobody else should read, and what a centre for real work will not start with. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

DATABASE = "ACOMPANYA_DATABASE"  # the address of the database, which may hold a password
_IN_A_FILE = "_FILE"

# What examples and images ship with; this project's own are in docs/operations.md.
_DEFAULTS = frozenset(
    {"", "admin", "centre", "change-me", "changeme", "default", "example", "password", "postgres", "root", "secret"}
)


class SettingsUnusable(Exception):
    """Nothing is started, in one line, without the value."""


def secret(name: str, environment: Mapping[str, str]) -> str | None:
    """What the variable says, or the file that `NAME_FILE` names, or None. Raises SettingsUnusable."""
    said, path = environment.get(name), environment.get(name + _IN_A_FILE)
    if said is not None and path is not None:
        raise SettingsUnusable(f"{name} and {name}{_IN_A_FILE} are both set: which one is meant?")
    if path is None:
        return said
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise SettingsUnusable(f"the file of {name}{_IN_A_FILE} cannot be read") from None


@dataclass(frozen=True, slots=True)
class Start:
    """How somebody wants to start a centre."""

    database_url: str
    host: str
    is_database_typed: bool  # on the command line
    is_behind_tls: bool
    is_debugging: bool


def objections(start: Start) -> Iterator[str]:
    """Why a centre for real work should not start like this, each in one line and without any value."""
    if not start.is_behind_tls:
        yield "tablets' tokens would travel in the open: put a proxy with TLS in front and say --behind-tls"
    if not _is_loopback(start.host):
        yield "it would answer without TLS to other machines: let it listen on 127.0.0.1, behind the proxy"
    if start.is_debugging:
        yield "Python runs in development or debug mode (-X dev, PYTHONDEVMODE, PYTHONASYNCIODEBUG)"
    yield from _of_the_password(start)


def _of_the_password(start: Start) -> Iterator[str]:
    try:
        address = make_url(start.database_url)
    except ArgumentError:
        return  # which is said when it is opened
    if address.get_backend_name() == "sqlite":
        return
    password = address.password
    if password is None:
        return  # a socket, a certificate or a password file of PostgreSQL's own
    if str(password).strip().lower() in _DEFAULTS:
        yield "the database's password is one that examples have"
    if start.is_database_typed:
        yield f"everybody on this machine can read a password on the command line: use {DATABASE} or {DATABASE}_FILE"


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
