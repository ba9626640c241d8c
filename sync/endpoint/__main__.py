"""The centre's commands: `python -m sync.endpoint COMMAND --help` says what each one takes."""

import argparse
import os
import sys

from sync.endpoint.commands import (
    auditing,
    cards,
    carrying,
    describing,
    exporting,
    keeping,
    purging,
    reference,
    serving,
    tablet_events,
    tablets,
)
from sync.endpoint.commands.command_line import CANNOT
from sync.endpoint.database import DatabaseUnusable
from sync.endpoint.settings import DATABASE, SettingsUnusable, secret
from sync.errors import CentreBusy

FAMILIES = (
    serving,
    tablets,
    carrying,
    exporting,
    keeping,
    purging,
    cards,
    auditing,
    tablet_events,
    reference,
    describing,
)


def main(arguments: list[str] | None = None) -> int:
    os.umask(0o077)  # whatever is made here is nobody else's on this machine: a database holds what tokens are known by
    options = _parser().parse_args(arguments)
    options.environment = os.environ
    options.is_database_typed = getattr(options, "database", None) is not None
    try:
        if "database" in options and options.database is None:
            options.database = secret(DATABASE, os.environ)
            if options.database is None:
                raise SettingsUnusable(f"say --database, {DATABASE} or {DATABASE}_FILE")
        return int(options.run(options))
    except SettingsUnusable as error:
        print(f"cannot {options.command}: {error}", file=sys.stderr)
    except DatabaseUnusable as error:
        print(f"cannot use the database: {error}", file=sys.stderr)
    except CentreBusy:
        print(f"cannot {options.command}: the database is held, full, read-only or away now", file=sys.stderr)
    except OSError as error:
        print(f"cannot {options.command}: {error.strerror or error}", file=sys.stderr)
    except OverflowError as error:  # what a port above 65535 is to Python
        print(f"cannot {options.command}: {error}", file=sys.stderr)
    return CANNOT


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sync.endpoint", description="The centre of Acompanya.")
    commands = parser.add_subparsers(dest="command", required=True)
    for family in FAMILIES:
        family.add_to(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
