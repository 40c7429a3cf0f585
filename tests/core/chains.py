"""Chains planned as plain values: written by hand, and read by an obvious, slow model.

A `ChainPlan` says which grains each link stores. `build` writes its files without the
engine; `content` and `states` say, one grain after the other, what must be read.
"""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from tests.judges import handmade
from tests.judges.handmade import SparsePlan
from tests.judges.qemu import SECTOR, MapArea, merged

if TYPE_CHECKING:
    from pathlib import Path

    from redoscope_core import Areas, Chain

__all__ = ["ChainPlan", "ExtentPlan", "LinkPlan", "as_map", "chain_plans", "map_of"]

FIRST_CID = 0x1000
WORDS = {0: "absent", 1: "zero", 2: "data"}


@dataclass(frozen=True, slots=True)
class ExtentPlan:
    """What one extent stores."""

    sectors: int
    kind: str = "sparse"
    grain_size: int = 128
    entries_per_table: int = 512
    stored: frozenset[int] = frozenset()
    zeroed: frozenset[int] = frozenset()
    lazy_tables: bool = False
    seed: int = 0

    @property
    def grains(self) -> dict[int, bytes]:
        """The bytes of each stored grain, as long as the disk needs them."""
        if self.kind != "sparse":
            return {0: random.Random(self.seed).randbytes(self.sectors * SECTOR)}
        return {
            grain: random.Random(self.seed + grain).randbytes(self.length_of(grain) * SECTOR)
            for grain in sorted(self.stored)
        }

    @property
    def unit(self) -> int:
        """Sectors that are decided together."""
        return self.grain_size if self.kind == "sparse" else self.sectors

    def length_of(self, grain: int) -> int:
        """Return the sectors of *grain*, the last one perhaps short."""
        return min(self.unit, self.sectors - grain * self.unit)

    def state_of(self, grain: int) -> str:
        """Return the state of *grain*."""
        if self.kind != "sparse" or grain in self.stored:
            return "data"
        return "zero" if grain in self.zeroed else "absent"

    def sparse_plan(self, *, embedded: bool) -> SparsePlan:
        """Return the extent as the hand that writes it wants it told."""
        return SparsePlan(
            self.sectors,
            self.grain_size,
            entries_per_table=self.entries_per_table,
            version=2 if self.zeroed else 1,
            flags=7 if self.zeroed else 3,
            grains=self.grains,
            zero_grains=tuple(self.zeroed),
            lazy_tables=self.lazy_tables,
            descriptor_sectors=20 if embedded else 0,
        )


@dataclass(frozen=True, slots=True)
class LinkPlan:
    """The extents of one link; one sparse extent alone is monolithicSparse."""

    extents: tuple[ExtentPlan, ...]

    @property
    def capacity(self) -> int:
        """Sectors of the link."""
        return sum(extent.sectors for extent in self.extents)

    def write(self, path: Path, *, cid: int, parent: Path | None) -> None:
        """Write the files of the link."""
        hint = None if parent is None else parent.name
        parent_cid = handmade.NO_PARENT if parent is None else cid - 1
        first = self.extents[0]
        if first.kind != "sparse":
            handmade.flat_link(path, first.grains[0], kind=first.kind, cid=cid)
        elif len(self.extents) == 1:
            plan = first.sparse_plan(embedded=True)
            handmade.sparse_link(path, plan, cid=cid, parent_cid=parent_cid, hint=hint)
        else:
            pieces = [extent.sparse_plan(embedded=False) for extent in self.extents]
            handmade.split_link(path, pieces, cid=cid, parent_cid=parent_cid, hint=hint)


