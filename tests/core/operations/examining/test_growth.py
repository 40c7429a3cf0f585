"""What each link adds is what qemu-img says of its areas, and of the raw images beside it."""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from redoscope_core import Access, Chain, Disk, create_child, create_disk, growth, identical_sectors
from redoscope_core.progress import finished
from tests.judges import qemu

if TYPE_CHECKING:
    from numpy.typing import NDArray

SECTOR = 512
SECTORS = 4096
GRAIN = 128


def grown_chain(folder: Path, seed: int, links: int = 4) -> list[Path]:
    """Make a chain, written at random: data, zeros, and what stood there before."""
    chance = random.Random(seed)
    paths = [folder / "link0.vmdk"]
    create_disk(paths[0], SECTORS, zeroed_grains=True)
    for number in range(links):
        if number:
            paths.append(folder / f"link{number}.vmdk")
            with Chain.open(paths[-2]) as chain:
                create_child(chain, paths[-1], zeroed_grains=True)
        with Disk.open(paths[-1], access=Access.WRITE) as disk:
            for _ in range(chance.randrange(6)):
                count = chance.choice([1, GRAIN, 300])
                start = chance.randrange(SECTORS - count)
                what = chance.choice(["data", "zeros", "same"])
                if what == "zeros":
                    disk.write_zeros(start // GRAIN * GRAIN, GRAIN)
                elif what == "same":
                    disk.write(start, disk.read(start, count))
                else:
                    disk.write(start, chance.randbytes(count * SECTOR))
    return paths


def decided_by(path: Path) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return of each sector whether the link at *path* has data, and whether zeros, of it."""
    data, zeros = np.zeros(SECTORS, np.bool_), np.zeros(SECTORS, np.bool_)
    for area in qemu.map_areas(path):
        if area.depth == 0 and area.state in {"data", "zero"}:
            (data if area.state == "data" else zeros)[area.start : area.start + area.length] = True
    return data, zeros


@pytest.mark.parametrize("seed", range(6))
def test_each_figure_is_that_of_the_maps_and_raw_images_of_qemu(tmp_path: Path, seed: int) -> None:
    paths = grown_chain(tmp_path, seed)
    maps = [decided_by(path) for path in paths]
    held = np.array([data | zeros for data, zeros in maps])
    raws = [np.frombuffer(qemu.read(path), np.uint8).reshape(-1, SECTOR) for path in paths]
    with Chain.open(paths[-1]) as chain:
        found = growth(chain)
        identical = finished(identical_sectors(chain))
    for index, each in enumerate(found):
        data, zeros = maps[index]
        newer = held[index + 1 :].any(axis=0)
        others = np.delete(held, index, axis=0).any(axis=0)
        assert each.stored == data.sum()
        assert each.zero == zeros.sum()
        assert each.alone == (held[index] & ~others).sum()
        assert each.shadowed == (held[index] & newer).sum()
        assert each.decided == (held[index] & ~newer).sum()
        same = (raws[index] == raws[index - 1]).all(axis=1) if index else np.zeros(SECTORS, bool)
        assert identical[index] == (same & held[index]).sum()


def test_closing_leaves_nothing_open_and_progress_names_the_link(tmp_path: Path) -> None:
    paths = grown_chain(tmp_path, 2)
    with Chain.open(paths[-1]) as chain:
        steps = identical_sectors(chain)
        notes = {progress.note for progress in steps}
        assert notes <= {f"comparing {path.name} with its parent" for path in paths[1:]}
        assert notes
        again = identical_sectors(chain)
        next(again)
        again.close()
