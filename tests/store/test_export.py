"""Looking into a store from outside: what the doctor says, and every record in a file that others can read."""

import subprocess
import sys
from pathlib import Path

import pytest

from app.store import Edit, ExportDamaged, Store, Write, read_export
from app.store.doctor import examine
from app.store.export import exported
from app.store.file import FRESH, JOURNAL
from app.store.lines import CHECKSUM, Codec, line_of
from app.store.reading import read_folder
from sync.merge import Held, merge
from sync.protocol.records import Applied, Record
from tests.store.keep import KEPT
from tests.store.making import make_edit, make_news, make_reply, open_store, save

ROOT = Path(__file__).parents[2]
PLAIN, SEALED = KEPT / "schema-1-plain", KEPT / "schema-1-sealed"


def ask(*words: str | Path) -> tuple[int, str, str]:
    command = [sys.executable, "-W", "error", "-m", "app.store", *map(str, words)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=30)
    return done.returncode, done.stdout, done.stderr


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def content_of(folder: Path, codec: Codec = CHECKSUM) -> bytes:
    return b"".join(exported(read_folder(folder, codec).tables))


def test_a_sound_store_is_said_to_be_sound_and_not_touched(tmp_path: Path) -> None:
    before = contents(PLAIN), contents(SEALED)
    for name, key in (("raw", bytes(range(32))), ("hex", bytes(range(32)).hex().encode() + b"\n")):
        (tmp_path / name).write_bytes(key)

    code, said, _ = ask("doctor", PLAIN)
    assert (code, said.splitlines()[-1]) == (0, "sound")
    assert "7 records (7 assist)\n1 drafts\n0 entries of what happened\n12 lines" in said
    for name in ("raw", "hex"):
        code, said, _ = ask("doctor", SEALED, "--key-file", tmp_path / name)
        assert (code, said.splitlines()[-1]) == (0, "sound")
        assert "7 records (7 assist)\n1 drafts\n0 entries of what happened\n12 lines" in said
    assert ask("doctor", SEALED)[0] == 1
    assert (contents(PLAIN), contents(SEALED)) == before


def test_what_a_crash_leaves_is_remarked_and_is_no_harm(folder: Path) -> None:
    folder.mkdir()
    (folder / JOURNAL).write_bytes((PLAIN / JOURNAL).read_bytes() + b"torn" + bytes(50))
    (folder / FRESH).write_bytes(b"half")

    diagnosis = examine(folder, CHECKSUM)

    assert diagnosis.is_sound
    assert any("(4 bytes)" in remark for remark in diagnosis.remarks)
    assert any("being written" in remark for remark in diagnosis.remarks)
    assert set(contents(folder)) == {JOURNAL, FRESH}


@pytest.mark.parametrize(
    ("damaged", "words"),
    [
        (lambda whole: whole.replace(b"enviat", b"enviad"), "3 damaged lines"),
        (lambda whole: b"?" + whole[1:], "the first line"),
        (lambda whole: whole[:-1] + b"?", "the last line break"),
        (lambda whole: whole.replace(b'"schema":1', b'"schema":9'), "the first line"),
        (lambda whole: whole + line_of({"records": {"odd": {"by": "C1"}}}, CHECKSUM), "record odd"),
    ],
    ids=["line", "header", "end", "schema without its checksum", "document"],
)
def test_damage_is_said_in_words(folder: Path, damaged: object, words: str) -> None:
    folder.mkdir()
    assert callable(damaged)
    (folder / JOURNAL).write_bytes(damaged((PLAIN / JOURNAL).read_bytes()))
    before = contents(folder)

    code, said, _ = ask("doctor", folder)

    assert code == 1
    assert f"DAMAGED: {words}" in said and said.endswith("not sound\n")
    assert contents(folder) == before


