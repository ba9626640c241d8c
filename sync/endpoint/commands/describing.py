"""`openapi`: the centre's addresses and messages, for whoever writes another end."""

import argparse

from sync.endpoint import openapi
from sync.endpoint.commands.command_line import DONE, Commands, Parser


def add_to(commands: "Commands[Parser]") -> None:
    command = commands.add_parser("openapi", help="print the OpenAPI document of docs/openapi.json")
    command.set_defaults(run=_print)


def _print(_options: argparse.Namespace) -> int:
    print(openapi.as_text(), end="")
    return DONE
