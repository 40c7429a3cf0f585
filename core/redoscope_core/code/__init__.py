"""Show as code: what was or can be done, in the vendor's C, as a command, and in Python.

    from redoscope_core.code import CreateChild, as_code

    code = as_code(CreateChild(Path("base.vmdk"), Path("kid.vmdk")))
    print(code.c, code.command, code.python)

A deed is a value; several, one after the other, make one text. Where the vendor has no way the C
is a remark that tells what its way is instead.
"""

from redoscope_core.code.backups import BackUp, PruneBackups, Restore, VerifyBackups
from redoscope_core.code.changing import (
    AskAttach,
    Attach,
    AttachForGood,
    Consolidate,
    FillSectors,
    RemoveChild,
    UndoEdits,
    WriteFile,
)
from redoscope_core.code.deed import Code, Deed, as_code
from redoscope_core.code.examining import AuditList, ChangesSince, CheckDisk, CompareDisks
from redoscope_core.code.looking import (
    FindOwner,
    MapDisk,
    MeasureGrowth,
    ShowAllocated,
    ShowInfo,
    ShowTree,
)
from redoscope_core.code.machines import (
    DeleteAllSnapshots,
    DeleteSnapshot,
    MergeUnnamed,
    RevertSnapshot,
    ShowCheckpoint,
    ShowMachine,
    TakeSnapshot,
)
from redoscope_core.code.making import CloneDisk, CreateChild, CreateDisk
from redoscope_core.code.opening import STRICTLY, Opening
from redoscope_core.code.reading import DumpSectors, HashDisk, ReadSectors, SearchDisk
from redoscope_core.code.reporting import ReportChanges
from redoscope_core.code.shaping import (
    Defragment,
    Grow,
    ReadMetadata,
    Rename,
    Shrink,
    Unlink,
    WriteMetadata,
)

__all__ = [
    "STRICTLY",
    "AskAttach",
    "Attach",
    "AttachForGood",
    "AuditList",
    "BackUp",
    "ChangesSince",
    "CheckDisk",
    "CloneDisk",
    "Code",
    "CompareDisks",
    "Consolidate",
    "CreateChild",
    "CreateDisk",
    "Deed",
    "Defragment",
    "DeleteAllSnapshots",
    "DeleteSnapshot",
    "DumpSectors",
    "FillSectors",
    "FindOwner",
    "Grow",
    "HashDisk",
    "MapDisk",
    "MeasureGrowth",
    "MergeUnnamed",
    "Opening",
    "PruneBackups",
    "ReadMetadata",
    "ReadSectors",
    "RemoveChild",
    "Rename",
    "ReportChanges",
    "Restore",
    "RevertSnapshot",
    "SearchDisk",
    "ShowAllocated",
    "ShowCheckpoint",
    "ShowInfo",
    "ShowMachine",
    "ShowTree",
    "Shrink",
    "TakeSnapshot",
    "UndoEdits",
    "Unlink",
    "VerifyBackups",
    "WriteFile",
    "WriteMetadata",
    "as_code",
]
