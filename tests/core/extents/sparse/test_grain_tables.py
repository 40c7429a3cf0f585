"""Grain tables: how many bytes those take that are not there yet."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from redoscope_core import Link
from redoscope_core.extents.sparse.extent import SparseExtent
from tests.judges import handmade
from tests.judges.handmade import SparsePlan

TABLES, ENTRIES = 8, 128


@given(
    there=st.sets(st.integers(0, TABLES - 1)),
    edges=st.lists(st.integers(0, TABLES * ENTRIES), unique=True, max_size=8).map(sorted),
    flags=st.sampled_from([1, 3]),
)
def test_tables_that_are_missing_are_counted_once_with_their_copies(
    there: set[int], edges: list[int], flags: int
) -> None:
    low, high = (np.array(edges[n : len(edges) // 2 * 2 : 2], np.int64) for n in (0, 1))
    grains = {table * ENTRIES + 5: b"g" for table in there}
    plan = SparsePlan(TABLES * ENTRIES, 1, ENTRIES, flags=flags, grains=grains, lazy_tables=True)
    with tempfile.TemporaryDirectory() as folder:
        path = handmade.sparse_link(Path(folder, "disk.vmdk"), plan)
        with Link.open(path) as link:
            (extent,) = link.extents
            assert isinstance(extent, SparseExtent)
            told = extent.tables.missing_bytes(low, high)
    runs = zip(low.tolist(), high.tolist(), strict=True)
    needed = {grain // ENTRIES for first, stop in runs for grain in range(first, stop)}
    assert told == len(needed - there) * plan.table_sectors * 512 * (2 if flags == 3 else 1)