@dataclass(frozen=True, slots=True)
class ChainPlan:
    """Links of one capacity, the base disk first."""

    links: tuple[LinkPlan, ...]

    @property
    def capacity(self) -> int:
        """Sectors of the disk."""
        return self.links[-1].capacity

    def build(self, folder: Path) -> list[Path]:
        """Write all links into *folder* and return their paths, the base disk first."""
        folder.mkdir()
        paths: list[Path] = []
        for index, link in enumerate(self.links):
            path = folder / f"link{index}.vmdk"
            parent = paths[-1] if paths else None
            link.write(path, cid=FIRST_CID + index, parent=parent)
            paths.append(path)
        return paths

    def content(self, index: int) -> bytes:
        """Return every byte of the generation whose newest link is *index*."""
        disk = bytearray(self.capacity * SECTOR)
        for link in self.links[: index + 1]:
            start = 0
            for extent in link.extents:
                for grain in extent.zeroed:
                    first = (start + grain * extent.unit) * SECTOR
                    disk[first : first + extent.length_of(grain) * SECTOR] = bytes(
                        extent.length_of(grain) * SECTOR
                    )
                for grain, data in extent.grains.items():
                    first = (start + grain * extent.unit) * SECTOR
                    disk[first : first + len(data)] = data
                start += extent.sectors
        return bytes(disk)

    def states(self, index: int) -> list[MapArea]:
        """Return the merged areas of that generation."""
        sectors = [("absent", index)] * self.capacity
        for depth, link in zip(range(index, -1, -1), self.links, strict=False):
            start = 0
            for extent in link.extents:
                for grain in range(-(-extent.sectors // extent.unit)):
                    state = extent.state_of(grain)
                    if state != "absent":
                        first = start + grain * extent.unit
                        count = extent.length_of(grain)
                        sectors[first : first + count] = [(state, depth)] * count
                start += extent.sectors
        return merged(
            MapArea(sector, 1, depth, state) for sector, (state, depth) in enumerate(sectors)
        )


@st.composite
def extent_plans(draw: st.DrawFn, sectors: int) -> ExtentPlan:
    """Draw a sparse extent of *sectors* sectors."""
    grain_size = draw(st.sampled_from([1, 8, 16, 64, 128]))
    grains = st.integers(0, -(-sectors // grain_size) - 1)
    stored = draw(st.frozensets(grains, max_size=6))
    return ExtentPlan(
        sectors,
        grain_size=grain_size,
        entries_per_table=draw(st.sampled_from([1, 4, 128, 512])),
        stored=stored,
        zeroed=draw(st.frozensets(grains, max_size=3)) - stored,
        lazy_tables=draw(st.booleans()),
        seed=draw(st.integers(0, 2**32)),
    )


@st.composite
def link_plans(draw: st.DrawFn, capacity: int, *, flat: bool, cut: int) -> LinkPlan:
    """Draw a link of *capacity* sectors; a *flat* one only where that is a base disk."""
    if flat and draw(st.booleans()):
        kind = draw(st.sampled_from(["monolithicFlat", "vmfs"]))
        return LinkPlan((ExtentPlan(capacity, kind=kind, seed=draw(st.integers(0, 99))),))
    places = range(cut, capacity, cut)
    cuts = draw(st.sets(st.sampled_from(places), max_size=2)) if places else set()
    edges = itertools.pairwise([0, *sorted(cuts), capacity])
    return LinkPlan(tuple(draw(extent_plans(end - start)) for start, end in edges))


@st.composite
def chain_plans(draw: st.DrawFn, max_links: int = 5, cut: int = 1) -> ChainPlan:
    """Draw a chain: odd capacities, mixed grain sizes and kinds, tables that are not there.

    Extents begin at multiples of *cut*. qemu needs whole grains there: it reads to the
    end of a grain also where the extent ends inside it, and so misses the next extent.
    """
    capacity = draw(st.integers(1, 700))
    count = draw(st.integers(1, max_links))
    links = (draw(link_plans(capacity, flat=not index, cut=cut)) for index in range(count))
    return ChainPlan(tuple(links))


def as_map(areas: Areas, links: int) -> list[MapArea]:
    """Return *areas* of a chain of *links* links as qemu's map tells them, merged.

    What no link stores has there the depth of the base disk.
    """
    columns = zip(
        areas.start.tolist(),
        areas.count.tolist(),
        areas.link.tolist(),
        areas.state.tolist(),
        strict=True,
    )
    return merged(
        MapArea(start, count, links - 1 - max(link, 0), WORDS[state])
        for start, count, link, state in columns
    )


def map_of(chain: Chain) -> list[MapArea]:
    """Return the areas of *chain* as qemu's map tells them."""
    return as_map(chain.areas(), len(chain.links))
