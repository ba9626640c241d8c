"""Mistakes in the merge rule, to be planted: see `mutants`."""

from dataclasses import replace

from sync import merge
from sync.merge import Held, Mark, Merged
from sync.protocol.records import DELETION, Change, without_cleared
from tests.simulation.planting import Places


def last_writer_wins() -> Places:
    return ((merge, "_is_theirs", lambda *_: False),)


def delete_beats_edits() -> Places:
    def deletion(held: Held, change: Change, mark: Mark) -> Merged:
        return Merged(Held(held.id, held.kind, mark.seq, marks={DELETION: mark}, deleted=True))

    return ((merge, "_deletion", deletion),)


def deletion_overlooks_disputes() -> Places:
    real = merge._deletion

    def deletion(held: Held, change: Change, mark: Mark) -> Merged:
        return real(replace(held, conflicts=()), change, mark)

    return ((merge, "_deletion", deletion),)


def agreement_belongs_to_the_last_hand() -> Places:
    real = merge._edit

    def edit(held: Held, change: Change, mark: Mark) -> Merged:
        merged = real(held, change, mark)
        marks = {
            name: replace(each, writer=mark.writer) if each.writer == merge.SEVERAL_HANDS else each
            for name, each in merged.held.marks.items()
        }
        return replace(merged, held=replace(merged.held, marks=marks))

    return ((merge, "_edit", edit),)


def edit_revives_what_is_deleted() -> Places:
    real = merge._onto_tombstone

    def onto_tombstone(held: Held, change: Change, mark: Mark) -> Merged:
        if change.delete:
            return real(held, change, mark)
        marks = {**held.marks, **dict.fromkeys(change.set, mark)}
        fields = without_cleared(change.set)
        return Merged(replace(held, seq=mark.seq, fields=fields, marks=marks, deleted=False))

    return ((merge, "_onto_tombstone", onto_tombstone),)


def what_lost_is_forgotten() -> Places:
    return ((merge, "_keeping", lambda held, overruled: Merged(held, tuple(overruled))),)


def any_write_settles_a_dispute() -> Places:
    real = merge._unsettled
    return ((merge, "_unsettled", lambda conflicts, accepted, seen: real(conflicts, accepted, seen=2**60)),)


IN_MERGING = (
    last_writer_wins,
    delete_beats_edits,
    deletion_overlooks_disputes,
    agreement_belongs_to_the_last_hand,
    edit_revives_what_is_deleted,
    what_lost_is_forgotten,
    any_write_settles_a_dispute,
)
