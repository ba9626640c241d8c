"""`migrate`, `backup` and what belongs to it, `restore` and `doctor`: looking after the database itself."""

import argparse
import json
import sys
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

from sync.endpoint.audit import Action, Deed
from sync.endpoint.backups import Backup, BackupFailed, copy_sqlite, dump_postgresql
from sync.endpoint.commands.command_line import (
    DONE,
    NOT_DONE,
    Commands,
    Parser,
    add_command,
    existing_centre,
    sqlite_file,
)
from sync.endpoint.database import migrate
from sync.endpoint.doctor import Diagnosis, examine
from sync.endpoint.exchange import TENANT, Centre
from sync.endpoint.sealed_backups import Seal, make_key, open_file, read_private, read_public, seal_file

AFTER_A_RESTORE = (
    "to be run once after the database came back from a backup, before the centre is served again: "
    "every tablet then offers again what it keeps"
)


def add_to(commands: "Commands[Parser]") -> None:
    add_command(commands, "migrate", "bring the tables of an older version up to date; make a backup first", _migrate)
    backing_up = add_command(commands, "backup", "write the whole database to a file, and look at it", _backup)
    backing_up.add_argument("--output", type=Path, required=True, help="appears whole or not at all")
    backing_up.add_argument("--seal-to", type=Path, metavar="KEY.pub", help="close it for the key of backup-key")
    making = add_command(commands, "backup-key", "make a key for backups that only who has it can open", _make_key)
    making.add_argument("--output", type=Path, required=True, help="for the private half; the other goes beside it")
    opening = commands.add_parser("backup-open", help="open a sealed backup", description="Open a sealed backup.")
    opening.add_argument("--key", type=Path, required=True, help="the private half, of backup-key")
    opening.add_argument("--output", type=Path, required=True, help="appears whole or not at all")
    opening.add_argument("sealed", metavar="FILE", type=Path)
    opening.set_defaults(run=_open)
    finishing = add_command(
        commands, "backup-finish", "say that a backup made by other means is complete and was looked at", _finish
    )
    finishing.add_argument("--seq", type=int, required=True, help="where the counter stood before it began: see doctor")
    add_command(commands, "restore", AFTER_A_RESTORE, _restore)
    examining = add_command(commands, "doctor", "say whether the database is sound; changes nothing", _doctor)
    examining.add_argument("--json", action="store_true")


def _backup(options: argparse.Namespace) -> int:
    with closing(existing_centre(options.database)) as centre:
        begun_at = centre.clock()
        try:
            backup = _made(centre, options)
        except BackupFailed as error:
            print(f"there is no backup: {error}", file=sys.stderr)
            return NOT_DONE
        centre.finish_backup(backup.upto, begun_at)
    rows = ", ".join(f"{count} {table}" for table, count in backup.rows.items())
    print(f"Everything up to number {backup.upto} is in it: {rows}.", file=sys.stderr)
    return DONE


def _made(centre: Centre, options: argparse.Namespace) -> Backup:
    if options.seal_to is None:
        return _copied(centre, options, options.output)
    closing_for = Seal(read_public(options.seal_to), centre.chance.new_id())
    source = sqlite_file(options.database)
    if source is not None and options.output.resolve() == source.resolve():
        raise BackupFailed("the backup would replace the database")
    # The plain copy never comes to the other disk, and lies where the database itself lies, for a moment.
    with TemporaryDirectory(prefix=".backup-", dir=source.parent if source else None) as folder:
        plain = Path(folder) / "plain"
        backup = _copied(centre, options, plain)
        seal_file(plain, options.output, closing_for)
    return backup


def _copied(centre: Centre, options: argparse.Namespace, output: Path) -> Backup:
    source = sqlite_file(options.database)
    if source is not None:
        return copy_sqlite(source, output)
    return dump_postgresql(centre.database, options.database, output)


def _make_key(options: argparse.Namespace) -> int:
    with closing(existing_centre(options.database)) as centre:
        try:
            mark = make_key(options.output)
        except BackupFailed as error:
            print(error, file=sys.stderr)
            return NOT_DONE
        centre.note(Deed(Action.KEY_MADE, mark))
    print(f"The key is {mark}. Keep {options.output} off this machine: only it opens the backups.", file=sys.stderr)
    return DONE


def _open(options: argparse.Namespace) -> int:
    try:
        open_file(options.sealed, options.output, read_private(options.key))
    except BackupFailed as error:
        print(f"nothing was opened: {error}", file=sys.stderr)
        return NOT_DONE
    return DONE


def _finish(options: argparse.Namespace) -> int:
    with closing(existing_centre(options.database)) as centre:
        try:
            centre.finish_backup(options.seq, centre.clock())
        except ValueError as error:
            print(error, file=sys.stderr)
            return NOT_DONE
    return DONE


def _migrate(options: argparse.Namespace) -> int:
    print(f"The tables are of version {migrate(options.database)}.", file=sys.stderr)
    return DONE


def _restore(options: argparse.Namespace) -> int:
    with closing(existing_centre(options.database)) as centre:
        centre.finish_restore()
    print("Every tablet will offer again what it keeps.", file=sys.stderr)
    return DONE


def _doctor(options: argparse.Namespace) -> int:
    with closing(existing_centre(options.database)) as centre:
        diagnosis = examine(centre.database, TENANT)
    if options.json:
        print(json.dumps({**asdict(diagnosis), "sound": diagnosis.is_sound}, indent=1))
    else:
        _print(diagnosis)
    return DONE if diagnosis.is_sound else NOT_DONE


def _print(diagnosis: Diagnosis) -> None:
    print(f"{diagnosis.records} records, {diagnosis.changes} changes, {diagnosis.set_aside} set aside")
    print(f"the counter stands at {diagnosis.counter}")
    for words in diagnosis.harm:
        print(f"DAMAGED: {words}")
    print("sound" if diagnosis.is_sound else "not sound")
