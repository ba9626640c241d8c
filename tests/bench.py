"""Measures: `make bench`, or `make bench ONLY=store` for tests/bench_store.py alone.

Each tests/bench_*.py has `run(repeats) -> list[Report]`. Tables for people come out, and as the last line one JSON
object with every figure, to compare two runs with. Figures of different machines are not comparable.
"""

import argparse
import json
import platform
import sys
from importlib import import_module
from os import cpu_count
from pathlib import Path

from tests.bench_report import Report

HERE = Path(__file__).parent
NOT_MEASURING = {"bench_report"}


def names() -> list[str]:
    found = (path.stem for path in HERE.glob("bench_*.py"))
    return sorted(stem.removeprefix("bench_") for stem in found if stem not in NOT_MEASURING)


def as_table(report: Report) -> str:
    """The first column says what was measured and stands left; numbers stand right."""
    lines = [report.columns, *(tuple(map(_shown, row)) for row in report.rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    shown = [_aligned(line, widths) for line in lines]
    rule = "-" * len(shown[0])
    return "\n".join([report.title, rule, shown[0], rule, *shown[1:], ""])


def _shown(cell: object) -> str:
    if isinstance(cell, float) and abs(cell) < 1000:
        return f"{cell:.3g}"
    return f"{cell:,.0f}" if isinstance(cell, int | float) else str(cell)


def _aligned(cells: tuple[str, ...], widths: list[int]) -> str:
    first, *others = (cell.rjust(width) for cell, width in zip(cells, widths, strict=True))
    return "  ".join([first.strip().ljust(widths[0]), *others])


def main() -> int:
    known = names()
    parser = argparse.ArgumentParser(prog="bench", description="Measure, print tables, and one line of JSON.")
    parser.add_argument("--only", choices=known, metavar="NAME", help=f"one of: {', '.join(known) or 'none yet'}")
    parser.add_argument("--repeats", type=int, default=5, help="how often each measurement is taken (default 5)")
    chosen = parser.parse_args()

    figures: dict[str, float] = {}
    for name in [chosen.only] if chosen.only else known:
        for report in import_module(f"tests.bench_{name}").run(chosen.repeats):
            print(as_table(report), flush=True)
            figures |= {f"{name}.{figure}": value for figure, value in report.figures.items()}
    machine = {"cores": cpu_count(), "machine": platform.machine(), "python": platform.python_version()}
    print(json.dumps({"repeats": chosen.repeats, **machine, "figures": figures}, sort_keys=True))
    return 0


if __name__ == "__main__":
    sys.exit(main())
