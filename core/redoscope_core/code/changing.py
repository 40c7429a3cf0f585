"""Disks that are changed: written, attached, merged, and what takes that back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from redoscope_core.code.c_text import READ_ONLY, SINGLE_LINK, CFunction, block, on_disk
from redoscope_core.code.deed import Deed
from redoscope_core.code.opening import STRICTLY, Opening
from redoscope_core.code.quoting import c_string, python_path, unmistakable
from redoscope_core.format.units import SECTOR
from redoscope_core.overriding import override

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = [
    "AskAttach",
    "Attach",
    "AttachForGood",
    "Consolidate",
    "FillSectors",
    "RemoveChild",
    "UndoEdits",
    "WriteFile",
]


@dataclass(frozen=True, slots=True)
class WriteFile(Deed):
    """Write the bytes of a file into the tip."""

    disk: Path
    start: int
    """Sector."""
    source: Path
    opening: Opening = STRICTLY

    @override
    def c(self) -> CFunction:
        size = "VIXDISKLIB_SECTOR_SIZE"
        loop = block(
            f"while (VIX_SUCCEEDED(error) && fread(buffer, {size}, 1, in) == 1)",
            ["error = VixDiskLib_Write(disk, sector++, 1, buffer);"],
        )
        declared = [f"uint8 buffer[{size}];", f"VixDiskLibSectorType sector = {self.start};"]
        opened = f'FILE *in = fopen({c_string(self.source)}, "rb");'
        inner = [opened, "", *_refused_file(), *block("if (in != NULL)", [*loop, "fclose(in);"])]
        lines = on_disk(self.disk, inner, flags="0", declared=declared)
        return CFunction("write_file", lines, headers=("stdio.h", "vixDiskLib.h"))

    @override
    def words(self) -> Sequence[str]:
        given = ("--start", str(self.start), "--in", unmistakable(self.source))
        return ("write", unmistakable(self.disk), *given, *self.opening.options)

    @override
    def python(self) -> Sequence[str]:
        write = f"    disk.write({self.start}, {python_path(self.source)}.read_bytes())"
        return (*self.opening.lines, _to_write(self.disk, self.opening), write)


def _refused_file() -> list[str]:
    return block("if (in == NULL)", ["error = VIX_E_FILE_ERROR;"])


def _to_write(path: Path, opening: Opening) -> str:
    given = f"{python_path(path)}, access=core.Access.WRITE{opening.argument}"
    return f"with core.Disk.open({given}) as disk:"


@dataclass(frozen=True, slots=True)
class FillSectors(Deed):
    """Write one byte again and again into the tip."""

    disk: Path
    start: int
    """Sector."""
    count: int
    """Sectors."""
    fill: int
    opening: Opening = STRICTLY

    @override
    def c(self) -> CFunction:
        size = "VIXDISKLIB_SECTOR_SIZE"
        loop = block(
            f"while (VIX_SUCCEEDED(error) && sector < {self.start + self.count}ULL)",
            ["error = VixDiskLib_Write(disk, sector++, 1, buffer);"],
        )
        declared = [f"uint8 buffer[{size}];", f"VixDiskLibSectorType sector = {self.start};"]
        filled = f"memset(buffer, {self.fill}, sizeof buffer);"
        lines = on_disk(self.disk, [filled, *loop], flags="0", declared=declared)
        return CFunction("fill_sectors", lines, headers=("string.h", "vixDiskLib.h"))

    @override
    def words(self) -> Sequence[str]:
        window = ("--start", str(self.start), "--count", str(self.count))
        fill = ("--fill", str(self.fill))
        return ("write", unmistakable(self.disk), *window, *fill, *self.opening.options)

    @override
    def python(self) -> Sequence[str]:
        write = (
            f"    disk.write_zeros({self.start}, {self.count})"
            if self.fill == 0
            else f"    disk.write({self.start}, bytes([{self.fill}]) * {self.count * SECTOR})"
        )
        return (*self.opening.lines, _to_write(self.disk, self.opening), write)


_ATTACHED = (
    "After VixDiskLib_Attach, if it worked or not, the handle of the parent is spent: only the "
    "child is closed."
)


def _both(child: Path, parent: Path, lines: Sequence[str]) -> list[str]:
    """Return what opens *child* alone and *parent* with its chain, and does *lines*."""
    opened = f"error = VixDiskLib_Open(connection, {c_string(child)}, {SINGLE_LINK}, &child);"
    return [
        "VixDiskLibHandle parent = NULL, child = NULL;",
        f"VixError error = VixDiskLib_Open(connection, {c_string(parent)}, {READ_ONLY}, &parent);",
        "",
        *block("if (VIX_SUCCEEDED(error))", [opened]),
        *block("if (VIX_SUCCEEDED(error))", lines)[:-1],
        *block("} else if (parent != NULL)", ["VixDiskLib_Close(parent);"]),
        "return error;",
    ]


def _pair(child: Path, parent: Path, opening: Opening) -> tuple[str, ...]:
    """Return the lines of Python that open both, for looking."""
    looking = f"access=core.Access.INSPECT{opening.argument}"
    return (
        f"parent = core.Disk.open({python_path(parent)}, {looking})",
        f"child = core.Disk.open({python_path(child)}, single_link=True, {looking})",
    )


@dataclass(frozen=True, slots=True)
class Attach(Deed):
    """Join a child to the chain that ends at a parent, for now: no file changes."""

    child: Path
    parent: Path
    opening: Opening = STRICTLY

    @override
    def c(self) -> CFunction:
        call = ["error = VixDiskLib_Attach(parent, child);", "VixDiskLib_Close(child);"]
        return CFunction("attach", _both(self.child, self.parent, call), _ATTACHED)

    @override
    def words(self) -> Sequence[str]:
        to = ("--to", unmistakable(self.parent))
        return ("attach", unmistakable(self.child), *to, *self.opening.options)

    @override
    def python(self) -> Sequence[str]:
        return (
            *self.opening.lines,
            *_pair(self.child, self.parent, self.opening),
            "with core.attach(parent=parent, child=child) as disk:",
            "    print([link.path.name for link in disk.chain.links])",
        )


@dataclass(frozen=True, slots=True)
class AskAttach(Deed):
    """Ask whether a child can be attached to a parent, and why not."""

    child: Path
    parent: Path
    opening: Opening = STRICTLY

    @override
    def c(self) -> CFunction:
        call = [
            "error = VixDiskLib_IsAttachPossible(parent, child);",
            "VixDiskLib_Close(child);",
            "VixDiskLib_Close(parent);",
        ]
        return CFunction("ask_attach", _both(self.child, self.parent, call))

    @override
    def words(self) -> Sequence[str]:
        to = ("--to", unmistakable(self.parent), "--why-not")
        return ("attach", unmistakable(self.child), *to, *self.opening.options)

    @override
    def python(self) -> Sequence[str]:
        return (
            *self.opening.lines,
            *_pair(self.child, self.parent, self.opening),
            "with parent, child:",
            '    print(core.can_attach(parent=parent, child=child) or "it can")',
        )


@dataclass(frozen=True, slots=True)
class AttachForGood(Deed):
    """Have a child name another parent: hint and parentCID in its descriptor."""

    child: Path
    parent: Path
    opening: Opening = STRICTLY

    @override
    def c(self) -> CFunction:
        remark = (
            "The library joins handles for as long as they are open and writes no parent into a "
            "descriptor that is there: VixDiskLib_CreateChild alone names one. By hand: the lines "
            "parentFileNameHint and parentCID of the child's descriptor, the latter equal to the "
            "parent's CID."
        )
        return CFunction("attach_for_good", remark=remark)

    @override
    def words(self) -> Sequence[str]:
        to = ("--to", unmistakable(self.parent), "--persist")
        return ("attach", unmistakable(self.child), *to, *self.opening.options)

    @override
    def python(self) -> Sequence[str]:
        child = python_path(self.child)
        return (
            *self.opening.lines,
            self.opening.chain(self.parent, "parent"),
            f"    plan = core.plan_reparent({child}, parent)",
            "    print(plan.describe())",
            "    if plan.edits:",
            f"        print(core.make_attach_last({child}, parent, plan))",
        )


@dataclass(frozen=True, slots=True)
class Consolidate(Deed):
    """Merge a link, and all between, into an older one."""

    disk: Path
    into: Path | None = None
    """The link that takes it all in; the parent if None."""
    delete: bool = False
    """Whether the files of the merged links go."""
    opening: Opening = STRICTLY

    @override
    def c(self) -> CFunction:
        remark = (
            "The library merges no links. The vendor's ways are to delete a snapshot "
            "(VixVM_RemoveSnapshot, in vSphere RemoveSnapshot_Task), ConsolidateVMDisks_Task of "
            "the vSphere web service, or VixDiskLib_Clone of the tip, which copies the chain."
        )
        return CFunction("consolidate", remark=remark)

    @override
    def words(self) -> Sequence[str]:
        into = ("--into", unmistakable(self.into)) if self.into is not None else ()
        delete = ("--delete",) if self.delete else ()
        return ("consolidate", unmistakable(self.disk), *into, *delete, *self.opening.options)

    @override
    def python(self) -> Sequence[str]:
        into = "None" if self.into is None else python_path(self.into)
        given, delete = self.opening.argument, ", delete=True" if self.delete else ""
        return (
            *self.opening.lines,
            self.opening.chain(self.disk),
            f"    plan = core.plan_consolidation(chain, {into}{given})",
            f"    core.finished(core.consolidate(chain, plan{given}{delete}))",
        )


@dataclass(frozen=True, slots=True)
class UndoEdits(Deed):
    """Take back edits of texts by the inverse that they saved."""

    saved: Path

    @override
    def c(self) -> CFunction:
        return CFunction("undo_edits", remark="The library keeps no inverse of what it writes.")

    @override
    def words(self) -> Sequence[str]:
        return ("undo", unmistakable(self.saved))

    @override
    def python(self) -> Sequence[str]:
        return (f"print(core.undo_saved({python_path(self.saved)}))",)


@dataclass(frozen=True, slots=True)
class RemoveChild(Deed):
    """Remove a child in which nothing is stored, and from which nothing was made."""

    path: Path

    @override
    def c(self) -> CFunction:
        remark = (
            "It removes the files of this one link, whatever is in it and whoever was made from it."
        )
        call = f"return VixDiskLib_Unlink(connection, {c_string(self.path)});"
        return CFunction("remove_child", [call], remark)

    @override
    def words(self) -> Sequence[str]:
        return ()

    @override
    def instead(self) -> str:
        return "redoscope has no command that removes a disk; in its window: Edit > Undo"

    @override
    def python(self) -> Sequence[str]:
        return (f"print(core.remove_unused([{python_path(self.path)}]))",)
