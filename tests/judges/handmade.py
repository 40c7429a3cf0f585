"""Links written byte by byte, without the engine: every field can be told, and told wrongly.

What `sparse_extent` makes is what VDF5 draws, in this order::

    sector 0      descriptor      RGD  RGTs   GD  GTs   padding   grains
    |header|      |text, NULs|    |          |         |          |
                                  rgd        gd                   overhead
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

__all__ = [
    "HEADER",
    "NEWLINES",
    "NO_PARENT",
    "SparsePlan",
    "descriptor_text",
    "flat_link",
    "patch",
    "patch_u32",
    "sparse_extent",
    "sparse_link",
    "split_link",
]

SECTOR = 512
NO_PARENT = 0xFFFFFFFF
NEWLINES = b"\n \r\n"
HEADER = struct.Struct("<4sIIQQQQIQQQB4sH433x")
MAGIC = b"KDMV"
ZERO_GRAINS = 4
DESCRIPTOR_SECTORS = 20


@dataclass(frozen=True, slots=True)
class SparsePlan:
    """What a sparse extent shall hold, and where its parts lie."""

    capacity: int
    grain_size: int = 128
    entries_per_table: int = 512
    version: int = 1
    flags: int = 3
    unclean: int = 0
    newlines: bytes = NEWLINES
    compression: int = 0
    grains: Mapping[int, bytes] = field(default_factory=dict)
    """Bytes of each stored grain, by its index; the last may be short."""
    zero_grains: Sequence[int] = ()
    lazy_tables: bool = False
    """Leave the directory entry 0 where a table would hold nothing."""
    descriptor_sectors: int = DESCRIPTOR_SECTORS

    @property
    def tables(self) -> int:
        """Number of grain tables."""
        grains = -(-self.capacity // self.grain_size)
        return -(-grains // self.entries_per_table)

    @property
    def table_sectors(self) -> int:
        """Sectors of one grain table."""
        return -(-self.entries_per_table * 4 // SECTOR)

    @property
    def directory_sectors(self) -> int:
        """Sectors of one grain directory."""
        return -(-self.tables * 4 // SECTOR)

    @property
    def redundant_directory(self) -> int:
        """Sector of the RGD."""
        return 1 + self.descriptor_sectors

    @property
    def directory(self) -> int:
        """Sector of the GD."""
        return self.first_table(redundant=True) + self.tables * self.table_sectors

    def first_table(self, *, redundant: bool = False) -> int:
        """Return the sector of the first grain table."""
        directory = self.redundant_directory if redundant else self.directory
        return directory + self.directory_sectors

    @property
    def overhead(self) -> int:
        """Sectors in front of the first grain."""
        end = self.first_table() + self.tables * self.table_sectors
        return -(-end // self.grain_size) * self.grain_size

    def directory_entry(self, index: int) -> int:
        """Return the byte offset of GDE *index*."""
        return self.directory * SECTOR + 4 * index

    def table_entry(self, grain: int, *, redundant: bool = False) -> int:
        """Return the byte offset of the GTE of *grain*."""
        table, entry = divmod(grain, self.entries_per_table)
        start = self.first_table(redundant=redundant) + table * self.table_sectors
        return start * SECTOR + 4 * entry

    def header(self, **changes: object) -> bytes:
        """Return the 512 bytes of the header, with *changes* to its fields by name."""
        values: dict[str, object] = {
            "magic": MAGIC,
            "version": self.version,
            "flags": self.flags,
            "capacity": self.capacity,
            "grain_size": self.grain_size,
            "descriptor_offset": 1 if self.descriptor_sectors else 0,
            "descriptor_size": self.descriptor_sectors,
            "entries_per_table": self.entries_per_table,
            "redundant_directory": self.redundant_directory if self.flags & 2 else 0,
            "directory": self.directory,
            "overhead": self.overhead,
            "unclean": self.unclean,
            "newlines": self.newlines,
            "compression": self.compression,
        }
        unknown = changes.keys() - values.keys()
        if unknown:
            message = f"a header has no field {unknown}"
            raise ValueError(message)
        return HEADER.pack(*(values | changes).values())


def sparse_extent(plan: SparsePlan, text: str = "") -> bytearray:
    """Return the bytes of the extent file of *plan*, with *text* as its descriptor."""
    raw = bytearray(plan.overhead * SECTOR)
    raw[: HEADER.size] = plan.header()
    encoded = text.encode("utf-8", "surrogateescape")
    if len(encoded) > plan.descriptor_sectors * SECTOR:
        message = "the descriptor does not fit into its sectors"
        raise ValueError(message)
    raw[SECTOR : SECTOR + len(encoded)] = encoded
    used = {grain // plan.entries_per_table for grain in (*plan.grains, *plan.zero_grains)}
    copies = (True, False) if plan.flags & 2 else (False,)
    for redundant in copies:
        start = plan.redundant_directory if redundant else plan.directory
        for table in range(plan.tables):
            if plan.lazy_tables and table not in used:
                continue
            sector = plan.first_table(redundant=redundant) + table * plan.table_sectors
            struct.pack_into("<I", raw, start * SECTOR + 4 * table, sector)
    for grain in plan.zero_grains:
        for redundant in copies:
            struct.pack_into("<I", raw, plan.table_entry(grain, redundant=redundant), 1)
    for grain, data in plan.grains.items():
        sector = len(raw) // SECTOR
        for redundant in copies:
            struct.pack_into("<I", raw, plan.table_entry(grain, redundant=redundant), sector)
        raw += data.ljust(plan.grain_size * SECTOR, b"\0")
    return raw


def descriptor_text(
    extents: Sequence[str],
    *,
    kind: str = "monolithicSparse",
    cid: int = 0x0123ABCD,
    parent_cid: int = NO_PARENT,
    hint: str | None = None,
    encoding: str | None = "UTF-8",
    more: Sequence[str] = (),
) -> str:
    """Return the canonical descriptor text; *more* are lines of its disk database."""
    head = ["# Disk DescriptorFile", "version=1"]
    if encoding is not None:
        head.append(f'encoding="{encoding}"')
    head += [
        f"CID={cid:08x}",
        f"parentCID={parent_cid:08x}",
        'isNativeSnapshot="no"',
        f'createType="{kind}"',
    ]
    if hint is not None:
        head.append(f'parentFileNameHint="{hint}"')
    database = [
        'ddb.adapterType = "lsilogic"',
        'ddb.geometry.cylinders = "1"',
        'ddb.geometry.heads = "255"',
        'ddb.geometry.sectors = "63"',
        'ddb.virtualHWVersion = "4"',
        *more,
    ]
    body = ["", "# Extent description", *extents, "", "# The Disk Data Base ", "#DDB", ""]
    return "\n".join([*head, *body, *database, ""])


def sparse_link(
    path: Path,
    plan: SparsePlan,
    *,
    cid: int = 0x0123ABCD,
    parent_cid: int = NO_PARENT,
    hint: str | None = None,
) -> Path:
    """Write a monolithicSparse link and return its path."""
    line = f'RW {plan.capacity} SPARSE "{path.name}"'
    text = descriptor_text([line], cid=cid, parent_cid=parent_cid, hint=hint)
    path.write_bytes(sparse_extent(plan, text))
    return path


def flat_link(
    path: Path, data: bytes, *, kind: str = "monolithicFlat", cid: int = 0x0123ABCD, offset: int = 0
) -> Path:
    """Write a link of one flat extent that starts *offset* sectors into its file."""
    flat = path.with_name(f"{path.stem}-flat.vmdk")
    flat.write_bytes(b"\xee" * (offset * SECTOR) + data)
    line = f'RW {len(data) // SECTOR} FLAT "{flat.name}" {offset}'
    if kind == "vmfs":
        line = f'RW {len(data) // SECTOR} VMFS "{flat.name}"'
    path.write_text(descriptor_text([line], kind=kind, cid=cid), encoding="utf-8")
    return path


def split_link(
    path: Path,
    plans: Sequence[SparsePlan],
    *,
    cid: int = 0x0123ABCD,
    parent_cid: int = NO_PARENT,
    hint: str | None = None,
) -> Path:
    """Write a twoGbMaxExtentSparse link of one piece for each of *plans*."""
    lines = []
    for number, plan in enumerate(plans, start=1):
        piece = path.with_name(f"{path.stem}-s{number:03d}.vmdk")
        piece.write_bytes(sparse_extent(plan))
        lines.append(f'RW {plan.capacity} SPARSE "{piece.name}"')
    text = descriptor_text(
        lines, kind="twoGbMaxExtentSparse", cid=cid, parent_cid=parent_cid, hint=hint
    )
    path.write_text(text, encoding="utf-8")
    return path


def patch(path: Path, offset: int, data: bytes) -> None:
    """Overwrite the bytes of *path* at *offset*."""
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(data)


def patch_u32(path: Path, offset: int, *values: int) -> None:
    """Overwrite the little-endian 32-bit numbers of *path* from *offset* on."""
    patch(path, offset, struct.pack(f"<{len(values)}I", *values))
