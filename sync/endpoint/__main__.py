"""The centre's commands: `python -m sync.endpoint serve | enrol | revoke | restore-finish`."""

import argparse
import logging
import sys
from pathlib import Path

from sync.endpoint.database import DatabaseUnusable
from sync.endpoint.server import open_centre, serve

CANNOT = 2


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    try:
        return _run(options)
    except DatabaseUnusable as error:
        print(f"cannot use the database: {error}", file=sys.stderr)
    except OSError as error:
        print(f"cannot serve: {error.strerror or error}", file=sys.stderr)
    except OverflowError as error:  # what a port above 65535 is to Python
        print(f"cannot serve: {error}", file=sys.stderr)
    return CANNOT


def _run(options: argparse.Namespace) -> int:
    match options.command:
        case "serve":
            serve(options.database, host=options.host, port=options.port, port_file=options.port_file)
        case "enrol":
            print(open_centre(options.database).issue_code(options.name))
            print("Type this code on the tablet within 15 minutes. It works once.", file=sys.stderr)
        case "revoke":
            if not open_centre(options.database).revoke(options.name):
                print("no tablet has this name", file=sys.stderr)
                return 1
        case "restore-finish":
            open_centre(options.database).finish_restore()
            print("Every tablet will offer again what it keeps.", file=sys.stderr)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sync.endpoint", description="The centre of Acompanya.")
    commands = parser.add_subparsers(dest="command", required=True)
    serving = _command(commands, "serve", "serve tablets until stopped")
    serving.add_argument("--host", default="127.0.0.1")
    serving.add_argument("--port", type=int, default=8470, help="0 takes a free port")
    serving.add_argument("--port-file", type=Path, help="a file to write the port to")
    enrolling = _command(commands, "enrol", "print a one-time code for a tablet")
    enrolling.add_argument("--name", required=True, help="the tablet; a known name gets a new token")
    revoking = _command(commands, "revoke", "take a tablet's token away")
    revoking.add_argument("--name", required=True)
    _command(commands, "restore-finish", "to be run once after the database came back from a backup")
    return parser


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, purpose: str
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=purpose)
    command.add_argument("--database", required=True, help="for example sqlite:///centre.db")
    return command


if __name__ == "__main__":
    sys.exit(main())
