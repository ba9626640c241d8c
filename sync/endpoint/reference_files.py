"""Reading the coordinator's files as the records they become. Pure; docs/reference-data.md has the shapes.

It checks what would be found out too late: by a tablet in a civic centre, which passes over an entry it cannot read.
"""

import codecs
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sync.endpoint.admission import LONGEST_TEXT
from sync.errors import MalformedMessage
from sync.protocol.json_reading import Node
from sync.protocol.record_codec import canonical
from sync.protocol.records import Fields, Kind
from sync.protocol.reference import CONTENT, KEY, LISTS, VERSION, File, planned_id, planned_key, reference_id

MOST_MINUTES = 600

# Of a connector nothing else is kept or told to any tablet, whatever columns a list of staff has.
OF_A_PERSON = frozenset({"id", "name", "centres", "valid_until"})

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class FileUnusable(Exception):
    """A file is not taken, and with it none of the others. The words say which, where and why."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A record as the file wants it."""

    kind: Kind
    key: str
    fields: Fields

    @property
    def id(self) -> str:
        return entry_id(self.kind, self.key)


@dataclass(frozen=True, slots=True)
class ReferenceFile:
    """A file as its entries and the edition that holds them together."""

    file: File
    version: str
    entries: tuple[Entry, ...]
    edition: Entry
    dropped: tuple[str, ...] = ()  # what was said of people and is kept nowhere, by name


def entry_id(kind: Kind, key: str) -> str:
    return planned_id(key) if kind is Kind.SESSION else reference_id(kind, key)


def read_file(name: str, body: bytes) -> ReferenceFile:
    """The file of this name. Raises FileUnusable."""
    try:
        text = body.removeprefix(codecs.BOM_UTF8).decode("utf-8")  # some editors put a mark in front
        value = json.loads(text, object_pairs_hook=_each_name_once, parse_constant=_no_number)
        json.dumps(value, ensure_ascii=False).encode("utf-8")
        return _read(Node(value))
    except json.JSONDecodeError as error:
        raise FileUnusable(f"{name}: line {error.lineno}, column {error.colno}: {error.msg}") from None
    except UnicodeError:
        raise FileUnusable(f"{name}: holds what is no character in UTF-8") from None
    except RecursionError:
        raise FileUnusable(f"{name}: is nested too deeply") from None
    except MalformedMessage as trouble:
        raise FileUnusable(f"{name}: {trouble.path or 'the file'} {trouble.cause}") from None
    except ValueError as trouble:
        raise FileUnusable(f"{name}: {trouble}") from None


def _each_name_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _no_number(_text: str) -> object:
    raise ValueError("NaN and Infinity are no numbers")


def _read(root: Node) -> ReferenceFile:
    named = {name for name, _ in root.members()}
    found = [file for file in File if f"{file}_version" in named]
    if len(found) != 1:
        root.fail(f"says no version: one of {', '.join(f'{file}_version' for file in File)}")
    file = found[0]
    version = root.member(f"{file}_version").name()
    entries: list[Entry] = []
    order: dict[str, list[str]] = {}
    for name, kind in LISTS[file].items():
        made = [_ENTRIES[kind](node, root, version) for node in root.member(name).items()]
        if not made:
            root.member(name).fail("is empty")
        order[name] = [entry.key for entry in made]
        _each_once(root.member(name), order[name])
        entries += made
    rest = {name: node.value for name, node in root.members()} | order
    edition = Entry(Kind.EDITION, file.value, _fields(Node(rest), file.value, version))
    return ReferenceFile(file, version, tuple(entries), edition, _dropped(root) if file is File.PEOPLE else ())


def _dropped(root: Node) -> tuple[str, ...]:
    names = {name for node in root.member("people").items() for name, _ in node.members()}
    return tuple(sorted(names - OF_A_PERSON))


def _entry(kind: Kind, check: Callable[[Node, Node], None]) -> Callable[[Node, Node, str], Entry]:
    """How an entry of this kind is read: its key, what is to be checked, and its content word for word."""

    def read(node: Node, root: Node, version: str) -> Entry:
        key = _key(node.member("id"))
        check(node, root)
        kept = node if kind is not Kind.PERSON else Node({name: node.value_of(name) for name in _said_of(node)})
        return Entry(kind, key, _fields(kept, key, version))

    return read


def _said_of(node: Node) -> list[str]:
    return [name for name, _ in node.members() if name in OF_A_PERSON]


def _fields(node: Node, key: str, version: str) -> Fields:
    content = canonical(node.value)
    if len(content) > LONGEST_TEXT:
        node.fail(f"is longer than {LONGEST_TEXT} characters")
    return {KEY: key, CONTENT: content, VERSION: version}


