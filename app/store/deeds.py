"""What several deeds of one write make of the records they are about. Pure; `transitions` says it for one."""

from collections.abc import Callable, Iterable

from app.store.documents import storable
from app.store.errors import NotStorable
from app.store.records import Deed, Edit, Reversal, StoredRecord
from app.store.transitions import done

Find = Callable[[str], StoredRecord | None]
Records = dict[str, StoredRecord | None]


def after_deeds(deeds: Iterable[Deed], find: Find) -> Records:
    """Each record after the last deed about it. Raises NotStorable, with the place."""
    after: Records = {}
    for place, given in enumerate(deeds):
        try:
            deed = storable(given)
            before = after[deed.id] if deed.id in after else find(deed.id)
            if before is not None and isinstance(deed, Edit) and before.kind != deed.kind:
                raise NotStorable("a record keeps its kind", "kind")
        except NotStorable as trouble:
            raise trouble.under(str(place)).under("edits") from None
        after[deed.id] = done(before, deed)
    return after


def after_reversals(reversals: Iterable[Reversal], find: Find) -> Records:
    after: Records = {}
    for each in reversals:
        if find(each.was.id) == done(each.was, storable(each.deed)):
            after[each.was.id] = each.was
        elif each.otherwise:
            after |= after_deeds((each.otherwise,), find)
    return after
