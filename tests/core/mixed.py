"""Chains of links of every kind, with grains of every size, and an obvious model of them."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from tests.judges.handmade import NO_PARENT, SparsePlan, descriptor_text, sparse_extent
from tests.judges.handmade_esx import CowdPlan, SeSparsePlan, cowd_extent, sesparse_extent
from tests.judges.handmade_stream import LAYOUTS, StreamPlan, StreamWriter

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["BASE_KINDS", "CHILD_KINDS", "MixedChain", "MixedLink", "mixed_chains"]

SECTOR = 512
SIZES = tuple(2**power for power in range(12))
"""Sectors of a grain: 512 bytes to 1 MiB."""
CHILD_KINDS = ("sparse", "split", "stream", "cowd", "sesparse", "virtualbox")
BASE_KINDS = ("flat", "vmfs", *CHILD_KINDS[:4])
EXTENTS = {"cowd": "VMFSSPARSE", "sesparse": "SESPARSE"}
TYPES = {
    "flat": "monolithicFlat", "vmfs": "vmfs", "split": "twoGbMaxExtentSparse",
    "stream": "streamOptimized", "cowd": "vmfsSparse", "sesparse": "seSparse",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class MixedLink:
    """What one link stores, and how."""

    kind: str
    capacity: int
    grain_size: int = 128
    stored: frozenset[int] = frozenset()
    zeroed: frozenset[int] = frozenset()
    layout: str = "qemu"
    """Of a stream: whose layout."""
    seed: int = 0

    def grains(self, first: int = 0, sectors: int | None = None) -> dict[int, bytes]:
        """Return the bytes of the grains that lie in a piece, counted from its first."""
        sectors = self.capacity - first if sectors is None else sectors
        low, high = first // self.grain_size, (first + sectors - 1) // self.grain_size
        return {
            grain - low: self.bytes_of(grain)
            for grain in sorted(self.stored)
            if low <= grain <= high
        }

    def bytes_of(self, grain: int) -> bytes:
        """Return what *grain* holds, as far as the disk goes."""
        count = min(self.grain_size, self.capacity - grain * self.grain_size)
        chance = random.Random(f"{self.seed} {grain}")
        # Half of it is noise, so that streams have something to pack.
        return chance.randbytes(count * SECTOR // 2) + bytes([grain % 255 + 1]) * (
            count * SECTOR - count * SECTOR // 2
        )

    def lay_over(self, disk: bytearray) -> None:
        """Write what the link stores into *disk*."""
        size = self.grain_size * SECTOR
        for grain in self.zeroed:
            end = min((grain + 1) * size, len(disk))
            disk[grain * size : end] = bytes(end - grain * size)
        for grain in self.stored:
            data = self.bytes_of(grain)
            disk[grain * size : grain * size + len(data)] = data

    def write(self, path: Path, number: int, parent: Path | None) -> None:
        """Write the link with content ID *number* + 1, made from the link before."""
        lines = self._write_data(path)
        foreign = self.kind == "virtualbox" and parent is not None
        more = [f'ddb.uuid.image="{number + 1:032x}"']
        if foreign:
            more.append(f'ddb.uuid.parent="{number:032x}"')
        told = parent is not None and not foreign
        text = descriptor_text(
            lines,
            kind=TYPES.get(self.kind, "monolithicSparse"),
            cid=number + 1,
            parent_cid=number if told else NO_PARENT,
            hint=parent.name if parent is not None and told else None,
            more=more,
        )
        if self.kind == "stream":
            path.write_bytes(StreamWriter(self._stream(), text).finish())
        elif self.kind in {"sparse", "virtualbox"}:
            path.write_bytes(sparse_extent(self._piece(0, self.capacity, embedded=True), text))
        else:
            path.write_text(text, encoding="utf-8")

    def _write_data(self, path: Path) -> list[str]:
        """Write the extents in files of their own and return their lines."""
        if self.kind == "split":
            cut = self.capacity // 2 // self.grain_size * self.grain_size or self.capacity
            pieces = [(0, cut), (cut, self.capacity - cut)]
            lines = []
            for number, (first, sectors) in enumerate((p for p in pieces if p[1]), start=1):
                piece = path.with_name(f"{path.stem}-s{number:03d}.vmdk")
                piece.write_bytes(sparse_extent(self._piece(first, sectors, embedded=False)))
                lines.append(f'RW {sectors} SPARSE "{piece.name}"')
            return lines
        if self.kind in {"sparse", "virtualbox", "stream"}:
            return [f'RW {self.capacity} SPARSE "{path.name}"']
        data = path.with_name(f"{path.stem}-data.vmdk")
        if self.kind in {"flat", "vmfs"}:
            whole = bytearray(self.capacity * SECTOR)
            self.lay_over(whole)
            data.write_bytes(whole)
            tail = " 0" if self.kind == "flat" else ""
            return [f'RW {self.capacity} {self.kind.upper()} "{data.name}"{tail}']
        if self.kind == "cowd":
            data.write_bytes(cowd_extent(CowdPlan(self.capacity, self.grains(), self.grain_size)))
        else:
            plan = SeSparsePlan(self.capacity, self.grains(), unmapped=self.zeroed)
            data.write_bytes(sesparse_extent(plan))
        return [f'RW {self.capacity} {EXTENTS[self.kind]} "{data.name}"']

    def _piece(self, first: int, sectors: int, *, embedded: bool) -> SparsePlan:
        low = first // self.grain_size
        count = -(-sectors // self.grain_size)
        zeroed = tuple(grain - low for grain in self.zeroed if 0 <= grain - low < count)
        return SparsePlan(
            sectors,
            self.grain_size,
            version=2 if self.zeroed else 1,
            flags=7 if self.zeroed else 3,
            grains=self.grains(first, sectors),
            zero_grains=zeroed,
            descriptor_sectors=20 if embedded else 0,
        )

    def _stream(self) -> StreamPlan:
        layout = LAYOUTS[self.layout]
        return StreamPlan(self.capacity, self.grains(), self.grain_size, **layout)


@dataclass(frozen=True, slots=True)
class MixedChain:
    """Links of one capacity, the base disk first."""

    links: tuple[MixedLink, ...]

    @property
    def capacity(self) -> int:
        """Sectors of the disk."""
        return self.links[0].capacity

    def build(self, folder: Path) -> list[Path]:
        """Write all links into *folder* and return their paths, the base disk first."""
        folder.mkdir()
        paths: list[Path] = []
        for number, link in enumerate(self.links):
            path = folder / f"link{number}.vmdk"
            link.write(path, number, paths[-1] if paths else None)
            paths.append(path)
        return paths

    def generations(self) -> list[bytes]:
        """Return every byte of each generation, the oldest first."""
        disk = bytearray(self.capacity * SECTOR)
        contents = []
        for link in self.links:
            link.lay_over(disk)
            contents.append(bytes(disk))
        return contents


@st.composite
def mixed_links(draw: st.DrawFn, kinds: tuple[str, ...], capacity: int) -> MixedLink:
    """Draw one link."""
    kind = draw(st.sampled_from(kinds))
    size = 8 if kind == "sesparse" else draw(st.sampled_from(SIZES))
    grains = st.integers(0, -(-capacity // size) - 1)
    stored = draw(st.frozensets(grains, max_size=6))
    can_zero = kind in {"sparse", "split", "sesparse", "virtualbox"}
    zeroed = draw(st.frozensets(grains, max_size=3)) - stored if can_zero else frozenset()
    layout = draw(st.sampled_from(sorted(LAYOUTS))) if kind == "stream" else "qemu"
    return MixedLink(kind, capacity, size, stored, zeroed, layout, draw(st.integers(0, 2**16)))


@st.composite
def mixed_chains(
    draw: st.DrawFn, *, children: tuple[str, ...] = CHILD_KINDS, multiple: int = 1
) -> MixedChain:
    """Draw a chain whose capacity is a *multiple* of so many sectors."""
    capacity = draw(st.integers(1, 5000 // multiple)) * multiple
    base = draw(mixed_links(BASE_KINDS, capacity))
    count = draw(st.integers(1, 5))
    return MixedChain((base, *(draw(mixed_links(children, capacity)) for _ in range(count))))
