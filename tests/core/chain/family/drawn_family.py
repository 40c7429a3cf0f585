"""Chains drawn at random: kinds, branches, folders, ways to tell a parent; and one file amiss."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from hypothesis import strategies as st

from tests.judges import handmade, handmade_esx, handmade_stream
from tests.judges.handmade import SECTOR, SparsePlan
from tests.judges.handmade_esx import CowdPlan, SeSparsePlan
from tests.judges.handmade_stream import StreamPlan

__all__ = ["CAPACITY", "PLACES", "Drawn", "Family", "amiss", "families"]

CAPACITY, GRAIN = 64, 8
VAGUE = 0xFFFFFFFE
NO_PARENT = 0xFFFFFFFF
BASES = ("sparse", "split", "flat", "vmfs", "cowd", "stream")
CHILDREN = ("sparse", "split", "cowd", "sesparse")
FOLDERS = ("", "a", "b c/d", "Größe")
NAMES = ("base", "web srv", "Büro", "DATA-1", "x.y")
HINTS = ("relative", "name", "/vmfs/volumes/4f-1/vm/{}", "D:\\VMs\\vm\\{}", "[ds 1] vm/{}")
PLACES = ("renamed.vmdk", "{}.bak", ".{}", "deep/er/{}", "moved/other name", "upper")


class Ids(TypedDict):
    """What a link says of itself and of its parent."""

    cid: int
    parent_cid: int
    hint: str | None


@dataclass(frozen=True, slots=True)
class Drawn:
    """One link, before it is made."""

    kind: str
    parent: int | None
    folder: str
    name: str
    hint: str


@dataclass(frozen=True, slots=True)
class Family:
    """Links that were drawn, the base disk first; the last is the one to open."""

    links: tuple[Drawn, ...]
    vague: bool
    """Whether the base disk has a content ID that many disks have."""
    chain: tuple[int, ...] = ()
    """The links that the last one is read with, base disk first."""

    def build(self, root: Path) -> list[Path]:
        """Write all links below *root*, and return their descriptors."""
        paths: list[Path] = []
        for index, link in enumerate(self.links):
            path = root / link.folder / f"{link.name} {index}.vmdk"
            path.parent.mkdir(parents=True, exist_ok=True)
            parent = None if link.parent is None else paths[link.parent]
            _write(path, link, index, parent, self)
            paths.append(path)
        return paths

    def cid(self, index: int) -> int:
        """Return the content ID of one link."""
        return VAGUE if self.vague and not index else 0x1000 + index

    def content(self) -> bytes:
        """Return the bytes that the last link reads with all its parents."""
        disk = bytearray(CAPACITY * SECTOR)
        for index in self.chain:
            disk[index * GRAIN * SECTOR : (index + 1) * GRAIN * SECTOR] = _grain(index)
        return bytes(disk)


def _grain(index: int) -> bytes:
    return bytes([65 + index]) * (GRAIN * SECTOR)


def _write(path: Path, link: Drawn, index: int, parent: Path | None, family: Family) -> None:
    ids: Ids = {"cid": family.cid(index), "parent_cid": NO_PARENT, "hint": None}
    if parent is not None and link.parent is not None:
        told = os.path.relpath(parent, path.parent) if link.hint == "relative" else parent.name
        hint = told if link.hint in {"relative", "name"} else link.hint.format(told)
        ids["parent_cid"], ids["hint"] = family.cid(link.parent), hint
    _write_kind(path, link.kind, index, ids)


def _write_kind(path: Path, kind: str, index: int, ids: Ids) -> None:
    grains = {index: _grain(index)}
    if kind in {"flat", "vmfs"}:
        data = _grain(0).ljust(CAPACITY * SECTOR, b"\0")
        named = "monolithicFlat" if kind == "flat" else "vmfs"
        handmade.flat_link(path, data, kind=named, cid=ids["cid"])
    elif kind == "split":
        half = CAPACITY // 2
        per = half // GRAIN
        plans = [
            SparsePlan(
                half,
                GRAIN,
                grains={index - start: _grain(index)} if start <= index < start + per else {},
                descriptor_sectors=0,
            )
            for start in (0, per)
        ]
        handmade.split_link(path, plans, **ids)
    elif kind == "cowd":
        sectors = {index * GRAIN + at: _grain(index)[:SECTOR] for at in range(GRAIN)}
        handmade_esx.cowd_link(path, CowdPlan(CAPACITY, sectors), **ids)
    elif kind == "sesparse":
        handmade_esx.sesparse_link(path, SeSparsePlan(CAPACITY, grains), **ids)
    elif kind == "stream":
        plan = StreamPlan(CAPACITY, grains, grain_size=GRAIN)
        handmade_stream.stream_link(path, plan, **ids)
    else:
        handmade.sparse_link(path, SparsePlan(CAPACITY, GRAIN, grains=grains), **ids)


@st.composite
def families(draw: st.DrawFn) -> Family:
    """Draw two to five links; each child is made from any link before it."""
    links = [
        Drawn(
            draw(st.sampled_from(CHILDREN if index else BASES)),
            draw(st.integers(0, index - 1)) if index else None,
            draw(st.sampled_from(FOLDERS)),
            draw(st.sampled_from(NAMES)),
            draw(st.sampled_from(HINTS)),
        )
        for index in range(draw(st.integers(2, 5)))
    ]
    chain = [len(links) - 1]
    while (parent := links[chain[-1]].parent) is not None:
        chain.append(parent)
    return Family(tuple(links), draw(st.booleans()), tuple(reversed(chain)))


def amiss(
    root: Path, victim: Path, act: str, place: str, *, capacity: int = CAPACITY
) -> Path | None:
    """Do *act* to the file *victim* below *root*; return where it is now.

    A namesake, if there is to be one, is another disk of *capacity*.
    """
    if act in {"remove", "replace"}:
        victim.unlink()
        now = None
    else:
        upper = f"{victim.stem.upper()}{victim.suffix}"
        name = upper if place == "upper" else place.format(victim.name)
        # Renamed where it lies, or moved to a folder of the root.
        now = (root if "/" in place else victim.parent) / name
        if act == "swap":
            now = root / "elsewhere" / victim.name
        now.parent.mkdir(parents=True, exist_ok=True)
        victim.rename(now)
    if act in {"swap", "replace"}:
        handmade.sparse_link(victim, SparsePlan(capacity, GRAIN), cid=0x7777)
    return now
