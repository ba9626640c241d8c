"""What a benchmark hands back: one table for people, and its figures by name for comparing runs."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Report:
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    figures: Mapping[str, float]  # e.g. {"write_ms_p95": 3.1}
