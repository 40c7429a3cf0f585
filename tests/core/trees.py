"""Trees of links that qemu makes and writes at random, with what each generation must read."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.judges import qemu
from tests.judges.qemu import SECTOR, Write

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["BASE_KINDS", "CHILD_KINDS", "Made", "Tree", "apply", "make_base", "random_writes"]

BASE_KINDS = (
    "monolithicSparse",
    "twoGbMaxExtentSparse",
    "monolithicFlat",
    "twoGbMaxExtentFlat",
    "vmfs",
)
CHILD_KINDS = ("monolithicSparse", "twoGbMaxExtentSparse")


def make_base(path: Path, capacity: int, kind: str, *, zeroed_grains: bool = False) -> Path:
    """Let qemu make a base disk; vmfs is a monolithicFlat whose descriptor says so."""
    sparse = kind in CHILD_KINDS
    made = "monolithicFlat" if kind == "vmfs" else kind
    qemu.create(path, capacity, kind=made, zeroed_grains=zeroed_grains and sparse)
    if kind == "vmfs":
        text = path.read_text().replace("monolithicFlat", "vmfs").replace(" FLAT ", " VMFS ")
        path.write_text(text.replace('-flat.vmdk" 0', '-flat.vmdk"'))
    return path


def random_writes(rng: random.Random, capacity: int, count: int) -> list[Write]:
    """Return *count* writes somewhere on the disk: short, across grains, of whole grains, zeros."""
    writes = []
    for _ in range(count):
        longest = rng.choice([1, 8, 128, 700])
        sector = rng.randrange(capacity)
        if longest == 128 and rng.random() < 0.7:
            sector -= sector % 128
        length = min(longest if longest == 128 else rng.randint(1, longest), capacity - sector)
        if rng.random() < 0.25:
            writes.append(Write(sector, zeros=length))
        else:
            writes.append(Write(sector, rng.randbytes(length * SECTOR)))
    return writes


def apply(disk: bytearray, writes: list[Write]) -> None:
    """Do *writes* to the plain bytes of a disk."""
    for each in writes:
        data = each.data or bytes(each.zeros * SECTOR)
        disk[each.sector * SECTOR : each.sector * SECTOR + len(data)] = data


@dataclass(frozen=True, slots=True)
class Made:
    """A link that was made: its path, its parent's index in the tree, what it must read."""

    path: Path
    parent: int | None
    content: bytes


class Tree:
    """Links that grow at random: chains and branches."""

    def __init__(self, folder: Path, seed: int, *, capacity: int | None = None) -> None:
        """Start without links; *capacity* is drawn if not told, often an odd number."""
        self.folder = folder
        self.rng = random.Random(seed)
        self.capacity = capacity or self.rng.choice([1, 127, 128, 1001, 2048, 3333, 4096, 66000])
        self.links: list[Made] = []

    def grow_base(self, kind: str | None = None, *, zeroed_grains: bool | None = None) -> None:
        """Make and write a base disk; what is not told is drawn."""
        kind = kind or self.rng.choice(BASE_KINDS)
        zeroed = self.rng.random() < 0.5 if zeroed_grains is None else zeroed_grains
        path = make_base(self.folder / "base.vmdk", self.capacity, kind, zeroed_grains=zeroed)
        self._write(path, None, bytearray(self.capacity * SECTOR))

    def grow_child(self, parent: int) -> None:
        """Make and write a child of link *parent*."""
        path = qemu.create(
            self.folder / f"child{len(self.links)}.vmdk",
            kind=self.rng.choice(CHILD_KINDS),
            parent=self.links[parent].path,
            zeroed_grains=self.rng.random() < 0.5,
        )
        self._write(path, parent, bytearray(self.links[parent].content))

    def grow(self, count: int, *, branches: bool = True) -> Tree:
        """Make *count* links in all; every third or so is a branch if *branches*."""
        self.grow_base()
        for _ in range(count - 1):
            branch = branches and self.rng.random() < 0.3
            newest = len(self.links) - 1
            self.grow_child(self.rng.randrange(len(self.links)) if branch else newest)
        return self

    def path_to(self, index: int) -> list[int]:
        """Return the links of the chain that ends at link *index*, the base disk first."""
        chain = [index]
        while (parent := self.links[chain[0]].parent) is not None:
            chain.insert(0, parent)
        return chain

    def _write(self, path: Path, parent: int | None, content: bytearray) -> None:
        writes = random_writes(self.rng, self.capacity, self.rng.randint(0, 6))
        qemu.write(path, writes)
        apply(content, writes)
        self.links.append(Made(path, parent, bytes(content)))
