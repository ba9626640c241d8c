"""What all commands have in common: a database, and a function that does the work and says the exit code."""

import argparse
from collections.abc import Callable

Parser = argparse.ArgumentParser
Commands = argparse._SubParsersAction  # argparse has no public name for what `add_subparsers` gives
Run = Callable[[argparse.Namespace], int]

DONE = 0
NOT_DONE = 1  # understood, and not as it should be
CANNOT = 2


def add_command(commands: "Commands[Parser]", name: str, purpose: str, run: Run) -> Parser:
    command = commands.add_parser(name, help=purpose, description=purpose)
    command.add_argument("--database", required=True, help="for example sqlite:///centre.db")
    command.set_defaults(run=run)
    return command
