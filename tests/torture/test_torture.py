"""The torture at a bounded size, and each of its tools shown able to notice what it is there for."""

import base64
import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

import pytest

from app.store import DiskRefused
from tests.store.making import open_store, save
from tests.torture.disk_states import Content, Disk, Image, applied, moments
from tests.torture.doors import watched
from tests.torture.flips import Damage, Made, judged
from tests.torture.hands import Hands, found_in, shown_by
from tests.torture.judge import FINE, Findings, judge
from tests.torture.leaks import Marks, hits, leaks
from tests.torture.operations import Created, FolderSynced, Operation, Removed, Renamed, Resized, Synced, Written
from tests.torture.parts import MUST_BE_ZERO
from tests.torture.powercut import lay_out
from tests.torture.recorder import Recorder
from tests.torture.seam import Watch
from tests.torture.tablet import Tablet, after, draw

ROOT = Path(__file__).parents[2]
KILLS, STATES, FLIPS = 150, 2_500, 300  # some ten seconds


def test_torture_of_a_bounded_size_finds_nothing_with_us_and_plenty_with_tinydb_as_it_comes() -> None:
    sizes = ("--kills", str(KILLS), "--states", str(STATES), "--flips", str(FLIPS))
    command = [sys.executable, "-m", "tests.torture", *sizes]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)

    assert (ran.returncode, ran.stderr) == (0, ""), ran.stdout
    figures = json.loads(ran.stdout.splitlines()[-1])
    assert {name: figures[name] for name in MUST_BE_ZERO} == dict.fromkeys(MUST_BE_ZERO, 0)
    assert (figures["kills"], figures["cuts"]) == (KILLS, FLIPS)
    assert figures["powercut_states"] >= STATES and figures["flips"] > FLIPS
    assert figures["markers"] > 100 and figures["hits_plain"] > figures["markers"] / 2
    assert figures["stock_powercut_bad"] > figures["stock_powercut_states"] / 2


# the judge


BEFORE = {"record a": 1, "record b": 2}
IN_FLIGHT = {"record a": 1, "record b": 3, "draft d": 4}


@pytest.mark.parametrize(
    ("found", "findings"),
    [
        (BEFORE, FINE),
        (IN_FLIGHT, FINE),
        ({"record a": 1}, Findings(lost=("record b",))),
        ({"record a": 9, "record b": 2}, Findings(changed=("record a",))),
        ({**BEFORE, "record c": 0}, Findings(phantom=("record c",))),
        ({"record a": 1, "record b": 3}, Findings(is_mixed=True)),
        ({}, Findings(lost=("record a", "record b"))),
    ],
)
def test_the_judge_takes_what_was_acknowledged_or_all_that_was_in_flight_and_nothing_else(
    found: dict[str, object], findings: Findings
) -> None:
    assert judge(BEFORE, found, (IN_FLIGHT,)) == findings


def test_the_same_steps_come_of_the_same_seed_and_the_model_follows_the_store(tmp_path: Path) -> None:
    one, other, tablet = Random(7), Random(7), Tablet()
    hands = Hands(tmp_path)
    for _ in range(150):
        step = draw(tablet, one)
        assert draw(tablet, other) == step
        hands.do(step)
        tablet = after(tablet, step)
        assert judge(tablet.picture(), shown_by(hands.store)) == FINE
    hands.close()


# the disk


def images(*operations: Operation) -> list[dict[str, bytes]]:
    """The folders that a cut during the last of these may leave, each once."""
    *_, (disk, last) = moments(operations)
    found: list[dict[str, bytes]] = []
    for image in disk.images(last, Random(1)):
        shown = {name: content.whole() for name, content in image.items()}
        if shown not in found:
            found.append(shown)
    return found


MADE: tuple[Operation, ...] = (Created("f", 1), Written(1, 0, b"old"), Synced(1), FolderSynced())


def test_what_was_synced_is_there_whatever_happens() -> None:
    assert images(*MADE) == [{"f": b"old"}]


def test_a_write_under_way_is_torn_at_any_byte_and_its_length_is_applied_or_not() -> None:
    found = [image["f"] for image in images(*MADE, Written(1, 3, b"new"))]

    assert set(found) == {b"old", b"oldnew", b"oldn", b"oldne", b"old\0\0\0", b"oldn\0\0", b"oldne\0"}


def test_sectors_come_to_the_disk_in_any_order_until_they_are_synced() -> None:
    first, second = Written(1, 0, b"a" * 512), Written(1, 512, b"b" * 512)
    begun: tuple[Operation, ...] = (Created("f", 1), FolderSynced(), first, second)

    assert {"f": b"\0" * 512 + b"b" * 512} in images(*begun)
    assert images(*begun, Synced(1)) == [{"f": b"a" * 512 + b"b" * 512}]


def test_a_new_length_may_be_forgotten_and_what_was_cut_off_be_nul_already() -> None:
    found = [image["f"] for image in images(*MADE, Resized(1, 1))]

    assert sorted(found) == [b"o", b"o\0\0", b"old"]


def test_a_name_is_the_old_or_the_new_file_until_the_folder_is_synced() -> None:
    renamed: tuple[Operation, ...] = (
        *MADE,
        Created("g", 2),
        Written(2, 0, b"new"),
        Synced(2),
        FolderSynced(),
        Renamed("g", "f", 2),
    )

    assert images(*renamed) == [{"f": b"new"}, {"f": b"old", "g": b"new"}]
    assert images(*renamed, FolderSynced()) == [{"f": b"new"}]
    assert images(*MADE, Removed("f")) == [{}, {"f": b"old"}]


def test_room_made_ahead_costs_the_builder_nothing() -> None:
    assert applied(Content(b"line", 4), (Resized(1, 10**9),)) == Content(b"line", 10**9)


