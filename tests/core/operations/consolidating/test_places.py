"""What a merging is told to write beforehand is what it writes, to the byte."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from redoscope_core.link.link import Link
from tests.core.operations.consolidating.merges import merge, planned
from tests.core.operations.consolidating.test_consolidate_crash import make_links
from tests.core.recorder import Recorder

if TYPE_CHECKING:
    from pathlib import Path

SECTOR = 512
KINDS = ("monolithicSparse", "zeroed", "twoGbMaxExtentSparse", "monolithicFlat")


def data_starts(target: Path) -> dict[str, int]:
    """Return for each file of *target* with data the byte from which on there is nothing else."""
    with Link.open(target) as link:
        lines = [(extent.line.type, extent.file) for extent in link.extents]
        found = {}
        for kind, file in lines:
            assert file is not None
            header = file.read_at(0, SECTOR, what="the header") if kind == "SPARSE" else b""
            found[file.path.name] = int.from_bytes(header[64:72], "little") * SECTOR
        return found


def touched(recorder: Recorder, starts: dict[str, int]) -> int:
    """Return how many bytes of data were written, each counted once."""
    seen: dict[str, set[int]] = {name: set() for name in starts}
    for event in recorder.events:
        if event.path in starts and event.kind == "write":
            first = max(event.offset, starts[event.path]) // SECTOR
            seen[event.path].update(range(first, (event.offset + len(event.data)) // SECTOR))
    return sum(len(sectors) for sectors in seen.values()) * SECTOR


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("into", [0, 1])
@pytest.mark.parametrize("kind", KINDS)
def test_the_plan_knows_which_bytes_are_written_and_how_much_longer_files_become(
    tmp_path: Path, kind: str, into: int, seed: int
) -> None:
    paths = make_links(tmp_path / "disks", kind, seed)
    told = planned(paths[2], paths[into])
    kept = [path for path in paths[0].parent.iterdir() if path not in told.merged]
    before = {path: path.stat().st_size for path in kept}
    starts = data_starts(paths[into])
    recorder = Recorder(paths[0].parent)
    with recorder.recording():
        merge(paths[2], paths[into])
    assert sum(path.stat().st_size - before[path] for path in kept) == told.grown_bytes
    # Of a last grain only what is in the disk is written, but all of it is new.
    assert 0 <= told.written_bytes - touched(recorder, starts) < 128 * SECTOR
