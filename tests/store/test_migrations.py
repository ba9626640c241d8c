"""Every schema that was ever released opens, with everything in it; a migration that is cut leaves the old file."""

import shutil
from pathlib import Path

import pytest

from app.store import Counts, DiskRefused, Recovery, SchemaTooNew, file
from app.store.file import ASIDE, FRESH, JOURNAL
from app.store.journal import JournalStorage
from app.store.lines import CHECKSUM, Codec, header_of
from app.store.migrations import SCHEMA, STEPS, migrated
from app.store.values import Document
from tests.store.keep import KEPT
from tests.store.making import SEALED, open_store
from tests.store.test_journal import DOCUMENTS, fill


@pytest.mark.parametrize("schema", range(1, SCHEMA + 1))
@pytest.mark.parametrize(("name", "codec"), [("plain", CHECKSUM), ("sealed", SEALED)], ids=["plain", "sealed"])
def test_a_kept_store_of_each_schema_opens_with_everything(folder: Path, schema: int, name: str, codec: Codec) -> None:
    shutil.copytree(KEPT / f"schema-{schema}-{name}", folder)

    for _ in range(2):  # as it was kept, and as it was left
        store = open_store(folder, codec=codec)
        assert store.recovery == Recovery()
        assert {record.id: dict(record.fields) for record in store.records()} == {
            "sent": {"note": "enviat", "topics": ("a", "b"), "heads": 3},
            "refused": {"note": "refusat"},
            "heard": {"note": "sentit"},
            "sealed": {"note": "més tard"},
            "waiting": {"note": "espera", "session_id": "s1"},
            "disputed": {"note": "seu"},
            "gone": {},
        }
        assert (store.counts(), store.cursor()) == (Counts(waiting=2, review=1), "e.9")
        assert [(change.op, dict(change.set)) for change in store.seal(1)] == [("op-3", {"note": "ofert"})]
        assert (store.drafts(), store.note("language")) == ({"d1": {"steps": ["s1"], "deep": {"n": 1.5}}}, "ca")
        store.close()


def with_words(table: str, document: Document) -> Document:
    return {**document, "words": str(document["note"]).split()} if table == "t" else document


def without_r1(table: str, document: Document) -> Document | None:
    return None if document["words"] == ["número", "1"] else {**document, "note": None}


NEWER = (*STEPS, with_words, without_r1)
AFTERWARDS = {
    name: {"note": None, "words": ["número", name[1:]]} for name, document in DOCUMENTS.items() if name != "r1"
}


def test_an_older_file_is_brought_up_to_date_step_by_step_when_it_is_opened(folder: Path, codec: Codec) -> None:
    fill(folder, codec)

    for _ in range(2):
        storage = JournalStorage(folder, codec, NEWER)
        assert (storage.rows("t"), storage.recovery) == (AFTERWARDS, Recovery())
        header = header_of((folder / JOURNAL).read_bytes())
        assert header is not None and header.schema == SCHEMA + 2
        storage.close()

    with pytest.raises(SchemaTooNew, match="update the app"):
        JournalStorage(folder, codec)


def test_only_the_steps_that_are_missing_are_taken() -> None:
    tables: dict[str, dict[str, Document]] = {"t": {"a": {"words": ["b"]}}, "empty": {}}

    assert migrated(tables, 3, (with_words, without_r1)) == tables
    assert migrated(tables, 2, (with_words, without_r1)) == {"t": {"a": {"words": ["b"], "note": None}}, "empty": {}}


def test_x_04_a_migration_that_the_disk_refuses_leaves_the_old_file_and_is_done_when_there_is_room(
    folder: Path, codec: Codec, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = fill(folder, codec)

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    for name in ("_write", "sync_file"):
        with monkeypatch.context() as full:
            full.setattr(file, name, refuse)
            with pytest.raises(DiskRefused, match="No space"):
                JournalStorage(folder, codec, NEWER)
        assert ((folder / JOURNAL).read_bytes(), (folder / FRESH).exists()) == (whole, False)

    storage = JournalStorage(folder, codec, NEWER)
    assert storage.rows("t") == AFTERWARDS
    storage.close()


@pytest.mark.parametrize("length", [0, 10, 300])
def test_x_04_a_migration_that_was_killed_begins_again(folder: Path, codec: Codec, length: int) -> None:
    whole = fill(folder, codec)
    (folder / FRESH).write_bytes(whole[:length])

    storage = JournalStorage(folder, codec, NEWER)

    assert (storage.rows("t"), (folder / FRESH).exists()) == (AFTERWARDS, False)
    storage.close()


def test_an_old_file_with_damage_is_migrated_when_the_damage_is_kept(folder: Path) -> None:
    whole = fill(folder)
    (folder / JOURNAL).write_bytes(whole.replace("número 2".encode(), b"n", 1) + b"torn")
    (folder / ASIDE).mkdir()  # nothing can be copied there
    damaged = (folder / JOURNAL).read_bytes()

    with pytest.raises(DiskRefused, match="damaged lines"):
        JournalStorage(folder, CHECKSUM, NEWER)
    assert (folder / JOURNAL).read_bytes() == damaged

    (folder / ASIDE).rmdir()
    storage = JournalStorage(folder, CHECKSUM, NEWER)
    assert storage.recovery == Recovery(torn_bytes=4, bad_lines=1, kept_in=folder / ASIDE)
    assert storage.rows("t") == {name: row for name, row in AFTERWARDS.items() if name != "r2"}
    storage.close()