def test_a_folder_without_a_store_is_named(tmp_path: Path) -> None:
    for task in ("doctor", "export"):
        assert ask(task, tmp_path) == (2, "", f"there is no store in {tmp_path}\n")
    assert list(tmp_path.iterdir()) == []


def test_an_export_never_takes_the_place_of_the_journal(folder: Path) -> None:
    open_store(folder).close()
    before = (folder / JOURNAL).read_bytes()

    code, _, complained = ask("export", folder, "--to", folder / JOURNAL)

    assert (code, (folder / JOURNAL).read_bytes()) == (1, before)
    assert "own folder" in complained


def test_an_export_holds_every_record_and_every_change(tmp_path: Path) -> None:
    assert ask("export", PLAIN, "--to", tmp_path / "all.jsonl") == (0, "", "")
    content = (tmp_path / "all.jsonl").read_bytes()

    export = read_export(content)

    assert content.decode("ascii") == ask("export", PLAIN)[1]
    assert [(record.id, record.seq, record.deleted) for record in export.records] == [
        ("disputed", 9, False),
        ("gone", 10, True),
        ("heard", 7, False),
        ("sent", 5, False),
    ]
    assert [(change.id, dict(change.set)) for change in export.changes] == [
        ("refused", {"note": "refusat"}),
        ("sealed", {"note": "ofert"}),
        ("sealed", {"note": "més tard"}),
        ("waiting", {"note": "espera", "session_id": "s1"}),
    ]
    ops = [change.op for change in export.changes]
    assert (ops[1], len(set(ops))) == ("op-3", 4)
    assert ops == [change.op for change in read_export(content_of(PLAIN)).changes]


def test_an_export_that_is_cut_or_changed_anywhere_is_refused() -> None:
    content = content_of(PLAIN)

    for length in range(len(content)):
        with pytest.raises(ExportDamaged):
            read_export(content[:length])
    for place in range(len(content)):
        with pytest.raises(ExportDamaged):
            read_export(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
    lines = content.splitlines(keepends=True)
    with pytest.raises(ExportDamaged):
        read_export(b"".join([*lines[:2], *lines[3:]]))


def test_an_export_fills_an_empty_store(store: Store, tmp_path: Path) -> None:
    source = open_store(tmp_path / "source")
    for name in ("r1", "r2", "r3"):
        save(source, name, note=name, topics=("a", "b"))
    source.seal(2)
    source.hear(make_reply(Applied("op-1", 5), news=(make_news(7, "heard", note="x"),)))
    save(source, "r2", minutes=1, more=2)
    source.write(Write(edits=(make_edit("r1", minutes=2, delete=True),)))
    source.close()

    export = read_export(content_of(tmp_path / "source"))
    for _ in range(2):
        store.hear(make_reply(cursor="", news=export.records))
        edits = (Edit(each.id, each.kind, each.by, each.at, each.set, each.delete) for each in export.changes)
        store.write(Write(edits=tuple(edits)))

    source = open_store(tmp_path / "source")
    assert {each.id: (each.fields, each.deleted) for each in store.records()} == {
        each.id: (each.fields, each.deleted) for each in source.records()
    }
    source.close()


def test_the_centre_takes_an_export_twice_as_once() -> None:
    export = read_export(content_of(PLAIN))
    centre: dict[str, Held] = {}
    after: list[dict[str, Record]] = []

    for _ in range(2):
        for change in export.changes:
            held = centre.get(change.id)
            centre[change.id] = merge(held, change, writer="export", seq=len(centre) + 1).held
        after.append({name: held.as_record() for name, held in centre.items()})

    assert {name: dict(record.fields) for name, record in after[1].items()} == {
        "refused": {"note": "refusat"},
        "sealed": {"note": "més tard"},
        "waiting": {"note": "espera", "session_id": "s1"},
    }
    assert {name: record.fields for name, record in after[0].items()} == {n: r.fields for n, r in after[1].items()}
    assert not any(record.conflicts for record in after[1].values())