# the recorder


def test_the_recorder_misses_nothing_and_notices_when_it_does(tmp_path: Path) -> None:
    recorder = Recorder()
    with watched(tmp_path, recorder):
        with (tmp_path / "text").open("w", encoding="utf-8") as file:
            file.write("línia\n")
        descriptor = os.open(tmp_path / "raw", os.O_CREAT | os.O_RDWR)
        os.pwrite(descriptor, b"abc", 2)
        os.posix_fallocate(descriptor, 0, 64)
        os.ftruncate(descriptor, 4)
        os.fsync(descriptor)
        os.close(descriptor)
        (tmp_path / "raw").replace(tmp_path / "new")
        recorder.check(tmp_path)

    (tmp_path / "text").write_text("past the recorder")
    with pytest.raises(AssertionError, match="text"):
        recorder.check(tmp_path)


def test_a_disk_that_lies_about_syncing_is_found_out(tmp_path: Path) -> None:
    """The judge of power cuts can fail with our store too."""
    session, place = tmp_path / "session", tmp_path / "after"
    session.mkdir()
    place.mkdir()
    recorder = Recorder()
    with watched(session, recorder):
        recorder.begin_here()
        store = open_store(session)
        save(store, "r1", note="a")
        expected = shown_by(store)
        store.close()

    def after_the_cut(operations: Sequence[Operation]) -> list[Findings]:
        *_, (disk, last) = moments(operations, recorder.start)
        return [judge(expected, found_after(image, place)) for image in disk.images(last, Random(1))]

    lied = [one for one in recorder.operations if not isinstance(one, Synced)]
    assert all(findings == FINE for findings in after_the_cut(recorder.operations))
    assert any(findings.lost for findings in after_the_cut(lied))


def found_after(image: Image, place: Path) -> dict[str, object]:
    lay_out(image, place)
    return dict(found_in(place)[0])


def test_a_disk_is_what_it_was_before_what_is_not_certain() -> None:
    disk = Disk()
    for operation in (*MADE, Written(1, 0, b"new")):
        disk.take(operation)

    assert disk.without_a_cut() == {"f": Content(b"new", 3)}


# flips


def test_a_change_that_nobody_reports_is_told_from_one_that_is(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    clean = store.recovery
    store.close()
    made = Made("f", b"1 2", [{}, {"a": 1}, {"a": 1, "b": 2}], {1: range(1, 2), 2: range(2, 3)})

    assert judged(made, Damage(2, 1), {"a": 1, "b": 2}, clean) == ""
    assert judged(made, Damage(2, 1), {"a": 1, "b": 9}, clean) == "silent"
    assert judged(made, Damage(2, None), {"a": 1}, clean) == "rewound"
    assert judged(made, Damage(1, None), {"a": 1}, clean) == "silent"


# leaks


def test_s_t06_no_word_that_is_written_on_a_tablet_is_in_any_log_or_error_and_in_clear_they_are_found() -> None:
    found = leaks(1)

    assert found.counts["leak_sources"] == 7
    assert found.counts["hits_sealed"] == 0
    assert found.counts["hits_plain"] > 0


@pytest.mark.parametrize(
    "written",
    [
        lambda word: b"..." + word,
        lambda word: word.hex().encode(),
        lambda word: word.decode().encode("utf-16-le"),
        lambda word: base64.b64encode(b"x" + word + b"yy"),
        lambda word: base64.b64encode(b"{{" + word),
        lambda word: base64.b64encode(word),
    ],
)
def test_a_word_is_found_however_it_is_written(tmp_path: Path, written: Callable[[bytes], bytes]) -> None:
    marks = Marks(1)
    word = marks.mark("a note")
    marks.mark("another")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "file").write_bytes(b"nothing")
    assert list(hits(tmp_path, marks)) == []

    (tmp_path / "deep" / "file").write_bytes(b"\0" + written(word.encode()) + b"\0")
    marks.hear("logs", written(word.encode()))

    assert list(hits(tmp_path, marks)) == [(word, "deep/file"), (word, "logs")]


# defects it found


def test_what_a_failing_disk_refused_is_not_there_when_the_app_is_opened_again(tmp_path: Path) -> None:
    """The line was written, syncing it failed, so did cutting it off, and closing left it for the next opening."""
    store = open_store(tmp_path)
    save(store, "r1", note="a")
    store.close()

    disk = TakesButKeepsNothing()
    with watched(tmp_path, disk):
        store = open_store(tmp_path)
        disk.is_broken = True
        with pytest.raises(DiskRefused):
            save(store, "r2", note="refused")
        disk.is_broken = False
        store.close()

    store = open_store(tmp_path)
    assert [record.id for record in store.records()] == ["r1"]
    store.close()


def test_nor_is_it_when_a_renewal_failed_on_the_same_disk(tmp_path: Path) -> None:
    """The renewal had closed the old file before it failed, and a closed file was not cut back at closing."""
    disk = TakesButKeepsNothing()
    with watched(tmp_path, disk):
        store = open_store(tmp_path)
        save(store, "r1", note="a")
        disk.is_broken = True
        with pytest.raises(DiskRefused):
            save(store, "r2", note="refused")
        disk.may_sync = True
        with pytest.raises(DiskRefused):
            store.compact()
        disk.is_broken = False
        store.close()

    store = open_store(tmp_path)
    assert [record.id for record in store.records()] == ["r1"]
    store.close()


class TakesButKeepsNothing(Watch):
    """Once broken it takes bytes, and fails at anything else; a disk that may sync or open still renames nothing."""

    is_broken = False
    may_sync = False

    def asked(self, what: str, size: int = 0) -> int:
        takes = {"write", "sync", "open"} if self.may_sync else {"write"}
        if self.is_broken and what not in takes:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return size
