"""Reading has no position: any thread may read, all at once."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from redoscope_core import Chain
from tests.core.chains import ChainPlan, ExtentPlan, LinkPlan, map_of

if TYPE_CHECKING:
    from pathlib import Path

SECTOR = 512
CAPACITY = 3000
PLAN = ChainPlan(
    tuple(
        LinkPlan(
            (
                ExtentPlan(
                    CAPACITY,
                    grain_size=16,
                    stored=frozenset(range(link, 187, 7 + link)),
                    zeroed=frozenset(range(2, 187, 31)) - frozenset(range(link, 187, 7 + link)),
                    seed=1000 * link,
                ),
            )
        )
        for link in range(4)
    )
)


def test_many_threads_read_one_chain_that_nobody_has_read_before(tmp_path: Path) -> None:
    paths = PLAN.build(tmp_path / "disks")
    contents = [PLAN.content(index) for index in range(4)]
    states = [PLAN.states(index) for index in range(4)]

    def ask(seed: int) -> bool:
        rng = random.Random(seed)
        index = rng.randrange(4)
        generation = chain.up_to(index)
        start = rng.randrange(CAPACITY)
        count = rng.randint(1, CAPACITY - start)
        found = generation.read(start, count)
        expected = contents[index][start * SECTOR : (start + count) * SECTOR]
        return found == expected and map_of(generation) == states[index]

    with Chain.open(paths[-1]) as chain, ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(200)))
