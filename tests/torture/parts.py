"""The parts of the torture, cut into tasks that processes can share, and the table and figures that come of them."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from itertools import islice
from multiprocessing import get_context

from tests.torture.company import second_processes, threads
from tests.torture.faults import failed, faults
from tests.torture.flips import FULL, flips
from tests.torture.kills import kills
from tests.torture.leaks import leaks
from tests.torture.powercut import session
from tests.torture.tally import Tally

Task = Callable[[], Tally]

KILLS_AT_ONCE = 250
STATES_OF_A_SESSION = 18_000  # about, when every folder is opened
FAULTS_AT_ONCE = 40
STOCK_SHARE = 20  # one state of TinyDB as it comes for so many of ours


@dataclass(frozen=True, slots=True)
class Sizes:
    kills: int = 10_000
    states: int = 250_000
    flips: int = FULL
    seed: int = 20260304


def kill_tasks(sizes: Sizes) -> Iterator[Task]:
    for start in range(0, sizes.kills, KILLS_AT_ONCE):
        yield partial(kills, sizes.seed + start, min(KILLS_AT_ONCE, sizes.kills - start))


def state_tasks(sizes: Sizes, subject: str, states: int) -> Iterator[Task]:
    """Sessions without end: whoever runs them stops when there are enough states."""
    share = min(0.4, max(0.01, states / (4 * STATES_OF_A_SESSION)))
    number = 0
    while True:
        yield partial(session, subject, sizes.seed + number, share)
        number += 1


def flip_tasks(sizes: Sizes) -> Iterator[Task]:
    parts = max(1, sizes.flips // 1000)
    for part in range(parts):
        yield partial(flips, sizes.seed, sizes.flips, (part, parts))


def fault_tasks(sizes: Sizes) -> Iterator[Task]:
    every = 1 if sizes.kills >= FULL else 7
    for session_seed in range(sizes.seed, sizes.seed + (3 if every == 1 else 1)):
        tried = tuple(faults(session_seed, every))
        for start in range(0, len(tried), FAULTS_AT_ONCE):
            yield partial(failed, session_seed, tried[start : start + FAULTS_AT_ONCE])


def company_tasks(sizes: Sizes) -> Iterator[Task]:
    yield partial(second_processes, max(5, sizes.kills // 100))
    yield partial(threads, max(20, sizes.kills // 50))


def run_tasks(tasks: Iterator[Task], enough: Callable[[Tally], bool] = lambda _: False) -> Tally:
    """All of them, or until there is enough; as many at once as there are cores, each in a process of its own."""
    tally = Tally()
    workers = max(2, os.cpu_count() or 2)
    context = get_context("forkserver")  # a worker has no threads but its own, and may be copied
    context.set_forkserver_preload([__name__])
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        running: set[Future[Tally]] = set()
        while not enough(tally):
            running |= {pool.submit(task) for task in islice(tasks, workers - len(running))}
            if not running:
                break
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                tally.take(future.result())
        for future in running:
            tally.take(future.result())
    return tally


def run_kills(sizes: Sizes) -> Tally:
    return run_tasks(kill_tasks(sizes))


def run_powercut(sizes: Sizes) -> Tally:
    tally = _states(sizes, "ours", sizes.states, "powercut_")
    tally.take(_states(sizes, "stock", sizes.states // STOCK_SHARE, "stock_powercut_"))
    return tally


def run_flips(sizes: Sizes) -> Tally:
    return run_tasks(flip_tasks(sizes))


def run_faults(sizes: Sizes) -> Tally:
    return run_tasks(fault_tasks(sizes))


def run_company(sizes: Sizes) -> Tally:
    return run_tasks(company_tasks(sizes))


def run_leaks(sizes: Sizes) -> Tally:
    return leaks(sizes.seed)


PARTS: dict[str, Callable[[Sizes], Tally]] = {
    "kills": run_kills,
    "powercut": run_powercut,
    "flips": run_flips,
    "faults": run_faults,
    "company": run_company,
    "leaks": run_leaks,
}
MUST_BE_ZERO: Sequence[str] = (
    "lost",
    "unreadable",
    "phantom",
    "powercut_bad",
    "silent",
    "flips_bad",
    "disk_faults_bad",
    "second_bad",
    "thread_lost",
    "hits_sealed",
)
MUST_NOT_BE_ZERO: Sequence[str] = ("hits_plain",)  # it has to be able to find something


def _states(sizes: Sizes, subject: str, number: int, prefix: str) -> Tally:
    found = run_tasks(state_tasks(sizes, subject, number), lambda tally: tally.counts["states"] >= number)
    tally = Tally(words=[] if subject == "stock" else found.words)
    tally.add(**{f"{prefix}{name}": count for name, count in found.counts.items()})
    return tally
