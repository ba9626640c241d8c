"""`enrol` and `revoke`: which tablets may come in."""

import argparse
import sys

from sync.endpoint.commands.command_line import DONE, NOT_DONE, Commands, Parser, add_command, existing_centre
from sync.endpoint.server import open_centre


def add_to(commands: "Commands[Parser]") -> None:
    enrolling = add_command(commands, "enrol", "print a one-time code for a tablet", _enrol)
    enrolling.add_argument("--name", type=_name, required=True, help="the tablet; a known name gets a new token")
    revoking = add_command(commands, "revoke", "take a tablet's token away", _revoke)
    revoking.add_argument("--name", required=True)


def _enrol(options: argparse.Namespace) -> int:
    print(open_centre(options.database).issue_code(options.name))
    print("Type this code on the tablet within 15 minutes. It works once.", file=sys.stderr)
    return DONE


def _revoke(options: argparse.Namespace) -> int:
    if not existing_centre(options.database).revoke(options.name):
        print("no tablet has this name", file=sys.stderr)
        return NOT_DONE
    return DONE


def _name(text: str) -> str:
    """A name somebody can read out and find again."""
    name = text.strip()
    if not name or not name.isprintable():
        raise argparse.ArgumentTypeError("a tablet needs a name of printable characters")
    return name
