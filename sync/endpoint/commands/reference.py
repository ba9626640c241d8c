"""`import-catalogue`: what the coordinator writes in files, for every tablet."""

import argparse
import sys
from contextlib import closing
from pathlib import Path

from sync.endpoint.commands.command_line import DONE, NOT_DONE, Commands, Parser, add_command, existing_centre
from sync.endpoint.importing import import_files
from sync.endpoint.reference_files import FileUnusable, read_file

LARGEST_FILE = 8 << 20  # a catalogue of 1,800 procedures is 4


def add_to(commands: "Commands[Parser]") -> None:
    command = add_command(commands, "import-catalogue", "give every tablet these files of reference data", _import)
    command.add_argument(
        "files", metavar="FILE", nargs="+", type=Path, help="catalogue.json, centres.json, people.json …"
    )
    command.add_argument("--force", action="store_true", help="also an older version, or the same one changed")
    command.add_argument(
        "--retire", metavar="N", type=int, action="append", default=[], help="so many of a file go, where it is many"
    )


def _import(options: argparse.Namespace) -> int:
    try:
        files = [read_file(path.name, _content(path)) for path in options.files]
        with closing(existing_centre(options.database)) as centre:
            imported = import_files(centre, files, force=options.force, retire=options.retire)
    except FileUnusable as error:
        print(f"nothing was taken: {error}", file=sys.stderr)
        return NOT_DONE
    for one in imported:
        print("\n".join(one.lines()))
    return DONE


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise FileUnusable(f"{path}: {error.strerror}") from None
    if len(content) > LARGEST_FILE:
        raise FileUnusable(f"{path}: is larger than {LARGEST_FILE >> 20} MiB")
    return content
