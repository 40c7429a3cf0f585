"""A difference of files that meets what can't be read tells it, and calls nothing equal by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from redoscope_core import Access, Chain, Disk, Leniency, Policy, VmdkError, files_difference
from tests.core.finished import finished
from tests.core.links import make_child
from tests.core.operations.exporting.disks import break_grain, sparse_of
from tests.core.volumes.volumes import empty, judged

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.judge
SALVAGE = Policy(frozenset({Leniency.SALVAGE}))
BODY = np.random.default_rng(3).bytes(300_000)


def disk_with_files(folder: Path) -> Path:
    """Return a disk with an ext4 volume that has a large and a small file."""
    source = folder / "source"
    source.mkdir()
    (source / "large").write_bytes(BODY)
    (source / "small").write_bytes(BODY[:5000])
    volume = empty(folder / "ext.raw", 2**22)
    judged("mke2fs", "-q", "-t", "ext4", "-b", "1024", "-d", source, volume)
    return sparse_of(folder, volume)


def rewritten(link: Path, flipped: int | None = None) -> int:
    """Write a grain inside of /large once more, perhaps one byte of /small; return its number."""
    with Disk.open(link, access=Access.WRITE) as disk:
        data = disk.chain.read(0, disk.chain.capacity)
        grain = data.index(BODY[:512]) // 65536 + 2
        disk.write(grain * 128, data[grain * 65536 : (grain + 1) * 65536])
        if flipped is not None:
            place = [at for at in range(0, len(data), 512) if data[at:].startswith(BODY[:512])]
            sector = next(at for at in place if not data[at:].startswith(BODY[:5001])) // 512
            changed = bytearray(data[sector * 512 : sector * 512 + 512])
            changed[flipped] ^= 255
            disk.write(sector, bytes(changed))
    return grain


def test_a_file_that_could_not_be_read_whole_is_unread_and_others_are_told(
    tmp_path: Path,
) -> None:
    base = disk_with_files(tmp_path)
    child = make_child(base, "child.vmdk")
    break_grain(child, rewritten(child, flipped=7))
    with Chain.open(base) as old, Chain.open(child) as new, pytest.raises(VmdkError):
        finished(files_difference(old, new))
    with (
        Chain.open(base, policy=SALVAGE) as old,
        Chain.open(child, policy=SALVAGE) as new,
    ):
        found = finished(files_difference(old, new, (SALVAGE, SALVAGE)))
    assert (found.sectors, found.is_partial) == (1, True)
    (volume,) = found.volumes
    assert (volume.sectors, volume.unread, volume.is_complete) == (1, 128, True)
    told = {each.path: (each.kind, each.notes) for each in volume.changes}
    assert told == {
        "/large": ("unread", ("not_all_read",)),
        "/small": ("modified", ("no_metadata_trace",)),
    }
