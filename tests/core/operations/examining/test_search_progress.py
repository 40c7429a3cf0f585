"""The progress of a search counts what is looked at: of holes only who finds zeros looks at any."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from redoscope_core import Access, Chain, Disk, create_disk
from redoscope_core.operations.examining.search import search

if TYPE_CHECKING:
    from pathlib import Path

CAPACITY, STORED = 2**19, 2**17
"""Sectors: of 256 MiB a quarter is stored, in two places."""


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    path = tmp_path / "disk.vmdk"
    create_disk(path, CAPACITY)
    with Disk.open(path, access=Access.WRITE) as opened:
        for first in (0, CAPACITY - STORED // 2):
            opened.write(first, b"\x55" * (STORED // 2 * 512))
    return path


@pytest.mark.parametrize(
    ("needle", "looked_at"), [(b"absent", STORED), (re.compile(rb"\0{4096}"), CAPACITY)]
)
def test_it_counts_the_bytes_that_are_looked_at(
    disk: Path, needle: bytes | re.Pattern[bytes], looked_at: int
) -> None:
    with Chain.open(disk) as chain:
        shown = list(search(chain, needle, limit=10**9))
    done = [each.done for each in shown]
    assert done == sorted(done)
    assert shown[-1].total == looked_at * 512
    assert done[-1] <= shown[-1].total
    assert any(0 < each < shown[-1].total for each in done), "it moves"
