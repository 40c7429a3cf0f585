"""Descriptors that other programs read: what stands in a name, and lines that say nothing."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from redoscope_core import Chain

if TYPE_CHECKING:
    from pathlib import Path

DATA = random.Random(4).randbytes(64 * 512)


def disk(folder: Path, name: str, *extents: bytes) -> Path:
    """Write the data as *name*, and a descriptor with these lines for its extents."""
    (folder / name).write_bytes(DATA)
    head = b"# Disk DescriptorFile\nversion=1\nCID=11111111\nparentCID=ffffffff\n"
    path = folder / "disk.vmdk"
    path.write_bytes(head + b'createType="monolithicFlat"\n' + b"\n".join(extents) + b"\n")
    return path


@pytest.mark.parametrize("name", ["an \"' example.vmdk", 'a"b.bin', 'end".bin'])
@pytest.mark.parametrize("tail", [b" 0", b"\t0 ", b' 0 partitionUUID "dev"'])
def test_a_quote_inside_a_quoted_name_is_part_of_it(tmp_path: Path, name: str, tail: bytes) -> None:
    line = b'RW 64 FLAT "' + name.encode() + b'"' + tail
    with Chain.open(disk(tmp_path, name, line)) as chain:
        assert chain.read(0, 64) == DATA


@pytest.mark.parametrize("line", [b"RDONLY 0 ZERO", b"RW 0 ZERO", b"NOACCESS 0 zero "])
@pytest.mark.parametrize("order", [slice(None), slice(None, None, -1)], ids=["before", "behind"])
def test_a_zero_extent_of_no_sectors_says_nothing(
    tmp_path: Path, line: bytes, order: slice
) -> None:
    lines = (line, b'RW 64 FLAT "flat.bin" 0')[order]
    with Chain.open(disk(tmp_path, "flat.bin", *lines)) as chain:
        assert len(chain.tip.extents) == 1
        assert chain.read(0, 64) == DATA


@pytest.mark.parametrize("space", ["\N{NO-BREAK SPACE}".encode(), b"\xa0", b" \xc2\xa0 "])
def test_a_non_breaking_space_at_the_end_of_an_extent_line_is_passed_over(
    tmp_path: Path, space: bytes
) -> None:
    with Chain.open(disk(tmp_path, "flat.bin", b'RW 64 FLAT "flat.bin" 0' + space)) as chain:
        assert chain.read(0, 64) == DATA
