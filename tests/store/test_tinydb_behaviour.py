"""What TinyDB's documentation promises, held to TinyDB's own memory storage and to our journal, plain and sealed."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tinydb import Query, TinyDB, where
from tinydb.operations import add, decrement, delete, increment
from tinydb.storages import MemoryStorage
from tinydb.table import Document

from app.store.journal import JournalStorage
from app.store.lines import CHECKSUM
from app.store.table import Database
from tests.store.making import SEALED


@pytest.fixture(params=["memory", "journal", "journal, read again", "sealed, read again"])
def open_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Any]]:
    """Opens the database, or hands it out as it is now: for those read again, as the file says it is."""
    opened: list[Any] = []

    def open_now() -> Any:
        if request.param == "memory":
            opened[:] = opened or [TinyDB(storage=MemoryStorage)]
        elif not opened or "read again" in request.param:
            for database in opened:
                database.close()
            codec = SEALED if "sealed" in request.param else CHECKSUM
            opened[:] = [Database(tmp_path, codec, storage=JournalStorage)]
        return opened[0]

    yield open_now
    for database in opened:
        database.close()


Open = Callable[[], Any]


@pytest.fixture
def filled(open_database: Open) -> Open:
    open_database().insert_multiple({"int": 1, "char": char} for char in "abc")
    return open_database


def chars(found: Any) -> list[str]:
    return [document["char"] for document in found]


def texts(ids: Any) -> list[str]:
    """Ids as text: TinyDB numbers them, our tables name them."""
    return [str(one) for one in ids]


def test_an_empty_database_has_nothing(open_database: Open) -> None:
    database = open_database()

    assert (database.all(), len(database), database.tables()) == ([], 0, set())
    assert database.get(where("x") == 1) is None


def test_inserting_gives_each_document_an_id(open_database: Open) -> None:
    database = open_database()

    assert str(database.insert({"a": 1})) == "1"
    assert texts(database.insert_multiple([{"a": 2}, {"a": 3}])) == ["2", "3"]
    assert [str(document.doc_id) for document in open_database()] == ["1", "2", "3"]


def test_a_document_brings_its_own_id_once(open_database: Open) -> None:
    database = open_database()
    one = database.insert({"a": 1})

    with pytest.raises(ValueError, match="already exists"):
        database.insert(Document({"a": 2}, doc_id=one))

    assert database.all() == [{"a": 1}]


def test_what_is_no_document_is_refused(open_database: Open) -> None:
    with pytest.raises(ValueError, match="not a Mapping"):
        open_database().insert(["a list"])
    with pytest.raises(ValueError, match="not a Mapping"):
        open_database().insert_multiple([{"a": 1}, "text"])

    assert len(open_database()) == 0


def test_queries_find_what_they_describe(filled: Open) -> None:
    database, person = filled(), Query()
    database.insert({"int": 2, "char": "é", "deep": {"tags": ["x", "y"]}})

    assert chars(database.search(where("int") == 1)) == ["a", "b", "c"]
    assert chars(database.search((person.int == 1) & ~(person.char == "a"))) == ["b", "c"]
    assert chars(database.search((person.char == "a") | (person.char == "é"))) == ["a", "é"]
    assert chars(database.search(person.deep.tags.any(["y"]))) == ["é"]
    assert chars(database.search(person.char.matches("[ab]"))) == ["a", "b"]
    assert chars(database.search(person.char.one_of(["c"]))) == ["c"]
    assert chars(database.search(person.deep.exists())) == ["é"]
    assert chars(database.search(person.char.test(lambda char: char > "b"))) == ["c", "é"]
    assert database.count(where("int") == 1) == 3
    assert database.contains(where("char") == "b") and not database.contains(where("char") == "z")
    assert database.get(where("char") == "b")["char"] == "b"


def test_documents_are_got_by_their_ids(filled: Open) -> None:
    database = filled()
    ids = [document.doc_id for document in database]

    assert database.get(doc_id=ids[1]) == {"int": 1, "char": "b"}
    assert database.get(doc_id=ids[1]).doc_id == ids[1]
    assert database.get(doc_id=99) is None
    assert chars(database.get(doc_ids=[ids[0], ids[2], 99])) == ["a", "c"]
    assert database.contains(doc_id=ids[0]) and not database.contains(doc_id=99)
    with pytest.raises(RuntimeError):
        database.get()


@pytest.mark.parametrize(
    ("fields", "where_char", "expected"),
    [
        ({"int": 2}, "a", [2, 1, 1]),
        (increment("int"), "b", [1, 2, 1]),
        (decrement("int"), "c", [1, 1, 0]),
        (add("int", 5), "a", [6, 1, 1]),
    ],
)
def test_an_update_changes_what_matches(filled: Open, fields: Any, where_char: str, expected: list[int]) -> None:
    changed = filled().update(fields, where("char") == where_char)

    assert len(changed) == 1
    assert [document["int"] for document in filled()] == expected


def test_an_update_reaches_all_or_those_named(filled: Open) -> None:
    ids = [document.doc_id for document in filled()]

    assert texts(filled().update({"all": True})) == texts(ids)
    assert texts(filled().update(delete("int"), doc_ids=[ids[0], 99])) == texts(ids[:1])
    assert ["int" in document for document in filled()] == [False, True, True]


def test_an_update_that_fails_in_the_middle_changes_nothing_on_disk(filled: Open) -> None:
    filled().update(delete("int"), where("char") == "c")

    with pytest.raises(KeyError):
        filled().table("_default").update(delete("missing"))

    assert chars(filled()) == ["a", "b", "c"]


def test_several_updates_go_in_one(filled: Open) -> None:
    changed = filled().update_multiple([({"int": 7}, where("char") == "a"), (increment("int"), where("char") == "b")])

    assert len(changed) == 2
    assert [document["int"] for document in filled()] == [7, 2, 1]


def test_an_upsert_updates_what_is_there_and_inserts_what_is_not(filled: Open) -> None:
    ids = [document.doc_id for document in filled()]

    assert len(filled().upsert({"int": 9}, where("char") == "a")) == 1
    assert len(filled().upsert({"int": 8, "char": "z"}, where("char") == "z")) == 1
    assert texts(filled().upsert(Document({"int": 5}, doc_id=ids[1]))) == texts(ids[1:2])
    assert [(document["char"], document["int"]) for document in filled()] == [("a", 9), ("b", 5), ("c", 1), ("z", 8)]
    with pytest.raises(ValueError, match="doc_id"):
        filled().upsert({"int": 1})


def test_removing_removes_what_matches(filled: Open) -> None:
    ids = [document.doc_id for document in filled()]

    assert len(filled().remove(where("char") == "b")) == 1
    assert texts(filled().remove(doc_ids=[ids[2], 99])) == texts(ids[2:])
    assert chars(filled()) == ["a"]
    with pytest.raises(RuntimeError):
        filled().remove()


def test_an_emptied_table_numbers_from_one_again(filled: Open) -> None:
    filled().truncate()

    assert (len(filled()), filled().tables()) == (0, {"_default"})
    assert str(filled().insert({"a": 1})) == "1"


def test_tables_are_apart_and_can_be_dropped(filled: Open) -> None:
    filled().table("other").insert({"char": "z"})
    filled().table("empty").truncate()

    assert filled().tables() == {"_default", "other", "empty"}
    assert (len(filled()), len(filled().table("other"))) == (3, 1)
    filled().drop_table("other")
    filled().drop_table("never there")
    assert filled().tables() == {"_default", "empty"}
    filled().drop_tables()
    assert filled().tables() == set()
    assert len(filled().table("other")) == 0


def test_iterating_gives_documents_with_ids(filled: Open) -> None:
    assert [(str(document.doc_id), document["char"]) for document in filled()] == [("1", "a"), ("2", "b"), ("3", "c")]


def test_a_failing_insert_of_many_inserts_none(open_database: Open) -> None:
    def broken() -> Iterator[dict[str, int]]:
        yield {"a": 1}
        raise OSError("the source ended")

    with pytest.raises(OSError, match="ended"):
        open_database().insert_multiple(broken())

    assert len(open_database()) == 0


def test_what_is_read_from_ours_may_be_changed_without_changing_the_store(tmp_path: Path) -> None:
    database = Database(tmp_path, storage=JournalStorage)
    table = database.table("t")
    table.insert({"deep": {"tags": ["x"]}})

    for found in (*table.search(where("deep").exists()), table.get(where("deep").exists()), *table, table.row("1")):
        found["deep"]["tags"].append("y")  # type: ignore[index]

    assert table.all() == [{"deep": {"tags": ["x"]}}]
    database.close()
