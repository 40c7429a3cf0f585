"""Redoscope's engine: VMDK disk chains, read, explained and changed with care.

    from redoscope_core import Chain

    with Chain.open(Path("vm-000002.vmdk")) as chain:
        chain.read(0, 8)         # bytes of the newest generation
        chain.up_to(0).read(0, 8)  # of the base disk
        chain.owner(5376)        # who supplies a sector, and how it was found

The names below are the whole public surface. They are imported when first used, so
that a command which needs no arrays does not wait for them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from redoscope_core.chain.access import ADVISED_LINKS, Access, Policy
    from redoscope_core.chain.attach import attach, can_attach
    from redoscope_core.chain.branches import (
        Grove,
        heights,
        main_child,
        path_through,
        tips_by_merit,
    )
    from redoscope_core.chain.chain import Chain
    from redoscope_core.chain.disk import Disk
    from redoscope_core.chain.family.record import lies_elsewhere
    from redoscope_core.chain.forest import Forest
    from redoscope_core.chain.naming import link_index
    from redoscope_core.chain.nodes import Fault, Node
    from redoscope_core.chain.overlay import overlay
    from redoscope_core.errors import (
        AlreadyExists,
        AttachRefused,
        BrokenChain,
        CapacityMismatch,
        ChainLoop,
        ChainTooDeep,
        ContentIdMismatch,
        CorruptVmdk,
        DiskFull,
        FileMissing,
        FileRefused,
        FileUnreadable,
        HasChildren,
        InUse,
        InvalidArgument,
        InvalidHandle,
        MissingParent,
        NotAVmdk,
        OutOfRange,
        PartialChain,
        ReadOnly,
        TooManyFiles,
        UnsupportedVmdk,
        VixCode,
        VmdkError,
        WasMerged,
        printable,
    )
    from redoscope_core.format.content_id import NO_PARENT, format_content_id
    from redoscope_core.format.descriptor import Descriptor
    from redoscope_core.format.form import Form
    from redoscope_core.format.place import NoPlace, PlaceFault, Standpoint, place_of
    from redoscope_core.format.units import SECTOR
    from redoscope_core.link.areas import Areas, State
    from redoscope_core.link.change_track import ChangeTrack
    from redoscope_core.link.link import Link
    from redoscope_core.link.lookup import Lookup, LookupStep
    from redoscope_core.operations.consolidate import (
        Consolidated,
        Consolidation,
        consolidate,
        plan_consolidation,
    )
    from redoscope_core.operations.create import CHILD_KINDS, DISK_KINDS, create_child, create_disk
    from redoscope_core.operations.digest import Digest, digest
    from redoscope_core.operations.picture import save_picture
    from redoscope_core.operations.sample import (
        DIARY_SECTOR,
        SampleFound,
        SampleState,
        find_sample,
        fresh_sample,
        make_sample,
    )
    from redoscope_core.progress import Progress

__version__ = "0.2.0"

_HOMES = {
    "chain.access": ("ADVISED_LINKS", "Access", "Policy"),
    "chain.attach": ("attach", "can_attach"),
    "chain.branches": ("Grove", "heights", "main_child", "path_through", "tips_by_merit"),
    "chain.chain": ("Chain",),
    "chain.disk": ("Disk",),
    "chain.forest": ("Forest",),
    "chain.naming": ("link_index",),
    "chain.nodes": ("Fault", "Node"),
    "chain.overlay": ("overlay",),
    "chain.family.record": ("lies_elsewhere",),
    "errors": (
        *("AlreadyExists", "AttachRefused", "BrokenChain", "CapacityMismatch", "ChainLoop"),
        *("ChainTooDeep", "ContentIdMismatch", "CorruptVmdk", "DiskFull", "FileMissing"),
        *("FileRefused", "FileUnreadable", "HasChildren", "InUse", "InvalidArgument"),
        *("InvalidHandle", "MissingParent", "NotAVmdk", "OutOfRange", "PartialChain"),
        *("ReadOnly", "TooManyFiles", "UnsupportedVmdk", "VixCode", "VmdkError", "WasMerged"),
        "printable",
    ),
    "format.content_id": ("NO_PARENT", "format_content_id"),
    "format.descriptor": ("Descriptor",),
    "format.form": ("Form",),
    "format.place": ("NoPlace", "PlaceFault", "Standpoint", "place_of"),
    "format.units": ("SECTOR",),
    "link.areas": ("Areas", "State"),
    "link.change_track": ("ChangeTrack",),
    "link.link": ("Link",),
    "link.lookup": ("Lookup", "LookupStep"),
    "operations.consolidate": (
        *("Consolidated", "Consolidation", "consolidate", "plan_consolidation"),
    ),
    "operations.create": ("CHILD_KINDS", "DISK_KINDS", "create_child", "create_disk"),
    "operations.digest": ("Digest", "digest"),
    "operations.picture": ("save_picture",),
    "operations.sample": (
        *("DIARY_SECTOR", "SampleFound", "SampleState"),
        *("find_sample", "fresh_sample", "make_sample"),
    ),
    "progress": ("Progress",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "ADVISED_LINKS",
    "CHILD_KINDS",
    "DIARY_SECTOR",
    "DISK_KINDS",
    "NO_PARENT",
    "SECTOR",
    "Access",
    "AlreadyExists",
    "Areas",
    "AttachRefused",
    "BrokenChain",
    "CapacityMismatch",
    "Chain",
    "ChainLoop",
    "ChainTooDeep",
    "ChangeTrack",
    "Consolidated",
    "Consolidation",
    "ContentIdMismatch",
    "CorruptVmdk",
    "Descriptor",
    "Digest",
    "Disk",
    "DiskFull",
    "Fault",
    "FileMissing",
    "FileRefused",
    "FileUnreadable",
    "Forest",
    "Form",
    "Grove",
    "HasChildren",
    "InUse",
    "InvalidArgument",
    "InvalidHandle",
    "Link",
    "Lookup",
    "LookupStep",
    "MissingParent",
    "NoPlace",
    "Node",
    "NotAVmdk",
    "OutOfRange",
    "PartialChain",
    "PlaceFault",
    "Policy",
    "Progress",
    "ReadOnly",
    "SampleFound",
    "SampleState",
    "Standpoint",
    "State",
    "TooManyFiles",
    "UnsupportedVmdk",
    "VixCode",
    "VmdkError",
    "WasMerged",
    "attach",
    "can_attach",
    "consolidate",
    "create_child",
    "create_disk",
    "digest",
    "find_sample",
    "format_content_id",
    "fresh_sample",
    "heights",
    "lies_elsewhere",
    "link_index",
    "main_child",
    "make_sample",
    "overlay",
    "path_through",
    "place_of",
    "plan_consolidation",
    "printable",
    "save_picture",
    "tips_by_merit",
]


def __getattr__(name: str) -> object:
    """Import the public name *name* from the module it lives in."""
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)


def __dir__() -> list[str]:
    """Return the public names."""
    return sorted(__all__)
