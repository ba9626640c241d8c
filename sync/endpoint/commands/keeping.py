"""`migrate` and `restore-finish`: looking after the database itself."""

import argparse
import sys

from sync.endpoint.commands.command_line import DONE, Commands, Parser, add_command
from sync.endpoint.database import migrate
from sync.endpoint.server import open_centre


def add_to(commands: "Commands[Parser]") -> None:
    add_command(commands, "migrate", "bring the tables of an older version up to date; make a backup first", _migrate)
    add_command(commands, "restore-finish", "to be run once after the database came back from a backup", _restore)


def _migrate(options: argparse.Namespace) -> int:
    print(f"The tables are of version {migrate(options.database)}.", file=sys.stderr)
    return DONE


def _restore(options: argparse.Namespace) -> int:
    open_centre(options.database).finish_restore()
    print("Every tablet will offer again what it keeps.", file=sys.stderr)
    return DONE
