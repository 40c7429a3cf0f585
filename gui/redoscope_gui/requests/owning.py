"""Ask which link supplies a sector."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from redoscope_core import Chain, Lookup

__all__ = ["FindOwner", "OwnerFound"]


@dataclass(frozen=True, slots=True)
class OwnerFound:
    """The look-up of one sector."""

    lookup: Lookup


@dataclass(frozen=True, slots=True)
class FindOwner:
    """Look *sector* up in *chain*."""

    chain: Chain
    sector: int

    def run(self) -> OwnerFound:
        """Return who supplies the sector."""
        return OwnerFound(self.chain.owner(self.sector))
