"""Reference data on its way down: which records it is, and the ids that both ends derive alike.

A file of the coordinator (`catalogue.json`, `centres.json` ...) travels as one record for each of its entries and one
`edition` for the rest: its version, the order of its entries, and what they have in common. docs/reference-data.md has
the shapes. Planned sessions are ordinary session records, which a tablet may have begun before the plan came.
"""

import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID, uuid5

from sync.protocol.records import Kind

KINDS = (Kind.PROCEDURE, Kind.MODULE, Kind.CENTRE, Kind.PERSON, Kind.POLICY, Kind.EDITION)
"""Seen by every tablet and written by none."""

KEY, CONTENT, VERSION, RETIRED = "key", "content", "version", "retired"  # the fields of a reference record

_NAMESPACE = UUID("0d5b8c57-6a0a-5a53-93f0-6b8b5d1f6c2e")
_PLAN = UUID("6f1f2ab5-6a0e-5d0c-9c7e-3f5d0c1f7a11")
_PARTS = re.compile(r"\d+|\D+")


class File(StrEnum):
    """The files a coordinator writes. `catalogue` says its version in `catalogue_version`, and so on."""

    CATALOGUE = "catalogue"
    CENTRES = "centres"
    PEOPLE = "people"
    PLAN = "plan"
    POLICIES = "policies"


LISTS: Mapping[File, Mapping[str, Kind]] = MappingProxyType(
    {
        File.CATALOGUE: {"modules": Kind.MODULE, "procedures": Kind.PROCEDURE},
        File.CENTRES: {"centres": Kind.CENTRE},
        File.PEOPLE: {"people": Kind.PERSON},
        File.PLAN: {"sessions": Kind.SESSION},
        File.POLICIES: {"policies": Kind.POLICY},
    }
)
"""The lists of entries in each file, and the kind of record their entries are."""


def reference_id(kind: str, key: str) -> str:
    """The id of an entry's record: the same wherever it is derived."""
    return str(uuid5(_NAMESPACE, f"{kind}/{key}"))


def planned_key(centre_id: str, module_ids: tuple[str, ...], day: date) -> str:
    """What makes two planned sessions the same one: one for each centre, modules and day."""
    return "/".join((centre_id, *module_ids, day.isoformat()))


def planned_id(key: str) -> str:
    """The id of a planned session: two tablets that open it, and the plan it is in, mean one record."""
    return str(uuid5(_PLAN, key))


def is_older(version: str, than: str) -> bool:
    """Whether a version comes before another: numbers by their size, and after words, so that years follow names."""
    return _order(version) < _order(than)


def _order(version: str) -> list[tuple[bool, int, str]]:
    parts = _PARTS.findall(version)
    return [(part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in parts]
