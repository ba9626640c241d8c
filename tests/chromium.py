"""Where the browser for the journeys is; installs one when there is none. `python tests/chromium.py` prints its path.

Looked for in this order: the variable CHROMIUM, the system's Chromium or Chrome, Playwright's own.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

SYSTEM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ADVICE = """no Chromium found, and none could be installed. Do one of these and try again:
  Debian, Ubuntu:  sudo apt-get install chromium
  any system:      .venv/bin/python -m playwright install --with-deps chromium
  or set CHROMIUM to the path of a Chromium or Chrome; nothing is installed while it is set"""


def find_chromium() -> Path | None:
    """The browser to use, or None when this machine has none."""
    chosen = os.environ.get("CHROMIUM")
    if chosen:
        return Path(chosen) if os.access(chosen, os.X_OK) else None
    for name in SYSTEM_NAMES:
        if found := shutil.which(name):
            return Path(found)
    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
    return own if own.exists() else None


def install_chromium() -> None:
    """Try the system's packages where this user may, then Playwright's download."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        print("setting up: installing Chromium from the system's packages (once, a few minutes)", flush=True)
        install = ["apt-get", "-qq", "install", "-y", "--no-install-recommends", "chromium"]
        for command in (["apt-get", "-qq", "update"], install):
            subprocess.run(command, env=quiet, stdout=subprocess.DEVNULL, check=False)
        if find_chromium():
            return
    print("setting up: downloading Playwright's Chromium (once, a few minutes)", flush=True)
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


def main() -> int:
    if find_chromium() is None and "CHROMIUM" not in os.environ:
        install_chromium()
    path = find_chromium()
    print(f"browser: {path}" if path else ADVICE, file=sys.stdout if path else sys.stderr)
    return 0 if path else 1


if __name__ == "__main__":
    sys.exit(main())
