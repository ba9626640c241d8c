"""`card-codes` and `card-counts`: codes for cards that people keep, and how many people came by them."""

import argparse
from contextlib import closing

from sync.endpoint import exports
from sync.endpoint.audit import Action, Deed
from sync.endpoint.card_counts import counted, told
from sync.endpoint.commands.command_line import DONE, Commands, Parser, add_command, existing_centre
from sync.endpoint.commands.tables import table
from sync.endpoint.exchange import TENANT
from sync.endpoint.exports import Wanted
from sync.endpoint.server import REAL_CHANCE
from sync.endpoint.snapshots import snapshot
from sync.protocol import card_codes
from sync.protocol.crockford import grouped
from sync.protocol.records import Kind


def add_to(commands: "Commands[Parser]") -> None:
    purpose = "print new codes for cards; they are written down nowhere else"
    making = commands.add_parser("card-codes", help=purpose, description=purpose)
    making.add_argument("--count", type=count, required=True, help=f"how many, 1 to {card_codes.MOST_AT_ONCE}")
    making.set_defaults(run=_make)
    add_command(commands, "card-counts", "how many cards were seen, how often, with how many modules", _count)


def _make(options: argparse.Namespace) -> int:
    """No database takes part: there is no list of cards."""
    for code in card_codes.fresh(options.count, REAL_CHANCE.below):
        print(grouped(code))
    return DONE


def _count(options: argparse.Namespace) -> int:
    with closing(existing_centre(options.database)) as centre:
        with snapshot(centre.database) as connection:
            counts = counted(exports.records(connection, Wanted(TENANT, frozenset({Kind.ASSIST}))))
        centre.note(Deed(Action.EXPORTED, "card counts"))
    print(table(("what", "how many, in fives"), told(counts)))
    return DONE


def count(text: str) -> int:
    found = int(text)
    if not 1 <= found <= card_codes.MOST_AT_ONCE:
        raise argparse.ArgumentTypeError(f"say a number from 1 to {card_codes.MOST_AT_ONCE}")
    return found
