"""Tables for people: columns as wide as they need, and no character that would do something to a terminal."""

from collections.abc import Iterable, Sequence


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    cells = [list(heads), *([shown(value) for value in row] for row in rows)]
    widths = [max(len(row[at]) for row in cells) for at in range(len(heads))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells
    )


def shown(value: object) -> str:
    """One cell."""
    text = "-" if value is None or value == "" else str(value)
    return "".join(letter if letter.isprintable() else "·" for letter in text)
