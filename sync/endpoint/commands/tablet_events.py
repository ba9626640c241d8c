"""`tablet-events`: what happened at a tablet that no record tells, and whether what it told holds together."""

import argparse
import json
import sys
from contextlib import closing
from typing import Any

from sqlalchemy import Row

from sync.endpoint import tablet_events
from sync.endpoint.audit import Action, Deed, Head
from sync.endpoint.commands.auditing import head
from sync.endpoint.commands.command_line import DONE, NOT_DONE, Commands, Parser, add_command, existing_centre
from sync.endpoint.commands.tables import shown
from sync.endpoint.devices import Device
from sync.endpoint.exchange import TENANT
from sync.endpoint.roster import listed
from sync.endpoint.snapshots import snapshot
from sync.endpoint.tablet_events import Reader

_COLUMNS = ("number", "at", "clock", "drift", "by", "event", "object", "result", "received_at")


def add_to(commands: "Commands[Parser]") -> None:
    command = add_command(commands, "tablet-events", "list what happened at a tablet; say if it holds together", _list)
    command.add_argument("--name", required=True, help="the tablet")
    command.add_argument("--json", action="store_true", help="one line for each entry, with its hash")
    command.add_argument("--expect", type=head, help="NUMBER:HASH as this command printed it before")


def _list(options: argparse.Namespace) -> int:
    """Row by row: a tablet may have told a hundred thousand."""
    with closing(existing_centre(options.database)) as centre:
        found = [one.id for one in listed(centre.database, TENANT) if one.name == options.name]
        if not found:
            print("no tablet has this name", file=sys.stderr)
            return NOT_DONE
        centre.note(Deed(Action.EXPORTED, f"events of {found[0]}"))  # they tell when people came and went
        with snapshot(centre.database) as connection:
            reader, harmed, is_met = Reader(), False, options.expect is None
            for row in tablet_events.entries(connection, Device(found[0], TENANT)):
                words = reader.harm(row) or tablet_events.sealing_harm(connection, row)
                harmed = harmed or words is not None
                is_met = is_met or Head(row.number, row.hash) == options.expect
                if words is not None:
                    print(f"BROKEN: {words}", file=sys.stderr)
                print(json.dumps(dict(row._mapping)) if options.json else _line(row))
    if not is_met:
        print(f"BROKEN: entry {options.expect.number} is not there with the hash it had", file=sys.stderr)
    if reader.has_begun_anew:
        print("the tablet began anew: it was set up, or its store was lost or exchanged", file=sys.stderr)
    is_whole = is_met and not harmed
    print(f"{'whole' if is_whole else 'not whole'}; the last is {reader.last}", file=sys.stderr)
    return DONE if is_whole else NOT_DONE


def _line(row: Row[Any]) -> str:
    return "  ".join(shown(row._mapping[name]) for name in _COLUMNS)
