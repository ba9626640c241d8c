"""Cells of a CSV file that no spreadsheet takes for a formula, and back.

A text that begins with one of the marks gets an apostrophe in front; so does one that begins with an apostrophe, which
makes it possible to take exactly ours away again.

A spreadsheet that is told of another separator than the comma, as most are in countries that write numbers with one,
does not know our quotes for what they are and begins a cell within the text. So the same goes for what comes after
whatever may end a cell there; quotes that open and close such a cell at once do not count.
"""

import re

_SIGNS = "=+-@＝＋－＠"  # the last four are what a spreadsheet may take for the first four
_ENDS = ";\t\r\n"
_NEUTRAL = "'"
_BEGINS = re.compile(
    rf"\A(?=[{re.escape(_SIGNS)}\t\r\n{_NEUTRAL}])|(?<=[{_ENDS}])(?=\"*[{re.escape(_SIGNS)}{_NEUTRAL}])"
)
_OURS = re.compile(rf"(?:\A|(?<=[{_ENDS}])){_NEUTRAL}")


def neutral(text: str) -> str:
    return _BEGINS.sub(_NEUTRAL, text)


def plain(cell: str) -> str:
    """What was written into the cell."""
    return _OURS.sub("", cell)
