"""How a chain may be opened, and how far parents are looked for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from redoscope_core.link.trust import Trust

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["ADVISED_LINKS", "Access", "Policy"]

ADVISED_LINKS = 32
"""Links in a chain that the vendor advises at most; new children stop there unless told."""


class Access(Enum):
    """What the opener means to do."""

    INSPECT = "inspect"
    """Read only; any generation opens, with a note if it is an older one."""
    STRICT = "strict"
    """Read only, and an error if the link has children: the rule of the vendor's guide."""
    WRITE = "write"
    """Strict, and the tip may be written."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How forgiving opening is."""

    allow_cid_mismatch: bool = False
    """Open a chain whose parent was changed after the child was made (for forensics)."""
    search: tuple[Path, ...] = ()
    """More folders in which a parent is looked for by its content ID."""
    max_links: int = 256
    """Links that a chain may have."""
    allow_outside: bool = False
    """Follow extents outside their descriptor's folder, and parent hints that are absolute."""
    allow_dirty_journal: bool = False
    """Read SESparse extents as they stand whose journal was never replayed."""
    bare_flat: bool = False
    """Take a file that is no virtual disk as the data of one (a -flat.vmdk alone)."""

    opened: Path | None = None
    """The folder that is open: parents are looked for in and below it by their content ID, too.
    None stands for the one of the disk that is opened."""

    @property
    def trust(self) -> Trust:
        """How links are opened under this policy."""
        return Trust(self.allow_outside, self.allow_dirty_journal, self.bare_flat)
