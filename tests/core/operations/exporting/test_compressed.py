"""Compressed files of NTFS, as the library of ntfs-3g packs them: exported, compared, damaged."""

from __future__ import annotations

import random
import shutil
from typing import TYPE_CHECKING

import numpy as np
import pytest

from redoscope_core import Chain, WhyLeft, export_files
from redoscope_core.errors import CorruptVolume
from redoscope_core.volumes.ntfs.lznt1 import unpacked
from tests.core.finished import finished
from tests.core.operations.attributing.worlds import (
    blob,
    changes,
    difference,
    disk_of,
    needs,
)
from tests.core.volumes.ntfs.made import Made
from tests.core.volumes.volumes import empty, judged

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.judge,
    pytest.mark.skipif(bool(needs("mkntfs")), reason=needs("mkntfs")),
]
WORDS = b"".join(b"%d of the same words, over and over again; " % at for at in range(4000))
FILES = {
    "words": WORDS,
    "noise": blob("noise", 100_000),
    "mixed": WORDS[:70_000] + blob("mixed", 70_000) + bytes(70_000) + WORDS[70_000:99_999],
    "tail": WORDS[:65_536] + b"end",
    "inside": b"kept in the record",
}


@pytest.fixture(scope="module")
def volumes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two generations of a volume that compresses all."""
    folder = tmp_path_factory.mktemp("compressed")
    old, new = empty(folder / "old.raw", 8 << 20), folder / "new.raw"
    judged("mkntfs", "-F", "-Q", "-q", "-C", "-c", 4096, old)
    volume = Made(old)
    volume.compress()
    for name, data in FILES.items():
        volume.new("/", name)
        volume.write(f"/{name}", 0, data)
    volume.close()
    shutil.copy(old, new)
    volume = Made(new)
    volume.compress()
    volume.write("/mixed", 60_000, b"other words")
    volume.close()
    changed = bytearray(new.read_bytes())
    changed[changed.index(FILES["noise"][4096:8192]) + 5] ^= 1
    new.write_bytes(changed)
    return disk_of(folder, "old", old), disk_of(folder, "new", new)


def exported(disk: Path, folder: Path) -> dict[str, bytes]:
    """Return what export makes of each file."""
    with Chain.open(disk) as chain:
        told = finished(export_files(chain, ["/"], folder))
    assert [each.path for each in told.files if each.why is WhyLeft.PACKED] == []
    return {name: (folder / name).read_bytes() for name in FILES}


def test_compressed_files_are_exported_as_they_were_written(
    volumes: tuple[Path, Path], tmp_path: Path
) -> None:
    assert exported(volumes[0], tmp_path / "out") == FILES


def test_compressed_files_are_compared_by_their_bytes(volumes: tuple[Path, Path]) -> None:
    told = changes(difference(*volumes))
    assert {path: each.kind for path, each in told.items()} == {
        "/mixed": "modified",
        "/noise": "modified",
    }
    assert told["/noise"].notes == ("no_metadata_trace",)


def test_units_that_cannot_be_unpacked_are_told_and_never_made_up(
    volumes: tuple[Path, Path], tmp_path: Path
) -> None:
    raw = bytearray(volumes[0].with_name("old-flat.vmdk").read_bytes())
    # A chunk of the packed words begins with its length and mark.
    place = raw.index(WORDS[:30][:8]) - 3
    raw[place] ^= 0xFF
    broken = tmp_path / "broken.raw"
    broken.write_bytes(raw[2048 * 512 :])
    with Chain.open(disk_of(tmp_path, "broken", broken)) as chain:
        told = finished(export_files(chain, ["/words"], tmp_path / "out"))
    (words,) = told.files
    assert words.why is WhyLeft.UNREADABLE
    assert words.unknown.total
    assert not (tmp_path / "out" / "words").exists()


def test_lznt1_is_unpacked_as_its_specification_says() -> None:
    # The example of [MS-XCA], and one reference that goes on with what it makes.
    packed = bytes.fromhex(
        "38b08846232000204720410010a24701a045204400084501507900c045200524138805b4024a44ef"
        "0358028c091601484500be009e000401189000"
    )
    assert unpacked(packed, 4096).rstrip(b"\0").startswith(b"F# F# G A A G F# E D D E F# F# E E F#")
    assert unpacked(bytes.fromhex("03b002616000"), 200) == b"a" * 100 + bytes(100)


def test_damage_is_an_error_of_ours_or_an_answer() -> None:
    chance = random.Random(4)
    answers = 0
    for _ in range(300):
        packed = bytearray(b"\x0f\xb0" + chance.randbytes(16) + b"\x03\x30abcd")
        packed[chance.randrange(len(packed))] ^= 1 << chance.randrange(8)
        try:
            answers += len(unpacked(bytes(packed), 65536)) == 65536
        except CorruptVolume:
            continue
    assert answers
    assert np.frombuffer(unpacked(b"", 4096), np.uint8).sum() == 0
