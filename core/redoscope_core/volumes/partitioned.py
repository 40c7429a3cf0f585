"""Partitioned: how a generation is parted, by its MBR and EBRs, its GPT, or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from redoscope_core.errors import VmdkError
from redoscope_core.format.units import SECTOR
from redoscope_core.structures.fields import Structure, StructureKind
from redoscope_core.structures.partitions import (
    Partition,
    entries_of,
    extended,
    gpt_entries,
    is_protective,
    mbr,
    mbr_partitions,
    next_ebr,
)
from redoscope_core.structures.recognise import LONGEST, recognise

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redoscope_core.chain.chain import Chain

__all__ = ["Parted", "TableKind", "parted", "read_around_faults", "structure_at"]

_MOST_EBRS = 1024
_FIRST_LOGICAL = 5


class TableKind(Enum):
    """Which table says how a disk is parted; the value is its word for programs."""

    NONE = "none"
    """The whole disk is one volume, or nothing at all is on it."""
    DOS = "dos"
    GPT = "gpt"


@dataclass(frozen=True, slots=True)
class Parted:
    """How a disk is parted."""

    kind: TableKind
    partitions: tuple[Partition, ...]
    """Those of the table that systems go by, in the order of that table."""
    others: tuple[Partition, ...]
    """Those of a table that systems pass over: a GPT without its protective entry, an MBR beside
    a GPT."""
    tables: tuple[Structure, ...]
    """All that says where they are, copies too, in the order of the disk."""


def structure_at(chain: Chain, sector: int) -> Structure | None:
    """Return the structure that begins at *sector*; None if none does, or it can't be read."""
    return recognise(read_around_faults(chain, sector, LONGEST // SECTOR), sector * SECTOR)


def read_around_faults(chain: Chain, sector: int, count: int) -> bytes:
    """Return the bytes from *sector* on, as far as the disk goes; none if they can't be read.

    Where not all can be read the first sector is returned alone, if that can.
    """
    count = min(count, chain.capacity - sector)
    if count <= 0 or sector < 0:
        return b""
    try:
        return chain.read(sector, count)
    except VmdkError:
        return b"" if count == 1 else read_around_faults(chain, sector, 1)


def parted(chain: Chain) -> Parted:
    """Return how *chain* is parted; a few sectors are read for it, however large it is.

    Where an MBR says that a GPT follows, or there is no MBR, the GPT counts; else the MBR.
    """
    found: dict[int, Structure] = {}
    table = structure_at(chain, 0)
    dos: tuple[Partition, ...] = ()
    if table is not None and table.kind is StructureKind.MBR:
        found[0] = table
        dos = (*mbr_partitions(table), *_logical(chain, table, found))
    gpt = _gpt(chain, found)
    tables = tuple(found[offset] for offset in sorted(found))
    if gpt is not None and (0 not in found or is_protective(found[0])):
        own = {(each.start, each.count) for each in gpt}
        others = tuple(each for each in dos if (each.start, each.count) not in own)
        return Parted(TableKind.GPT, gpt, others, tables)
    kind = TableKind.DOS if 0 in found else TableKind.NONE
    return Parted(kind, dos, gpt or (), tables)


def _logical(chain: Chain, table: Structure, found: dict[int, Structure]) -> Iterator[Partition]:
    """Yield the partitions in the extended one; a ring of EBRs is followed once."""
    base = extended(table)
    sector, number = base, _FIRST_LOGICAL
    while base is not None and sector is not None and sector * SECTOR not in found:
        data = read_around_faults(chain, sector, 1).ljust(SECTOR, b"\0")
        ebr = mbr(data, sector * SECTOR, inside=True)
        if ebr is None or len(found) > _MOST_EBRS:
            return
        found[sector * SECTOR] = ebr
        for part in mbr_partitions(ebr)[:1]:
            yield Partition(number, sector + part.start, part.count)
            number += 1
        sector = next_ebr(ebr, base)


def _gpt(chain: Chain, found: dict[int, Structure]) -> tuple[Partition, ...] | None:
    """Return the partitions of a GPT: those of the first header, or of the other if that is gone.

    None if there is neither.
    """
    told: tuple[Partition, ...] | None = None
    sectors = [1, chain.capacity - 1]
    for sector in sectors:
        header = structure_at(chain, sector)
        if header is None or header.kind is not StructureKind.GPT_HEADER:
            continue
        found[header.offset] = header
        # The copy of a disk that has grown since lies where it once ended.
        alternate = header.number("AlternateLBA")
        if sector == 1 and alternate not in sectors:
            sectors.append(alternate)
        array = entries_of(header)
        length = 0 if array is None else -(-array.length // SECTOR)
        data = b"" if array is None else read_around_faults(chain, array.sector, length)
        if array is None or len(data) < array.length:
            continue
        begin = array.sector * SECTOR
        wanted = header.number("PartitionEntryArrayCRC32")
        entries, partitions = gpt_entries(data, begin, array, wanted)
        found[begin] = entries
        told = partitions if told is None else told
    return told
