"""Checkpoint files: groups and tags are listed, and no block is read that nobody asked for."""

from __future__ import annotations

import struct
from functools import partial
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redoscope_core import UnsupportedVmdk, VmdkError
from redoscope_core.format.checkpoint import MAX_BLOCK, Checkpoint
from tests.core.outcomes import is_one_line, outcome
from tests.judges.handmade_checkpoint import MAGICS, PICTURE, CheckpointPlan, tag
from tests.judges.volatility import regions_of

if TYPE_CHECKING:
    from pathlib import Path

VMX = b'.encoding = "UTF-8"\nscsi0:0.fileName = "vm.vmdk"\n' * 3


def parsed(data: bytes) -> Checkpoint:
    """Return what the file *data* holds."""
    return Checkpoint.parse(lambda offset, length: data[offset : offset + length], len(data))


def value_of(checkpoint: Checkpoint, group: str, name: str) -> bytes:
    """Return the value of a tag that is there."""
    found = checkpoint.find(group, name)
    assert found is not None
    return checkpoint.bytes_of(found)


@pytest.mark.parametrize("pad", [0, 7])
@pytest.mark.parametrize("kind", MAGICS)
def test_groups_tags_text_and_picture_are_read(kind: str, pad: int) -> None:
    checkpoint = parsed(CheckpointPlan.of_machine(VMX, pad=pad, kind=kind).build())
    assert checkpoint.form == kind
    assert [group.name for group in checkpoint.groups] == [
        "Checkpoint", "Snapshot", "MKSVMX", "memory"
    ]  # fmt: skip
    assert value_of(checkpoint, "Snapshot", "cfgFile") == VMX
    assert value_of(checkpoint, "MKSVMX", "imageData") == PICTURE
    assert value_of(checkpoint, "Checkpoint", "VersionNumber").rstrip(b"\0") == b"4.1.0"
    assert [tuple(region) for region in checkpoint.regions()] == [(0, 0, 16), (32, 16, 16)]
    assert checkpoint.faults == ()


@pytest.mark.judge
@pytest.mark.parametrize("kind", ["64-bit", "partial", "restored"])
def test_volatility_reads_the_same_regions(tmp_path: Path, kind: str) -> None:
    file, memory = tmp_path / "vm.vmsn", tmp_path / "vm.vmem"
    file.write_bytes(CheckpointPlan.of_machine(VMX, kind=kind).build())
    memory.write_bytes(bytes(48 * 4096))
    ours = [tuple(region) for region in parsed(file.read_bytes()).regions()]
    assert ours == regions_of(file, memory)


@pytest.mark.parametrize("size", [1, 2, 4, 8, 61])
def test_a_small_value_is_its_own_bytes_and_a_number_where_it_can_be_one(size: int) -> None:
    value = bytes(range(1, size + 1))
    checkpoint = parsed(CheckpointPlan((("cpu", (tag("eax", value, 3, 1),)),)).build())
    found = checkpoint.find("cpu", "eax", 3)
    assert found is not None
    assert (found.value, found.label) == (value, "eax[3][1]")
    assert found.number == (None if size == 61 else int.from_bytes(value, "little"))


def test_a_compressed_block_is_listed_and_refused_by_name() -> None:
    plan = CheckpointPlan((("memory", (tag("Memory", b"m" * 900, 0, compressed=True),)),))
    checkpoint = parsed(plan.build())
    (found,) = checkpoint.groups[0].tags
    assert (found.is_compressed, found.whole) == (True, 900)
    with pytest.raises(UnsupportedVmdk, match=r"compressed block.*Memory\[0\]"):
        checkpoint.bytes_of(found)


def test_no_block_is_read_before_it_is_asked_for() -> None:
    size = 1 << 40
    head = CheckpointPlan((("memory", (tag("Memory", b"", 0, 0),)),)).build()[:-2]
    data = head[:-18] + struct.pack("<QQH", size, size, 0)
    asked: list[tuple[int, int]] = []

    def read(offset: int, length: int) -> bytes:
        asked.append((offset, length))
        return data[offset : offset + length].ljust(length, b"\0")

    checkpoint = Checkpoint.parse(read, len(data) + size + 2)
    (found,) = checkpoint.groups[0].tags
    assert found.stored == size
    assert sum(length for _, length in asked) < 100_000
    with pytest.raises(UnsupportedVmdk, match=f"at most {MAX_BLOCK}"):
        checkpoint.bytes_of(found)


def test_a_damaged_group_is_listed_as_far_as_it_goes_and_the_others_whole() -> None:
    whole = CheckpointPlan(
        (("a", (tag("one", 1), tag("two", b"x" * 100))), ("b", (tag("three", 3),)))
    ).build()
    place = whole.index(b"two") + 3
    damaged = whole[:place] + struct.pack("<Q", 2**63) + whole[place + 8 :]
    checkpoint = parsed(damaged)
    assert [[found.name for found in group.tags] for group in checkpoint.groups] == [
        ["one"], ["three"]
    ]  # fmt: skip
    (fault,) = checkpoint.faults
    assert fault.place.where == "group a, two"


def test_what_is_no_checkpoint_file_is_told_without_a_byte_of_it() -> None:
    with pytest.raises(VmdkError, match=r"not a checkpoint file.*\.vmsn or \.vmss") as refused:
        parsed(b"KDMV" + bytes(400))
    assert "564d444b" not in str(refused.value)
    assert "KDMV" not in str(refused.value)


def test_groups_that_all_lead_to_the_same_tags_come_to_an_end() -> None:
    body = tag("x", 1) * 60_000 + b"\0\0"
    place = 12 + 80 * 4096
    head = struct.pack("<III", MAGICS["64-bit"], 8, 4096)
    data = head + struct.pack("<64sQQ", b"g", place, 0) * 4096 + body
    checkpoint = parsed(data)
    assert sum(len(group.tags) for group in checkpoint.groups) <= 65536
    assert checkpoint.faults


SOUND = CheckpointPlan.of_machine(VMX, pad=7).build()
EDIT = st.tuples(
    st.integers(0, len(SOUND) - 1),
    st.one_of(
        st.binary(min_size=1, max_size=8),
        st.sampled_from([0, 1, 63, 2**31, 2**63, 2**64 - 1]).map(lambda n: struct.pack("<Q", n)),
    ),
)


@settings(max_examples=300)
@given(st.lists(EDIT, max_size=4), st.one_of(st.just(len(SOUND)), st.integers(0, len(SOUND))))
def test_any_damage_is_an_answer_or_one_line(edits: list[tuple[int, bytes]], length: int) -> None:
    data = bytearray(SOUND)
    for place, new in edits:
        data[place : place + len(new)] = new
    answer = outcome(lambda: parsed(bytes(data[:length])))
    if isinstance(answer, VmdkError):
        assert is_one_line(answer)
        return
    answer.regions()
    for group in answer.groups:
        for found in group.tags:
            outcome(partial(answer.bytes_of, found))
