"""Backups: made, restored, proved, removed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from redoscope_core.code.c_text import CFunction, block
from redoscope_core.code.deed import Deed
from redoscope_core.code.looking import ShowAllocated
from redoscope_core.code.making import DISK_TYPES, create_parameters
from redoscope_core.code.opening import STRICTLY, Opening
from redoscope_core.code.quoting import c_string, python_path, python_text, unmistakable
from redoscope_core.overriding import override

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["BackUp", "PruneBackups", "Restore", "VerifyBackups"]

_NO_FORM = (
    "The vendor has no form of a backup, and no function that makes one: the guide tells which "
    "areas to read and leaves it to the caller where they are kept."
)


@dataclass(frozen=True, slots=True)
class BackUp(Deed):
    """Keep a generation in a folder of backups: all of it, or what changed."""

    disk: Path
    folder: Path
    kind: str = ""
    """`full`, `incremental` or `differential`; as the folder allows if it is empty."""
    opening: Opening = STRICTLY

    @override
    def c(self) -> CFunction:
        remark = (
            f"{_NO_FORM} For a full one it reads what is allocated, as here; for the others what "
            "QueryChangedDiskAreas of the vSphere web service answers for the change id that was "
            "kept, between a snapshot taken before and removed behind it."
        )
        told = ShowAllocated(self.disk, opening=self.opening).c()
        return CFunction("list_for_backup", told.lines, remark, headers=told.headers)

    @override
    def words(self) -> Sequence[str]:
        kind = (f"--{self.kind}",) if self.kind else ()
        to = ("--to", unmistakable(self.folder))
        return ("backup", unmistakable(self.disk), *to, *kind, *self.opening.options)

    @override
    def python(self) -> Sequence[str]:
        kind = f", core.BackupKind.{self.kind.upper()}" if self.kind else ""
        steps = f"core.backup_to_folder(chain, {python_path(self.folder)}{kind})"
        lines = (f"    made = core.finished({steps})", "    print(made.stream, made.manifest)")
        return (*self.opening.lines, self.opening.chain(self.disk), *lines)


@dataclass(frozen=True, slots=True)
class Restore(Deed):
    """Bring a point of a folder of backups back as a new disk."""

    folder: Path
    target: Path
    point: str = ""
    """Its number, its name or its change id; the latest if it is empty."""
    kind: str = "monolithicSparse"
    """One of the kinds of disks, or `raw`."""

    @override
    def c(self) -> CFunction:
        remark = (
            f"{_NO_FORM} A new disk of the capacity that was kept is made and opened; then the "
            "areas of the full backup are written, and those of each one behind it, in their order."
        )
        if self.kind not in DISK_TYPES:
            return CFunction("restore", remark=_NO_FORM)
        target = c_string(self.target)
        made = f"error = VixDiskLib_Create(connection, {target}, &params, NULL, NULL);"
        call = f"error = VixDiskLib_Open(connection, {target}, 0, &disk);"
        written = [
            "error = VixDiskLib_Write(disk, start[at], count[at], bytes[at]);",
        ]
        loop = "for (uint32 at = 0; VIX_SUCCEEDED(error) && at < areas; at++)"
        lines = [
            "VixDiskLibHandle disk = NULL;",
            "VixError error;",
            *create_parameters(self.kind, "lsilogic", "capacity"),
            made,
            *block("if (VIX_SUCCEEDED(error))", [call]),
            *block("if (VIX_SUCCEEDED(error))", [*block(loop, written), "VixDiskLib_Close(disk);"]),
            "return error;",
        ]
        parameters = (
            "VixDiskLibConnection connection, VixDiskLibSectorType capacity,\n        "
            "const VixDiskLibSectorType *start, "
            "const VixDiskLibSectorType *count, const uint8 *const *bytes, uint32 areas"
        )
        return CFunction("restore", lines, remark, parameters)

    @override
    def words(self) -> Sequence[str]:
        point = (f"--point={self.point}",) if self.point else ()
        kind = ("--type", self.kind) if self.kind != "monolithicSparse" else ()
        return ("restore", unmistakable(self.folder), unmistakable(self.target), *point, *kind)

    @override
    def python(self) -> Sequence[str]:
        point = f", point={python_text(self.point)}" if self.point else ""
        kind = python_text(self.kind)
        given = f"{python_path(self.folder)}, {python_path(self.target)}, {kind}{point}"
        return (f"print(core.finished(core.restore({given})).point.name)",)


@dataclass(frozen=True, slots=True)
class VerifyBackups(Deed):
    """Prove backups without restoring them."""

    folder: Path
    point: str = ""
    """The one that is proved, with all that it builds on; all of them if it is empty."""

    @override
    def c(self) -> CFunction:
        return CFunction("verify_backups", remark=_NO_FORM)

    @override
    def words(self) -> Sequence[str]:
        point = (f"--point={self.point}",) if self.point else ()
        return ("verify", unmistakable(self.folder), *point)

    @override
    def python(self) -> Sequence[str]:
        point = f", {python_text(self.point)}" if self.point else ""
        return (
            f"for each in core.finished(core.verify({python_path(self.folder)}{point})):",
            "    print(each.verdict.value, each.name)",
        )


@dataclass(frozen=True, slots=True)
class PruneBackups(Deed):
    """Remove points of a folder of backups; what a kept one builds on stays."""

    folder: Path
    keep: int | None = None
    """How many of the newest of each disk stay; None if *drop* says what goes."""
    drop: tuple[str, ...] = ()

    @override
    def c(self) -> CFunction:
        return CFunction("prune_backups", remark=_NO_FORM)

    @override
    def words(self) -> Sequence[str]:
        keep = () if self.keep is None else ("--keep", str(self.keep))
        drop = (f"--drop={name}" for name in self.drop)
        return ("prune", unmistakable(self.folder), *keep, *drop)

    @override
    def python(self) -> Sequence[str]:
        given = [] if self.keep is None else [f"keep={self.keep}"]
        if self.drop:
            given.append(f"drop=[{', '.join(map(python_text, self.drop))}]")
        steps = f"core.prune({', '.join([python_path(self.folder), *given])})"
        return (f"core.finished({steps})",)
