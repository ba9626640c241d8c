"""`python -m app.store doctor FOLDER` says whether a store is sound; `export FOLDER` writes all its records out.

Neither changes anything in the folder. The exit code is 0 when all is well, 1 when something is not, 2 when there is no
store.
"""

import argparse
import sys
from pathlib import Path

from app.store.doctor import examine
from app.store.errors import StoreTrouble
from app.store.export import exported
from app.store.file import JOURNAL
from app.store.key_file import codec_of
from app.store.lines import Codec
from app.store.reading import read_folder


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m app.store", description="Look into a tablet's store.")
    parser.add_argument("task", choices=("doctor", "export"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--key-file", type=Path, help="of a sealed store (default: FOLDER.key beside the folder)")
    parser.add_argument("--to", type=Path, help="the file to export to (default: standard output)")
    chosen = parser.parse_args()
    if not (chosen.folder / JOURNAL).is_file():
        print(f"there is no store in {chosen.folder}", file=sys.stderr)
        return 2
    try:
        codec = codec_of(chosen.folder, chosen.key_file)
        return _doctor(chosen.folder, codec) if chosen.task == "doctor" else _export(chosen.folder, codec, chosen.to)
    except (OSError, StoreTrouble, ValueError) as trouble:
        print(trouble, file=sys.stderr)
        return 1


def _doctor(folder: Path, codec: Codec) -> int:
    diagnosis = examine(folder, codec)
    for words in diagnosis.remarks:
        print(words)
    for words in diagnosis.harm:
        print(f"DAMAGED: {words}")
    print("sound" if diagnosis.is_sound else "not sound")
    return 0 if diagnosis.is_sound else 1


def _export(folder: Path, codec: Codec, to: Path | None) -> int:
    if to is not None and to.resolve().parent == folder.resolve():
        raise ValueError("an export has no place in the store's own folder")
    reading = read_folder(folder, codec)
    content = b"".join(exported(reading.tables))
    if to is None:
        sys.stdout.buffer.write(content)
    else:
        to.write_bytes(content)
    if reading.found.bad:
        print(f"{len(reading.found.bad)} damaged lines could not be read: see doctor", file=sys.stderr)
    return 1 if reading.found.bad else 0


if __name__ == "__main__":
    sys.exit(main())
