"""What a second process does in the tests of trouble: `python -m tests.store.trouble MODE FOLDER [NUMBER]`."""

import os
import resource
import sys
from pathlib import Path
from typing import NoReturn

from app.store import DiskRefused, Store, StoreTrouble, Write
from tests.store.making import make_edit, make_reply, open_store, save

NOBODY = 65534


def saving(folder: Path, _: int) -> NoReturn:
    """Save one record after the other, and say each id when it is saved, until killed."""
    store = open_store(folder, prefix=f"op-{os.getpid()}")
    number = len(store.records())
    while True:
        record_id = f"r{number}"
        store.write(Write(edits=(make_edit(record_id, minutes=number, note="n" * 300),), drafts={"d": {"at": number}}))
        os.write(1, f"{record_id}\n".encode())
        if number % 7 == 0:
            changes = store.seal(3)
            store.hear(make_reply(cursor=f"e.{number}"))
            os.write(1, b"".join(f"op {change.op}\n".encode() for change in changes))
        number += 1


def filling(folder: Path, limit: int) -> None:
    """Save until the disk is full, and look closely at what that leaves."""
    store = open_store(folder)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    number = 0
    try:
        while True:
            save(store, f"r{number}", minutes=number, note="n" * 300)
            number += 1
    except DiskRefused as refusal:
        print(refusal)
    assert len(store.records()) == store.counts().waiting == number, "the refused record is in memory"
    assert_disk_equals(store, folder)

    for _ in range(3):
        try:
            save(store, "late", note="n" * 300)
        except DiskRefused:
            continue
        raise AssertionError("a full disk took a write")
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    save(store, "late", minutes=number, note="n" * 300)
    assert len(store.records()) == number + 1, "there is room again and it does not write"
    assert_disk_equals(store, folder)
    store.close()
    print(f"kept {number}")


def renewing(folder: Path, limit: int) -> None:
    """Open a store whose file is due for renewal while there is no room for another, and then write to it."""
    content = (folder / "store.journal").read_bytes()
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    store = open_store(folder)
    assert (store.note("route"), (folder / "store.journal").read_bytes()) == ("/299", content)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    store.write(Write(notes={"route": "/today"}))
    assert_disk_equals(store, folder)
    store.close()
    open_store(folder).close()
    assert len((folder / "store.journal").read_bytes()) < len(content) / 10


def assert_disk_equals(store: Store, folder: Path) -> None:
    """Opened elsewhere from the same bytes, the store is what it is here, and nothing is amiss."""
    other = folder.parent / f"{folder.name}-copy-{len(store.records())}"
    other.mkdir()
    (other / "store.journal").write_bytes((folder / "store.journal").read_bytes())
    copy = open_store(other)
    assert copy.recovery.is_clean, copy.recovery
    assert copy.records() == store.records()
    copy.close()


def opening(folder: Path, as_user: int) -> None:
    """Open as somebody else, and say what comes of it."""
    if as_user:
        os.setgroups([])
        os.setgid(as_user)
        os.setuid(as_user)
    try:
        open_store(folder).close()
    except StoreTrouble as trouble:
        print(type(trouble).__name__, trouble)


MODES = {"saving": saving, "filling": filling, "renewing": renewing, "opening": opening}

if __name__ == "__main__":
    mode, folder, *number = sys.argv[1:]
    MODES[mode](Path(folder), int(number[0]) if number else 0)
