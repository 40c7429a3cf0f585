"""Former: which file of an older generation had a sector that is free now.

generation   0        1        2        3
sector       /a       /a       free     free      asked of 3: it was of /a, in generation 1
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from redoscope_core.errors import VmdkError
from redoscope_core.operations.attributing.indexing import examine
from redoscope_core.operations.attributing.sector_classes import SectorClass
from redoscope_core.operations.attributing.whose import SectorOwner, whose
from redoscope_core.volumes.disk_volumes import disk_volumes
from redoscope_core.volumes.views import View

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from redoscope_core.chain.access import Policy
    from redoscope_core.chain.chain import Chain
    from redoscope_core.progress import Progress

__all__ = ["FormerOwner", "former_owners"]


class FormerOwner(NamedTuple):
    """Who had a sector that is free now, in the newest generation in which it was somebody's."""

    generation: int
    """Index of its newest link."""
    owner: SectorOwner
    """As that generation has it."""
    same_bytes: bool | None
    """Whether the sector has the bytes that it had then; None if one of them can't be read."""


def former_owners(
    chain: Chain,
    owners: Sequence[SectorOwner],
    policy: Policy | None = None,
    view: View = View.STORED,
) -> Generator[Progress, None, dict[int, FormerOwner]]:
    """Return by sector who had those of *owners* of a generation that are free there.

    Older generations of *chain*, which was opened by *policy*, are parsed one after the other, the
    newest first, as long as a sector is left. A sector that was never anybody's is not told of.
    """
    found: dict[int, FormerOwner] = {}
    free = [each for each in owners if each.kind is SectorClass.FREE_SPACE and each.volume]
    left = {each.sector: each.volume.volume.start for each in free if each.volume is not None}
    for number in reversed(range(len(chain.links) - 1)):
        if not left:
            break
        older = chain.up_to(number)
        disk = disk_volumes(older)
        starts = set(left.values())
        wanted = [(older, each) for each in disk.volumes if each.start in starts]
        parsed = yield from examine(wanted, policy, view)
        sectors = np.array([each for each in sorted(left) if each < older.capacity], np.int64)
        for owner in whose(sectors, disk.table_runs, parsed):
            if owner.paths:
                same = _same_bytes(chain, older, owner.sector)
                found[owner.sector] = FormerOwner(number, owner, same)
                del left[owner.sector]
    return found


def _same_bytes(chain: Chain, older: Chain, sector: int) -> bool | None:
    try:
        return chain.read(sector, 1) == older.read(sector, 1)
    except VmdkError:
        return None
