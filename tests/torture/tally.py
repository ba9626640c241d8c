"""Counts that add up, and a few words about what was found wrong."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

MOST_WORDS = 5
LONGEST = 300  # characters


@dataclass(slots=True)
class Tally:
    counts: Counter[str] = field(default_factory=Counter)
    words: list[str] = field(default_factory=list)

    def add(self, **counts: int) -> None:
        self.counts.update(counts)

    def tell(self, words: Iterable[str]) -> None:
        """Keep the first few."""
        for word in words:
            if len(self.words) >= MOST_WORDS:
                return
            self.words.append(word if len(word) <= LONGEST else word[:LONGEST] + "...")

    def take(self, other: "Tally") -> None:
        self.counts.update(other.counts)
        self.tell(other.words)
