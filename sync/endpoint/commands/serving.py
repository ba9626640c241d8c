"""`serve`: the centre as a process, and how it speaks of itself."""

import argparse
import sys
from pathlib import Path

from sync.endpoint import logs
from sync.endpoint.commands.command_line import CANNOT, DONE, Commands, Parser, add_command
from sync.endpoint.server import Address, serve
from sync.endpoint.workers import Worker, serve_together


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
    command.add_argument("--metrics-host", default="127.0.0.1", help="never an address the internet reaches")


def _serve(options: argparse.Namespace) -> int:
    log_format = options.log_format or logs.format_for(sys.stderr)
    logs.begin(sys.stderr, log_format)
    at = Address(options.host, options.port)
    if options.workers <= 1:
        metrics_at = None if options.metrics_port is None else Address(options.metrics_host, options.metrics_port)
        serve(options.database, at, port_file=options.port_file, metrics_at=metrics_at)
    elif options.metrics_port is None:
        worker = Worker(options.database, log_format)
        serve_together(worker, at, count=options.workers, port_file=options.port_file)
    else:
        print("cannot serve: workers count each for itself; for numbers start several `serve` instead", file=sys.stderr)
        return CANNOT
    return DONE
