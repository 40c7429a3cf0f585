"""What is salvaged of any damaged chain is the undamaged disk outside of what is told as lost.

And what is told as lost is the damage, sector by sector, in both directions: by clone, hash,
search and compare alike.
"""

from __future__ import annotations

import hashlib
import json
import random
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from redoscope_core import Chain, Leniency, Policy, Unread, clone, compare, digest, search
from tests.core.damage import KINDS, Damaged
from tests.core.finished import finished
from tests.core.mixed import MixedChain, mixed_chains

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

SECTOR = 512
SALVAGE = Policy(allowed=frozenset({Leniency.SALVAGE}))
DAMAGE = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 3)), min_size=1, max_size=4)

SHORT = (Phase.explicit, Phase.reuse, Phase.generate)
"""To shrink a chain of files takes longer than to look at it."""


def runs(marks: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return (first, behind the last) of each run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], marks, [False])).astype(np.int8)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def told(unread: Unread, capacity: int) -> NDArray[np.bool_]:
    """Return which sectors *unread* tells of, each at most once."""
    times = np.zeros(capacity, np.int64)
    for area in unread.areas():
        times[area.start : area.start + area.count] += 1
    assert times.max(initial=0) <= 1
    assert int(times.sum()) == unread.sectors
    return times > 0


def needle(whole: bytes, seed: int) -> bytes:
    """Return bytes that are sought: some of the noise of the disk, if it has some."""
    chance = random.Random(seed)
    places = [chance.randrange(len(whole) - 3) for _ in range(50)]
    drawn = [whole[place : place + 3] for place in places]
    return next((each for each in drawn if len(set(each)) == len(each)), b"xyz")


def damaged(plan: MixedChain, folder: Path, kinds: Sequence[tuple[str, int]], seed: int) -> Damaged:
    """Build the chain and damage it."""
    chain = Damaged(plan, plan.build(folder))
    chance = random.Random(seed)
    for kind, index in kinds:
        chain.do(kind, index % len(plan.links), chance)
    return chain


@settings(max_examples=40, phases=SHORT)
@given(mixed_chains(), DAMAGE, st.integers(0, 99), st.sampled_from([0, 0xA5]))
def test_a_salvaged_copy_is_the_disk_outside_of_its_log_and_the_log_is_the_damage(
    plan: MixedChain, kinds: list[tuple[str, int]], seed: int, fill: int
) -> None:
    plan = MixedChain(plan.links[:4])
    whole = plan.generations()[-1]
    kind = random.Random(seed).choice(["raw", "monolithicSparse", "streamOptimized"])
    with tempfile.TemporaryDirectory() as name:
        chain = damaged(plan, Path(name) / "d", kinds, seed)
        copy = Path(name) / ("copy.raw" if kind == "raw" else "copy.vmdk")
        with Chain.open(chain.paths[-1], policy=SALVAGE) as opened:
            unread = finished(clone(opened, copy, kind, fill=fill))
            assert (told(unread, plan.capacity) == chain.unreadable).all()
        log = json.loads(copy.with_name(f"{copy.name}.unreadable.json").read_text("utf-8"))
        assert sum(area["length"] for area in log) == int(chain.unreadable.sum())
        wanted = bytearray(whole)
        for low, high in runs(chain.unreadable):
            wanted[low * SECTOR : high * SECTOR] = bytes([fill]) * ((high - low) * SECTOR)
        if kind == "raw":
            assert copy.read_bytes() == wanted
        else:
            with Chain.open(copy) as made:
                assert made.read(0, made.capacity) == wanted


@settings(max_examples=40, phases=SHORT)
@given(mixed_chains(), DAMAGE, st.integers(0, 99))
def test_hash_search_and_compare_look_at_all_but_the_damage_and_tell_that(
    plan: MixedChain, kinds: list[tuple[str, int]], seed: int
) -> None:
    plan = MixedChain(plan.links[:4])
    whole = plan.generations()[-1]
    with tempfile.TemporaryDirectory() as name:
        sound = plan.build(Path(name) / "sound")[-1]
        chain = damaged(plan, Path(name) / "d", kinds, seed)
        readable = runs(~chain.unreadable)
        parts = [whole[low * SECTOR : high * SECTOR] for low, high in readable]
        with Chain.open(chain.paths[-1], policy=SALVAGE) as opened:
            hashed = finished(digest(opened, "md5"))
            sought = needle(whole, seed)
            found = finished(search(opened, sought, limit=10**6))
            with Chain.open(sound, policy=SALVAGE) as other:
                compared = finished(compare(other, opened))
            for unread in (hashed.unread, found.unread, compared.unread[1]):
                assert (told(unread, plan.capacity) == chain.unreadable).all()
        assert not len(compared.start)
        assert not compared.unread[0].sectors
        assert [(part.start, part.start + part.count) for part in hashed.parts] == readable
        digests = [hashlib.md5(part, usedforsecurity=False).hexdigest() for part in parts]
        assert [part.hexadecimal for part in hashed.parts] == digests
        assert (hashed.hexadecimal is None) == bool(chain.unreadable.any())
        wanted: list[int] = []
        for (low, _), part in zip(readable, parts, strict=True):
            at = part.find(sought)
            while at >= 0:
                wanted.append(low * SECTOR + at)
                at = part.find(sought, at + 1)
        assert list(found.offsets) == wanted
