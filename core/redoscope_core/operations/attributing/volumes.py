"""Volumes: those of a generation, and of what nobody knows how random its bytes look."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from redoscope_core.format.units import SECTOR
from redoscope_core.operations.examining.byte_counts import entropy_of
from redoscope_core.volumes.disk_volumes import DiskVolume, DiskVolumes, disk_volumes
from redoscope_core.volumes.holding import Holding
from redoscope_core.volumes.partitioned import read_around_faults

if TYPE_CHECKING:
    from redoscope_core.chain.chain import Chain

__all__ = ["VolumesFound", "list_volumes"]

_SAMPLE = 2**20 // SECTOR
"""Sectors at the begin of a volume whose entropy is told."""


class VolumesFound(NamedTuple):
    """The volumes of a generation."""

    disk: DiskVolumes
    entropy: tuple[float | None, ...]
    """Of each volume: bits a byte of its first MiB where nothing in it is known, else None."""


def list_volumes(chain: Chain) -> VolumesFound:
    """Return the volumes of *chain*; a few MiB are read, what can't be read is passed over."""
    disk = disk_volumes(chain)
    return VolumesFound(disk, tuple(_entropy(chain, each) for each in disk.volumes))


def _entropy(chain: Chain, volume: DiskVolume) -> float | None:
    if volume.holding is not Holding.UNKNOWN:
        return None
    data = read_around_faults(chain, volume.start, min(volume.sectors, _SAMPLE))
    counts = np.bincount(np.frombuffer(data, np.uint8), minlength=256)
    return round(float(entropy_of(counts[np.newaxis])[0]), 3) if data else None
