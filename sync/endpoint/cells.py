"""Cells of a CSV file that no spreadsheet takes for a formula, and back.

A text that begins with one of the marks gets an apostrophe in front; so does one that begins with an apostrophe, which
makes it possible to take exactly ours away again.
"""

# The last four are what a spreadsheet may take for the first four.
FORMULA_MARKS = "=+-@\t\r\n＝＋－＠"
_NEUTRAL = "'"
_MARKED = (*FORMULA_MARKS, _NEUTRAL)


def neutral(text: str) -> str:
    return f"{_NEUTRAL}{text}" if text.startswith(_MARKED) else text


def plain(cell: str) -> str:
    """What was written into the cell."""
    return cell[1:] if cell.startswith(_NEUTRAL) else cell
