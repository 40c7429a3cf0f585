"""Sound chains of every kind, small, each with what must be read of it."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from redoscope_core import Chain, State
from redoscope_core.extents.sparse.extent import SparseExtent
from redoscope_core.extents.stream.extent import StreamExtent
from tests.core.said import said
from tests.judges import handmade
from tests.judges.handmade import SparsePlan, descriptor_text, sparse_extent
from tests.judges.handmade_esx import CowdPlan, SeSparsePlan, cowd_link, sesparse_link
from tests.judges.handmade_stream import StreamPlan, stream_link
from tests.judges.wild_streams import STREAMS, write_stream

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from redoscope_core.extents.contract import Extent

__all__ = ["SPECIMENS", "Specimen", "prepare"]

SECTOR = 512
CAPACITY = 256
CHANCE = random.Random(2026)


@dataclass(frozen=True, slots=True)
class Specimen:
    """A chain in a folder of its own."""

    folder: Path
    tip: Path
    files: dict[Path, bytes]
    content: bytes
    """Every byte of the disk."""
    notes: tuple[str, ...]
    supply: dict[Path, list[tuple[int, int, int, bool]]]
    """Of each file: (first byte, length, first sector of the disk, packed) of what it supplies."""
    below: bytes
    """The disk without its newest link."""
    single_tables: frozenset[Path]
    """The files whose tables have no redundant copy."""


def grains(size: int, *which: int) -> dict[int, bytes]:
    """Return random bytes for some grains of *size* sectors."""
    return {
        g: CHANCE.randbytes(size * SECTOR // 2) + bytes(size * SECTOR - size * SECTOR // 2)
        for g in which
    }


def plain(folder: Path) -> Path:
    """A monolithic sparse disk."""
    plan = SparsePlan(CAPACITY, 8, grains=grains(8, 0, 3, 4, 31), descriptor_sectors=2)
    return handmade.sparse_link(folder / "disk.vmdk", plan)


def chain(folder: Path) -> Path:
    """Three links: a flat base disk, a sparse child, another with zero grains."""
    handmade.flat_link(folder / "base.vmdk", CHANCE.randbytes(CAPACITY * SECTOR), cid=1)
    handmade.sparse_link(
        folder / "c1.vmdk",
        SparsePlan(CAPACITY, 16, grains=grains(16, 1, 9), descriptor_sectors=2),
        cid=2,
        parent_cid=1,
        hint="base.vmdk",
    )
    plan = SparsePlan(
        CAPACITY, 8, version=2, flags=7, grains=grains(8, 0, 2), zero_grains=(3, 18),
        descriptor_sectors=2,
    )  # fmt: skip
    return handmade.sparse_link(folder / "c2.vmdk", plan, cid=3, parent_cid=2, hint="c1.vmdk")


def split(folder: Path) -> Path:
    """A split disk of two pieces, as a child of a third."""
    base = SparsePlan(CAPACITY, 64, grains=grains(64, 0, 2), descriptor_sectors=2)
    handmade.sparse_link(folder / "base.vmdk", base, cid=1)
    pieces = [
        SparsePlan(CAPACITY // 2, 8, grains=grains(8, *which), descriptor_sectors=0)
        for which in ((1, 2), (5, 15))
    ]
    return handmade.split_link(folder / "disk.vmdk", pieces, cid=2, parent_cid=1, hint="base.vmdk")


def stream(folder: Path) -> Path:
    """A stream with a footer."""
    return stream_link(folder / "disk.vmdk", StreamPlan(CAPACITY, grains(32, 0, 2, 7), 32))


def front_stream(folder: Path) -> Path:
    """A stream with its tables in front, as qemu writes them."""
    plan = StreamPlan(
        CAPACITY, grains(32, 1, 3, 4), 32, flags=0x30003, front=True, markers=False, footer=False
    )
    return stream_link(folder / "disk.vmdk", plan)


def cowd(folder: Path) -> Path:
    """A COWD delta of a sparse base disk."""
    base = SparsePlan(CAPACITY, 64, grains=grains(64, 0, 2), descriptor_sectors=2)
    handmade.sparse_link(folder / "base.vmdk", base, cid=1)
    plan = CowdPlan(CAPACITY, grains(1, 0, 1, 100, 255))
    return cowd_link(folder / "vm-000001.vmdk", plan, cid=2, parent_cid=1, hint="base.vmdk")


def sesparse(folder: Path) -> Path:
    """An SESparse delta of a flat base disk."""
    handmade.flat_link(
        folder / "base.vmdk", CHANCE.randbytes(CAPACITY * SECTOR), cid=1, kind="vmfs"
    )
    plan = SeSparsePlan(CAPACITY, grains(8, 0, 5), frozenset({7}), frozenset({8}))
    return sesparse_link(folder / "vm-000001.vmdk", plan, cid=2, parent_cid=1, hint="base.vmdk")


def other_stream(folder: Path) -> Path:
    """A stream with its tables twice at its end, as Xen Orchestra writes them."""
    how = STREAMS["Xen Orchestra"]
    how = replace(how, text=how.text.replace("3874658291", "74658291"), padding=8)
    return write_stream(folder / "disk.vmdk", how, CAPACITY, grains(128, 1))


def virtualbox(folder: Path) -> Path:
    """A child by VirtualBox, which names its parent by a UUID."""
    names = {"base": (1, 0, grains(64, 0, 2)), "child": (2, 1, grains(64, 1, 2))}
    for name, (image, parent, held) in names.items():
        path = folder / f"{name}.vmdk"
        more = [f'ddb.uuid.image="{image:032x}"', 'ddb.uuid.modification="%032x"' % (image + 16)]
        more.append(f'ddb.uuid.parent="{parent:032x}"')
        state = parent + 16 if parent else 0
        more.append(f'ddb.uuid.parentmodification="{state:032x}"')
        text = descriptor_text([f'RW {CAPACITY} SPARSE "{path.name}"'], cid=image, more=more)
        plan = SparsePlan(CAPACITY, 64, grains=held, descriptor_sectors=2)
        path.write_bytes(sparse_extent(plan, text))
    return folder / "child.vmdk"


SPECIMENS: dict[str, Callable[[Path], Path]] = {
    "plain": plain,
    "chain": chain,
    "split": split,
    "stream": stream,
    "front stream": front_stream,
    "cowd": cowd,
    "sesparse": sesparse,
    "other stream": other_stream,
    "virtualbox": virtualbox,
}


def prepare(name: str, folder: Path) -> Specimen:
    """Make the specimen *name* in the new folder *folder*."""
    folder.mkdir()
    tip = SPECIMENS[name](folder)
    supply: dict[Path, list[tuple[int, int, int, bool]]] = {}
    with Chain.open(tip) as opened:
        content = opened.read(0, opened.capacity)
        areas = opened.stored
        data = areas.take(areas.state == State.DATA)
        columns = (data.start, data.count, data.link, data.file, data.offset, data.packed)
        for start, count, link, file, offset, packed in zip(
            *(column.tolist() for column in columns), strict=True
        ):
            path = opened.links[link].files[file]
            supply.setdefault(path, []).append((offset, count * SECTOR, start, packed))
        notes = tuple(said(opened))
        older = len(opened.links) - 2
        below = bytes(len(content)) if older < 0 else opened.up_to(older).read(0, opened.capacity)
        single = frozenset(
            extent.file.path
            for link in opened.links
            for extent in link.extents
            if extent.file is not None and extent.grain_size and not has_copy(extent)
        )
    files = {path: path.read_bytes() for path in sorted(folder.iterdir())}
    return Specimen(folder, tip, files, content, notes, supply, below, single)


def has_copy(extent: Extent) -> bool:
    """Tell whether the tables of *extent* are there twice."""
    if not isinstance(extent, SparseExtent) or isinstance(extent, StreamExtent):
        return False
    return extent.tables.has_redundant
