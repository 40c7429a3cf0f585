"""Some sectors of a generation: hashed, and read with a second file that says whence."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.core.cli.conftest import Redoscope

SECTOR = 512


def test_some_sectors_are_hashed_as_another_program_hashes_them(
    redoscope: Redoscope, chain3: list[Path], tmp_path: Path
) -> None:
    out = tmp_path / "part.bin"
    where = ("--at", "1", "--start", 1, "--count", 4)
    assert redoscope("read", chain3[2], *where, "--out", out).status == 0
    digits = hashlib.sha256(out.read_bytes()).hexdigest()
    ran = redoscope("hash", chain3[2], *where)
    assert ran.out == f"{digits}  {chain3[2]}, sectors 1 to 4\n"
    found = redoscope("hash", chain3[2], *where, "--json").document
    assert (found["digest"], found["bytes"]) == (digits, 4 * SECTOR)
    assert found["parts"] == [{"start": 1, "count": 4, "digest": digits}]
    assert "outside the disk" in redoscope.refused("hash", chain3[2], "--start", 1020, "--count", 5)


def test_from_a_sector_on_everything_is_hashed(redoscope: Redoscope, chain3: list[Path]) -> None:
    whole = redoscope("hash", chain3[2]).out.split()[0]
    assert redoscope("hash", chain3[2], "--start", 0).out.split()[0] == whole


def test_a_sidecar_says_where_the_bytes_come_from(
    redoscope: Redoscope, chain3: list[Path], tmp_path: Path
) -> None:
    out = tmp_path / "part.bin"
    words = ("read", chain3[2], "--at", "1", "--start", 1, "--count", 4, "--out")
    assert redoscope(*words, out, "--sidecar").status == 0
    told = json.loads((tmp_path / "part.bin.json").read_text())
    assert told["sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()
    assert (told["disk"], told["generation"]) == (str(chain3[1]), 1)
    assert (told["offset"], told["length"]) == (SECTOR, 4 * SECTOR)
    out.unlink()
    assert "the name is taken" in redoscope.refused(*words, out, "--sidecar")
    assert not out.exists()
    assert "--sidecar tells" in redoscope.refused(*words, "-", "--sidecar")
