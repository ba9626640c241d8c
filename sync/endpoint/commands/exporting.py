"""`export`: what the centre holds, as a file for other programs or for a spreadsheet."""

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection

from sync.endpoint import exports
from sync.endpoint.audit import Action, Deed, Result
from sync.endpoint.commands.command_line import CANNOT, DONE, NOT_DONE, Commands, Parser, add_command, existing_centre
from sync.endpoint.exchange import TENANT, Centre
from sync.endpoint.exports import Wanted
from sync.endpoint.files import write_whole
from sync.endpoint.publishing import COLUMNS, NAMING, Known, public_table
from sync.endpoint.roster import centres_of_tablets
from sync.endpoint.snapshots import snapshot


def add_to(commands: "Commands[Parser]") -> None:
    command = add_command(commands, "export", "write out all records, or their whole history", _export)
    command.add_argument(
        "--format", choices=("jsonl", "csv"), default="jsonl", help="jsonl is exact; csv for spreadsheets"
    )
    command.add_argument("--output", type=Path, help="appears whole or not at all (default: standard output)")
    command.add_argument("--record", action="append", default=[], help="only the record with this id; repeatable")
    command.add_argument("--kind", action="append", default=[], help="only this kind; may be given several times")
    command.add_argument("--from", dest="since", type=moment, help="changed at the centre since, e.g. 2026-03-01 (UTC)")
    command.add_argument("--to", dest="until", type=moment, help="changed at the centre before, e.g. 2026-04-01 (UTC)")
    command.add_argument("--history", action="store_true", help="every change that was answered, not the records")
    command.add_argument(
        "--public", type=month, help="csv: what may be published of a month, e.g. 2026-03, with no number below five"
    )
    command.add_argument(
        "--bom", action="store_true", help="csv: begin with a byte order mark, as some spreadsheets want"
    )


def _export(options: argparse.Namespace) -> int:
    what = "public" if options.public else "history" if options.history else "records"
    with closing(existing_centre(options.database)) as centre:
        if options.public and options.public >= f"{centre.clock():%Y-%m}":
            # Published again day by day, a table gives away what each day brought.
            print("a month is published when it is over", file=sys.stderr)
            return CANNOT
        centre.note(Deed(Action.EXPORTED, what, Result.BEGUN))
        result = Result.BROKEN_OFF
        try:
            if _is_written(centre, options):
                result = Result.DONE
        finally:
            centre.note(Deed(Action.EXPORTED, what, result))
    return DONE if result is Result.DONE else NOT_DONE


def _is_written(centre: Centre, options: argparse.Namespace) -> bool:
    """False when whoever reads it has gone."""
    with snapshot(centre.database) as connection:
        pieces = _pieces(connection, options)
        if options.output is not None:
            write_whole(options.output, pieces)
            return True
        try:
            sys.stdout.buffer.writelines(pieces)
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            # Python would complain once more when it closes the stream at the end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            print("whoever read this has gone: the export is not whole", file=sys.stderr)
            return False
    return True


def _pieces(connection: Connection, options: argparse.Namespace) -> Iterator[bytes]:
    wanted = Wanted(TENANT, frozenset(options.kind), options.since, options.until, frozenset(options.record))
    if options.public:
        named = exports.records(connection, Wanted(TENANT, frozenset(NAMING)))
        known = Known.of(named, centres_of_tablets(connection, TENANT))
        every = exports.records(connection, Wanted(TENANT))
        return exports.as_csv(COLUMNS, public_table(options.public, every, known), mark=options.bom)
    entries_of = exports.changes if options.history else exports.records
    if options.format == "jsonl":
        return exports.as_json_lines(entries_of(connection, wanted))
    if options.history:
        return exports.changes_as_csv(exports.changes(connection, wanted), mark=options.bom)
    return exports.records_as_csv(lambda: exports.records(connection, wanted), mark=options.bom)


def moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def month(text: str) -> str:
    return f"{datetime.strptime(text, '%Y-%m').replace(tzinfo=UTC):%Y-%m}"
