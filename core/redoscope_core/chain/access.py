"""How a chain may be opened, and how far parents are looked for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Self

    from redoscope_core.leniency import Leniency

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

    allowed: frozenset[Leniency] = frozenset()
    """What is refused otherwise: each leniency says what it lets through."""
    search: tuple[Path, ...] = ()
    """More folders in which a parent is looked for by its content ID."""
    max_links: int = 256
    """Links that a chain may have."""
    opened: Path | None = None
    """The folder that is open: parents are looked for in and below it by their content ID, too.
    None stands for the one of the disk that is opened."""

    def allows(self, leniency: Leniency) -> bool:
        """Tell whether *leniency* was asked for."""
        return leniency in self.allowed

    def allowing(self, *more: Leniency) -> Self:
        """Return a policy that allows *more*, and is the same in all else."""
        return replace(self, allowed=self.allowed.union(more))
