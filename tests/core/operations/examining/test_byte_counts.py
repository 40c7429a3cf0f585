"""Byte counts and entropy, beside a plain count of the raw image."""

from __future__ import annotations

import math
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redoscope_core import Chain, InvalidArgument, count_bytes, create_child, create_disk
from tests.core.chains import ChainPlan, chain_plans
from tests.core.finished import finished

SECTOR = 512


def entropy_of(data: bytes) -> float:
    """Bits a byte, as the textbook has it."""
    shares = [count / len(data) for count in Counter(data).values()]
    return -sum(share * math.log2(share) for share in shares)


@settings(max_examples=30)
@given(plan=chain_plans(), data=st.data())
def test_counts_are_those_of_the_raw_image(plan: ChainPlan, data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as made:
        paths = plan.build(Path(made) / "disks")
        index = data.draw(st.integers(0, len(paths) - 1))
        raw = plan.content(index)
        offset = data.draw(st.integers(0, len(raw) - 1))
        length = data.draw(st.integers(1, len(raw) - offset))
        blocks = data.draw(st.integers(1, 50))
        with Chain.open(paths[index]) as chain:
            found = finished(count_bytes(chain, offset, length, blocks=blocks))
    part = raw[offset : offset + length]
    plain = Counter(part)
    assert found.histogram.tolist() == [plain[value] for value in range(256)]
    assert found.counted == length
    assert math.isclose(found.whole_entropy, entropy_of(part), abs_tol=1e-9)
    cut = [part[at : at + found.block_bytes] for at in range(0, length, found.block_bytes)]
    assert len(cut) == len(found.entropy) <= blocks
    for told, block in zip(found.entropy.tolist(), cut, strict=True):
        assert math.isclose(told, entropy_of(block), abs_tol=1e-9)


def test_of_one_link_only_what_it_stores_is_counted(tmp_path: Path) -> None:
    from redoscope_core import Access, Disk  # noqa: PLC0415

    create_disk(tmp_path / "base.vmdk", 1024)
    with Chain.open(tmp_path / "base.vmdk") as base:
        create_child(base, tmp_path / "child.vmdk")
    with Disk.open(tmp_path / "child.vmdk", access=Access.WRITE) as disk:
        disk.write(128, bytes(range(256)) * 256)
        disk.flush()
    with Chain.open_alone(tmp_path / "child.vmdk") as chain:
        found = finished(count_bytes(chain, 0, 1024 * SECTOR, blocks=8, stored_only=True))
    assert found.counted == 128 * SECTOR
    assert found.histogram.tolist() == [256] * 256
    assert found.whole_entropy == 8.0
    assert [math.isnan(value) for value in found.entropy.tolist()] == [True, False] + [True] * 6


def test_where_nothing_is_stored_there_is_no_entropy_of_a_link(tmp_path: Path) -> None:
    create_disk(tmp_path / "base.vmdk", 1024)
    with Chain.open(tmp_path / "base.vmdk") as chain:
        nothing = finished(count_bytes(chain, 0, 1024 * SECTOR, stored_only=True))
        zeros = finished(count_bytes(chain, 0, 1024 * SECTOR))
    assert math.isnan(nothing.whole_entropy)
    assert zeros.whole_entropy == 0
    assert zeros.histogram[0] == 1024 * SECTOR


@pytest.mark.parametrize("blocks", [0, -1, 4097])
def test_an_impossible_number_of_blocks_is_refused(tmp_path: Path, blocks: int) -> None:
    create_disk(tmp_path / "base.vmdk", 1024)
    with Chain.open(tmp_path / "base.vmdk") as chain, pytest.raises(InvalidArgument):
        finished(count_bytes(chain, 0, 512, blocks=blocks))
