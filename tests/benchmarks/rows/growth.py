"""How cost grows: with the depth of the chain, with the capacity, and with what is stored."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np

from redoscope_core import Chain
from redoscope_core.operations.examining.check import check
from tests.benchmarks.measuring import driven
from tests.benchmarks.results import Figure, Result, Verdict
from tests.benchmarks.workloads.ground import Ground

__all__ = ["growth"]

_ROUNDS = 5
_READS = 2000
_PIECE = 8
"""Sectors of a read."""
_SLACK = 1.5
"""How much worse than linear counts as noise."""


@dataclass(frozen=True, slots=True)
class _Point:
    """One disk of a series."""

    at: float
    """Where it stands on the axis."""
    label: str
    capacity: int
    grains: int
    """In each link."""
    links: int
    stored: float
    """What is really stored, tables or grains, in any unit that the series shares."""


def growth(ground: Ground) -> Iterator[Result]:
    """Time the map, random reads and the check along each of the three axes."""
    for axis, points in _series(ground).items():
        taken: dict[str, list[tuple[_Point, list[float]]]] = {}
        for point in points:
            name = f"growth-{point.links}-{point.capacity}-{point.grains}"
            sizes = (point.capacity, point.grains, point.grains, point.links - 1)
            tip = ground.scattered(name, *sizes)[-1]
            for work, act in _WORKS.items():
                seconds = [act(tip) for _ in range(_ROUNDS)]
                taken.setdefault(work, []).append((point, seconds))
        for work, figures in taken.items():
            yield _told(axis, work, figures)


def _series(ground: Ground) -> dict[str, list[_Point]]:
    unit = ground.scale.capacity // 4
    """Sectors of the smallest disk: 512 MiB."""
    some = unit // 1024
    depths = [
        _Point(
            links, f"{links} links" if links > 1 else "1 link", 16 * unit, some // 2, links, links
        )
        for links in ground.scale.depths
    ]
    capacities = [
        _Point(
            2 * unit * times * 512 / 2**30,
            _size(2 * unit * times),
            2 * unit * times,
            some,
            1,
            times,
        )
        for times in (1, 16, 256, 4096, 16384)
    ]
    grains = [
        _Point(count, f"{count:,} grains", 128 * unit, count, 1, count)
        for count in (some, 8 * some, 64 * some, 512 * some)
    ]
    return {"depth": depths, "capacity": capacities, "grains": grains}


def _size(sectors: int) -> str:
    gibibytes = sectors / 2**21
    if gibibytes >= 1024:
        return f"{gibibytes / 1024:g} TiB"
    return f"{gibibytes:g} GiB" if gibibytes >= 1 else f"{gibibytes * 1024:g} MiB"


def _map(tip: Path) -> float:
    start = time.perf_counter()
    with Chain.open(tip) as chain:
        chain.areas()
        return time.perf_counter() - start


def _reads(tip: Path) -> float:
    chance = np.random.default_rng(1)
    with Chain.open(tip) as chain:
        stored = chain.stored
        places = stored.start[chance.integers(0, len(stored), _READS)].tolist()
        buffer = bytearray(_PIECE * 512)
        start = time.perf_counter()
        for sector in places:
            chain.read_into(buffer, sector)
        return time.perf_counter() - start


def _check(tip: Path) -> float:
    start = time.perf_counter()
    driven(check(tip))
    return time.perf_counter() - start


_WORKS: dict[str, Callable[[Path], float]] = {
    "open and map": _map,
    f"{_READS:,} random reads": _reads,
    "check": _check,
}
_AXES = {
    "depth": "links of as many grains each",
    "capacity": "the same number of grains in more and more grain tables",
    "grains": "the same grain tables, more and more of them filled",
}


def _told(axis: str, work: str, taken: list[tuple[_Point, list[float]]]) -> Result:
    figures = [
        Figure(point.label, median(times), min(times), max(times), len(times), at=point.at)
        for point, times in taken
    ]
    worst = 0.0
    for (before, _), one, (after, _), two in zip(
        taken, figures, taken[1:], figures[1:], strict=False
    ):
        worst = max(worst, two.least / one.least / (after.stored / before.stored))
    met = worst <= _SLACK
    verdict = Verdict(
        "no worse than linear in what is stored",
        f"at most {worst:.2f} times linear from one point to the next",
        met,
        "" if met else f"{worst / _SLACK - 1:.0%}",
    )
    return Result(
        "", f"{work} against {axis}", "in process", "s", figures, [verdict], [_AXES[axis]]
    )
