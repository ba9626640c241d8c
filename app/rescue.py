"""`python -m app.rescue TABLET --key centre.key --to FILE`: what a tablet whose own key is lost had to send.

TABLET is the tablet's folder or the copy that it saved; neither is changed. FILE is a hand-over like any other, for
`python -m sync.endpoint hand-over`. The exit code is 0 when it was written, or when nothing waits, else 1.
"""

import argparse
import sys
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from app.services.pairing import Pairing
from app.shell import clock, random_bytes
from app.store import (
    KEY_BYTES,
    KeyGone,
    Sealed,
    Store,
    StoreTrouble,
    key_for_centre,
    unacknowledged,
    unfolded,
)
from sync.client.carrying import parcels_of


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m app.rescue", description="Read a tablet whose own key is lost.")
    parser.add_argument("tablet", type=Path, help="its folder, or the copy that it saved")
    parser.add_argument("--key", type=Path, required=True, help="the file of hand-over-key")
    parser.add_argument("--to", type=Path, required=True, help="the hand-over to write")
    chosen = parser.parse_args()
    try:
        lines, changes = rescued(chosen.tablet, _private(chosen.key), at=clock())
        if lines:
            chosen.to.write_text("".join(f"{line}\n" for line in lines), encoding="ascii")
    except (OSError, ValueError, StoreTrouble) as trouble:
        print(trouble, file=sys.stderr)
        return 1
    print(f"{changes} changes were still to be sent" + (f": {chosen.to}" if lines else ""))
    return 0


def rescued(tablet: Path, private: bytes, *, at: datetime) -> tuple[tuple[str, ...], int]:
    """The lines of the hand-over, and how many changes are in it. Raises StoreTrouble."""
    with TemporaryDirectory() as place:
        folder = Path(place)
        key = key_for_centre(unfolded(tablet, folder), private)
        if key is None:
            raise KeyGone(tablet, "what lies beside it is for another centre's key, or damaged")
        store = Store.open(folder, new_id=lambda: "", codec=Sealed(key))
        try:
            changes = tuple(unacknowledged(store.records()))
            sender = Pairing(store, url=None, code=None, clock=lambda: at, random=random_bytes, version="").sender
            if sender is None:
                raise KeyGone(tablet, "it does not say which tablet it is: its store can only be exported")
            past = store.cursor() or store.past()
            parcels = parcels_of(changes, sender, past=past, at=at)
            return tuple(line for lines in parcels for line in lines), len(changes)
        finally:
            store.close()


def _private(path: Path) -> bytes:
    """The key in the file that `hand-over-key` made. Raises OSError, ValueError."""
    digits = path.read_text(encoding="ascii").split()[-1:]
    private = bytes.fromhex("".join(digits))
    if len(private) != KEY_BYTES:
        raise ValueError(f"{path} holds no private key")
    return private


if __name__ == "__main__":
    sys.exit(main())
