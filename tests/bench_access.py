"""How long a PIN takes: to check what is kept of it, and to come in with it; beside scrypt, which needs no library.

check  what is kept is made again and compared (`Verifier.matches`): Argon2id, 19 MiB, two turns. The peer is what
       Python has by itself, at the strength that OWASP calls equal: scrypt with N = 2^15, r = 8, p = 3.
enter  the try is on the disk of a sealed store, the PIN is checked, and the person is in (`Access.enter`).

Interleaved, each figure a median over all turns: what the machine does meanwhile falls on all alike.
"""

import asyncio
import hashlib
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from app.domain.happenings import Locking
from app.services.access import Access, Means
from app.services.verifiers import Verifier, pepper_of
from app.shell import random_bytes, unsettable_seconds
from app.store import KEY_BYTES, Sealed
from tests.app.tablets import Tablet, Time, counted_ids
from tests.bench_report import Report

PIN = "402917"
TIMES_A_TURN = 5
SCRYPT = {"n": 2**15, "r": 8, "p": 3, "maxmem": 128 * 2**20, "dklen": 32}


def run(repeats: int) -> list[Report]:
    with TemporaryDirectory() as folder:
        times = asyncio.run(_measured(Path(folder), repeats * TIMES_A_TURN))
    shown = {name: median(each) for name, each in times.items()}
    rows = tuple((name, shown[name], max(times[name])) for name in times)
    figures = {
        "pin_check_ms": shown["check"],
        "scrypt_check_ms": shown["check, scrypt"],
        "pin_enter_ms": shown["enter"],
    }
    return [Report("A PIN: checking what is kept of it, and coming in", ("", "median ms", "worst ms"), rows, figures)]


async def _measured(folder: Path, turns: int) -> dict[str, list[float]]:
    key = random_bytes(KEY_BYTES)
    verifier = Verifier(pepper_of(key), random_bytes)
    tablet = Tablet(folder, Time(), counted_ids(), codec=Sealed(key))
    means = Means(verifier, unsettable_seconds, random_bytes, secret=lambda: None, was_known=lambda: False)
    access = Access(tablet.recorder, tablet.shifts, means)
    await access.choose("C3", PIN)
    kept, salt = verifier.keep(PIN), random_bytes(16)
    times: dict[str, list[float]] = {"check": [], "check, scrypt": [], "enter": []}
    for _ in range(turns):
        times["check"].append(_milliseconds(lambda: verifier.matches(PIN, kept)))
        times["check, scrypt"].append(_milliseconds(lambda: hashlib.scrypt(PIN.encode(), salt=salt, **SCRYPT)))
        access.lock(Locking.BY_HAND)
        begun = perf_counter()
        assert await access.enter("C3", PIN) is None
        times["enter"].append((perf_counter() - begun) * 1000)
    tablet.close()
    return times


def _milliseconds(work: Callable[[], object]) -> float:
    begun = perf_counter()
    work()
    return (perf_counter() - begun) * 1000
