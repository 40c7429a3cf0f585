"""What a user may allow who knows where the files come from."""

from __future__ import annotations

from enum import Enum

__all__ = ["Leniency"]


class Leniency(Enum):
    """One thing that is refused unless it is asked for; the value is how a call spells it."""

    CID_MISMATCH = "allow_cid_mismatch"
    """A parent that was changed after its child was made (for forensics)."""
    OUTSIDE = "allow_outside"
    """Extents outside their descriptor's folder, and parent hints that are absolute."""
    DIRTY_JOURNAL = "allow_dirty_journal"
    """An SESparse extent whose journal was never replayed."""
    BARE_FLAT = "bare_flat"
    """A file that is no virtual disk, as the data of a flat one (a -flat.vmdk alone)."""
    FILL = "fill"
    """Sectors that a link alone does not store: a byte that is chosen stands for them."""
    REDUNDANT = "use_redundant"
    """Sparse extents read with the help of their redundant tables, where the others are damaged."""
    SALVAGE = "salvage"
    """What is missing or damaged: it is left out and told, never made up, and the rest is read."""
    FORCE = "force"
    """To replace a file that is there."""
    BESIDE_EVIDENCE = "beside_evidence"
    """A case or a report in the folder of the disks, or above or below that."""
