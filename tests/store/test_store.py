"""What the app and the sync engine ask of the store, each time also asked of the store opened again."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.store import (
    Counts,
    Deed,
    DiskRefused,
    HandOver,
    NotStorable,
    Recovery,
    Reversal,
    Store,
    Withdrawal,
    Write,
)
from app.store.journal import ASIDE, JOURNAL, JournalStorage
from app.store.lines import Codec
from sync.client.ports import Outbox
from sync.protocol.records import Applied, Conflicted, HandedOver, Problem, Record, Refused
from tests.store.making import CENTRE_TIME, NOON, make_conflict, make_edit, make_news, make_reply, open_store, save

REFUSAL = Problem("/problems/too-large", "This text is too long to store.")


def picture(store: Store) -> tuple[Any, ...]:
    """Everything that can be asked."""
    notes = {key: store.note(key) for key in ("language", "shift", "route")}
    return store.records(), store.drafts(), notes, store.counts(), store.cursor()


def lines(folder: Path) -> int:
    return (folder / JOURNAL).read_bytes().count(b"\n")


STEPS: list[tuple[str, Callable[[Store], object]]] = [
    ("write", lambda store: save(store, "r1", note="a", tags=("x", "y"))),
    ("write more", lambda store: save(store, "r2", minutes=1, note="b")),
    ("draft", lambda store: store.write(Write(drafts={"d1": {"steps": ("s1",), "deep": {"n": None}}, "d2": {}}))),
    ("note", lambda store: store.write(Write(notes={"language": "ca", "shift": {"centre": "a"}, "route": False}))),
    ("edit", lambda store: save(store, "r1", minutes=2, note=None, more=1)),
    ("seal", lambda store: store.seal(1)),
    ("edit what is sealed", lambda store: save(store, "r1", minutes=3, note="c")),
    ("hear", lambda store: store.hear(make_reply(Applied("op-1", 5), cursor="e.5", news=(make_news(6, "r9", a="9"),)))),
    ("seal the rest", lambda store: store.seal(10)),
    ("hear a refusal", lambda store: store.hear(make_reply(Refused("op-2", REFUSAL), cursor="e.6"))),
    ("edit what was refused", lambda store: save(store, "r2", minutes=4, note="d")),
    ("delete", lambda store: store.write(Write(edits=(make_edit("r1", delete=True),)))),
    ("drop", lambda store: store.write(Write(drafts={"d1": None}, notes={"language": None}))),
    ("restart", lambda store: store.restart()),
    ("hear after the restart", lambda store: store.hear(make_reply(cursor="f.1"))),
]


def test_after_every_step_the_store_opened_again_shows_the_same(folder: Path, codec: Codec) -> None:
    for name, step in STEPS:
        store = open_store(folder, "later" if name != "seal" and name != "seal the rest" else "op", codec)
        if name == "seal the rest":
            store.close()
            store = Store.open(folder, new_id=lambda: "op-2", codec=codec)
        before = lines(folder)
        step(store)
        expected = picture(store)
        store.close()
        store = open_store(folder, codec=codec)

        assert (name, picture(store)) == (name, expected)
        assert (name, lines(folder) - before) == (name, 1)
        assert store.recovery == Recovery()
        store.close()


def test_a_tap_is_one_line_record_draft_and_note_together(store: Store, folder: Path) -> None:
    store.write(Write(drafts={"d1": {"note": "half"}}))
    before = lines(folder)

    store.write(Write(edits=(make_edit("r1", note="whole"),), drafts={"d1": None}, notes={"route": "/today"}))

    assert lines(folder) == before + 1
    assert (store.draft("d1"), store.note("route"), store.counts()) == (None, "/today", Counts(1, 0))


def test_two_edits_of_one_record_in_one_tap_follow_each_other(store: Store) -> None:
    store.write(
        Write(edits=(make_edit("r1", a="1"), make_edit("r1", b="2"), make_edit("r2"), make_edit("r2", delete=True)))
    )

    record = store.record("r1")
    assert record is not None and (record.fields, record.rev) == ({"a": "1", "b": "2"}, 2)
    assert store.record("r2") is None


def test_a_write_of_nothing_new_costs_nothing(store: Store, folder: Path) -> None:
    save(store, note="a")
    before = lines(folder)

    save(store, note="a")
    store.write(Write())
    store.write(Write(drafts={"never": None}, notes={"never": None}))

    assert lines(folder) == before


def test_a_draft_is_replaced_whole(store: Store) -> None:
    store.write(Write(drafts={"d1": {"a": 1, "b": 2}}))
    store.write(Write(drafts={"d1": {"b": 3}}))

    assert store.drafts() == {"d1": {"b": 3}}


def test_records_come_newest_first_and_by_kind(store: Store) -> None:
    for record_id, minutes in (("r1", 5), ("r2", 9), ("r3", 1)):
        save(store, record_id, minutes=minutes)
    store.hear(make_reply(news=(Record("s1", "session", 3),)))

    assert [record.id for record in store.records(kind="assist")] == ["r2", "r1", "r3"]
    assert [record.id for record in store.records(kind="session")] == ["s1"]
    assert store.record("s1") in store.records()


def test_the_order_follows_what_is_written_later_corrected_and_forgotten(store: Store) -> None:
    def order() -> list[str]:
        assert store.records() == tuple(sorted(store.records(), key=lambda each: (each.at, each.id), reverse=True))
        return [record.id for record in store.records()]

    save(store, "r1", minutes=5)
    assert order() == ["r1"]

    for record_id, minutes in (("r2", 9), ("r3", 1), ("r4", 9)):
        save(store, record_id, minutes=minutes)
    assert order() == ["r4", "r2", "r1", "r3"]

    save(store, "r3", minutes=20, note="corrected")
    assert order() == ["r3", "r4", "r2", "r1"]

    sent(store, "r5", 1)
    assert order() == ["r3", "r4", "r2", "r1", "r5"]

    store.forget_sent(LATER, safe=1)
    assert order() == ["r3", "r4", "r2", "r1"]


def test_records_are_found_by_what_they_say_now(store: Store) -> None:
    def found(**wanted: str) -> list[str]:
        return sorted(record.id for record in store.records(**wanted))  # type: ignore[arg-type]

    save(store, "r1", session_id="s1")
    save(store, "r2", session_id="s1", shift_id="t1")
    assert (found(session_id="s1"), found(shift_id="t1"), found(shift_id="t2")) == (["r1", "r2"], ["r2"], [])

    save(store, "r1", session_id="s2")
    save(store, "r3", session_id="s1")
    store.seal(3)
    save(store, "r2", session_id=None)
    store.hear(make_reply(news=(Record("x1", "session", 3, {"session_id": "s1"}),)))
    assert (found(session_id="s1"), found(session_id="s2")) == (["r3", "x1"], ["r1"])
    assert (found(kind="session", session_id="s1"), found(kind="assist")) == (["x1"], ["r1", "r2", "r3"])

    save(store, "r4", session_id="s4")
    store.write(Write(edits=(make_edit("r4", delete=True),)))
    assert found(session_id="s4") == []


@pytest.mark.parametrize(
    ("write", "path"),
    [
        (Write(edits=(make_edit("r1"), make_edit("r2", note=float("nan")))), "edits.1.fields.note"),
        (Write(edits=(make_edit("r1"),), drafts={"d1": {"a": [b"x"]}}), "drafts.d1.a.0"),
        (Write(edits=(make_edit("r1"),), notes={"token": "\ud800"}), "device.token.value"),
        (Write(drafts={"d1": "text"}), "drafts.d1"),  # type: ignore[dict-item]
        (Write(edits=(make_edit("old"), make_edit("r1", delete=True), make_edit("s1"))), "edits.2.kind"),
    ],
)
def test_a_bad_value_is_refused_with_its_path_and_nothing_is_written(
    store: Store, folder: Path, write: Write, path: str
) -> None:
    store.hear(make_reply(news=(Record("s1", "session", 3),)))
    before, content = picture(store), (folder / JOURNAL).read_bytes()

    with pytest.raises(NotStorable) as refused:
        store.write(write)

    assert str(refused.value).startswith(f"{path}: ")
    assert (picture(store), (folder / JOURNAL).read_bytes()) == (before, content)


def test_what_is_given_and_what_is_read_share_nothing(store: Store) -> None:
    steps = ["s1"]
    store.write(Write(drafts={"d1": {"steps": steps}}, notes={"shift": {"steps": steps}}))

    steps.append("s2")
    store.drafts()["d1"]["steps"].append("s3")
    store.note("shift")["steps"].append("s4")

    assert (store.draft("d1"), store.note("shift")) == ({"steps": ["s1"]}, {"steps": ["s1"]})


# the outbox


def test_the_store_is_the_outbox_the_engine_needs(store: Store) -> None:
    outbox: Outbox = store

    assert (outbox.cursor(), outbox.seal(10), outbox.counts().waiting) == ("", (), 0)


def test_changes_come_oldest_first_and_are_on_disk_before_they_are_returned(
    store: Store, folder: Path, codec: Codec
) -> None:
    for record_id, minutes in (("r1", 5), ("r2", 9), ("r3", 1)):
        save(store, record_id, minutes=minutes, note=record_id)

    changes = store.seal(2)

    assert [(change.op, change.id, change.set) for change in changes] == [
        ("op-1", "r3", {"note": "r3"}),
        ("op-2", "r1", {"note": "r1"}),
    ]
    store.close()
    again = open_store(folder, "other", codec)
    assert again.seal(2) == changes
    assert [change.op for change in again.seal(9)] == ["op-1", "op-2", "other-1"]
    assert again.seal(0) == ()
    again.close()


def test_a_reply_twice_or_after_a_newer_one_changes_nothing(store: Store) -> None:
    save(store, "r1", note="a")
    store.seal(1)
    first = make_reply(Applied("op-1", 5), cursor="e.7", news=(make_news(7, "r9", a="7"),))
    store.hear(first)
    save(store, "r1", note="b")
    store.seal(1)
    before = picture(store)

    store.hear(first)

    assert picture(store) == before
    assert store.counts() == Counts(1, 0)


def test_what_needs_a_person_is_counted_apart_from_what_waits(store: Store) -> None:
    for record_id in ("r1", "r2", "r3"):
        save(store, record_id, note="a")
    store.seal(3)
    disputed = Record("r2", "assist", 6, {"note": "b"}, conflicts=(make_conflict("note", "a", 6),))

    store.hear(make_reply(Refused("op-1", REFUSAL), Conflicted("op-2", 6, disputed)))

    assert store.counts() == Counts(waiting=1, review=2)
    sent = store.record("r2")
    assert sent is not None and sent.sent_at == CENTRE_TIME


def test_a_restart_offers_what_is_mine_and_hears_everything_again(store: Store) -> None:
    save(store, "r1", note="a")
    store.seal(1)
    store.hear(make_reply(Applied("op-1", 5), cursor="e.6", news=(make_news(6, "r8"), make_news(7, "r9"))))

    store.restart()

    assert (store.cursor(), store.counts()) == ("", Counts(1, 0))
    assert [(change.op, change.id, change.set) for change in store.seal(9)] == [("op-1", "r1", {"note": "a"})]
    assert len(store.records()) == 3


LATER = CENTRE_TIME + timedelta(days=7)


def sent(store: Store, record_id: str, seq: int, **fields: Any) -> None:
    save(store, record_id, **fields)
    change = next(change for change in store.seal(9) if change.id == record_id)
    store.hear(make_reply(Applied(change.op, seq), cursor=f"e.{seq}", safe=5))


def test_s_t05_what_was_sent_and_is_in_a_backup_is_forgotten_in_time(store: Store) -> None:
    sent(store, "r1", 5, note="a")
    sent(store, "r2", 6, note="b")
    save(store, "r3", note="c")

    assert store.safe() == 5
    assert store.forget_sent(CENTRE_TIME - timedelta(seconds=1), safe=5) == 0
    assert store.forget_sent(LATER, safe=5) == 1
    assert {record.id for record in store.records()} == {"r2", "r3"}


def test_what_is_still_compared_disputed_or_corrected_is_not_forgotten(store: Store) -> None:
    sent(store, "r1", 1, shift_id="s1")
    sent(store, "s1", 2, note="the shift")
    sent(store, "r2", 3, note="a")
    save(store, "r2", note="b")
    sent(store, "r3", 4, note="a")
    disputed = Record("r3", "assist", 5, {"note": "a"}, conflicts=(make_conflict("note", "z", 5),))
    store.hear(make_reply(news=(disputed,), safe=9))

    assert store.forget_sent(LATER, safe=9, but_shift="s1") == 0


def test_what_an_open_draft_is_about_is_not_forgotten(store: Store) -> None:
    """A seat that somebody took off an old list stood at the centre as before: here it was not known any more."""
    sent(store, "w1", 1, status="held")
    sent(store, "r1", 2, session_id="w1", status="present")
    store.write(Write(drafts={"w1": {"seats": []}}))

    assert store.forget_sent(LATER, safe=9) == 0


def test_a_receipt_is_over_what_the_centre_holds_whatever_was_written_over_it(store: Store) -> None:
    """It had one record less as long as a correction was refused that says another shift; the end of the shift never
    was green, and everything was offered again each time."""
    sent(store, "r1", 1, shift_id="s1")
    before = store.receipt("s1", at=NOON)

    save(store, "r1", shift_id="s2")

    assert before.count == 1
    assert store.receipt("s1", at=NOON) == before
    assert store.receipt("s2", at=NOON).count == 0


def test_of_what_was_only_heard_of_the_catalogue_stays(store: Store) -> None:
    store.hear(make_reply(news=(make_news(1, "r8"), Record("p1", "procedure", 2, {"title": "x"})), safe=2))
    store.hear(make_reply(news=(Record("w1", "session", 2, {"room": "B1"}),), safe=2))

    assert store.forget_sent(LATER, safe=2) == 1
    assert store.record("p1") is not None and store.record("w1") is None


def test_a_planned_session_is_not_forgotten_before_its_day(store: Store) -> None:
    plan = {"planned_day": "2026-03-25", "planned_start": "10:00", "centre_id": "mariola", "module_ids": ("3",)}
    store.hear(make_reply(news=(Record("w1", "session", 2, plan),), safe=2))

    assert store.forget_sent(LATER, safe=2) == 0
    assert store.forget_sent(LATER + timedelta(days=21), safe=2) == 1


def test_after_a_restart_nothing_is_known_to_be_safe(store: Store) -> None:
    sent(store, "r1", 5, note="a")

    store.restart()

    assert store.safe() == 0


def test_after_a_restart_what_never_comes_back_goes_and_what_is_mine_stays(store: Store) -> None:
    save(store, "r1", note="a")
    store.hear(make_reply(cursor="e.6", news=(make_news(6, "r8"), make_news(7, "r9"))))
    store.restart()

    store.hear(make_reply(cursor="f.2", more=True, news=(make_news(1_000_002, "r9"),)))
    assert {record.id for record in store.records()} == {"r1", "r8", "r9"}
    store.hear(make_reply(cursor="f.3", more=False))

    assert {record.id for record in store.records()} == {"r1", "r9"}


def test_a_lost_line_makes_the_store_hear_everything_again_because_it_may_have_held_news(folder: Path) -> None:
    store = open_store(folder)
    store.hear(make_reply(cursor="e.6", news=(make_news(6, "r8", a="lost"),)))
    store.hear(make_reply(cursor="e.7", news=(make_news(7, "r9", a="kept"),)))
    store.close()
    (folder / JOURNAL).write_bytes((folder / JOURNAL).read_bytes().replace(b"lost", b"lots"))

    for expected in (Recovery(bad_lines=1, kept_in=folder / ASIDE), Recovery()):
        store = open_store(folder)
        assert (store.recovery, store.cursor(), [record.id for record in store.records()]) == (expected, "", ["r9"])
        store.close()


def test_news_in_a_lost_line_are_heard_again_also_when_the_disk_was_full_at_opening(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(folder)
    store.hear(make_reply(cursor="e.1", news=(make_news(1, "lost"),)))
    store.hear(make_reply(cursor="e.2", news=(make_news(2, "kept"),)))
    store.close()
    journal = folder / JOURNAL
    journal.write_bytes(journal.read_bytes().replace(b'"lost"', b'"LOST"'))

    def refuse(*_: object) -> None:
        raise DiskRefused(OSError(28, "No space left on device"))

    with monkeypatch.context() as full:
        full.setattr(JournalStorage, "_append", refuse)
        store = open_store(folder)
        assert store.cursor() == ""
        with pytest.raises(DiskRefused):
            store.compact()
    store.compact()
    store.close()

    store = open_store(folder)
    assert (store.recovery, store.cursor()) == (Recovery(), "")
    store.close()


# what a person decides about a refused or disputed record

TOO_LONG = Problem("/problems/too-large", "This text is too long to store.", "note", 20_000)


def refuse(store: Store) -> None:
    (change,) = store.seal(1)
    store.hear(make_reply(Refused(change.op, TOO_LONG)))


def test_a_record_handed_over_is_still_so_after_a_restart_of_the_app(folder: Path) -> None:
    store = open_store(folder)
    save(store, note="long")
    refuse(store)
    store.write(Write(edits=(HandOver("r1"),)))
    waiting = store.counts()
    store.close()

    store = open_store(folder, prefix="later")
    (change,) = store.seal(1)
    store.hear(make_reply(HandedOver(change.op)))
    store.close()

    store = open_store(folder)
    kept = store.record("r1")
    assert kept is not None and kept.is_handed_over and kept.fields == {"note": "long"}
    assert (change.hand_over, waiting, store.counts(), store.seal(1)) == (True, Counts(1, 0), Counts(0, 0), ())
    store.close()


@pytest.mark.parametrize("deed", [Withdrawal("r1", "C1", NOON), HandOver("r1"), make_edit(note="short")])
def test_what_was_done_about_a_record_is_taken_back_to_the_letter(store: Store, deed: Deed) -> None:
    save(store, note="long")
    refuse(store)
    was = store.record("r1")
    assert was is not None

    store.write(Write(edits=(deed,)))
    meanwhile = store.record("r1")
    store.write(Write(reversals=(Reversal(was, deed),)))

    assert meanwhile != was
    assert store.record("r1") == was
    assert store.counts() == Counts(0, 1)


def test_what_went_on_meanwhile_is_not_taken_back_but_edited_where_an_edit_says_how(store: Store) -> None:
    save(store, note="a")
    was, deed = store.record("r1"), make_edit(note="b")
    assert was is not None
    store.write(Write(edits=(deed,)))
    store.seal(1)

    store.write(Write(reversals=(Reversal(was, deed),)))
    untouched = store.record("r1")
    store.write(Write(reversals=(Reversal(was, deed, otherwise=make_edit(note="a")),)))

    assert untouched is not None and untouched.fields == {"note": "b"}
    edited = store.record("r1")
    assert edited is not None and edited.fields == {"note": "a"}


def test_a_decision_is_counted_as_waiting_and_not_as_review_also_after_a_restart_of_the_app(folder: Path) -> None:
    store = open_store(folder)
    save(store, room="B1")
    (change,) = store.seal(1)
    held = Record("r1", "assist", 9, {"room": "C1"}, conflicts=(make_conflict("room", "B1", 9),))
    store.hear(make_reply(Conflicted(change.op, 9, held)))
    asked = store.counts()

    save(store, room="C1")
    store.close()

    store = open_store(folder)
    assert (asked, store.counts()) == (Counts(0, 1), Counts(1, 0))
    store.close()


def test_a_shift_that_the_centre_refused_is_in_no_receipt(store: Store) -> None:
    save(store, note="long")
    refuse(store)

    assert store.receipt("r1", at=NOON).count == 0
