"""Damage sound chains at random and judge what the engine makes of them.

    python -m tests.core.fuzz.run [--cases N] [--seed S] [--specimen NAME]

Prints each case that got a wrong answer, with the seed that makes it again.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from pathlib import Path

from tests.core.fuzz.judging import fault
from tests.core.fuzz.mutations import mutate
from tests.core.fuzz.specimens import SPECIMENS, Specimen, prepare

__all__ = ["run_case", "run_many"]

SLOW = 2.0
"""Seconds after which a case counts as hung."""


def run_case(specimen: Specimen, seed: int) -> str | None:
    """Damage *specimen* as *seed* says; return what is wrong with the answer, if anything."""
    chance = random.Random(seed)
    path = chance.choice(list(specimen.files))
    mutation = mutate(specimen.files[path], chance)
    path.write_bytes(mutation.data)
    start = time.perf_counter()
    try:
        wrong = fault(specimen, path, mutation)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is no VmdkError
        wrong = f"{type(error).__name__}: {error}"
    finally:
        path.write_bytes(specimen.files[path])
    if time.perf_counter() - start > SLOW:
        wrong = f"took {time.perf_counter() - start:.1f} s; {wrong}"
    if wrong is None:
        return None
    place = f"bytes {mutation.first} to {mutation.last} of {path.name}"
    return f"seed {seed}: {mutation.name} at {place}: {wrong}"


def run_many(folder: Path, names: list[str], cases: int, seed: int) -> list[str]:
    """Run *cases* cases over the specimens *names* and return the wrong ones."""
    specimens = [prepare(name, folder / name.replace(" ", "-")) for name in names]
    wrong = []
    for number in range(cases):
        which = number % len(specimens)
        told = run_case(specimens[which], seed * 10_000_000 + number)
        if told is not None:
            wrong.append(f"{names[which]}, {told}")
    return wrong


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--specimen", choices=list(SPECIMENS), action="append")
    words = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="redoscope-fuzz-") as folder:
        names = words.specimen or list(SPECIMENS)
        wrong = run_many(Path(folder), names, words.cases, words.seed)
    for line in wrong:
        print(line)  # noqa: T201 - it is a command
    print(f"{words.cases} cases, {len(wrong)} wrong")  # noqa: T201
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
