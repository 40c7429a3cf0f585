"""Measure Redoscope beside every other program, and print how they compare.

    python -m tests.benchmarks [--folder F] [--only ROW ...] [--rounds 5] [--results]

The workloads are made in the folder when first needed (about 12 GB; in memory if there is room) and
kept. Every row first judges that all programs give the same bytes. With `--results` the figures
go to RESULTS.md and results.json beside this file, where rows that were not run stay as they were.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from compileall import compile_dir
from importlib.util import find_spec
from pathlib import Path

from tests.benchmarks.judging import OURS, Agreement, Trial, result_of
from tests.benchmarks.machine import machine
from tests.benchmarks.measuring import in_turn
from tests.benchmarks.report import told, write_report
from tests.benchmarks.results import Result, keep, kept
from tests.benchmarks.rows.table import ROWS
from tests.benchmarks.workloads.ground import FULL, Ground, usual_folder

__all__ = ["main", "measured"]

_HERE = Path(__file__).parent


def measured(row: str, ground: Ground, rounds: int) -> list[Result]:
    """Run *row* and return its results."""
    results = []
    for each in ROWS[row](ground):
        if isinstance(each, Result):
            each.row = row
            results.append(each)
            continue
        results.append(_measured_trial(row, each, rounds))
    return results


def _measured_trial(row: str, trial: Trial, rounds: int) -> Result:
    judge = Agreement(trial.truth)
    contenders = [*trial.contenders, *([trial.limit] if trial.limit else [])]
    assert contenders[0].name == OURS
    timings = in_turn(contenders, rounds, judge)
    return result_of(row, trial, timings, judge.said)


def _compile() -> None:
    """Compile the bytecode, as installing does; some machines do not let Python write it."""
    for name in ("redoscope_core", "redoscope_gui", "redoscope_resources", "tests.benchmarks"):
        spec = find_spec(name)
        for folder in (spec and spec.submodule_search_locations) or ():
            compile_dir(folder, quiet=2)


def _words() -> argparse.Namespace:
    reader = argparse.ArgumentParser(
        prog="python -m tests.benchmarks", description=(__doc__ or "").partition("\n")[0]
    )
    reader.add_argument("--folder", type=Path, help="where the workloads are, or are made")
    reader.add_argument("--only", nargs="+", metavar="ROW", choices=ROWS, help=", ".join(ROWS))
    reader.add_argument("--rounds", type=int, default=5)
    reader.add_argument("--results", action="store_true", help="write RESULTS.md")
    return reader.parse_args()


def _write(row: str, results: list[Result]) -> None:
    """Put the results of *row* in the place of its older ones, and write the report anew."""
    file, here = _HERE / "results.json", machine()
    everything = {**kept(file), row: results}
    everything = {name: everything[name] for name in ROWS if name in everything}
    keep(file, everything, here)
    write_report(_HERE, everything, here)


def main() -> None:
    """Run the rows; the exit status is 1 if a goal was missed."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    words = _words()
    _compile()
    ground = Ground(words.folder or usual_folder(), FULL)
    missed = False
    for row in words.only or ROWS:
        start = time.perf_counter()
        results = measured(row, ground, words.rounds)
        for each in results:
            sys.stdout.write(told(each))
            missed = missed or not each.met
        sys.stdout.write(f"({row}: {time.perf_counter() - start:.0f} s)\n\n")
        sys.stdout.flush()
        if words.results:
            _write(row, results)
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
