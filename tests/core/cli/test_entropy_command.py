"""The command that tells the entropy of a disk, block by block."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.core.cli.conftest import Redoscope

SECTOR = 512


def test_entropy_and_counts_are_told_of_all_and_of_blocks(
    redoscope: Redoscope, chain3: list[Path]
) -> None:
    raw = redoscope("read", chain3[2], "--out", "-").raw
    found = redoscope("entropy", chain3[2], "--blocks", "16", "--json").document
    counted = Counter(raw)
    assert found["histogram"] == [counted[value] for value in range(256)]
    assert (found["length"], found["bytes"]) == (len(raw), len(raw))
    assert len(found["blocks"]) == 16
    lines = redoscope("entropy", chain3[2], "--start", 1, "--count", 4).out.splitlines()
    assert lines[0].endswith("bits a byte, 2048 bytes")
    assert [int(line.split()[0]) for line in lines[1:]] == list(range(512, 2560, 64))


def test_of_one_link_what_it_does_not_store_is_left_out(
    redoscope: Redoscope, chain3: list[Path]
) -> None:
    found = redoscope("entropy", chain3[2], "--link", "--json").document
    assert 0 < found["bytes"] < found["length"]
    assert None in found["blocks"]
    assert "impossible number" in redoscope.refused("entropy", chain3[2], "--blocks", "0")
