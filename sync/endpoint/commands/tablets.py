"""`devices`, `enrol`, `revoke`, `lost`, `refused`: which tablets may come in, how they are, and what was not taken of
them."""

import argparse
import json
import sys
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import segno

from sync.endpoint.audit import Action, Deed
from sync.endpoint.commands.command_line import DONE, NOT_DONE, Commands, Parser, add_command, existing_centre
from sync.endpoint.commands.tables import table
from sync.endpoint.exchange import TENANT
from sync.endpoint.parcels import ParcelUnusable, has_key, read_keys
from sync.endpoint.roster import kinds_of, listed, set_aside
from sync.endpoint.server import open_centre
from sync.endpoint.unlocking import Unanswerable
from sync.protocol.invitations import LETTERS, Wrong, link_to, mark_of_centre, read_invitation
from sync.protocol.unlocking import ASKED, letters


def add_to(commands: "Commands[Parser]") -> None:
    enrolling = add_command(commands, "enrol", "print a one-time code for a tablet", _enrol)
    enrolling.add_argument("--name", type=name, required=True, help="the tablet; a known name gets a new token")
    enrolling.add_argument("--address", type=address, help="of the centre, for a link and a QR code")
    enrolling.add_argument("--centres", type=centres, help="what it is told about, e.g. mariola,ereta; '' = all")
    revoking = add_command(commands, "revoke", "take a tablet's token away", _revoke)
    revoking.add_argument("--name", required=True)
    losing = add_command(commands, "lost", "give a tablet up for lost, and list what may be on it", _lose)
    losing.add_argument("--name", required=True)
    listing = add_command(commands, "devices", "list the tablets, or say which centres one is told about", _devices)
    listing.add_argument("--name", help="the tablet that --centres is about")
    listing.add_argument("--centres", type=centres, help="what it is told about from now on; '' = all")
    listing.add_argument("--json", action="store_true")
    opening = add_command(commands, "unlock-code", "answer a tablet that a person is shut out of", _unlock)
    opening.add_argument("--name", required=True, help="the tablet")
    opening.add_argument("--key", type=Path, action="append", required=True, help="a file of hand-over-key; repeatable")
    opening.add_argument("--person", required=True, help="as the tablet shows it, e.g. C3")
    opening.add_argument("asked", help="the eight letters that the tablet shows")
    refused = add_command(commands, "refused", "list what was refused, or handed over to the coordinator", _refused)
    refused.add_argument("--json", action="store_true", help="with the whole content; the list for people has none")


def address(text: str) -> str:
    """Where tablets find the centre, as they take it."""
    made = read_invitation(text, "0" * LETTERS)
    if isinstance(made, Wrong):
        raise argparse.ArgumentTypeError("is not an address like https://centre.example")
    return made.address


def _enrol(options: argparse.Namespace) -> int:
    with closing(open_centre(options.database)) as centre:
        if not has_key(centre):
            print("the centre has no key yet, which a tablet is told when it is let in: hand-over-key", file=sys.stderr)
            return NOT_DONE
        code, mark = centre.issue_code(options.name, options.centres), mark_of_centre(centre.hello().instance)
    print(code)
    print("Type this code on the tablet within 15 minutes. It works once.", file=sys.stderr)
    if options.address:
        link = link_to(options.address, code)
        print(f"Or open there: {link}", file=sys.stderr)
        segno.make(link, micro=False).terminal(sys.stderr, compact=True)
    print(f"The tablet will say that the centre {mark} answers.", file=sys.stderr)
    return DONE


def _revoke(options: argparse.Namespace) -> int:
    with closing(existing_centre(options.database)) as centre:
        return DONE if centre.revoke(options.name) else _unknown()


def _lose(options: argparse.Namespace) -> int:
    """With what whoever has to report the loss is asked first."""
    with closing(existing_centre(options.database)) as centre:
        if not centre.give_up(options.name):
            return _unknown()
        (tablet,) = (one for one in listed(centre.database, TENANT) if one.name == options.name)
        kinds = kinds_of(centre.database, tablet.id)
    print(
        f"{tablet.name} is let in no more. When it asks again it keeps nothing that can be read, and brings the rest."
    )
    print(f"It asked last at: {tablet.seen_at or 'never'}. It had not sent: {tablet.waiting or 0}.")
    print(table(("made on it", "records"), kinds))
    return DONE


def _unlock(options: argparse.Namespace) -> int:
    if len(letters(options.asked)) != ASKED:
        print(f"a tablet shows {ASKED} letters and digits", file=sys.stderr)
        return NOT_DONE
    try:
        keys = read_keys(options.key)
        with closing(existing_centre(options.database)) as centre:
            code = centre.unlock_answer(options.name, (options.person, options.asked), keys)
    except (ParcelUnusable, Unanswerable) as error:
        print(error, file=sys.stderr)
        return NOT_DONE
    print(code)
    print(f"Read it to {options.person}. It works once, on that tablet; then they choose a new PIN.", file=sys.stderr)
    return DONE


def _devices(options: argparse.Namespace) -> int:
    if (options.name is None) != (options.centres is None):
        print("--name and --centres go together", file=sys.stderr)
        return NOT_DONE
    with closing(existing_centre(options.database)) as centre:
        if options.name is not None:
            return DONE if centre.assign(options.name, options.centres) else _unknown()
        tablets = listed(centre.database, TENANT)
    if options.json:
        print(json.dumps([asdict(one) for one in tablets], indent=1))
        return DONE
    rows = [{**asdict(one), "centres": ",".join(one.centres) or "all"} for one in tablets]
    print(table(_COLUMNS, [[row[name] for name in _COLUMNS] for row in rows]))
    return DONE


def _refused(options: argparse.Namespace) -> int:
    with closing(existing_centre(options.database)) as centre:
        found = set_aside(centre.database, TENANT)
        if options.json:  # with what people wrote
            centre.note(Deed(Action.SET_ASIDE_READ))
    if options.json:
        print(json.dumps([asdict(one) for one in found], indent=1))
    else:
        heads = ("received_at", "tablet", "op", "problem", "field")
        print(table(heads, [(one.received_at, one.tablet, one.op, one.problem, one.field) for one in found]))
    return DONE


def _unknown() -> int:
    print("no tablet has this name", file=sys.stderr)
    return NOT_DONE


def name(text: str) -> str:
    """One that somebody can read out and find again."""
    found = text.strip()
    if not found or not found.isprintable():
        raise argparse.ArgumentTypeError("a tablet needs a name of printable characters")
    return found


def centres(text: str) -> frozenset[str]:
    return frozenset(one.strip() for one in text.split(",") if one.strip())


_COLUMNS = (
    "name",
    "centres",
    "seen_at",
    "waiting",
    "attention",
    "skew_seconds",
    "app",
    "enrolled_at",
    "revoked_at",
    "lost_at",
    "id",
)
