"""Free sectors are told by the files that had them in older generations."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import numpy as np
import pytest

from redoscope_core import Chain, disk_volumes, examine, former_owners, whose
from tests.core.finished import finished
from tests.core.operations.attributing.worlds import (
    START,
    WHEN,
    blob,
    child_with,
    debugfs,
    difference,
    disk_of,
    needs,
)

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.judge,
    pytest.mark.skipif(bool(needs("mke2fs", "debugfs")), reason=needs("mke2fs", "debugfs")),
]


@pytest.fixture(scope="module")
def chain_of(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A chain: files, a child in which they are gone, one in which bytes of one are wiped."""
    folder = tmp_path_factory.mktemp("former")
    volume = folder / "volume.raw"
    environment = {**os.environ, "E2FSPROGS_FAKE_TIME": str(WHEN)}
    make = f"mke2fs -q -t ext4 -b 4096 {volume} 2M"
    subprocess.run(make.split(), check=True, capture_output=True, env=environment)
    for name in ("secret", "wiped"):
        (folder / name).write_bytes(blob(name, 4096))
    debugfs(volume, *(f"write {folder / name} {name}" for name in ("secret", "wiped")), when=WHEN)
    base = disk_of(folder, "base", volume)
    shutil.copy(volume, folder / "gone.raw")
    debugfs(folder / "gone.raw", "rm secret", "rm wiped")
    gone = child_with(base, "gone", **{f"at{START}": (folder / "gone.raw").read_bytes()})
    place = START + volume.read_bytes().index(blob("wiped", 4096)) // 512
    return child_with(gone, "wipe", **{f"at{place}": bytes(4096)})


def test_a_free_sector_is_told_by_the_file_that_had_it(chain_of: Path) -> None:
    with Chain.open(chain_of) as chain:
        first = chain.up_to(0)
        raw = first.read(0, first.capacity)
        places = [raw.index(blob(name, 4096)) // 512 for name in ("secret", "wiped")]
        disk = disk_volumes(chain)
        parsed = finished(examine([(chain, each) for each in disk.volumes]))
        sectors = np.array([places[0] + 2, places[1] + 3, START + 2, chain.capacity - 1], np.int64)
        owners = whose(sectors, disk.table_runs, parsed)
        found = finished(former_owners(chain, owners))
        assert finished(former_owners(first, owners)) == {}
    told = {
        sector: (each.generation, each.owner.paths, each.owner.offset, each.same_bytes)
        for sector, each in found.items()
    }
    assert told == {
        places[0] + 2: (0, ("/secret",), 1024, True),
        places[1] + 3: (0, ("/wiped",), 1536, False),
    }


def test_a_difference_tells_whose_the_sectors_were_that_are_free(chain_of: Path) -> None:
    found = difference(chain_of.with_name("base.vmdk"), chain_of)
    assert [each[:2] for each in found.volumes[0].freed] == [("/wiped", 8)]
