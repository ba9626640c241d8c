"""More than one at a store: another process, which has to be turned away in words, and threads, which lose nothing."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from app.store import Store, StoreLocked, Write
from tests.store.making import make_edit
from tests.torture.hands import Hands, found_in, open_store, shown_by
from tests.torture.places import scratch
from tests.torture.tablet import Compact
from tests.torture.tally import Tally

THREADS = 8
COMPACTIONS = 5


def second_processes(number: int) -> Tally:
    """Others try to open the folder while the first is at work in it."""
    tally = Tally()
    with scratch() as folder:
        store = open_store(folder)
        for turn in range(number):
            store.write(Write(edits=(make_edit(f"r{turn}", note="a"),)))
            is_refused = _in_another_process(folder)
            tally.add(second=1, second_bad=not is_refused)
        expected = shown_by(store)
        store.close()
        found, recovery = found_in(folder)
        tally.add(second_bad=found != expected or not recovery.is_clean)
    return tally


def _in_another_process(folder: Path) -> bool:
    """Whether it was refused, in words that name the folder."""
    other = os.fork()
    if other == 0:
        try:
            open_store(folder)
        except StoreLocked as refusal:
            os._exit(0 if str(folder) in str(refusal) else 1)
        finally:
            os._exit(2)
    _, status = os.waitpid(other, 0)
    return os.waitstatus_to_exitcode(status) == 0


def threads(saves: int) -> Tally:
    """Each of eight saves records of its own and a field of one that all share, while the file is compacted."""
    tally = Tally()
    with scratch() as folder:
        hands = Hands(folder, in_background=True)
        with ThreadPoolExecutor(THREADS) as pool:
            hammering = [pool.submit(_hammer, hands.store, thread, saves) for thread in range(THREADS)]
            for _ in range(COMPACTIONS):
                hands.do(Compact())
            unseen = sum(one.result() for one in hammering)
        hands.close()
        found, recovery = found_in(folder)
    own = {f"record t{thread}-{number}" for thread in range(THREADS) for number in range(saves)}
    shared = getattr(found.get("record shared"), "fields", None)
    last = {f"t{thread}": saves - 1 for thread in range(THREADS)}
    tally.add(thread_saves=2 * THREADS * saves, thread_lost=len(own - found.keys()) + (shared != last))
    tally.add(thread_lost=unseen + (not recovery.is_clean))
    return tally


def _hammer(store: Store, thread: int, saves: int) -> int:
    """How many of its records it did not see when they were saved."""
    unseen = 0
    for number in range(saves):
        store.write(Write(edits=(make_edit(f"t{thread}-{number}", note="a"),)))
        shared: dict[str, Any] = {f"t{thread}": number}
        store.write(Write(edits=(make_edit("shared", minutes=number, **shared),)))
        unseen += store.record(f"t{thread}-{number}") is None
    return unseen
