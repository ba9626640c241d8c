"""Several processes at one address on one PostgreSQL: whichever answers knows everything, and any of them may die."""

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from sync.client.phase import Resting
from tests.sync.desks import MemoryDesk
from tests.sync.places import Place, only_postgresql
from tests.sync.processes import START_SECONDS, command, enrolled, make_key, one_round, serving

ROUNDS = 12


def workers_of(process: subprocess.Popen[bytes]) -> set[int]:
    """The processes that serve: children that hold the port. Python keeps another one for its own housekeeping."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return {int(pid) for pid in children if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()}


def wait_for(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 3 * START_SECONDS  # a worker starts while the machine does much else
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def is_gone(pid: int) -> bool:
    path = Path(f"/proc/{pid}/stat")
    return not path.exists() or path.read_text().rpartition(")")[2].split()[0] == "Z"


def work(desk: MemoryDesk, url: str, token: str, first: int) -> list[object]:
    """Round after round, each over a connection of its own, so that every worker gets some."""
    phases: list[object] = []
    for number in range(first, first + ROUNDS):
        desk.save(number, room="B2")
        phases.append(asyncio.run(one_round(desk, url, token)))
    return phases


@only_postgresql
def test_tablets_go_on_whichever_worker_answers_and_whichever_dies(place: Place, tmp_path: Path) -> None:
    make_key(place.url, tmp_path)
    desk, other = MemoryDesk(1), MemoryDesk(2)

    with serving(place.url, tmp_path / "port", "--workers", "2") as (process, url):
        wait_for(lambda: len(workers_of(process)) == 2)
        token, other_token = (
            asyncio.run(enrolled(url, command("enrol", "--database", place.url, "--name", name).stdout.strip()))
            for name in ("Tablet 1", "Tablet 2")
        )
        before = work(desk, url, token, first=1)
        killed = min(workers_of(process))
        os.kill(killed, signal.SIGKILL)
        wait_for(lambda: is_gone(killed))
        after = work(desk, url, token, first=1 + ROUNDS)
        wait_for(lambda: len(workers_of(process) - {killed}) == 2)
        last = asyncio.run(one_round(other, url, other_token))
        both = workers_of(process)
        process.terminate()
        process.wait(START_SECONDS)

    assert all(isinstance(phase, Resting) for phase in [*before, *after, last])
    assert other.ids() == desk.ids()
    assert len(desk.ids()) == 2 * ROUNDS
    assert all(is_gone(worker) for worker in both)


@only_postgresql
def test_workers_do_not_outlive_the_process_that_watches_them(place: Place, tmp_path: Path) -> None:
    with serving(place.url, tmp_path / "port", "--workers", "2") as (process, url):
        asyncio.run(one_round(MemoryDesk(1), url, "nobody"))
        wait_for(lambda: len(workers_of(process)) == 2)
        workers = workers_of(process)
        process.kill()
        process.wait()

        wait_for(lambda: all(is_gone(worker) for worker in workers))


def test_sqlite_is_refused_in_one_line(tmp_path: Path) -> None:
    done = command("serve", "--database", f"sqlite:///{tmp_path / 'centre.db'}", "--port", "0", "--workers", "2")

    assert done.returncode == 2
    assert done.stderr.startswith("cannot use the database: several workers need PostgreSQL")
    assert len(done.stderr.splitlines()) == 1


def test_one_address_for_the_numbers_of_several_workers_is_refused(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'centre.db'}"

    done = command("serve", "--database", database, "--workers", "2", "--metrics-port", "0")

    assert done.returncode == 2
    assert done.stderr.startswith("cannot serve: workers count each for itself")
    assert len(done.stderr.splitlines()) == 1
