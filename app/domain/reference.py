"""Reading the reference files a person may edit: typed access that always knows where in the file it is.

The text comes in as an argument: nothing here opens a file. The one error is `BrokenReference`; its words name the
file, the place and what is wrong, so that whoever edited the file can mend it.
"""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, time

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_HALF_A_CHARACTER = re.compile("[\ud800-\udfff]")
_MENTIONED_AT_MOST = 60  # characters of a wrong value repeated in the message


class BrokenReference(ValueError):
    """A reference file cannot be used. Show the words to a person; go on with the file that worked before."""

    def __init__(self, where: str, path: str, cause: str) -> None:
        super().__init__(f"{where}: {path} {cause}" if path else f"{where}: {cause}")
        self.where, self.path, self.cause = where, path, cause


@dataclass(frozen=True, slots=True)
class Place:
    """A value in a file, with the way to it: `procedures[3].steps[0].ca`."""

    where: str
    path: str
    value: object

    def broken(self, cause: str) -> BrokenReference:
        return BrokenReference(self.where, self.path, cause)

    def field(self, name: str) -> "Place":
        """The value under this name; broken when it is missing."""
        found = self.optional(name)
        if found is None:
            raise self._below(f".{name}", None).broken("is missing")
        return found

    def optional(self, name: str) -> "Place | None":
        """The value under this name; None when it is absent or null."""
        found = self._object().get(name)
        return None if found is None else self._below(f".{name}", found)

    def names(self) -> tuple[str, ...]:
        return tuple(self._object())

    def entries(self) -> "tuple[Place, ...]":
        """The values of a list, in its order."""
        if not isinstance(self.value, list):
            raise self._unlike("a list")
        return tuple(self._below(f"[{n}]", value) for n, value in enumerate(self.value))

    def text(self) -> str:
        """Words to show exactly as they stand: never formatted, never read as markup."""
        if not isinstance(self.value, str):
            raise self._unlike("text")
        if not self.value.strip():
            raise self.broken("is empty")
        if _HALF_A_CHARACTER.search(self.value):
            raise self.broken("holds half a character, which cannot be saved")
        return self.value

    def id(self) -> str:
        found = self.text()
        if not _ID.fullmatch(found):
            raise self.broken("is not an id: use letters, digits, dots and dashes")
        return found

    def whole_number(self, at_least: int, at_most: int) -> int:
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            raise self._unlike("a whole number")
        if not at_least <= self.value <= at_most:
            raise self.broken(f"is not between {at_least} and {at_most}")
        return self.value

    def yes_or_no(self) -> bool:
        if not isinstance(self.value, bool):
            raise self._unlike("true or false")
        return self.value

    def time_of_day(self) -> time:
        found = self.text()
        if not _TIME.fullmatch(found):
            raise self.broken('is not a time of day like "09:30"')
        return time.fromisoformat(found)

    def day(self) -> date:
        found = self.text()
        try:
            return date.fromisoformat(found)
        except ValueError:
            raise self.broken('is not a day like "2026-11-23"') from None

    def one_of(self, allowed: Iterable[str]) -> str:
        found, known = self.text(), tuple(allowed)
        if found not in known:
            raise self.broken(f"is {_mention(found)}, which is not one of: {', '.join(known)}")
        return found

    def _object(self) -> dict[str, object]:
        if not isinstance(self.value, dict):
            raise self._unlike("an object")
        return self.value

    def _below(self, step: str, value: object) -> "Place":
        return Place(self.where, f"{self.path}{step}".removeprefix("."), value)

    def _unlike(self, expected: str) -> BrokenReference:
        return self.broken(f"is not {expected}")


def read_reference(text: str, where: str) -> Place:
    """The whole file as a place. Broken JSON is named with its line and column."""
    if not text.strip("\ufeff \t\r\n"):
        raise BrokenReference(where, "", "the file is empty")
    try:
        # Some editors put a byte order mark in front; JSON does not know it.
        return Place(where, "", json.loads(text.removeprefix("\ufeff"), object_pairs_hook=_each_name_once))
    except json.JSONDecodeError as error:
        cause = f"line {error.lineno}, column {error.colno} is not valid JSON: {error.msg}"
        raise BrokenReference(where, "", cause) from error
    except _NameTwice as error:
        raise BrokenReference(where, "", f"the name {_mention(error.name)} stands twice in one object") from error
    except (ValueError, RecursionError) as error:
        raise BrokenReference(where, "", "holds a number too long or lists too deep to read") from error


def each_once(places: Iterable[Place], read: Callable[[Place], str] = Place.id) -> None:
    """Broken at the first id that was already used."""
    seen: set[str] = set()
    for place in places:
        found = read(place)
        if found in seen:
            raise place.broken(f"repeats {_mention(found)}, which must be unique")
        seen.add(found)


class _NameTwice(Exception):
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def _each_name_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    # json keeps the last of two equal names silently: half of what a person wrote would vanish.
    found: dict[str, object] = {}
    for name, value in pairs:
        if name in found:
            raise _NameTwice(name)
        found[name] = value
    return found


def _mention(value: str) -> str:
    return f'"{value if len(value) <= _MENTIONED_AT_MOST else value[:_MENTIONED_AT_MOST] + "…"}"'
