"""`make simulate`: histories of tablets, people, a centre and a network that fails. docs/simulation.md.

A table for people, and as the last line one JSON object. Ends with 1 if any history lost, doubled or invented
anything, or if a planted mistake went unnoticed.
"""

import argparse
import json
import sys
from time import perf_counter

from tests.bench import as_table
from tests.bench_report import Report
from tests.simulation.history import history
from tests.simulation.mutants import MUTANTS
from tests.simulation.tasks import history_tasks, mutant_tasks
from tests.torture.parts import run_tasks
from tests.torture.tally import Tally

FIGURES = {
    "histories": "histories",
    "violations": "- things that were wrong in them",
    "saves": "saves that people were told of",
    "exchanges": "exchanges with the centre",
    "hit": "- of them hit by a fault",
    "kills": "tablets killed",
    "restores": "restores of the centre, announced",
    "restores_untold": "restores that nobody told it of",
    "revoked": "tablets revoked",
    "views": "tablets told about other centres",
    "forgotten": "records that tablets let go of",
    "greens": "times that a chip was green, and looked into",
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="simulate", description="Try to make tablets and centre lose something.")
    parser.add_argument("--histories", type=int, default=500, help="how many (default 500); 1 tells its story")
    parser.add_argument("--seed", type=int, default=1, help="of the first; the others follow")
    chosen = parser.parse_args()
    if chosen.histories == 1:
        return tell(chosen.seed)
    started = perf_counter()
    tally = run_tasks(history_tasks(chosen.seed, chosen.histories))
    lived = perf_counter() - started
    tries = tried(run_tasks(mutant_tasks(chosen.seed)))
    caught = {name: number for name, number in tries.items() if number}
    missed = sorted(tries.keys() - caught.keys())
    rows = [(words, tally.counts[name]) for name, words in FIGURES.items()]
    rows += [(f"histories until the mistake is noticed: {name}", number) for name, number in caught.items()]
    faults = {name.removeprefix("fault_"): count for name, count in sorted(tally.counts.items()) if "fault_" in name}
    print(as_table(Report("Simulation", ("", "number"), tuple(rows), {})))
    for words in tally.words:
        print(words)
    for name in missed:
        print(f"a planted mistake went unnoticed: {name}")
    counts = {name: tally.counts[name] for name in FIGURES}
    mutants = {
        "mutants_caught": len(caught),
        "mutants_missed": len(missed),
        "missed": missed,
        "most_histories_for_a_mutant": max(caught.values(), default=0),
    }
    seconds = {"history_seconds": round(lived, 1), "seconds": round(perf_counter() - started, 1)}
    print(json.dumps({"seed": chosen.seed, **counts, "faults": faults, **mutants, **seconds}))
    return int(tally.counts["violations"] > 0 or bool(missed))


def tell(seed: int) -> int:
    """One history, step by step."""
    outcome = history(seed, is_traced=True)
    print("\n".join(outcome.trace))
    counts = {"histories": 1, "violations": len(outcome.violations), "mutants_caught": 0, "mutants_missed": 0}
    print(json.dumps({"seed": seed, **counts, **outcome.counts}))
    return int(bool(outcome.violations))


def tried(tally: Tally) -> dict[str, int]:
    """How many histories it took, by mutant; 0 when it went unnoticed."""
    return {name: tally.counts[name] for name in MUTANTS}


if __name__ == "__main__":
    sys.exit(main())
