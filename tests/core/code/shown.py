"""Every deed that is shown as code, on files with names that are hard to write down."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from redoscope_core import Chain, Leniency, create_child, create_disk
from redoscope_core import code as shown
from redoscope_core.code import Opening
from redoscope_core.operations.backup.backup import backup_to_folder
from redoscope_core.progress import finished
from tests.core.links import write_sector
from tests.core.machine.machines import make_machine

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from redoscope_core.code import Deed

__all__ = ["DEEDS", "NAMES", "World", "make_world"]

SECTORS = 2048
NAMES = (
    "plain",
    "two words",
    'it\'s "so" `date` $HOME',
    "-x",
    "line\nend\tand \\back",
    "Müller 日本 *? [a] {b} ~ & ; | < > # %",
    "dir\u202e\u200b",
    "what??= %d *",
    "end\x7f\x1b[31m *",
    "\udcff\udc80 bytes",
)
"""Of a folder, whose path may hold the end of a comment of C, and of the disks in it."""
_REFUSED = re.compile(r'["\\\x00-\x1f\x7f]')
"""What no disk of ours is called."""


@dataclass(frozen=True, slots=True)
class World:
    """A folder with a chain, a machine and backups; its path is relative."""

    folder: Path

    @property
    def stem(self) -> str:
        """What its disks are called."""
        return _REFUSED.sub("", self.folder.name)

    @property
    def base(self) -> Path:
        """A base disk, as large as 2048 sectors."""
        return self.folder / f"{self.stem}.vmdk"

    @property
    def kid(self) -> Path:
        """A child of it that was written."""
        return self.folder / f"{self.stem}-1.vmdk"

    @property
    def stray(self) -> Path:
        """A child of another name that fits both; nothing is in it."""
        return self.folder / "stray.vmdk"

    @property
    def new(self) -> Path:
        """A name for a new disk."""
        return self.folder / f"{self.stem} new.vmdk"

    @property
    def vmx(self) -> Path:
        """A machine."""
        return self.folder / "vm" / "web.vmx"

    @property
    def backups(self) -> Path:
        """A folder with a full backup of the base disk."""
        return self.folder / "kept"

    @property
    def saved(self) -> Path:
        """The inverse of an attach that was written."""
        return self.folder / "stray.undo.json"


def make_world(name: str) -> World:
    """Make all of it below the working folder, in a folder called *name*.

    What is in it is the same each time, but for what chance decides.
    """
    world = World(Path(name))
    (world.folder / "vm").mkdir(parents=True)
    create_disk(world.base, SECTORS)
    write_sector(world.base, 5, b"B")
    for path in (world.kid, world.stray):
        with Chain.open(world.base) as chain:
            create_child(chain, path)
    write_sector(world.kid, 300, b"K")
    make_machine(world.vmx.parent)
    with Chain.open(world.base) as chain:
        finished(backup_to_folder(chain, world.backups))
    (world.folder / "bytes").write_bytes(b"w" * 1024)
    (world.folder / "list.csv").write_text("start,length\n131072,65536\n")
    return world


_SEARCHED = Opening(frozenset({Leniency.OUTSIDE}), (Path(),))

DEEDS: Mapping[str, Callable[[World], Deed]] = {
    "create": lambda w: shown.CreateDisk(w.new, 4096, "twoGbMaxExtentFlat", "ide"),
    "create with all": lambda w: shown.CreateDisk(
        w.new, 5001, grain_size=16, zeroed_grains=True, comment="- it's $HOME `of` \\ this"
    ),
    "child": lambda w: shown.CreateChild(w.base, w.new),
    "child with all": lambda w: shown.CreateChild(
        w.kid, w.new, "twoGbMaxExtentSparse", 16, comment="--text", opening=_SEARCHED
    ),
    "clone": lambda w: shown.CloneDisk(w.kid, w.new, "streamOptimized"),
    "clone raw": lambda w: shown.CloneDisk(w.kid, w.folder / "raw", "raw"),
    "tree": lambda w: shown.ShowTree(w.folder),
    "info": lambda w: shown.ShowInfo(w.kid),
    "map": lambda w: shown.MapDisk(w.kid, _SEARCHED),
    "owner": lambda w: shown.FindOwner(w.kid, 300),
    "allocated": lambda w: shown.ShowAllocated(w.kid, 256),
    "growth": lambda w: shown.MeasureGrowth(w.kid),
    "growth, compared": lambda w: shown.MeasureGrowth(w.kid, identical=True, opening=_SEARCHED),
    "read": lambda w: shown.ReadSectors(w.kid, 5, 3, w.folder / "out"),
    "dump": lambda w: shown.DumpSectors(w.kid, 5, 1),
    "hash": lambda w: shown.HashDisk(w.kid, "sha1"),
    "search": lambda w: shown.SearchDisk(w.kid, "-KK", "utf-8", ignore_case=True),
    "check": lambda w: shown.CheckDisk(w.kid, data=True),
    "compare": lambda w: shown.CompareDisks(w.base, w.kid),
    "report": lambda w: shown.ReportChanges(
        w.base, w.kid, Path(f"{w.stem} report"), ("json", "csv")
    ),
    "report with all": lambda w: shown.ReportChanges(
        *(w.base, w.kid, w.folder / "report", ("html", "dfxml"), w.folder.name, "-1 $2"),
        *("--me", True, Path("trail.jsonl"), _SEARCHED),
    ),
    "changes": lambda w: shown.ChangesSince(w.kid, "0"),
    "changes in use": lambda w: shown.ChangesSince(w.kid, "*"),
    "changes since a name": lambda w: shown.ChangesSince(w.kid, w.base.name),
    "audit": lambda w: shown.AuditList(w.kid, w.folder / "list.csv", "base"),
    "write": lambda w: shown.WriteFile(w.kid, 7, w.folder / "bytes"),
    "fill": lambda w: shown.FillSectors(w.kid, 900, 4, 0xA5),
    "fill with zeros": lambda w: shown.FillSectors(w.kid, 900, 4, 0),
    "attach": lambda w: shown.Attach(w.stray, w.base),
    "attach for good": lambda w: shown.AttachForGood(w.stray, w.base),
    "attach, asked": lambda w: shown.AskAttach(w.stray, w.base),
    "consolidate": lambda w: shown.Consolidate(w.stray),
    "consolidate into": lambda w: shown.Consolidate(w.stray, w.base, delete=True),
    "undo": lambda w: shown.UndoEdits(w.saved),
    "remove": lambda w: shown.RemoveChild(w.stray),
    "grow": lambda w: shown.Grow(w.base, 8192),
    "shrink": lambda w: shown.Shrink(w.base),
    "defragment": lambda w: shown.Defragment(w.base),
    "rename": lambda w: shown.Rename(w.base, w.new),
    "unlink": lambda w: shown.Unlink(w.stray),
    "metadata": lambda w: shown.ReadMetadata(w.base, "adapterType"),
    "metadata, written": lambda w: shown.WriteMetadata(w.base, w.folder.name, w.folder.name),
    "vm": lambda w: shown.ShowMachine(w.vmx.parent),
    "snapshot": lambda w: shown.TakeSnapshot(w.vmx, f"-{w.folder.name!a}", "more"),
    "snapshot, nameless": lambda w: shown.TakeSnapshot(w.vmx, opening=_SEARCHED),
    "revert": lambda w: shown.RevertSnapshot(w.vmx, "one"),
    "revert by number": lambda w: shown.RevertSnapshot(w.vmx, "two", 2, settings=True),
    "delete": lambda w: shown.DeleteSnapshot(w.vmx, "two"),
    "delete all": lambda w: shown.DeleteAllSnapshots(w.vmx),
    "merge": lambda w: shown.MergeUnnamed(w.vmx),
    "state": lambda w: shown.ShowCheckpoint(w.vmx.with_name("web-Snapshot1.vmsn")),
    "state, picture": lambda w: shown.ShowCheckpoint(
        w.vmx.with_name("web-Snapshot1.vmsn"), w.folder / "screen.png"
    ),
    "backup": lambda w: shown.BackUp(w.kid, w.folder / "others"),
    "backup of a kind": lambda w: shown.BackUp(w.kid, w.backups, "incremental"),
    "restore": lambda w: shown.Restore(w.backups, w.new, "1", "monolithicFlat"),
    "restore raw": lambda w: shown.Restore(w.backups, w.folder / "raw", kind="raw"),
    "verify a point": lambda w: shown.VerifyBackups(w.backups, f"{w.stem}-0001"),
    "prune by name": lambda w: shown.PruneBackups(w.backups, drop=(f"{w.stem}-0001",)),
    "verify": lambda w: shown.VerifyBackups(w.backups),
    "prune": lambda w: shown.PruneBackups(w.backups, 1),
}
"""Each deed of each kind; what few of them need is made when they are tried."""
