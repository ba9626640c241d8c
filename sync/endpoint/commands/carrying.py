"""`hand-over-key` and `hand-over`: what a person carries from a tablet to the centre where no network comes. `brought`:
what lost tablets have brought themselves."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from sync.endpoint.commands.command_line import DONE, NOT_DONE, Commands, Parser, add_command, existing_centre
from sync.endpoint.commands.tables import table
from sync.endpoint.drop_box import Brought, brought, empty, lines_of
from sync.endpoint.exchange import TENANT, Centre
from sync.endpoint.parcels import (
    LARGEST_FILE,
    ParcelUnusable,
    Taken,
    Word,
    as_text,
    by_parcel,
    lines_in,
    make_key,
    read_keys,
    read_text,
    take,
)
from sync.protocol.parcels import Line
from sync.protocol.records import Applied, Conflicted, HandedOver, Refused, Result

SCANNED = Path("-")


def add_to(commands: "Commands[Parser]") -> None:
    making = add_command(commands, "hand-over-key", "make the key that hand-overs are sealed for", _make_key)
    making.add_argument(
        "--output", type=Path, required=True, help="for the private half; keep it, and a copy elsewhere"
    )
    taking = add_command(commands, "hand-over", "take what was carried here from tablets, in files or codes", _take)
    taking.add_argument("--key", type=Path, action="append", required=True, help="a file of hand-over-key; repeatable")
    taking.add_argument("--unproven", action="store_true", help="also of a tablet that was revoked or enrolled again")
    taking.add_argument("--brought", action="store_true", help="also what lost tablets have brought (see `brought`)")
    taking.add_argument("files", metavar="FILE", nargs="*", type=Path, help="- reads scanned codes, one a line")
    add_command(commands, "brought", "list what lost tablets have brought", _list)


def _make_key(options: argparse.Namespace) -> int:
    with closing(existing_centre(options.database)) as centre:
        try:
            mark = make_key(centre, options.output)
        except ParcelUnusable as error:
            print(error, file=sys.stderr)
            return NOT_DONE
    print(f"The key is {mark}. Tablets that are enrolled from now on seal their hand-overs for it.", file=sys.stderr)
    return DONE


def _take(options: argparse.Namespace) -> int:
    """Everything that can be taken is; what cannot is said, and the command ends with 1."""
    refused = 0
    lines: list[Line] = []
    try:
        keys = read_keys(options.key)
    except ParcelUnusable as error:
        print(f"nothing was taken: {error}", file=sys.stderr)
        return NOT_DONE
    for path in options.files:
        try:
            lines += lines_in(_text(path), str(path))
        except ParcelUnusable as error:
            print(f"nothing was taken of {error}", file=sys.stderr)
            refused += 1
    with closing(existing_centre(options.database)) as centre:
        for pieces in by_parcel(lines).values():
            refused += not _took(centre, pieces, keys, Word(unproven=options.unproven))
        for one in _waiting(centre) if options.brought else ():
            refused += not _emptied(centre, one, keys, unproven=options.unproven)
    return NOT_DONE if refused else DONE


def _list(options: argparse.Namespace) -> int:
    with closing(existing_centre(options.database)) as centre:
        found = brought(centre.database, TENANT)
    heads = ("received_at", "tablet", "parcel", "taken_at")
    print(table(heads, [(one.received_at, one.tablet, one.parcel, one.taken_at) for one in found]))
    return DONE


def _waiting(centre: Centre) -> Iterator[Brought]:
    return (one for one in brought(centre.database, TENANT) if one.taken_at is None)


def _emptied(centre: Centre, one: Brought, keys: dict[str, bytes], *, unproven: bool) -> bool:
    try:
        pieces = list(lines_in(lines_of(centre.database, one), one.parcel))
    except ParcelUnusable as error:
        print(f"nothing was taken of {error}", file=sys.stderr)
        return False
    if not _took(centre, pieces, keys, Word(unproven, one.device, one.public_key)):
        return False
    empty(centre.database, one, now=centre.clock())
    return True


def _took(centre: Centre, pieces: list[Line], keys: dict[str, bytes], word: Word) -> bool:
    try:
        taken = take(centre, pieces, keys, word)
    except ParcelUnusable as error:
        print(f"nothing was taken of the hand-over {pieces[0].parcel}: {error}", file=sys.stderr)
        return False
    print(f"{taken.parcel}, of {taken.tablet}: {len(taken.results)} changes")
    print(table(("record", "kind", "what", "number", "problem"), _rows(taken)))
    return True


def _rows(taken: Taken) -> Iterator[tuple[object, ...]]:
    for result in taken.results:
        change = taken.changes.get(result.op)
        about = (change.id, change.kind) if change else (None, None)
        yield (*about, _word(result), *_rest(result))


def _word(result: Result) -> str:
    words = {Applied: "taken", Conflicted: "in dispute", Refused: "refused", HandedOver: "left to the coordinator"}
    return f"{words[type(result)]}, known already" if result.again else words[type(result)]


def _rest(result: Result) -> tuple[object, object]:
    match result:
        case Applied() | Conflicted():
            return result.seq, None
        case Refused():
            return None, result.problem.type
    return None, None


def _text(path: Path) -> str:
    if path != SCANNED:
        return read_text(path)
    content = sys.stdin.buffer.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise ParcelUnusable("what was scanned: there is too much of it")
    return as_text(content, "what was scanned")
