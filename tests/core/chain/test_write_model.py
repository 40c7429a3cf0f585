"""Writing in any order is writing into a plain run of bytes."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from typing_extensions import override

from redoscope_core import Access, Chain, Disk
from tests.core.chains import ChainPlan, chain_plans, map_of
from tests.core.links import make_child
from tests.judges import qemu
from tests.judges.trees import fingerprints

SECTOR = 512


class Writes(RuleBasedStateMachine):
    """One tip, written through one handle after the other, and its model."""

    judged = False

    def __init__(self) -> None:
        """Make the folder of this run."""
        super().__init__()
        self.rubbish = tempfile.TemporaryDirectory(prefix="redoscope-test-")
        self.folder = Path(self.rubbish.name) / "disks"
        self.disk: Disk | None = None

    @initialize(
        plan=chain_plans(max_links=3, cut=128),
        child=st.booleans(),
        zeroed_grains=st.booleans(),
        grain_size=st.sampled_from([8, 16, 128]),
    )
    def open(self, *, plan: ChainPlan, child: bool, zeroed_grains: bool, grain_size: int) -> None:
        """Write a chain by hand; its own tip is written to, or a child of ours."""
        paths = plan.build(self.folder)
        self.tip = paths[-1]
        if child:
            self.tip = self.folder / "ours.vmdk"
            make_child(paths[-1], self.tip, zeroed_grains=zeroed_grains, grain_size=grain_size)
        self.own = [path for path in self.folder.iterdir() if path.name.startswith(self.tip.stem)]
        self.parents = fingerprints(self.folder, leave_out=self.own)
        self.model = bytearray(plan.content(len(paths) - 1))
        self.capacity = plan.capacity
        self.disk = Disk.open(self.tip, access=Access.WRITE)

    @property
    def handle(self) -> Disk:
        """The open handle."""
        assert self.disk is not None
        return self.disk

    def window(self, data: st.DataObject) -> tuple[int, int]:
        """Draw a run of sectors of the disk."""
        start = data.draw(st.integers(0, self.capacity), label="start")
        return start, data.draw(st.integers(0, self.capacity - start), label="count")

    @rule(data=st.data(), seed=st.integers(0, 2**32))
    def write(self, data: st.DataObject, seed: int) -> None:
        """Write random bytes."""
        start, count = self.window(data)
        content = random.Random(seed).randbytes(count * SECTOR)
        self.handle.write(start, content)
        self.model[start * SECTOR : (start + count) * SECTOR] = content

    @rule(data=st.data())
    def write_zeros(self, data: st.DataObject) -> None:
        """Write zeros."""
        start, count = self.window(data)
        self.handle.write_zeros(start, count)
        self.model[start * SECTOR : (start + count) * SECTOR] = bytes(count * SECTOR)

    @rule(data=st.data())
    def read(self, data: st.DataObject) -> None:
        """Read through the handle that writes."""
        start, count = self.window(data)
        assert self.handle.read(start, count) == self.model[start * SECTOR :][: count * SECTOR]

    @rule()
    def flush(self) -> None:
        """Flush, after which another reader sees what was written."""
        self.handle.flush()
        with Chain.open(self.tip) as chain:
            assert chain.read(0, self.capacity) == self.model

    @rule()
    def reopen(self) -> None:
        """Close and open again."""
        self.handle.close()
        self.disk = Disk.open(self.tip, access=Access.WRITE)

    @precondition(lambda self: self.disk is not None)
    @rule()
    def parents_are_as_they_were(self) -> None:
        """Hash every file of every parent."""
        assert fingerprints(self.folder, leave_out=self.own) == self.parents

    @override
    def teardown(self) -> None:
        """Close, and read everything with fresh eyes."""
        try:
            if self.disk is None:
                return
            self.disk.close()
            assert fingerprints(self.folder, leave_out=self.own) == self.parents
            with Chain.open(self.tip) as chain:
                assert chain.read(0, self.capacity) == self.model
                if self.judged:
                    assert qemu.read(self.tip) == self.model
                    assert map_of(chain) == qemu.map_areas(self.tip)
        finally:
            if self.disk is not None:
                self.disk.close()
            self.rubbish.cleanup()


class JudgedWrites(Writes):
    """The same, and qemu has the last word."""

    judged = True


SETTINGS = settings(max_examples=40, stateful_step_count=12)
TestWrites: Any = Writes.TestCase
TestWrites.settings = SETTINGS
TestJudgedWrites: Any = pytest.mark.judge(JudgedWrites.TestCase)
TestJudgedWrites.settings = SETTINGS
