"""Links that are looked at: what there is, what is stored, who decides a sector."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from redoscope_core.code.c_text import SINGLE_LINK, CFunction, block, on_disk
from redoscope_core.code.deed import Deed
from redoscope_core.code.opening import STRICTLY, Opening
from redoscope_core.code.quoting import python_path, unmistakable
from redoscope_core.code.reading import left_of_disk
from redoscope_core.overriding import override

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["FindOwner", "MapDisk", "MeasureGrowth", "ShowAllocated", "ShowInfo", "ShowTree"]

_LEAST_CHUNK = 128
_PRINTED = ("stdio.h", "vixDiskLib.h")
_ONE_AT_A_TIME = (
    "The library reads a chain as one disk and does not tell which link supplies a sector. What "
    "one link allocates can be asked of it alone, so this is asked of each link in turn, the "
    "newest first: the first that has the sector decides it."
)
_LINK_BY_LINK = (
    "The library reads a chain as one disk and does not tell what one link adds to it. What a link "
    "allocates can be asked of it alone; this is asked of each link, and what is stored by it "
    "alone, or decided by newer ones, follows from these lists."
)


@dataclass(frozen=True, slots=True)
class ShowTree(Deed):
    """Show every link below a folder, and who is whose parent."""

    path: Path
    opening: Opening = STRICTLY

    @override
    def c(self) -> CFunction:
        remark = (
            "The library opens the disks that it is told of and looks for none. Of an open disk "
            "VixDiskLib_GetInfo tells numLinks and one parentFileNameHint: the tree has to be put "
            "together from these, or from the descriptors."
        )
        return CFunction("show_tree", remark=remark)

    @override
    def words(self) -> Sequence[str]:
        return ("tree", unmistakable(self.path), *self.opening.options)

    @override
    def python(self) -> Sequence[str]:
        return (
            *self.opening.lines,
            f"forest = core.Forest.scan({python_path(self.path)}{self.opening.argument})",
            "for path, node in forest.nodes.items():",
            "    print(path, node.parent, len(node.children))",
        )


@dataclass(frozen=True, slots=True)
class ShowInfo(Deed):
    """Tell about a disk: capacity, links, parent."""

    disk: Path
    opening: Opening = STRICTLY

    @override
    def c(self) -> CFunction:
        capacity = 'printf("%llu sectors in ", (unsigned long long) info->capacity);'
        hint = 'info->parentFileNameHint != NULL ? info->parentFileNameHint : "no parent"'
        told = [
            capacity,
            'printf("%d links, child of %s\\n", info->numLinks,',
            f"       {hint});",
            "VixDiskLib_FreeInfo(info);",
        ]
        asked = "error = VixDiskLib_GetInfo(disk, &info);"
        lines = on_disk(
            self.disk,
            [asked, *block("if (VIX_SUCCEEDED(error))", told)],
            declared=["VixDiskLibInfo *info = NULL;"],
        )
        return CFunction("show_info", lines, headers=_PRINTED)

    @override
    def words(self) -> Sequence[str]:
        return ("info", unmistakable(self.disk), *self.opening.options)

    @override
    def python(self) -> Sequence[str]:
        told = "chain.capacity, [link.path.name for link in chain.links]"
        text = "chain.tip.descriptor.parent_hint"
        lines = (f"    print({told})", f"    print({text})")
        return (*self.opening.lines, self.opening.chain(self.disk), *lines)


def _blocks(path: Path, chunk: int, flags: str) -> list[str]:
    """Return the lines that print what is allocated of the disk *path*, by the chunk."""
    printed = (
        'printf("%llu %llu\\n", (unsigned long long) blocks->blocks[at].offset,',
        "       (unsigned long long) blocks->blocks[at].length);",
    )
    told = [
        *block("for (uint32 at = 0; at < blocks->numBlocks; at++)", printed),
        "VixDiskLib_FreeBlockList(blocks);",
    ]
    most = f"{chunk} * (VixDiskLibSectorType) VIXDISKLIB_MAX_CHUNK_NUMBER"
    asked = "VixDiskLib_QueryAllocatedBlocks(disk, sector, count, chunk, &blocks)"
    loop = block(
        "while (VIX_SUCCEEDED(error) && left >= chunk)",
        [
            "VixDiskLibSectorType count = left < most ? left - left % chunk : most;",
            "VixDiskLibBlockList *blocks = NULL;",
            "",
            f"error = {asked};",
            *block("if (VIX_SUCCEEDED(error))", told),
            "sector += count;",
            "left -= count;",
        ],
    )
    tail = block(
        "if (VIX_SUCCEEDED(error) && left > 0)",
        [
            'printf("%llu %llu\\n", (unsigned long long) sector, (unsigned long long) left);',
        ],
    )
    declared = [
        f"const VixDiskLibSectorType chunk = {chunk}, most = {most};",
        "VixDiskLibSectorType sector = 0, left = 0;",
        "VixDiskLibInfo *info = NULL;",
    ]
    return on_disk(path, [*left_of_disk(), *loop, *tail], flags=flags, declared=declared)


@dataclass(frozen=True, slots=True)
class MapDisk(Deed):
    """List the areas of a disk: state, link, place in its file."""

    disk: Path
    opening: Opening = STRICTLY

    @override
    def c(self) -> CFunction:
        lines = _blocks(self.disk, _LEAST_CHUNK, SINGLE_LINK)
        return CFunction("map_link", lines, _ONE_AT_A_TIME, headers=_PRINTED)

    @override
    def words(self) -> Sequence[str]:
        return ("map", unmistakable(self.disk), *self.opening.options)

    @override
    def python(self) -> Sequence[str]:
        row = "areas.start, areas.count, areas.state, areas.link, areas.offset, strict=True"
        lines = (
            "    areas = chain.areas()",
            f"    for start, count, state, link, offset in zip({row}):",
            "        print(start, count, core.State(state).word, link, offset)",
        )
        return (*self.opening.lines, self.opening.chain(self.disk), *lines)


@dataclass(frozen=True, slots=True)
class FindOwner(Deed):
    """Explain which link supplies a sector, and how it is found."""

    disk: Path
    sector: int
    opening: Opening = STRICTLY

    @override
    def c(self) -> CFunction:
        lines = _blocks(self.disk, _LEAST_CHUNK, SINGLE_LINK)
        return CFunction("find_owner", lines, _ONE_AT_A_TIME, headers=_PRINTED)

    @override
    def words(self) -> Sequence[str]:
        return ("owner", unmistakable(self.disk), str(self.sector), *self.opening.options)

    @override
    def python(self) -> Sequence[str]:
        lines = (
            f"    found = chain.owner({self.sector})",
            "    print(found.state.word, found.path, found.offset)",
        )
        return (*self.opening.lines, self.opening.chain(self.disk), *lines)


@dataclass(frozen=True, slots=True)
class ShowAllocated(Deed):
    """List what is allocated, by the chunk."""

    disk: Path
    chunk: int = _LEAST_CHUNK
    """Sectors."""
    opening: Opening = STRICTLY

    @override
    def c(self) -> CFunction:
        remark = (
            "Since version 6.7. Only whole chunks are told: what is left behind the last counts "
            "as allocated. It is made for disks of a host; not tried on files of this machine."
        )
        lines = _blocks(self.disk, self.chunk, "VIXDISKLIB_FLAG_OPEN_READ_ONLY")
        return CFunction("show_allocated", lines, remark, headers=_PRINTED)

    @override
    def words(self) -> Sequence[str]:
        chunk = ("--chunk", str(self.chunk)) if self.chunk != _LEAST_CHUNK else ()
        return ("allocated", unmistakable(self.disk), *chunk, *self.opening.options)

    @override
    def python(self) -> Sequence[str]:
        lines = (
            f"    runs = core.allocated(chain, {self.chunk})",
            "    for start, end in zip(runs.start, runs.end, strict=True):",
            "        print(start, end - start)",
        )
        return (*self.opening.lines, self.opening.chain(self.disk), *lines)


@dataclass(frozen=True, slots=True)
class MeasureGrowth(Deed):
    """Tell what each link adds to a chain."""

    disk: Path
    identical: bool = False
    """Whether each link is compared with its parent, too."""
    opening: Opening = STRICTLY

    @override
    def c(self) -> CFunction:
        lines = _blocks(self.disk, _LEAST_CHUNK, SINGLE_LINK)
        return CFunction("measure_growth", lines, _LINK_BY_LINK, headers=_PRINTED)

    @override
    def words(self) -> Sequence[str]:
        identical = ("--identical",) if self.identical else ()
        return ("growth", unmistakable(self.disk), *identical, *self.opening.options)

    @override
    def python(self) -> Sequence[str]:
        told = "each.stored, each.alone, each.shadowed, each.zero"
        lines = [
            "    for link, each in zip(chain.links, core.growth(chain), strict=True):",
            f"        print(link.path.name, {told})",
        ]
        if self.identical:
            lines.append("    print(core.finished(core.identical_sectors(chain)))")
        return (*self.opening.lines, self.opening.chain(self.disk), *lines)
