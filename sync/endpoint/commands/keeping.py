"""`restore`: looking after the database itself."""

import argparse
import sys

from sync.endpoint.commands.command_line import DONE, Commands, Parser, add_command
from sync.endpoint.server import open_centre


def add_to(commands: "Commands[Parser]") -> None:
    add_command(commands, "restore-finish", "to be run once after the database came back from a backup", _restore)


def _restore(options: argparse.Namespace) -> int:
    open_centre(options.database).finish_restore()
    print("Every tablet will offer again what it keeps.", file=sys.stderr)
    return DONE
