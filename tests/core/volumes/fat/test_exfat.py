"""What each cluster of an exFAT volume is for: mkfs.exfat's, with files laid in by hand.

fsck.exfat must find nothing wrong with what the hand did.
"""

from __future__ import annotations

import random
import re
import struct
from typing import TYPE_CHECKING

import numpy as np
import pytest

from redoscope_core.errors import CorruptVolume
from redoscope_core.volumes.fat.exfat import open_exfat
from redoscope_core.volumes.regions import RegionKind
from tests.core.volumes.volumes import (
    answers_or_refuses,
    damaged,
    empty,
    judged,
    volume_of,
    volume_with,
)

if TYPE_CHECKING:
    from pathlib import Path

HEAP, TABLE, SIZE, ROOT, BITMAP = 4096 * 512, 2048 * 512, 4096, 5, 2
FOLDER, PIECES, WHOLE, INNER = 10, [20, 30, 31, 25], [40, 41, 42], [50]


def place(cluster: int) -> int:
    return HEAP + (cluster - 2) * SIZE


def entry_set(
    name: str, attributes: int, flags: int, first: int, size: int, *, valid: int | None = None
) -> bytes:
    """Return the three entries of a file, of which *valid* bytes were written, or all."""
    written = size if valid is None else valid
    raw = name.encode("utf-16-le")
    folded = 0
    for byte in name.upper().encode("utf-16-le"):
        folded = ((folded << 15 | folded >> 1) + byte) & 0xFFFF
    head = struct.pack("<BBHHHIII", 0x85, 2, 0, attributes, 0, 0x58210000, 0x58210000, 0x58210000)
    stream = struct.pack(
        "<BBBBHHQIIQ", 0xC0, flags, 0, len(name), folded, 0, written, 0, first, size
    )
    whole = head.ljust(32, b"\0") + stream + (b"\xc1\0" + raw).ljust(32, b"\0")
    total = 0
    for at, byte in enumerate(whole):
        if at not in {2, 3}:
            total = ((total << 15 | total >> 1) + byte) & 0xFFFF
    return whole[:2] + total.to_bytes(2, "little") + whole[4:]


def made(folder: Path) -> Path:
    """Return a volume with a folder, a file in pieces, one in one piece and one in the folder."""
    image = empty(folder / "exfat.img", 8 << 20)
    judged("mkfs.exfat", image)
    data = bytearray(image.read_bytes())
    root = place(ROOT)
    behind = next(at for at in range(root, root + SIZE, 32) if data[at] == 0)
    sets = entry_set("FOLDER", 0x10, 0x01, FOLDER, SIZE)
    sets += entry_set("PIECES.BIN", 0x20, 0x01, PIECES[0], 4 * SIZE - 9)
    sets += entry_set("WHOLE.BIN", 0x20, 0x03, WHOLE[0], 3 * SIZE)
    data[behind : behind + len(sets)] = sets
    inner = entry_set("INNER.TXT", 0x20, 0x03, INNER[0], 100)
    data[place(FOLDER) : place(FOLDER) + SIZE] = inner.ljust(SIZE, b"\0")
    for at, follows in zip(PIECES, [*PIECES[1:], 0xFFFFFFFF], strict=True):
        struct.pack_into("<I", data, TABLE + 4 * at, follows)
    struct.pack_into("<I", data, TABLE + 4 * FOLDER, 0xFFFFFFFF)
    for cluster in (FOLDER, *PIECES, *WHOLE, *INNER):
        data[place(BITMAP) + (cluster - 2) // 8] |= 1 << (cluster - 2) % 8
    image.write_bytes(bytes(data))
    assert "clean" in judged("fsck.exfat", "-n", image)
    return image


def test_clusters_are_told_and_used_as_others_say(tmp_path: Path) -> None:
    image = made(tmp_path)
    found = open_exfat(volume_of(image))
    told = judged("dump.exfat", image)
    # Until 1.2.0 it says Cluster Count, since 1.2.9 Total Clusters.
    count = re.search(r"(?:Cluster Count|Total Clusters):\s+(\d+)", told)
    assert count is not None
    assert found.shape.clusters == int(count[1])
    free = re.search(r"Free Clusters:\s+(\d+)", told)
    assert free is not None
    numbers = np.arange(2, found.shape.end)
    used = set(numbers[found.used_clusters.is_used(numbers)].tolist())
    assert used == {2, 3, 4, ROOT, FOLDER, *PIECES, *WHOLE, *INNER}
    assert len(numbers) - len(used) == int(free[1])
    expected = {
        2: (RegionKind.CLUSTER_BITMAP, 2, 2),
        3: (RegionKind.UPCASE, 3, 0),
        4: (RegionKind.UPCASE, 3, 1),
        ROOT: (RegionKind.DIRECTORY, ROOT, 0),
        FOLDER: (RegionKind.DIRECTORY, FOLDER, 0),
        **{at: (RegionKind.FILE, PIECES[0], which) for which, at in enumerate(PIECES)},
        **{at: (RegionKind.FILE, WHOLE[0], which) for which, at in enumerate(WHOLE)},
        INNER[0]: (RegionKind.FILE, INNER[0], 0),
    }
    for cluster in numbers.tolist():
        region = found.regions.at(place(cluster) // 512)
        ours = None if region is None else (region.kind, region.owner, region.first)
        assert ours == expected.get(cluster)
    kinds = [found.regions.at(sector) for sector in (0, 11, 12, 24, 2048, 2049)]
    assert [each.kind for each in kinds if each is not None] == [
        *(RegionKind.BOOT, RegionKind.BOOT, RegionKind.BOOT_COPY, RegionKind.RESERVED),
        *(RegionKind.FAT, RegionKind.FAT),
    ]
    assert kinds[5] is not None
    assert (kinds[5].first, kinds[5].last) == (128, 255)
    assert not len(found.damaged)
    assert found.is_whole
    assert sorted(found.entries.size.tolist()) == [100, SIZE, 3 * SIZE, 4 * SIZE - 9]


def test_what_is_no_exfat_is_refused(tmp_path: Path) -> None:
    data = made(tmp_path).read_bytes()
    with pytest.raises(CorruptVolume, match="VolumeLength"):
        open_exfat(volume_with(data[: len(data) // 2]))
    with pytest.raises(CorruptVolume, match="no boot sector of exFAT"):
        open_exfat(volume_with(bytes(512)))


def test_damage_is_an_error_of_ours_or_a_marked_answer(tmp_path: Path) -> None:
    data = made(tmp_path).read_bytes()
    where = [0, TABLE // 512, place(ROOT) // 512, place(FOLDER) // 512]
    answers = sum(
        answers_or_refuses(open_exfat, damaged(data, random.Random(seed), where))
        for seed in range(60)
    )
    assert answers > 0
