"""Change one thing of the program at a time, and print which changes no test notices.

    python -m tests.mutants [--seed N] [--count 200] [--only TEXT ...] [--folder F]

The mutants are drawn with the seed, equally many of each room, and tried in a copy of the project
as it stands, uncommitted files too. Which tests reach which code is measured first (minutes) and
kept in the folder.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.mutants.drawing import Mutant, mutants_of
from tests.mutants.reaching import ROOMS, Reach
from tests.mutants.trying import Ground, Verdict, warm_up

__all__ = ["main"]

ROOT = Path(__file__).parents[2]


def drawn(room: str, count: int, chance: random.Random) -> list[Mutant]:
    """Return *count* mutants of *room*, or all if there are fewer."""
    every = [m for path in sorted((ROOT / room).rglob("*.py")) for m in mutants_of(path, ROOT)]
    return chance.sample(every, min(count, len(every)))


def _words() -> argparse.Namespace:
    reader = argparse.ArgumentParser(
        prog="python -m tests.mutants", description=(__doc__ or "").partition("\n")[0]
    )
    reader.add_argument("--seed", type=int, help="draws the same mutants again")
    reader.add_argument("--count", type=int, default=200, help="how many, over all rooms")
    reader.add_argument("--seconds", type=float, default=40.0, help="of tests for each, at most")
    reader.add_argument("--room", nargs="+", default=ROOMS, choices=ROOMS)
    reader.add_argument("--only", nargs="+", metavar="TEXT", help="those drawn with this in a name")
    reader.add_argument(
        "--folder", type=Path, default=Path(tempfile.gettempdir(), "redoscope-mutants")
    )
    return reader.parse_args()


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main() -> None:
    """Try the mutants; the exit status is 1 if fewer than nine in ten were killed."""
    words = _words()
    seed = random.randrange(10**6) if words.seed is None else words.seed
    chance = random.Random(seed)
    mutants = [
        m for room in words.room for m in drawn(room, words.count // len(words.room), chance)
    ]
    # Whoever watches sees all rooms from the beginning.
    chance.shuffle(mutants)
    if words.only:
        mutants = [m for m in mutants if any(text in m.name for text in words.only)]
    _say(f"{len(mutants)} mutants of seed {seed}")
    warm_up()
    copy = Path(tempfile.mkdtemp(prefix="mutants-"))
    try:
        ground = Ground(ROOT, copy)
        reach = Reach(ROOT, words.folder, ground.measure)
        verdicts = [_tried(each, ground, reach, words.seconds) for each in mutants]
    finally:
        shutil.rmtree(copy, ignore_errors=True)
    _tell(mutants, verdicts)
    killed = sum(each.killed for each in verdicts)
    sys.exit(10 * killed < 9 * len(mutants))


def _tried(mutant: Mutant, ground: Ground, reach: Reach, patience: float) -> Verdict:
    start = time.perf_counter()
    verdict = ground.try_mutant(mutant, reach, patience)
    word = "killed" if verdict.killed else "SURVIVES"
    _say(f"{word} {time.perf_counter() - start:.0f} s  {mutant.name}\n      {verdict.by}")
    return verdict


def _tell(mutants: list[Mutant], verdicts: list[Verdict]) -> None:
    """Print how many of each room were killed."""
    every, killed = Counter[str](), Counter[str]()
    for mutant, verdict in zip(mutants, verdicts, strict=True):
        room = next(room for room in ROOMS if mutant.path.startswith(f"{room}/"))
        every[room] += 1
        killed[room] += verdict.killed
    for room in every:
        _say(f"{room:44}{killed[room]:5} of {every[room]:4} killed")
    _say(f"{'all':44}{killed.total():5} of {every.total():4} killed")


if __name__ == "__main__":
    main()