def _procedure(node: Node, root: Node) -> None:
    _words(node.member("title"))
    if _key(node.member("module")) not in {_key(each.member("id")) for each in root.member("modules").items()}:
        node.member("module").fail("is not one of the modules of this file")
    steps = list(node.member("steps").items())
    _each_once(node.member("steps"), [_key(step.member("id")) for step in steps])
    for step in steps:
        _one_of(step.member("kind"), root.member("step_kinds"))
        if not any(_is_said(step, language) for language in ("ca", "es", "en")):
            step.fail("has no words")
    for item in node.member("bring").items():
        _one_of(item, root.member("bring_items"))
    if not 1 <= node.member("default_minutes").number() <= MOST_MINUTES:
        node.member("default_minutes").fail(f"is not between 1 and {MOST_MINUTES}")
    _said(node.member("site").member("name"))
    _said(node.member("needs_identity"))


def _module(node: Node, _root: Node) -> None:
    _words(node.member("title"))


def _centre(node: Node, root: Node) -> None:
    _words(node.member("name"))
    for name in node.member("source_names").items():
        _said(name)
    _hours(node)
    _hours(root.member("support_point_hours"))
    for season in ("normal", "summer"):
        root.member("support_point_hours").member(season)


def _person(node: Node, _root: Node) -> None:
    _said(node.member("name"))
    centres, until = node.optional("centres"), node.optional("valid_until")
    for centre in centres.items() if centres else ():
        _key(centre)
    if until:
        _day(until)


def _policy(node: Node, _root: Node) -> None:
    value = node.member("value")
    if _key(node.member("id")) == "fields_asked":  # what is not read here is asked nowhere, and nobody would know why
        for field in value.items():
            _key(field)


def _session(node: Node, _root: Node, version: str) -> Entry:
    """A planned session is an ordinary session of which only when and where is known; whether it was held is said by
    who was there, so the plan says nothing that their word could meet."""
    centre, day = _key(node.member("centre_id")), _day(node.member("day"))
    modules = tuple(_key(each) for each in node.member("module_ids").items())
    if not modules:
        node.member("module_ids").fail("is empty")
    start, end = _time(node.member("start")), node.optional("end")
    if end and _time(end) <= start:
        node.fail("ends before it starts")
    fields: Fields = {
        "kind": "plan",
        "module_ids": modules,
        "centre_id": centre,
        "planned_day": day.isoformat(),
        "planned_start": start,
        "planned_end": _time(end) if end else None,
        VERSION: version,
    }
    return Entry(Kind.SESSION, planned_key(centre, modules, day), fields)


_ENTRIES: Mapping[Kind, Callable[[Node, Node, str], Entry]] = {
    Kind.PROCEDURE: _entry(Kind.PROCEDURE, _procedure),
    Kind.MODULE: _entry(Kind.MODULE, _module),
    Kind.CENTRE: _entry(Kind.CENTRE, _centre),
    Kind.PERSON: _entry(Kind.PERSON, _person),
    Kind.POLICY: _entry(Kind.POLICY, _policy),
    Kind.SESSION: _session,
}


def _hours(node: Node) -> None:
    """Every opening anywhere below is from a time to a time, on days of the week."""
    if isinstance(node.value, list):
        for item in node.items():
            _hours(item)
    if not isinstance(node.value, dict):
        return
    if "start" in node.value:
        if _time(node.member("end")) <= _time(node.member("start")):
            node.fail("ends before it starts")
        node.member("days_stated_in_source").truth()
        days = node.optional("days")
        for day in days.items() if days else ():
            if day.text() not in _WEEKDAYS:
                day.fail(f"is not one of {', '.join(_WEEKDAYS)}")
    for _, member in node.members():
        _hours(member)


def _key(node: Node) -> str:
    """An id. The training modules have numbers for ids; records carry them as text."""
    found = str(node.number()) if isinstance(node.value, int) else node.text()
    if not _KEY.fullmatch(found):
        node.fail("is not an id: letters, digits, dots and dashes, 80 at most")
    return found


def _words(node: Node) -> None:
    _said(node.member("ca"))


def _is_said(node: Node, language: str) -> bool:
    words = node.optional(language)
    return words is not None and bool(words.text().strip())


def _said(node: Node) -> None:
    if not node.text().strip():
        node.fail("is empty")


def _one_of(node: Node, known: Node) -> None:
    if node.text() not in {name for name, _ in known.members()}:
        node.fail(f"is not one of {known.path}")


def _time(node: Node) -> str:
    if not _TIME.fullmatch(node.text()):
        node.fail("is not a time of day like 09:30")
    return node.text()


def _day(node: Node) -> date:
    try:
        return date.fromisoformat(node.text())
    except ValueError:
        node.fail("is not a day like 2026-11-23")


def _each_once(node: Node, keys: Iterable[str]) -> None:
    """Ids that differ in capital letters alone are taken for one: nobody could tell them apart in a list."""
    seen: dict[str, int] = {}
    for place, key in enumerate(keys):
        first = seen.setdefault(key.casefold(), place)
        if first != place:
            node.fail(f"has the same entry twice, at {first} and at {place}")
