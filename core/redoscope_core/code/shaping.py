"""The rest of the vendor's verbs of disks, and what comes nearest to each here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from redoscope_core.code.c_text import CFunction, block, on_disk
from redoscope_core.code.deed import Deed
from redoscope_core.code.quoting import c_string, python_path, python_text, unmistakable
from redoscope_core.overriding import override

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = [
    "Defragment",
    "Grow",
    "ReadMetadata",
    "Rename",
    "Shrink",
    "Unlink",
    "WriteMetadata",
]

_PRINTED = ("stdio.h", "vixDiskLib.h")
_COPY = (
    "redoscope writes no disk anew in its place; a copy without parents and gaps: redoscope clone"
)


class _VendorsAlone(Deed):
    """What the vendor's library does, and neither our commands nor our engine."""

    __slots__ = ()

    @override
    def words(self) -> Sequence[str]:
        return ()

    @override
    def python(self) -> Sequence[str]:
        return ()


@dataclass(frozen=True, slots=True)
class Grow(_VendorsAlone):
    """Make a base disk larger."""

    disk: Path
    capacity: int
    """Sectors."""

    @override
    def c(self) -> CFunction:
        remark = "The disk must not be open, and no child may have been made of it."
        given = f"connection, {c_string(self.disk)}, {self.capacity}ULL, 1, NULL, NULL"
        return CFunction("grow", [f"return VixDiskLib_Grow({given});"], remark)

    @override
    def instead(self) -> str:
        return "redoscope changes the capacity of no disk"


@dataclass(frozen=True, slots=True)
class Shrink(_VendorsAlone):
    """Give back what grains of zeros take up."""

    disk: Path

    @override
    def c(self) -> CFunction:
        remark = "Of a disk without parents and children."
        call = "error = VixDiskLib_Shrink(disk, NULL, NULL);"
        return CFunction("shrink", on_disk(self.disk, [call], flags="0"), remark)

    @override
    def instead(self) -> str:
        return _COPY


@dataclass(frozen=True, slots=True)
class Defragment(_VendorsAlone):
    """Put the grains of a sparse disk into their order."""

    disk: Path

    @override
    def c(self) -> CFunction:
        remark = "Of a flat disk it does nothing and says that all is well."
        call = "error = VixDiskLib_Defragment(disk, NULL, NULL);"
        return CFunction("defragment", on_disk(self.disk, [call], flags="0"), remark)

    @override
    def instead(self) -> str:
        return _COPY


@dataclass(frozen=True, slots=True)
class Rename(_VendorsAlone):
    """Call a disk, with all its files, something else."""

    old: Path
    new: Path

    @override
    def c(self) -> CFunction:
        remark = "Children keep the hint that they have, so those of a renamed parent lose it."
        call = f"return VixDiskLib_Rename({c_string(self.old)}, {c_string(self.new)});"
        return CFunction("rename_disk", [call], remark, "void")

    @override
    def instead(self) -> str:
        return "redoscope renames no disk; a child finds a renamed parent by its content ID"


@dataclass(frozen=True, slots=True)
class Unlink(_VendorsAlone):
    """Remove the files of one link."""

    disk: Path

    @override
    def c(self) -> CFunction:
        remark = "Of this one link, also if others were made from it: they then lack their parent."
        call = f"return VixDiskLib_Unlink(connection, {c_string(self.disk)});"
        return CFunction("unlink_disk", [call], remark)

    @override
    def instead(self) -> str:
        return "redoscope removes no disk by itself; consolidate --delete removes what it merged"


@dataclass(frozen=True, slots=True)
class ReadMetadata(Deed):
    """Read a key of the disk database (ddb)."""

    disk: Path
    key: str
    """Without `ddb.` in front."""

    @override
    def c(self) -> CFunction:
        told = block("if (VIX_SUCCEEDED(error))", ['printf("%s\\n", text);'])
        given = f"disk, {c_string(self.key)}, text, sizeof text, &needed"
        lines = on_disk(
            self.disk,
            [f"error = VixDiskLib_ReadMetadata({given});", *told],
            declared=["char text[1024];", "size_t needed = 0;"],
        )
        return CFunction("read_metadata", lines, headers=_PRINTED)

    @override
    def words(self) -> Sequence[str]:
        return ("info", unmistakable(self.disk))

    @override
    def python(self) -> Sequence[str]:
        name = python_text(f"ddb.{self.key}")
        text = f"core.descriptor_of({python_path(self.disk)})"
        return (f"print({text}.get({name}))",)


@dataclass(frozen=True, slots=True)
class WriteMetadata(_VendorsAlone):
    """Write a key of the disk database (ddb)."""

    disk: Path
    key: str
    """Without `ddb.` in front."""
    value: str

    @override
    def c(self) -> CFunction:
        given = f"disk, {c_string(self.key)}, {c_string(self.value)}"
        lines = on_disk(self.disk, [f"error = VixDiskLib_WriteMetadata({given});"], flags="0")
        return CFunction("write_metadata", lines)

    @override
    def instead(self) -> str:
        return "redoscope writes no key of the disk database"
