"""New checkpoint files are laid out as those that are made by hand, byte for byte."""

from __future__ import annotations

import pytest

from redoscope_core.format.checkpoint import Checkpoint
from redoscope_core.format.new_checkpoint import NewCheckpoint, is_ours
from tests.judges.handmade_checkpoint import CheckpointPlan, tag

VMX = b'scsi0:0.fileName = "web.vmdk"\n'


def parsed(data: bytes) -> Checkpoint:
    """Return the file *data*, listed."""
    return Checkpoint.parse(lambda offset, length: data[offset : offset + length], len(data))


@pytest.mark.parametrize("length", [0, 1, 61, 62, 70000])
def test_each_file_is_a_value_or_a_block_by_its_length(length: int) -> None:
    text = (VMX * 3000)[:length]
    data = NewCheckpoint("1.2", text, nvram=b"n" * 100).to_bytes()
    words = (b"Redoscope".ljust(256, b"\0"), b"1.2".ljust(256, b"\0"))
    plan = CheckpointPlan((
        ("Checkpoint", (
            tag("fileversion", 10), tag("ProductName", words[0]), tag("VersionNumber", words[1]),
        )),
        ("Snapshot", (tag("cfgFile", text), tag("nvramFile", b"n" * 100))),
    ))  # fmt: skip
    assert data == plan.build()
    checkpoint = parsed(data)
    found = checkpoint.find("Snapshot", "cfgFile")
    assert found is not None
    assert checkpoint.bytes_of(found) == text
    assert is_ours(checkpoint)


def test_a_file_of_a_product_is_not_taken_for_ours() -> None:
    assert not is_ours(parsed(CheckpointPlan.of_machine(VMX).build()))
    assert not is_ours(parsed(CheckpointPlan((("Snapshot", (tag("cfgFile", VMX),)),)).build()))
