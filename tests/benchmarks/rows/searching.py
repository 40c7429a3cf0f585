"""Searching in more than one flat disk: all generations at once, and a disk of 2 TiB."""

from __future__ import annotations

from collections.abc import Iterator

from redoscope_core import Chain
from redoscope_core.operations.examining.search import search
from tests.benchmarks.judging import OURS, Goal, Trial
from tests.benchmarks.measuring import Contender, driven
from tests.benchmarks.rows.reading import stored_bytes, through_all_stored
from tests.benchmarks.workloads.ground import Ground
from tests.benchmarks.workloads.random_chain import NEEDLE

__all__ = ["search_generations", "search_w2"]

_MOST = 10**6
"""Hits that are kept: all of them."""


def search_generations(ground: Ground) -> Iterator[Trial]:
    """W1: a pattern in all generations, and one after the other where each differs."""
    tip = ground.w1.tip
    told: dict[str, list[int]] = {}

    def at_once() -> None:
        with Chain.open(tip) as chain:
            found = driven(search(chain, NEEDLE, limit=_MOST, all_generations=True))
        told[OURS] = sorted(set(found.offsets))

    def one_by_one() -> None:
        offsets: set[int] = set()
        with Chain.open(tip) as chain:
            offsets.update(driven(search(chain.up_to(0), NEEDLE, limit=_MOST)).offsets)
            for index in range(1, len(chain.links)):
                steps = search(chain.up_to(index), NEEDLE, limit=_MOST, since=index - 1)
                offsets.update(driven(steps).offsets)
        told["one by one"] = sorted(offsets)

    yield Trial(
        "W1: search of a byte pattern in all generations",
        "in process",
        (Contender(OURS, at_once, lambda: told[OURS]),),
        (Goal(1 / 1.3, "limit"),),
        limit=Contender(
            "the base disk, then what each child changed", one_by_one, lambda: told["one by one"]
        ),
        notes=("no other program searches a chain",),
    )


def search_w2(ground: Ground) -> Iterator[Trial]:
    """W2: a pattern in 2 TiB, beside reading every stored byte once."""
    tip = ground.w2[-1]

    def ours() -> None:
        with Chain.open(tip) as chain:
            driven(search(chain, NEEDLE))

    yield Trial(
        "W2: search of a byte pattern",
        "in process",
        (Contender(OURS, ours),),
        (Goal(1.0, "limit"),),
        limit=Contender("reading every stored byte once", lambda: through_all_stored(tip)),
        amount=stored_bytes(tip),
        notes=("the grains are holes of the files: what is found is judged on W1",),
    )
