"""Kills, full disks, forbidden folders, two processes and many threads: the real thing, in real processes."""

import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from app.store import FolderUnwritable, Store, StoreLocked
from app.store.journal import JOURNAL, JournalStorage
from app.store.lines import Codec
from tests.store.making import make_news, make_reply, open_store, save
from tests.store.trouble import NOBODY

ROOT = Path(__file__).parents[2]
KILLS = 20
ROUNDS = 6  # of each thread


def start(mode: str, folder: Path, number: int = 0) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-W", "error", "-m", "tests.store.trouble", mode, str(folder), str(number)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def finish(mode: str, folder: Path, number: int = 0) -> str:
    with start(mode, folder, number) as process:
        out, err = process.communicate(timeout=30)
    assert (process.returncode, err.decode()) == (0, "")
    return out.decode()


def said_before_it_was_killed(process: subprocess.Popen[bytes], lines: int) -> list[str]:
    """What it said: it is killed in the middle of whatever it does after so many lines."""
    assert process.stdout is not None
    said = [process.stdout.readline() for _ in range(lines)]
    process.kill()
    said += process.stdout.readlines()
    process.communicate()
    return [line.decode().strip() for line in said if line.endswith(b"\n")]


def test_a_kill_at_any_moment_loses_nothing_that_was_said_to_be_saved(folder: Path) -> None:
    moments, told = random.Random(20260304), []

    for _ in range(KILLS):
        told += said_before_it_was_killed(start("saving", folder), moments.randint(1, 60))
        store = open_store(folder)
        assert store.recovery.bad_lines == 0
        kept = {record.id for record in store.records()}
        ops = {record.sealed.op for record in store.records() if record.sealed}
        assert {line for line in told if line.startswith("r")} <= kept
        assert {line.removeprefix("op ") for line in told if line.startswith("op ")} <= ops
        draft = store.draft("d")
        assert draft is not None and draft["at"] == len(kept) - 1
        store.close()

    assert len(told) > KILLS


@pytest.mark.parametrize("limit", [9_000, 9_333, 10_001])
def test_a_full_disk_refuses_the_write_and_nothing_of_it_happened(folder: Path, limit: int) -> None:
    said = finish("filling", folder, limit)

    assert said.startswith("nothing was saved: File too large")
    assert (folder / JOURNAL).stat().st_size > limit
    store = open_store(folder)
    assert f"kept {len(store.records()) - 1}" in said
    store.close()


def test_a_store_on_a_full_disk_still_opens_when_its_file_should_be_renewed(folder: Path) -> None:
    storage = JournalStorage(folder)
    for number in range(300):
        storage.commit({"device": {"route": {"value": f"/{number}"}}})
    storage.close()

    assert finish("renewing", folder, 100) == ""


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    for folder in (tmp_path / "file", tmp_path / "file" / "store"):
        with pytest.raises(FolderUnwritable) as refused:
            open_store(folder)
        assert str(folder) in str(refused.value)


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder that another user can reach, unlike those of pytest."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        folder.chmod(0o755)


def test_x_06_a_folder_that_may_not_be_written_is_named_and_left_as_it_was(public_folder: Path) -> None:
    """Nothing is forbidden to root, which therefore opens it as somebody else."""
    open_store(public_folder).close()
    before = {path.name: path.read_bytes() for path in public_folder.iterdir()}
    for path in (*public_folder.iterdir(), public_folder):
        path.chmod(0o555 if path.is_dir() else 0o444)

    said = finish("opening", public_folder, os.geteuid() or NOBODY)

    assert said.strip() == f"FolderUnwritable the folder {public_folder} cannot be used: Permission denied"
    assert {path.name: path.read_bytes() for path in public_folder.iterdir()} == before


def test_x_09_a_second_process_is_told_so(folder: Path) -> None:
    store = open_store(folder)

    assert finish("opening", folder) == f"StoreLocked the folder {folder} is already open in another window\n"
    with pytest.raises(StoreLocked):
        open_store(folder)
    store.close()
    assert finish("opening", folder) == ""


def test_threads_lose_nothing_and_read_while_others_write(store: Store, folder: Path, codec: Codec) -> None:
    done = Event()

    def write(thread: int) -> None:
        for number in range(ROUNDS):
            save(store, f"r{thread}-{number}", note="a")
            save(store, "shared", **{f"t{thread}": number})

    def read() -> int:
        rounds = 0
        while not done.is_set() or rounds == 0:
            waiting, records = store.counts().waiting, store.records()
            assert len(records) >= waiting > -1
            assert all(store.record(record.id) is not None for record in records)
            rounds += 1
        return rounds

    def exchange() -> None:
        for number in range(ROUNDS):
            store.seal(2)
            store.hear(make_reply(cursor=f"e.{number}", news=(make_news(number + 1, "heard", n=number),)))

    with ThreadPoolExecutor(8) as pool:
        readers = [pool.submit(read) for _ in range(2)]
        for writer in [*(pool.submit(write, thread) for thread in range(5)), pool.submit(exchange)]:
            writer.result()
        done.set()
        assert all(reader.result() for reader in readers)

    shared = store.record("shared")
    assert shared is not None and shared.fields == {f"t{thread}": ROUNDS - 1 for thread in range(5)}
    assert (len(store.records()), store.counts().waiting) == (5 * ROUNDS + 2, 5 * ROUNDS + 1)
    expected = store.records()
    store.close()
    again = open_store(folder, codec=codec)
    assert again.records() == expected
    again.close()
