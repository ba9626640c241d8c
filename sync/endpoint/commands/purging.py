"""`purge` and `erase`: what people wrote in their own words and the codes of cards go; what is counted stays."""

import argparse
import sys
from contextlib import closing
from datetime import timedelta

from sync.endpoint.commands.command_line import DONE, NOT_DONE, Commands, Parser, add_command, existing_centre
from sync.endpoint.purging import Emptied, erase, erase_card, purge
from sync.protocol import card_codes

DAYS = 365
"""After which words go where nobody says otherwise. How long is right is for the council's data protection officer."""


def add_to(commands: "Commands[Parser]") -> None:
    purging = add_command(commands, "purge", "empty old records of what people wrote; what is counted stays", _purge)
    purging.add_argument("--days", type=days, default=DAYS, help=f"unchanged for so many days (default: {DAYS})")
    purging.add_argument("--dry-run", action="store_true", help="say how many there are, and change nothing")
    erasing = add_command(
        commands, "erase", "empty one record of what people wrote, or drop one card's code, now", _erase
    )
    what = erasing.add_mutually_exclusive_group(required=True)
    what.add_argument("--record", help="its id")
    what.add_argument("--card", type=card, help="the code on a card: dropped from all records, which stay")


def _purge(options: argparse.Namespace) -> int:
    with closing(existing_centre(options.database)) as centre:
        found = purge(centre, centre.clock() - timedelta(days=options.days), dry_run=options.dry_run)
    return _say(found, "to be emptied" if options.dry_run else "emptied")


def _erase(options: argparse.Namespace) -> int:
    with closing(existing_centre(options.database)) as centre:
        found = erase_card(centre, options.card) if options.card else erase(centre, options.record)
    if found is None:
        print("nothing is held under this id" if options.record else "no record holds this code", file=sys.stderr)
        return NOT_DONE
    return _say(found, "emptied")


def _say(found: Emptied, what: str) -> int:
    print(f"{found.records} records and {found.set_aside} changes that were set aside: {what}")
    for record in found.unsound:
        print(f"record {record} was left: it is not what its changes make, see doctor", file=sys.stderr)
    return NOT_DONE if found.unsound else DONE


def card(text: str) -> str:
    """A code as somebody reads it from the card."""
    found = card_codes.read(text)
    if not card_codes.is_code(found):
        raise argparse.ArgumentTypeError("is not the code of a card")
    return str(found)


def days(text: str) -> int:
    found = int(text)
    if found < 1:
        raise argparse.ArgumentTypeError("say at least one day")
    return found
