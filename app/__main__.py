"""`python -m app`: the tablet on a desk, as an offline web page on this machine; `--demo` adds a centre beside it."""

import argparse
import asyncio
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import flet as ft

from app.desk import HOST, guard, put_no_message_into_words
from app.opening import make_main, open_tablet
from app.settings import REFERENCE, Settings
from app.shell import is_centre_address

CENTRE_STARTS_WITHIN = 30  # seconds
GIVEN_OUT = ("catalogue.json", "centres.json", "people.json", "plan.json", "policies.json")  # what of it there is


def main() -> int:
    """Run until interrupted. 2 when it cannot start, with one line that says why."""
    os.umask(0o077)  # whatever is made here is nobody else's on this machine
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))  # so that what it started ends with it
    options = _options()
    folder, reference = Path(options.data).absolute(), Path(options.reference)
    if options.centre is not None and not is_centre_address(options.centre):
        return _refuse(
            f"--centre {options.centre} cannot be used: it is https://..., or http:// on this machine itself"
        )
    if not _is_free(options.port):
        return _refuse(f"port {options.port} cannot be used (taken?): choose another with --port (PORT= with make)")
    if not options.demo:
        return _serve(Settings(folder, options.centre, options.code, options.key_file, reference), options)
    if not _is_free(options.port + 1):
        return _refuse(
            f"port {options.port + 1}, for the centre, cannot be used (taken?): "
            "choose another pair with --port (PORT= with make)"
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return _refuse(f"the folder {folder} cannot be used: {error.strerror}")
    with _centre(folder, options.port + 1, reference) as (url, code):
        return _serve(Settings(folder / "tablet", url, code, options.key_file, reference), options)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m app", description="The tablet, as a page on this machine.")
    parser.add_argument("--data", default=".run/tablet", help="folder of the store (made if missing)")
    parser.add_argument("--key-file", type=Path, help="where its key is kept (default: beside the folder of the store)")
    parser.add_argument("--port", type=int, default=8550, help="port of the page on 127.0.0.1")
    parser.add_argument("--centre", help="address of the centre, e.g. http://127.0.0.1:8551")
    parser.add_argument("--code", help="one-time pairing code made by the centre")
    parser.add_argument(
        "--reference", default=str(REFERENCE), help="folder of catalogue.json, centres.json, synonyms.json"
    )
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser")
    parser.add_argument("--demo", action="store_true", help="run a centre too, on the next port, already paired")
    return parser.parse_args()


def _serve(settings: Settings, options: argparse.Namespace) -> int:
    if options.no_browser:
        os.environ["FLET_FORCE_WEB_SERVER"] = "true"  # the only way to tell Flet to serve and not to open a browser
    guard(options.port)
    put_no_message_into_words()
    run = make_main(asyncio.run(open_tablet(settings)))
    print(f"Acompanya: http://{HOST}:{options.port}   (Ctrl+C to stop)", flush=True)
    ft.run(run, view=ft.AppView.WEB_BROWSER, host=HOST, port=options.port, no_cdn=True)
    return 0


@contextmanager
def _centre(folder: Path, port: int, reference: Path) -> Iterator[tuple[str, str]]:
    """A centre of our own beside the tablet, on SQLite, which gives out the files of `reference`; its address, and a
    code for a tablet that needs one."""
    database = f"sqlite:///{folder / 'centre.db'}"
    centre = [sys.executable, "-m", "sync.endpoint"]
    url = f"http://{HOST}:{port}"
    with (folder / "centre.log").open("a") as log:
        serving = subprocess.Popen(
            [*centre, "serve", "--database", database, "--host", HOST, "--port", str(port)], stdout=log, stderr=log
        )
        try:
            _wait_for(url, serving, log.name)
            print(f"Centre:    {url}   ({folder / 'centre.db'})", flush=True)
            _give_out(reference, centre, database)
            _make_key(centre, database, folder / "centre.key")
            enrolled = _run([*centre, "enrol", "--database", database, "--name", "Tauleta 1"])
            enrolled.check_returncode()
            yield url, enrolled.stdout.split()[-1]
        finally:
            serving.terminate()
            serving.wait()


def _give_out(reference: Path, centre: list[str], database: str) -> None:
    """Import what the coordinator would. A file that is not taken is said, and the demo goes on with what it had."""
    files = [str(path) for name in GIVEN_OUT if (path := reference / name).exists()]
    for line in _run([*centre, "import-catalogue", "--database", database, *files]).stderr.splitlines():
        print(f"Centre:    {line}", file=sys.stderr, flush=True)


def _make_key(centre: list[str], database: str, key: Path) -> None:
    """What a tablet seals for, when no network comes; the tablet hears of it when it is enrolled."""
    if not key.exists():
        _run([*centre, "hand-over-key", "--database", database, "--output", str(key)]).check_returncode()


def _run(command: list[str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, capture_output=True, text=True, check=False)


def _wait_for(url: str, serving: "subprocess.Popen[bytes]", log: str) -> None:
    """Return when the centre answers. Exits with words when it does not."""
    until = monotonic() + CENTRE_STARTS_WITHIN
    while monotonic() < until and serving.poll() is None:
        try:
            urllib.request.urlopen(f"{url}/healthz", timeout=2).close()
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            sleep(0.1)
        else:
            return
    sys.exit(_refuse(f"the centre did not start: see {log}"))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError):
            return False
    return True


def _refuse(words: str) -> int:
    print(f"acompanya: {words}", file=sys.stderr, flush=True)
    return 2


if __name__ == "__main__":
    sys.exit(main())
