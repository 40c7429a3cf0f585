"""Whose a sector is, as debugfs tells it too."""

from __future__ import annotations

import random
import re
import subprocess
from shutil import which
from typing import TYPE_CHECKING

import pytest

from redoscope_core import create_disk
from tests.core.cli.test_files_command import disk_of
from tests.core.volumes.fat import made as fat
from tests.core.volumes.ntfs import made as ntfs
from tests.core.volumes.volumes import judged

if TYPE_CHECKING:
    from pathlib import Path

    from tests.core.cli.conftest import Redoscope


def asked(volume: Path, request: str) -> str:
    """Return what debugfs answers."""
    words = ["debugfs", "-R", request, str(volume)]
    return subprocess.run(words, capture_output=True, text=True, timeout=60, check=True).stdout


@pytest.mark.judge
@pytest.mark.skipif(which("debugfs") is None, reason="no debugfs")
def test_random_sectors_belong_to_the_inodes_that_debugfs_names(
    redoscope: Redoscope, tmp_path: Path
) -> None:
    chance = random.Random(14)
    source = tmp_path / "source"
    source.mkdir()
    for number in range(40):
        (source / f"file{number}").write_bytes(chance.randbytes(chance.randrange(1, 100_000)))
    volume = tmp_path / "ext.raw"
    words = ("mke2fs", "-q", "-t", "ext4", "-b", "1024", "-d", str(source), str(volume), "8M")
    subprocess.run(words, check=True, capture_output=True, timeout=60)
    sectors = [chance.randrange(2, 16384) for _ in range(300)]
    told = redoscope("whose", disk_of(volume), *sectors, "--json").document["sectors"]
    answer = asked(volume, "icheck " + " ".join(str(each // 2) for each in sectors))
    inodes = dict(re.findall(r"^(\d+)\t(\d+)$", answer, re.MULTILINE))
    names = asked(volume, "ncheck " + " ".join(sorted(set(inodes.values()))))
    paths = dict(re.findall(r"^(\d+)\t/(/file\d+)$", names, re.MULTILINE))
    files = 0
    for sector, each in zip(sectors, told, strict=True):
        inode = inodes.get(str(sector // 2))
        if inode in paths:
            files += 1
            assert (str(each["number"]), each["paths"]) == (inode, [paths[inode]])
            assert (each["offset"] >= each["size"]) == (each["class"] == "slack")
        else:
            assert each["class"] in {"free-space", "file-system", "journal", "directory"}
            assert inode is None or each["class"] != "free-space"
    assert files > 50


@pytest.mark.judge
@pytest.mark.skipif(which("ifind") is None, reason="no ifind")
@pytest.mark.parametrize("kind", ["fat", "ntfs"])
def test_random_sectors_are_whose_the_sleuth_kit_says(
    redoscope: Redoscope, tmp_path: Path, kind: str
) -> None:
    volume = fat.made(tmp_path, "fat16") if kind == "fat" else ntfs.made(tmp_path)
    each = 1 if kind == "fat" else 8
    chance = random.Random(kind)
    data = volume.read_bytes()
    used = [at for at in range(0, len(data), 512) if any(data[at : at + 9])]
    sectors = [chance.choice(used) // 512 for _ in range(24)]
    sectors += [chance.randrange(len(data) // 512 - 64) for _ in range(6)]
    told = redoscope("whose", disk_of(volume), *sectors, "--json").document["sectors"]
    for sector, owner in zip(sectors, told, strict=True):
        place = ["-f", kind, str(volume), str(sector // each)]
        used_now = "Not Allocated" not in judged("blkstat", *place)
        assert used_now == (owner["class"] != "free-space"), owner
        found = judged("ifind", *place[:2], "-d", place[3], place[2], fine=1)
        number = re.match(r"\d+", found)
        if number is not None and owner["paths"]:
            assert int(number[0]) == owner["number"], owner


def test_a_place_behind_the_disk_is_refused(redoscope: Redoscope, chain3: list[Path]) -> None:
    redoscope.refused("whose", chain3[2], "99999999")
    redoscope.refused("whose", chain3[2], "0", "--count", "1025")


def test_more_sectors_than_anybody_reads_are_refused_before_anything_is_parsed(
    redoscope: Redoscope, chain3: list[Path], tmp_path: Path
) -> None:
    large = tmp_path / "large.vmdk"
    create_disk(large, 2**32)
    said = redoscope.refused("whose", large, "0", "--count", "end")
    assert "too many sectors" in said
    assert "files-diff" in said
    assert "outside the disk" in redoscope.refused("whose", chain3[2], "0", "--count", "2T")
