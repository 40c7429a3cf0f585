"""Disks that are judged: checked, compared, asked what changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from redoscope_core.code.c_text import READ_ONLY, CFunction, block, on_disk
from redoscope_core.code.deed import Deed
from redoscope_core.code.opening import STRICTLY, Opening
from redoscope_core.code.quoting import c_string, python_path, python_text, unmistakable
from redoscope_core.code.reading import left_of_disk
from redoscope_core.overriding import override

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["AuditList", "ChangesSince", "CheckDisk", "CompareDisks", "since_python"]

_IN_USE = "*"
_QUERY = (
    "No function of C tells what changed. The vendor's way is a call of the vSphere web service on "
    "a machine that a host runs with change tracking on: QueryChangedDiskAreas(_this = the virtual "
    "machine, snapshot, deviceKey, startOffset = 0, changeId = the one kept at the last backup), "
    "in SOAP or over REST; again from startOffset + length on until the disk ends. Its areas are "
    "in bytes. This reads those areas; for disks that no host runs there is no such question."
)


@dataclass(frozen=True, slots=True)
class CheckDisk(Deed):
    """Look for faults in a disk and its parents."""

    disk: Path
    data: bool = False
    """Whether all that is stored is read."""
    opening: Opening = STRICTLY

    @override
    def c(self) -> CFunction:
        remark = (
            "Of one sparse link, not of its chain. What it returns says whether the check could be "
            "made; with 1 in the place of 0 it would repair, in place and without an undo."
        )
        call = f"return VixDiskLib_CheckRepair(connection, {c_string(self.disk)}, 0);"
        return CFunction("check_disk", [call], remark)

    @override
    def words(self) -> Sequence[str]:
        data = ("--data",) if self.data else ()
        return ("check", unmistakable(self.disk), *data, *self.opening.options)

    @override
    def python(self) -> Sequence[str]:
        data = ", data=True" if self.data else ""
        steps = f"core.check({python_path(self.disk)}{self.opening.argument}{data})"
        return (
            *self.opening.lines,
            "from redoscope_core import sentences",
            "",
            f"for finding in core.finished({steps}):",
            "    print(finding.severity.name, finding.path, sentences.line(finding))",
        )


@dataclass(frozen=True, slots=True)
class CompareDisks(Deed):
    """List every run of sectors in which two disks differ."""

    old: Path
    new: Path
    opening: Opening = STRICTLY

    @override
    def c(self) -> CFunction:
        size = "VIXDISKLIB_SECTOR_SIZE"
        one, two = f"const uint8 *one = a + at * {size};", f"const uint8 *two = b + at * {size};"
        differs = f"memcmp(one, two, {size}) != 0"
        told = 'printf("%llu\\n", (unsigned long long) (sector + at));'
        each = block(
            "for (VixDiskLibSectorType at = 0; VIX_SUCCEEDED(error) && at < count; at++)",
            [one, two, "", *block(f"if ({differs})", [told])],
        )
        loop = block(
            "while (VIX_SUCCEEDED(error) && left > 0)",
            [
                "VixDiskLibSectorType count = left < 2048 ? left : 2048;",
                "",
                "error = VixDiskLib_Read(disk, sector, count, a);",
                *block(
                    "if (VIX_SUCCEEDED(error))",
                    ["error = VixDiskLib_Read(other, sector, count, b);"],
                ),
                *each,
                "sector += count;",
                "left -= count;",
            ],
        )
        opened = f"error = VixDiskLib_Open(connection, {c_string(self.new)}, {READ_ONLY}, &other);"
        within = [
            opened,
            *block(
                "if (VIX_SUCCEEDED(error))", [*left_of_disk(), *loop, "VixDiskLib_Close(other);"]
            ),
        ]
        declared = [
            f"static uint8 a[2048 * {size}], b[2048 * {size}];",
            "VixDiskLibSectorType sector = 0, left = 0;",
            "VixDiskLibInfo *info = NULL;",
            "VixDiskLibHandle other = NULL;",
        ]
        remark = (
            "The library does not compare: every sector of both disks is read, shared ones too."
        )
        headers = ("stdio.h", "string.h", "vixDiskLib.h")
        lines = on_disk(self.old, within, declared=declared)
        return CFunction("compare_disks", lines, remark, headers=headers)

    @override
    def words(self) -> Sequence[str]:
        return ("compare", unmistakable(self.old), unmistakable(self.new), *self.opening.options)

    @override
    def python(self) -> Sequence[str]:
        old, new = (
            f"core.Chain.open({python_path(path)}{self.opening.argument}) as {name}"
            for path, name in ((self.old, "old"), (self.new, "new"))
        )
        return (
            *self.opening.lines,
            f"with {old}, {new}:",
            "    differences = core.finished(core.compare(old, new))",
            "    for start, count in zip(differences.start, differences.count, strict=True):",
            "        print(start, count)",
        )


@dataclass(frozen=True, slots=True)
class ChangesSince(Deed):
    """List the areas that changed since an older link, or that are in use."""

    disk: Path
    since: str
    """An older link as a command names it, a change id, or ``*``."""
    opening: Opening = STRICTLY

    @override
    def c(self) -> CFunction:
        inner = block(
            "for (uint32 at = 0; VIX_SUCCEEDED(error) && at < areas; at++)",
            [
                "error = VixDiskLib_Read(disk, start[at] / VIXDISKLIB_SECTOR_SIZE,",
                "                        length[at] / VIXDISKLIB_SECTOR_SIZE, bytes);",
                *block("if (VIX_SUCCEEDED(error))", ["take(bytes, start[at], length[at]);"]),
            ],
        )
        parameters = (
            "VixDiskLibConnection connection, const uint64 *start, const uint64 *length, "
            "uint32 areas,\n        uint8 *bytes, "
            "void (*take)(const uint8 *bytes, uint64 start, uint64 length)"
        )
        return CFunction("read_changes", on_disk(self.disk, inner), _QUERY, parameters)

    @override
    def words(self) -> Sequence[str]:
        since = f"--since={self.since}"
        return ("changes", unmistakable(self.disk), since, *self.opening.options)

    @override
    def python(self) -> Sequence[str]:
        page = (
            "core.changes_since(chain, None)"
            if self.since == _IN_USE
            else f"core.changes_since(chain, {since_python(self.since)})"
        )
        lines = (
            f"    page = {page}",
            "    for start, end in zip(page.areas.start, page.areas.end, strict=True):",
            "        print(start, end - start)",
            "    print(page.change_id)",
        )
        return (*self.opening.lines, self.opening.chain(self.disk), *lines)


def since_python(since: str) -> str:
    """Return the expression of the link of `chain` that *since* means, a link or a change id."""
    text = python_text(since)
    asks = "core.link_of_id" if _is_change_id(since) else "core.link_index"
    return f"{asks}(chain, {text})"


def _is_change_id(text: str) -> bool:
    from redoscope_core.format.change_id import ChangeId  # noqa: PLC0415 - needed by few deeds

    return ChangeId.is_like(text)


@dataclass(frozen=True, slots=True)
class AuditList(Deed):
    """Judge a list of changed areas that another program made."""

    disk: Path
    listed: Path
    since: str
    """An older link as a command names it, or a change id."""
    opening: Opening = STRICTLY

    @override
    def c(self) -> CFunction:
        remark = (
            "No function of C does this. The vendor's way is a command of the library's package, "
            "on a host that runs the machine: vixDiskCheck cbtCheck, which compares increments by "
            "the list with whole reads of the disk."
        )
        return CFunction("audit_list", remark=remark)

    @override
    def words(self) -> Sequence[str]:
        listed = ("--list", unmistakable(self.listed), f"--since={self.since}")
        return ("audit", unmistakable(self.disk), *listed, *self.opening.options)

    @override
    def python(self) -> Sequence[str]:
        lines = (
            "    end = chain.capacity * core.SECTOR",
            f"    listed = core.ChangeList.parse({python_path(self.listed)}.read_bytes(), end)",
            f"    truth = core.changed_runs(chain, {since_python(self.since)})",
            "    print(core.audit(listed, truth, chain.capacity).verdict.name)",
        )
        return (*self.opening.lines, self.opening.chain(self.disk), *lines)
