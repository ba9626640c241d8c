"""`make torture`: kills, power cuts, flipped bytes, failing disks, other processes and threads, and
words in the wrong places. docs/torture.md.

A table for people, and as the last line one JSON object. Ends with 1 if anything acknowledged was lost or changed.
"""

import argparse
import json
import os
import sys
from time import perf_counter

from tests.bench import as_table
from tests.bench_report import Report
from tests.torture.hands import CODEC, CODECS
from tests.torture.parts import MUST_BE_ZERO, MUST_NOT_BE_ZERO, PARTS, Sizes
from tests.torture.tally import Tally

# what each figure says, in the order of the table, by part
FIGURES = {
    "kills": {
        "kills": "processes killed at a random moment",
        "acknowledged": "- steps they said were saved",
        "in_flight_kept": "- kills that came between saving and saying so",
        "tails_torn": "- kills that left part of a line",
        "renewals_cut": "- kills in the middle of a compaction",
        "lost": "- things lost or changed that were said to be saved",
        "unreadable": "- folders that do not open, or with damage",
        "phantom": "- things that nobody wrote",
    },
    "powercut": {
        "powercut_states": "different folders a power cut could leave",
        "powercut_reported": "- of them with a damaged line reported",
        "powercut_bad": "- of them bad",
        "stock_powercut_states": "the same of TinyDB as it comes",
        "stock_powercut_bad": "- of them bad",
    },
    "flips": {
        "flips": "bytes flipped, one at a time",
        "cuts": "cuts of the file, one after each byte",
        "reported": "- flips and cuts that were reported",
        "refused": "- cuts that left no line, refused in words",
        "rewound": "- cuts just where a line ends: an older state, nothing to tell it by",
        "silent": "- changes that nobody reports",
        "flips_bad": "- more lost than was hit, or nothing opens",
    },
    "faults": {
        "disk_faults": "operations on which the disk failed",
        "disk_faults_bad": "- of them not told, or memory differs from disk",
    },
    "company": {
        "second": "second processes at an open folder",
        "second_bad": "- of them not refused in words",
        "thread_saves": "saves by 8 threads at once",
        "thread_lost": "- of them lost",
    },
    "leaks": {
        "markers": "words written into everything a tablet keeps and sends",
        "leak_sources": "things it and the centre said that were searched, beside its folder",
        "hits_sealed": "- words found where the store is sealed",
        "hits_plain": "- words found where it is in clear",
    },
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="torture", description="Try to make the store lose something.")
    parser.add_argument("--only", choices=list(PARTS), help="one part")
    for name, default in (("kills", Sizes().kills), ("states", Sizes().states), ("flips", Sizes().flips)):
        parser.add_argument(f"--{name}", type=int, default=default, help=f"how many (default {default:,})")
    parser.add_argument("--codec", choices=CODECS, default=CODECS[0], help="how lines are closed")
    parser.add_argument("--seed", type=int, default=Sizes().seed, help="another seed, other steps")
    chosen = parser.parse_args()
    os.environ[CODEC] = chosen.codec  # for every process of this run
    sizes = Sizes(chosen.kills, chosen.states, chosen.flips, chosen.seed)

    tally, seconds = Tally(), dict[str, float]()
    parts = [chosen.only] if chosen.only else list(PARTS)
    for name in parts:
        started = perf_counter()
        tally.take(PARTS[name](sizes))
        seconds[f"{name}_seconds"] = round(perf_counter() - started, 1)
        print(f"{name}: {seconds[f'{name}_seconds']} s", flush=True)
    rows = [(words, tally.counts[name]) for part in parts for name, words in FIGURES[part].items()]
    counts = {name: tally.counts[name] for part in parts for name in FIGURES[part]}
    print(as_table(Report("Torture of the store", ("", "number"), tuple(rows), {})))
    for words in tally.words:
        print(words)
    print(json.dumps({"seed": sizes.seed, "codec": chosen.codec, **counts, **seconds}))
    has_failed = any(counts.get(name) for name in MUST_BE_ZERO)
    return int(has_failed or any(counts.get(name) == 0 for name in MUST_NOT_BE_ZERO))


if __name__ == "__main__":
    sys.exit(main())
