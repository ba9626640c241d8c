"""Reading JSON without trust: every step names the place and the cause, and never repeats the value."""

import json
import re
from collections.abc import ItemsView, Iterable, Iterator, Set
from datetime import MAXYEAR, MINYEAR, UTC, datetime
from typing import NoReturn

from sync.errors import MalformedMessage

LARGEST_NUMBER = 2**53 - 1  # what every JSON reader in the world keeps exactly
LONGEST_NAME = 128

# Controls, and what cannot be seen: said by number, because what counts as printable grows with every Unicode, and the
# two ends may go by different ones.
NOT_IN_A_NAME = (
    r"\u0000-\u001f\u007f-\u00a0\u00ad\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\ufff0-\uffff"
)
_NAME = re.compile(rf"[^{NOT_IN_A_NAME}\ud800-\udfff]{{1,{LONGEST_NAME}}}")
MOMENT = (
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?"
    r"(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
)
_MOMENT = re.compile(MOMENT)
_ENDS_OF_THE_CALENDAR = (MINYEAR, MAXYEAR)


class Node:
    """One JSON value and where it stands in the message. The place is put into words only when somebody asks."""

    __slots__ = ("_above", "_step", "value")

    def __init__(self, value: object, above: "Node | None" = None, step: str = "") -> None:
        self.value, self._above, self._step = value, above, step

    @property
    def path(self) -> str:
        return "" if self._above is None else f"{self._above.path}{self._step}".removeprefix(".")

    def fail(self, cause: str) -> NoReturn:
        raise MalformedMessage(self.path, cause)

    def member(self, name: str) -> "Node":
        found = self.optional(name)
        if found is None:
            Node(None, self, f".{name}").fail("is missing")
        return found

    def optional(self, name: str) -> "Node | None":
        """The member, or None when it is absent or null."""
        value = self._object().get(name)
        return None if value is None else Node(value, self, "." + name)

    def value_of(self, name: str) -> object:
        """The member as it is, whatever it is; None when there is none."""
        return self._object().get(name)

    def members(self) -> Iterator[tuple[str, "Node"]]:
        return ((name, Node(value, self, "." + name)) for name, value in self._object().items())

    def items(self) -> Iterator["Node"]:
        if not isinstance(self.value, list):
            self.fail("is not a list")
        return (Node(value, self, f"[{index}]") for index, value in enumerate(self.value))

    def values(self) -> ItemsView[str, object]:
        """The members as they are."""
        return self._object().items()

    def listed(self, name: str) -> "Iterator[Node]":
        """The items of a member that may be absent."""
        found = self.optional(name)
        return found.items() if found else iter(())

    def counted(self, name: str) -> int:
        """The number of a member that may be absent: 0 then."""
        found = self.optional(name)
        return found.number() if found else 0

    # What is right is taken at once: thousands of these make a batch. What is not goes the long way, which says where
    # it stands and why it is wrong.

    def name_of(self, member: str) -> str:
        value = self._object().get(member)
        return value if type(value) is str and _NAME.fullmatch(value) else self.member(member).name()

    def number_of(self, member: str) -> int:
        value = self._object().get(member)
        return value if type(value) is int and 0 <= value <= LARGEST_NUMBER else self.member(member).number()

    def truth_of(self, member: str) -> bool:
        """Of a member that may be absent: False then."""
        value = self._object().get(member)
        return value is not None and (value if type(value) is bool else self.member(member).truth())

    def only(self, names: Set[str]) -> None:
        """Refuse members nobody agreed on: a request may not set what the centre owns."""
        if not self._object().keys() <= names:
            self.fail("has a member that is not in the protocol")

    def is_deeper_than(self, most: int) -> bool:
        """Whether objects and lists stand within each other more often than that."""
        level: list[object] = [self.value]
        for _ in range(most):
            level = [inner for each in level for inner in _inside(each)]
            if not level:
                return False
        return any(isinstance(each, dict | list) for each in level)

    def text(self) -> str:
        if not isinstance(self.value, str):
            self.fail("is not text")
        return self.value

    def name(self) -> str:
        """A short word of printable characters: an id, a kind, a title."""
        text = self.text()
        if not _NAME.fullmatch(text):
            self.fail(f"is not a word of 1 to {LONGEST_NAME} printable characters")
        return text

    def number(self) -> int:
        """A whole number from 0 up."""
        number = self.whole()
        if number < 0:
            self.fail("is below zero")
        return number

    def whole(self) -> int:
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            self.fail("is not a whole number")
        if abs(self.value) > LARGEST_NUMBER:
            self.fail("is too large a number")
        return self.value

    def truth(self) -> bool:
        if not isinstance(self.value, bool):
            self.fail("is neither true nor false")
        return self.value

    def moment(self) -> datetime:
        """RFC 3339 with its offset, and nothing else that looks like a date. It exists in every time zone: at the two
        ends of the calendar an offset can lead out of it."""
        text = self.text()
        if not _MOMENT.fullmatch(text):
            self.fail("is not a date and time with an offset")
        try:
            moment = datetime.fromisoformat(text)
            if moment.year in _ENDS_OF_THE_CALENDAR:
                moment.astimezone(UTC)
        except (ValueError, OverflowError):
            self.fail("is not a date and time with an offset")
        return moment

    def _object(self) -> dict[str, object]:
        if not isinstance(self.value, dict):
            self.fail("is not an object")
        return self.value


def _inside(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def parse(body: bytes) -> Node:
    """One JSON document in UTF-8, without what JSON readers disagree about: fractions, NaN, a name given twice."""
    try:
        value = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_pairs,
            parse_float=_no_fraction,
            parse_constant=_no_fraction,
        )
    except RecursionError:
        raise MalformedMessage("", "is nested too deeply") from None
    except ValueError:  # also what is not UTF-8, and a number of thousands of digits
        raise MalformedMessage("", "is not JSON in UTF-8") from None
    return Node(value)


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is given twice")
    return found


def _no_fraction(text: str) -> object:
    raise ValueError("no fractions in this protocol")
