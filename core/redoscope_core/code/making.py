"""Disks that are made: new ones, children, copies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from redoscope_core.code.c_text import CFunction, on_disk
from redoscope_core.code.deed import Deed
from redoscope_core.code.opening import STRICTLY, Opening
from redoscope_core.code.quoting import (
    c_string,
    python_path,
    python_text,
    size_word,
    unmistakable,
)
from redoscope_core.code.reading import written_to_file
from redoscope_core.overriding import override

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = [
    "ADAPTER_TYPES",
    "DISK_TYPES",
    "CloneDisk",
    "CreateChild",
    "CreateDisk",
    "create_parameters",
]

DISK_TYPES = {
    "monolithicSparse": "VIXDISKLIB_DISK_MONOLITHIC_SPARSE",
    "twoGbMaxExtentSparse": "VIXDISKLIB_DISK_SPLIT_SPARSE",
    "monolithicFlat": "VIXDISKLIB_DISK_MONOLITHIC_FLAT",
    "twoGbMaxExtentFlat": "VIXDISKLIB_DISK_SPLIT_FLAT",
    "vmfs": "VIXDISKLIB_DISK_VMFS_FLAT",
    "streamOptimized": "VIXDISKLIB_DISK_STREAM_OPTIMIZED",
}
"""The vendor's name of each kind of disk that we make."""
ADAPTER_TYPES = {
    "ide": "VIXDISKLIB_ADAPTER_IDE",
    "buslogic": "VIXDISKLIB_ADAPTER_SCSI_BUSLOGIC",
    "lsilogic": "VIXDISKLIB_ADAPTER_SCSI_LSILOGIC",
    "legacyESX": "VIXDISKLIB_ADAPTER_UNKNOWN",
}
"""The vendor's name of each adapter; an old one has none of its own."""
_USUAL_KIND, _USUAL_ADAPTER, _USUAL_GRAIN = "monolithicSparse", "lsilogic", 128
_NO_WORD = (
    "The vendor's library has no parameter for a comment, for the size of grains or for grains of "
    "zeros."
)


def create_parameters(kind: str, adapter: str, capacity: str = "") -> list[str]:
    """Return the lines that say of which kind a disk is to be; *capacity* is an expression."""
    return [
        "VixDiskLibCreateParams params = {0};",
        "",
        f"params.diskType = {DISK_TYPES[kind]};",
        f"params.adapterType = {ADAPTER_TYPES[adapter]};",
        "params.hwVersion = VIXDISKLIB_HWVERSION_WORKSTATION_5;",
        *([f"params.capacity = {capacity};"] if capacity else []),
    ]


@dataclass(frozen=True, slots=True)
class CreateDisk(Deed):
    """Make an empty base disk."""

    path: Path
    capacity: int
    """Sectors."""
    kind: str = _USUAL_KIND
    adapter: str = _USUAL_ADAPTER
    grain_size: int = _USUAL_GRAIN
    """Sectors."""
    zeroed_grains: bool = False
    comment: str = ""

    @override
    def c(self) -> CFunction:
        call = f"return VixDiskLib_Create(connection, {c_string(self.path)}, &params, NULL, NULL);"
        lines = [*create_parameters(self.kind, self.adapter, str(self.capacity)), call]
        return CFunction("create_disk", lines, _NO_WORD if _more(self)[0] else "")

    @override
    def words(self) -> Sequence[str]:
        adapter = ("--adapter", self.adapter) if self.adapter != _USUAL_ADAPTER else ()
        named = (unmistakable(self.path), "--capacity", size_word(self.capacity))
        return ("create", *named, *_kind_option(self.kind), *adapter, *_more(self)[0])

    @override
    def python(self) -> Sequence[str]:
        given = [python_path(self.path), str(self.capacity), f"kind={python_text(self.kind)}"]
        given.append(f"adapter={python_text(self.adapter)}")
        return (f"core.create_disk({', '.join([*given, *_more(self)[1]])})",)


@dataclass(frozen=True, slots=True)
class CreateChild(Deed):
    """Make an empty child of a link."""

    parent: Path
    path: Path
    kind: str = _USUAL_KIND
    grain_size: int = _USUAL_GRAIN
    """Sectors."""
    zeroed_grains: bool = False
    comment: str = ""
    opening: Opening = STRICTLY

    @override
    def c(self) -> CFunction:
        kind = DISK_TYPES[self.kind]
        call = f"error = VixDiskLib_CreateChild(disk, {c_string(self.path)}, {kind}, NULL, NULL);"
        lines = on_disk(self.parent, [call], flags="0")
        return CFunction("create_child", lines, _NO_WORD if _more(self)[0] else "")

    @override
    def words(self) -> Sequence[str]:
        named = (unmistakable(self.parent), unmistakable(self.path), *_kind_option(self.kind))
        return ("child", *named, *_more(self)[0], *self.opening.options)

    @override
    def python(self) -> Sequence[str]:
        given = ["parent", python_path(self.path), python_text(self.kind), *_more(self)[1]]
        head = self.opening.chain(self.parent, "parent")
        return (*self.opening.lines, head, f"    core.create_child({', '.join(given)})")


@dataclass(frozen=True, slots=True)
class CloneDisk(Deed):
    """Copy the disk as it reads at a link to a new disk without parents, or to raw bytes."""

    source: Path
    target: Path
    kind: str = _USUAL_KIND
    """One of the kinds of disks, or `raw`."""
    opening: Opening = STRICTLY

    @override
    def c(self) -> CFunction:
        if self.kind == "raw":
            remark = "The library makes disks alone: for raw bytes they are read and written out."
            return written_to_file("clone_to_raw", self.source, None, self.target, remark)
        names = f"connection, {c_string(self.target)}, connection, {c_string(self.source)}"
        call = f"return VixDiskLib_Clone({names}, &params, NULL, NULL, 0);"
        return CFunction("clone_disk", [*create_parameters(self.kind, _USUAL_ADAPTER), call])

    @override
    def words(self) -> Sequence[str]:
        named = (unmistakable(self.source), unmistakable(self.target))
        return ("clone", *named, *_kind_option(self.kind), *self.opening.options)

    @override
    def python(self) -> Sequence[str]:
        steps = f"core.clone(chain, {python_path(self.target)}, {python_text(self.kind)})"
        head = self.opening.chain(self.source)
        return (*self.opening.lines, head, f"    core.finished({steps})")


def _kind_option(kind: str) -> tuple[str, ...]:
    return ("--type", kind) if kind != _USUAL_KIND else ()


def _more(disk: CreateDisk | CreateChild) -> tuple[list[str], list[str]]:
    """Return what is asked beside path and kind: as options, and as arguments of Python."""
    options, given = [], []
    if disk.grain_size != _USUAL_GRAIN:
        options += ["--grain", str(disk.grain_size)]
        given.append(f"grain_size={disk.grain_size}")
    if disk.zeroed_grains:
        options.append("--zeroed-grains")
        given.append("zeroed_grains=True")
    if disk.comment:
        options.append(f"--comment={disk.comment}")
        given.append(f"comment={python_text(disk.comment)}")
    return options, given
