"""The reference data as the centre last said it, over what ships with the app.

Each entry of a file is a record (docs/reference-data.md). Each is read by itself: one that this app cannot read is
passed over for the last good one, then for the one that ships, and said in the complaints; the others are not held up.
What is offered, and in which order, is said by the file's edition, which is numbered after its entries: as long as it
has not come, nothing changes. Pure.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, TypeVar

from app.domain.catalogue import (
    OTHER_PROCEDURE,
    BringItem,
    Catalogue,
    Module,
    Procedure,
    bring_items_at,
    module_at,
    procedure_at,
)
from app.domain.centres import Centre, Centres, centre_at, centres_at
from app.domain.library import Library
from app.domain.people import Connector, connector_at
from app.domain.policies import READERS, Policies
from app.domain.reference import BrokenReference, Place, read_reference
from app.domain.search import ProcedureSearch
from sync.protocol.records import Fields, Kind
from sync.protocol.reference import CONTENT, LISTS, RETIRED, File

Entries = Mapping[str, Fields]
"""The fields of reference records, under "procedure/m8-clave", "edition/catalogue" ..."""

Thing = TypeVar("Thing")
Identified = TypeVar("Identified", Procedure, Module, Centre)
Read = Callable[[Place], Thing]

_SAYS_NOTHING = {"id": "any", "name": {"ca": "any"}, "source_names": []}  # a centre without hours of its own


@dataclass(frozen=True, slots=True)
class Overlaid:
    """What to work with, what of the entries to keep for the next time, and what could not be read."""

    library: Library
    kept: Entries
    complaints: tuple[str, ...]


def overlaid(shipped: Library, kept: Entries, heard: Entries) -> Overlaid:
    """The library after hearing these entries; `kept` are the last good ones, as the last call returned them."""
    shelf = _Shelf(kept, heard)
    catalogue = _catalogue(shipped.catalogue, shelf)
    library = replace(
        shipped,
        catalogue=catalogue,
        centres=_centres(shipped.centres, shelf),
        search=shipped.search if catalogue == shipped.catalogue else ProcedureSearch(catalogue, shipped.synonyms),
        connectors=_connectors(shipped.connectors, shelf),
        policies=_policies(shipped.policies, shelf),
    )
    return Overlaid(library, {**kept, **shelf.good}, tuple(shelf.complaints))


@dataclass(frozen=True, slots=True)
class _Edition:
    """The version of a file, its entries in their order by the name of their list, and the rest of the file."""

    version: str
    order: Mapping[str, tuple[str, ...]]
    root: Place


@dataclass(slots=True)
class _Shelf:
    """Reads entries, the last good one where the newest cannot be read, and remembers which were good."""

    kept: Entries
    heard: Entries
    good: dict[str, Fields] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)

    def read(self, name: str, understand: Read[Thing]) -> Thing | None:
        for fields in (self.heard.get(name), self.kept.get(name)):
            if fields is None:
                continue
            try:
                thing = understand(_content(name, fields))
            except BrokenReference as error:
                self.complaints.append(str(error))
                continue
            self.good[name] = fields
            return thing
        return None

    def all(self, kind: Kind, understand: Read[Thing]) -> dict[str, Thing]:
        """What can be read of a kind, by key: known is not yet offered."""
        names = sorted(name for name in {**self.kept, **self.heard} if name.startswith(f"{kind}/"))
        read: dict[str, Any] = {name.partition("/")[2]: self.read(name, understand) for name in names}
        return {key: thing for key, thing in read.items() if thing is not None}

    def edition(self, file: File, check: Read[object]) -> _Edition | None:
        """What the centre last said of a whole file; None when it never did."""

        def understand(root: Place) -> _Edition:
            check(root)
            order = {name: _keys(root.field(name)) for name in LISTS[file]}
            return _Edition(root.field(f"{file}_version").text(), order, root)

        return self.read(f"{Kind.EDITION}/{file}", understand)

    def is_retired(self, kind: Kind, key: str) -> bool:
        return self.good.get(f"{kind}/{key}", {}).get(RETIRED) is True

    def offered(self, kind: Kind, keys: tuple[str, ...], known: Mapping[str, Thing]) -> tuple[Thing, ...]:
        """What is known of these, in their order, without what is retired."""
        self.complaints += [f"{kind}/{key} is in the list and cannot be had" for key in keys if key not in known]
        return tuple(known[key] for key in keys if key in known and not self.is_retired(kind, key))


def _catalogue(shipped: Catalogue, shelf: _Shelf) -> Catalogue:
    edition = shelf.edition(File.CATALOGUE, bring_items_at)
    bring_items: Mapping[str, BringItem] = bring_items_at(edition.root) if edition else {}
    procedures = _by_id(shipped.procedures) | shelf.all(Kind.PROCEDURE, partial(procedure_at, bring_items=bring_items))
    modules = _by_id(shipped.modules) | shelf.all(Kind.MODULE, module_at)
    offered, offered_modules = shipped.procedures, shipped.modules
    if edition:
        offered = shelf.offered(Kind.PROCEDURE, edition.order["procedures"], procedures)
        offered_modules = shelf.offered(Kind.MODULE, edition.order["modules"], modules)
    if OTHER_PROCEDURE not in (each.id for each in offered):
        offered = (*offered, procedures[OTHER_PROCEDURE])  # always there so nobody is stuck
    return Catalogue(
        edition.version if edition else shipped.version,
        offered_modules,
        offered,
        retired=_left_out(procedures, offered),
        retired_modules=_left_out(modules, offered_modules),
    )


def _centres(shipped: Centres, shelf: _Shelf) -> Centres:
    edition = shelf.edition(File.CENTRES, _check_common)
    if edition is None:
        return shipped
    centres = _by_id(shipped.centres) | shelf.all(Kind.CENTRE, partial(centre_at, edition.root))
    offered = shelf.offered(Kind.CENTRE, edition.order["centres"], centres)
    if not offered:  # a tablet needs a centre
        return shipped
    return replace(centres_at(edition.root, offered), retired=_left_out(centres, offered))


def _check_common(root: Place) -> None:
    centre_at(root, replace(root, value=_SAYS_NOTHING))
    centres_at(root, ())


def _connectors(shipped: tuple[Connector, ...], shelf: _Shelf) -> tuple[Connector, ...]:
    edition = shelf.edition(File.PEOPLE, _nothing_else)
    if edition is None:
        return shipped
    return shelf.offered(Kind.PERSON, edition.order["people"], shelf.all(Kind.PERSON, connector_at))


def _policies(shipped: Policies, shelf: _Shelf) -> Policies:
    edition = shelf.edition(File.POLICIES, _nothing_else)
    read: dict[str, Any] = {name: shelf.read(f"{Kind.POLICY}/{name}", reader) for name, reader in READERS.items()}
    wanted = edition.order["policies"] if edition else ()
    return replace(shipped, **{name: value for name, value in read.items() if name in wanted and value is not None})


def _nothing_else(_root: Place) -> None:
    """This file holds nothing but its entries."""


def _content(name: str, fields: Fields) -> Place:
    content = fields.get(CONTENT)
    if not isinstance(content, str):
        raise BrokenReference(name, CONTENT, "is not text")
    return read_reference(content, name)


def _keys(place: Place) -> tuple[str, ...]:
    found = tuple(each.text() for each in place.entries())
    if not found:
        raise place.broken("is empty")
    return found


def _by_id(things: Iterable[Identified]) -> dict[str, Identified]:
    return {each.id: each for each in things}


def _left_out(known: Mapping[str, Identified], offered: tuple[Identified, ...]) -> tuple[Identified, ...]:
    left = known.keys() - {each.id for each in offered}
    return tuple(each for key, each in known.items() if key in left)
