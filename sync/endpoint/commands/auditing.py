"""`audit`: what was done with the centre, and whether the log of it is whole."""

import argparse
import json
import sys
from contextlib import closing

from sync.endpoint import audit
from sync.endpoint.audit import Head
from sync.endpoint.commands.command_line import DONE, NOT_DONE, Commands, Parser, add_command, existing_centre
from sync.endpoint.commands.tables import table
from sync.endpoint.snapshots import snapshot

_COLUMNS = ("number", "at", "actor", "action", "object", "result", "network")


def add_to(commands: "Commands[Parser]") -> None:
    command = add_command(commands, "audit", "list what was done with the centre; say if the list is whole", _audit)
    command.add_argument("--json", action="store_true", help="one line for each entry, with its hash")
    command.add_argument("--expect", type=head, help="NUMBER:HASH as this command printed it before")


def _audit(options: argparse.Namespace) -> int:
    with closing(existing_centre(options.database)) as centre, snapshot(centre.database) as connection:
        found = list(audit.entries(connection))
        harm = list(audit.breaks(connection, options.expect))
        end = audit.head_of(connection)
    if options.json:
        print("\n".join(json.dumps(dict(row._mapping)) for row in found))
    else:
        print(table(_COLUMNS, [[getattr(row, name) for name in _COLUMNS] for row in found]))
    for words in harm:
        print(f"DAMAGED: {words}", file=sys.stderr)
    print(f"{'not whole' if harm else 'whole'}; the last is {end}", file=sys.stderr)
    return NOT_DONE if harm else DONE


def head(text: str) -> Head:
    number, _, hashed = text.partition(":")
    if not number.isdecimal() or len(hashed) != len(audit.FIRST):
        raise argparse.ArgumentTypeError("say NUMBER:HASH")
    return Head(int(number), hashed)
