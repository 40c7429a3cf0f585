"""Chains of any table at all are those that a walk from entry to entry finds."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redoscope_core.errors import CorruptVolume
from redoscope_core.volumes.fat.chains import MOST_RUNS, chained
from redoscope_core.volumes.fat.table import Entry, entries_in

SPECIAL = [Entry.FREE, Entry.LAST, Entry.BAD, Entry.ODD]


@st.composite
def tables(draw: st.DrawFn) -> list[int]:
    length = draw(st.integers(3, 40))
    entry = st.sampled_from(SPECIAL) | st.integers(2, length - 1)
    near = [draw(entry | st.just(min(at + 1, length - 1))) for at in range(2, length)]
    return [Entry.BAD, Entry.BAD, *near]


def walked(table: list[int]) -> dict[int, list[int]]:
    """Return the clusters of each chain that a head begins, as far as nobody had them before."""
    used = [at for at, entry in enumerate(table) if entry not in {Entry.FREE, Entry.BAD}]
    led = {table[at] for at in used}
    found = {}
    for head in used:
        if head not in led:
            chain, at = [], head
            while at in used and at not in chain:
                chain.append(at)
                at = table[at]
            found[head] = chain
    return found


@given(tables())
def test_chains_are_those_that_a_walk_finds(table: list[int]) -> None:
    runs, damaged = chained(np.array(table, np.int32))
    ours: dict[int, list[int]] = {}
    for head, logical, cluster, count in zip(
        runs.head.tolist(),
        runs.logical.tolist(),
        runs.cluster.tolist(),
        runs.count.tolist(),
        strict=True,
    ):
        assert logical == len(ours.get(head, []))
        ours.setdefault(head, []).extend(range(cluster, cluster + count))
    every = sorted(at for chain in ours.values() for at in chain)
    assert every == [at for at, entry in enumerate(table) if entry not in {Entry.FREE, Entry.BAD}]
    for head, chain in walked(table).items():
        # Where two chains meet, the one that leads there first goes on.
        assert ours[head] == chain[: len(ours[head])]
        behind = chain[len(ours[head]) :]
        assert not behind or behind[0] in damaged
    for head, chain in ours.items():
        assert head in walked(table) or min(chain) in damaged
        assert all(table[a] == b for a, b in pairwise(chain))


def test_a_table_in_more_pieces_than_there_is_room_for_is_refused() -> None:
    with pytest.raises(CorruptVolume, match="more pieces"):
        chained(np.full(MOST_RUNS + 1, Entry.LAST, np.int32))


def test_a_circle_has_its_lowest_cluster_for_a_head() -> None:
    runs, damaged = chained(np.array([-2, -2, 5, 0, 0, 9, 0, 0, 0, 2], np.int32))
    assert runs.head.tolist() == [2, 2, 2]
    assert runs.cluster.tolist() == [2, 5, 9]
    assert 2 in damaged


@given(st.lists(st.integers(0, 4095), min_size=1, max_size=30))
def test_entries_of_12_bits_are_read_two_from_three_bytes(entries: list[int]) -> None:
    packed = sum(entry << 12 * at for at, entry in enumerate(entries))
    raw = packed.to_bytes((len(entries) * 12 + 7) // 8, "little")
    read = entries_in(np.frombuffer(raw, np.uint8), 12)
    assert read[: len(entries)].tolist() == entries
