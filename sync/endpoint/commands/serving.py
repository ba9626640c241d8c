"""`serve`: the centre as a process, and how it speaks of itself."""

import argparse
import sys
from pathlib import Path

from sync.endpoint import logs
from sync.endpoint.commands.command_line import CANNOT, DONE, Commands, Parser, add_command
from sync.endpoint.manner import Manner
from sync.endpoint.security_txt import is_contact
from sync.endpoint.server import Address, Service, serve
from sync.endpoint.settings import Start, objections
from sync.endpoint.workers import Worker, serve_together
from sync.protocol.app_versions import Version, version_of


def add_to(commands: "Commands[Parser]") -> None:
    command = add_command(commands, "serve", "serve tablets until stopped", _serve)
    command.add_argument("--host", default="127.0.0.1")
    command.add_argument("--port", type=int, default=8470, help="0 takes a free port")
    command.add_argument("--port-file", type=Path, help="a file to write the port to")
    command.add_argument("--workers", type=int, default=1, help="how many processes, all at this port; PostgreSQL only")
    command.add_argument(
        "--log-format", choices=logs.FORMATS, help="default: text on a terminal, JSON lines everywhere else"
    )
    command.add_argument(
        "--metrics-port", type=int, help="also answer /metrics, on a port of its own; without it nobody is told"
    )
    command.add_argument(
        "--production", action="store_true", help="for real work: refuse to start with what is not safe"
    )
    command.add_argument("--behind-tls", action="store_true", help="a proxy in front speaks TLS with the tablets")
    command.add_argument(
        "--security-contact", type=contact, help="for /.well-known/security.txt: mailto:…, https://… or tel:+…"
    )
    command.add_argument(
        "--least-app",
        type=least_app,
        metavar="VERSION",
        help="an older app is told to update, and sends nothing",
    )
    command.add_argument("--metrics-host", default="127.0.0.1", help="never an address the internet reaches")


def _serve(options: argparse.Namespace) -> int:
    log_format = options.log_format or logs.format_for(sys.stderr)
    logs.begin(sys.stderr, log_format)
    if options.production and _is_refused(options):
        return CANNOT
    at = Address(options.host, options.port)
    manner = Manner(options.behind_tls, options.security_contact, options.least_app)
    if options.workers <= 1:
        metrics_at = None if options.metrics_port is None else Address(options.metrics_host, options.metrics_port)
        serve(Service(options.database, manner, metrics_at), at, port_file=options.port_file)
    elif options.metrics_port is None:
        worker = Worker(options.database, log_format, manner)
        serve_together(worker, at, count=options.workers, port_file=options.port_file)
    else:
        print("cannot serve: workers count each for itself; for numbers start several `serve` instead", file=sys.stderr)
        return CANNOT
    return DONE


def _is_refused(options: argparse.Namespace) -> bool:
    is_debugging = sys.flags.dev_mode or bool(options.environment.get("PYTHONASYNCIODEBUG"))
    start = Start(options.database, options.host, options.is_database_typed, options.behind_tls, is_debugging)
    found = list(objections(start))
    for words in found:
        print(f"cannot serve for production: {words}", file=sys.stderr)
    return bool(found)


def contact(text: str) -> str:
    if not is_contact(text):
        raise argparse.ArgumentTypeError("a contact is mailto:…, https://… or tel:+…")
    return text


def least_app(text: str) -> Version:
    version = version_of(text)
    if version is None:
        raise argparse.ArgumentTypeError("a version is three numbers, such as 0.2.0")
    return version
