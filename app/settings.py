"""What this run of the app was told: read once, at the start."""

import os
from dataclasses import dataclass
from pathlib import Path

REFERENCE = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Settings:
    """Frozen for the whole run."""

    folder: Path  # where the store lives; private to the app
    centre_url: str | None = None  # None: as remembered from the pairing, or not paired
    code: str | None = None  # one-time pairing code from the centre
    key_file: Path | None = None  # where the store's key is kept on a desk; None: beside the folder
    reference: Path = REFERENCE  # folder of catalogue.json, centres.json and synonyms.json


def packaged_settings() -> Settings:
    """Settings of the installed app: its private folder, and an optional centre address set when it was built."""
    home = Path.home() / ".local" / "share" / "acompanya"
    return Settings(
        folder=Path(os.environ.get("FLET_APP_STORAGE_DATA") or home),
        centre_url=os.environ.get("ACOMPANYA_CENTRE"),
    )
