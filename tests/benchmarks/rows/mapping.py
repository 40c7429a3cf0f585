"""Maps: who owns what in the whole chain, and what changed between two generations."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from redoscope_core import Areas, Chain, State
from redoscope_core.operations.examining.changes import changed_areas, covering_runs
from tests.benchmarks.judging import OURS, Disagreement, Goal, Trial
from tests.benchmarks.measuring import Contender, process
from tests.benchmarks.programs.presence import REDOSCOPE, has_program
from tests.benchmarks.results import Result
from tests.benchmarks.workloads.filling import SECTOR
from tests.benchmarks.workloads.ground import Ground

__all__ = ["changes_of_w1", "changes_of_w2", "map_of_w1", "map_of_w2", "told_by_qemu"]

_Table = NDArray[np.int64]
"""(n, 4): first sector, sectors, depth, and the file offset in bytes or -1; only what is stored."""


def map_of_w1(ground: Ground) -> Iterator[Trial]:
    """W1: as `map_of_w2`, small."""
    yield from _maps(ground, "W1", ground.w1.links[-1], (), ())


def map_of_w2(ground: Ground) -> Iterator[Trial]:
    """W2: all areas of the chain, in process and as JSON."""
    yield from _maps(ground, "W2", ground.w2[-1], (Goal(400, "qemu-img map"),), (Goal(100),))


def _maps(
    ground: Ground, name: str, tip: Path, inside: tuple[Goal, ...], whole: tuple[Goal, ...]
) -> Iterator[Trial]:
    with ground.scratch() as scratch:
        theirs, ours = scratch / "qemu.json", scratch / "redoscope.json"
        found: list[Areas] = []

        def work() -> None:
            with Chain.open(tip) as chain:
                found[:] = [chain.areas()]

        others = []
        if has_program("qemu-img"):
            command = ["qemu-img", "map", "-f", "vmdk", "--output=json", tip]
            # The map of a huge chain takes minutes: one answer serves both trials.
            others = [_once_for_all(process("qemu-img map", command, out=theirs), theirs)]
        yield Trial(
            f"{name}: map of the whole chain",
            "in process",
            (Contender(OURS, work, lambda: _key(_table_of(found[0]))), *others),
            inside,
            notes=("opening the chain and reading all tables is part of it",),
        )
        command = [*REDOSCOPE, "map", "--json", tip]
        mine = process(OURS, command, out=ours, answer=lambda: _key(_table_in(ours)))
        yield Trial(f"{name}: map as JSON", "whole process", (mine, *others), whole)


def _once_for_all(contender: Contender, out: Path) -> Contender:
    """Return *contender*, whose runs after the first slow one last as long as that one."""
    took: list[float] = []

    def work() -> float:
        if took and took[0] > 20:
            return took[0]
        start = time.perf_counter()
        contender.work()
        took[:] = [time.perf_counter() - start]
        return took[0]

    return Contender(contender.name, work, lambda: _key(_table_in(out)))


def _table_of(areas: Areas) -> _Table:
    links = int(np.max(areas.link, initial=0))
    stored = areas.take(areas.state == State.DATA)
    depth = links - stored.link.astype(np.int64)
    return np.column_stack((stored.start, stored.count, depth, stored.offset))


def _table_in(path: Path) -> _Table:
    """Return the areas that hold data in a map of ours or of qemu-img."""
    rows = json.loads(path.read_text(encoding="utf-8"))
    return told_by_qemu(rows) if rows and isinstance(rows[0].get("data"), bool) else _ours(rows)


def told_by_qemu(rows: list[dict[str, Any]]) -> _Table:
    """Return the areas with data in the JSON of `qemu-img map`."""
    wanted = [
        (row["start"] // SECTOR, row["length"] // SECTOR, row["depth"], row.get("offset", -1))
        for row in rows
        if row["data"]
    ]
    return np.array(wanted, np.int64).reshape(-1, 4)


def _ours(rows: list[dict[str, Any]]) -> _Table:
    wanted = [
        (row["start"], row["length"], row["depth"], -1 if row["offset"] is None else row["offset"])
        for row in rows
        if row["state"] == "data"
    ]
    return np.array(wanted, np.int64).reshape(-1, 4)


def _key(table: _Table) -> tuple[int, bytes]:
    """Return *table* with neighbours joined that follow each other on the disk and in the file."""
    start, count, depth, offset = table.T
    follows = (
        (start[1:] == start[:-1] + count[:-1])
        & (depth[1:] == depth[:-1])
        & (offset[1:] == offset[:-1] + count[:-1] * SECTOR)
    )
    opens = np.flatnonzero(np.concatenate(([True], ~follows)))[: len(start)]
    sums = np.add.reduceat(count, opens) if len(start) else count
    joined = np.column_stack((start[opens], sums, depth[opens], offset[opens]))
    return len(joined), joined.tobytes()


def changes_of_w1(ground: Ground) -> Iterator[Trial | Result]:
    """W1: neighbours, and from the base disk to the tip."""
    links = ground.w1.links
    yield from _changes("W1", list(links), len(links) - 2, 0.005)
    yield from _changes("W1", list(links), 0, 0.005)


def changes_of_w2(ground: Ground) -> Iterator[Trial | Result]:
    """W2: the same."""
    yield from _changes("W2", ground.w2, len(ground.w2) - 2, 0.1)
    yield from _changes("W2", ground.w2, 0, 0.4)


def _changes(name: str, links: list[Path], since: int, seconds: float) -> Iterator[Trial | Result]:
    newer = len(links) - 1 - since
    opened: list[Chain] = []
    found: list[Areas] = []

    def ready() -> None:
        while opened:
            opened.pop().close()
        opened.append(Chain.open(links[-1]))

    def work() -> None:
        found[:] = [changed_areas(opened[0], since)]

    def answer() -> tuple[int, bytes]:
        _refuse_foreign_tables(opened[0], since)
        start, count = covering_runs(found[0])
        return len(start), np.column_stack((start, count)).tobytes()

    what = "between neighbours" if newer == 1 else "from the base disk to the tip"
    try:
        yield Trial(
            f"{name}: changed areas {what}",
            "in process",
            (Contender(OURS, work, answer, ready),),
            (Goal(seconds=seconds),),
            truth=_changed_by_tables(links[since + 1 :]),
            notes=(f"the chain is open before; reads the tables of {newer} links and no others",),
        )
    finally:
        while opened:
            opened.pop().close()


def _refuse_foreign_tables(chain: Chain, since: int) -> None:
    """Raise `Disagreement` if the tables of a link outside the question were read."""
    for index, link in enumerate(chain.links[: since + 1]):
        if link._stored is not None:
            raise Disagreement(f"the tables of link {index} were read and not needed")


def _changed_by_tables(links: list[Path]) -> tuple[int, bytes]:
    """Return what the grain tables of *links* say, read in the plainest way there is."""
    grains: list[NDArray[np.int64]] = []
    for path in links:
        with path.open("rb") as file:
            head = np.frombuffer(file.read(512)[:79], np.uint8)
            capacity = int(head[12:20].view("<u8")[0])
            directory = int(head[56:64].view("<u8")[0]) * SECTOR
            tables = -(-capacity // (128 * 512))
            file.seek(directory)
            file.seek(int(np.frombuffer(file.read(4), "<u4")[0]) * SECTOR)
            entries = np.fromfile(file, "<u4", tables * 512)
        grains.append(np.flatnonzero(entries))
    every = np.unique(np.concatenate(grains))
    opens = np.flatnonzero(np.concatenate(([True], np.diff(every) > 1)))
    counts = np.diff(np.append(opens, len(every)))
    return len(opens), np.column_stack((every[opens] * 128, counts * 128)).tobytes()
