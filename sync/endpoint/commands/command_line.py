"""What all commands have in common: a database, and a function that does the work and says the exit code."""

import argparse
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from sync.endpoint.database import DatabaseUnusable
from sync.endpoint.exchange import Centre
from sync.endpoint.server import open_centre
from sync.endpoint.settings import DATABASE

Parser = argparse.ArgumentParser
Commands = argparse._SubParsersAction  # argparse has no public name for what `add_subparsers` gives
Run = Callable[[argparse.Namespace], int]

DONE = 0
NOT_DONE = 1  # understood, and not as it should be
CANNOT = 2


def add_command(commands: "Commands[Parser]", name: str, purpose: str, run: Run) -> Parser:
    command = commands.add_parser(name, help=purpose, description=purpose)
    command.add_argument(
        "--database",
        help=f"sqlite:///centre.db or postgresql://user@host/name (default: {DATABASE} or {DATABASE}_FILE)",
    )
    command.set_defaults(run=run)
    return command


def existing_centre(url: str) -> Centre:
    """For commands about a centre there is: a slip in the address must not make a new one. Raises DatabaseUnusable."""
    path = sqlite_file(url)
    if path is not None and not path.is_file():
        raise DatabaseUnusable(f"there is no file {path}")
    return open_centre(url)


def sqlite_file(url: str) -> Path | None:
    """The file of a database that is one."""
    try:
        address = make_url(url)
    except ArgumentError:
        return None  # which is said in words when it is opened
    is_file = address.get_backend_name() == "sqlite" and address.database not in (None, "", ":memory:")
    return Path(str(address.database)) if is_file else None
