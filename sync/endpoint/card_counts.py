"""How many people came, and how often, by the codes of the cards they keep: numbers for the coordinator, no code. Pure.

A visit is a day: who needs three procedures in one morning came once. A record that was deleted or taken back counts
for nothing, and numbers are told in fives, so that none points at one neighbour.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sync.endpoint.publishing import LEAST, group_of
from sync.protocol import card_codes
from sync.protocol.record_codec import JsonObject
from sync.protocol.records import Kind

MODULES = tuple(f"m{number}" for number in range(1, 9))
"""One stamp each on the card, by the group that ids of procedures begin with. The support point has none."""

OFTEN = 5  # days: who came on more is not told apart
VISITS = ("seen on 1 day", f"seen on 2 to {OFTEN - 1} days", f"seen on {OFTEN} days or more")
STAMPS = tuple(f"with {number} modules" if number > 1 else "with 1 module" for number in range(1, len(MODULES) + 1))
FEW = f"<{LEAST}"

_DAY = len("2026-11-23")


@dataclass(slots=True)
class _Card:
    """What is remembered of one while the records are read."""

    days: tuple[str, ...] = ()  # `OFTEN` at most
    stamps: int = 0  # a bit for each module


@dataclass(frozen=True, slots=True)
class Counts:
    """How many cards, in all and by `VISITS` and `STAMPS`."""

    cards: int
    visits: Mapping[str, int]
    stamps: Mapping[str, int]


def counted(entries: Iterable[JsonObject]) -> Counts:
    """From records as `exports.records` gives them, in any order. Little is kept of a card, and nothing of a record."""
    cards: dict[str, _Card] = {}
    days: dict[str, str] = {}
    for entry in entries:
        fields = entry["fields"]
        if entry["kind"] != Kind.ASSIST or entry["deleted"] or not isinstance(fields, dict):
            continue
        code = fields.get(card_codes.FIELD)
        if isinstance(code, str) and fields.get("voided_at") is None:
            _note(cards.setdefault(code, _Card()), fields, days)
    visits, stamps = dict.fromkeys(VISITS, 0), dict.fromkeys(STAMPS, 0)
    for card in cards.values():
        visits[_visits(len(card.days))] += 1
        if card.stamps:
            stamps[STAMPS[card.stamps.bit_count() - 1]] += 1
    return Counts(len(cards), visits, stamps)


def told(counts: Counts) -> Iterator[tuple[str, str]]:
    """The numbers as they may be shown, a line each: rounded down to fives, so that none below follows from a sum."""
    numbers = {"cards": counts.cards, **counts.visits, **counts.stamps}
    yield from ((name, _rounded(number)) for name, number in numbers.items())


def _note(card: _Card, fields: JsonObject, days: dict[str, str]) -> None:
    day = str(fields.get("started_at"))[:_DAY]
    day = days.setdefault(day, day)  # the same few, again and again
    if day not in card.days and len(card.days) < OFTEN:
        card.days = (*card.days, day)
    group = group_of(str(fields.get("procedure_id")))
    if group in MODULES:
        card.stamps |= 1 << MODULES.index(group)


def _visits(days: int) -> str:
    return VISITS[0 if days == 1 else 1 if days < OFTEN else 2]


def _rounded(number: int) -> str:
    return str(number - number % LEAST) if number >= LEAST else FEW
