"""Looking up sectors of a stream: by its directory, by a walk, and where its end is lost."""

from __future__ import annotations

import random
import struct
from typing import TYPE_CHECKING

import numpy as np
import pytest

from redoscope_core import Chain, CorruptVmdk, LookupStep, State
from redoscope_core.verdicts import Verdict
from tests.judges.handmade_stream import StreamPlan, stream_link

if TYPE_CHECKING:
    from pathlib import Path

SECTOR, GRAIN = 512, 128
CHANCE = random.Random(4)
GRAINS = {grain: CHANCE.randbytes(65536) for grain in (0, 2, 513)}
PLAN = StreamPlan(514 * GRAIN + 7, GRAINS)
MARK = struct.Struct("<QI")


def step_of(chain: Chain, grain: int) -> LookupStep:
    return chain.owner(grain * GRAIN + 5).steps[0]


def assert_leads_to_mark(raw: bytes, step: LookupStep, grain: int) -> None:
    """The offset that is told is that of the whole compressed grain."""
    assert step.data_offset is not None
    assert step.table_entry == step.data_offset // SECTOR
    assert MARK.unpack_from(raw, step.data_offset)[0] == grain * GRAIN


def test_a_stream_is_looked_up_by_its_directory(tmp_path: Path) -> None:
    path = stream_link(tmp_path / "d.vmdk", PLAN)
    raw = path.read_bytes()
    with Chain.open(path) as chain:
        for grain in GRAINS:
            step = step_of(chain, grain)
            assert (step.state, step.verdict) == (State.DATA, Verdict.PACKED_GRAIN)
            assert_leads_to_mark(raw, step, grain)
            assert step.entry_offset is not None
            (entry,) = struct.unpack_from("<I", raw, step.entry_offset)
            assert entry == step.table_entry
            assert (step.directory_index, step.table_index) == divmod(grain, 512)
        step = step_of(chain, 1)
        assert (step.state, step.verdict, step.data_offset) == (
            State.ABSENT,
            Verdict.NO_GRAIN,
            None,
        )


def test_what_a_walk_found_is_looked_up_too(tmp_path: Path) -> None:
    path = stream_link(tmp_path / "d.vmdk", PLAN)
    raw = path.read_bytes()
    # Footer and end are cut off; the tables and the directory's marker are still there.
    path.write_bytes(raw[: len(raw) - 3 * SECTOR])
    with Chain.open(path) as chain:
        for grain in GRAINS:
            step = step_of(chain, grain)
            assert (step.state, step.verdict) == (State.DATA, Verdict.WALKED)
            assert_leads_to_mark(raw, step, grain)
            assert step.entry_offset is None
        step = step_of(chain, 1)
        assert (step.state, step.verdict) == (State.ABSENT, Verdict.NOT_IN_STREAM)
        assert chain.read(GRAIN, 1) == bytes(SECTOR)


def test_what_a_walk_may_have_lost_is_told_as_that(tmp_path: Path) -> None:
    path = stream_link(tmp_path / "d.vmdk", PLAN)
    with Chain.open(path) as chain:
        last = step_of(chain, 513).data_offset
    assert last is not None
    path.write_bytes(path.read_bytes()[:last])
    with Chain.open(path) as chain:
        step = step_of(chain, 2)
        assert (step.state, step.verdict) == (State.DATA, Verdict.WALKED)
        # Between two grains in order nothing is missing; behind the last one anything may be.
        assert step_of(chain, 1).verdict is Verdict.NOT_IN_STREAM
        for grain in (3, 513):
            step = step_of(chain, grain)
            assert (step.state, step.verdict) == (State.UNREADABLE, Verdict.LOST_IN_STREAM)
            assert step.data_offset is None
        with pytest.raises(CorruptVmdk) as caught:
            chain.read(513 * GRAIN, 1)
        assert (caught.value.where, caught.value.offset) == ("grain 513", 56)
        lost = chain.areas().take(chain.areas().state == State.UNREADABLE)
        assert lost.start.tolist() == [3 * GRAIN]
        assert lost.count.tolist() == [PLAN.capacity - 3 * GRAIN]


@pytest.mark.parametrize("damaged", [1, 2, 3])
def test_a_walk_goes_on_right_behind_what_it_can_not_read(tmp_path: Path, damaged: int) -> None:
    # Each of these grains takes one sector.
    grains = {grain: bytes([grain + 1]) * 65536 for grain in range(5)}
    path = stream_link(tmp_path / "d.vmdk", StreamPlan(5 * GRAIN, grains))
    raw = bytearray(path.read_bytes())
    with Chain.open(path) as chain:
        places = [step_of(chain, grain).data_offset for grain in range(5)]
    assert np.diff(np.array(places)).tolist() == [SECTOR] * 4
    at = places[damaged]
    assert at is not None
    raw[at : at + 16] = b"\xff" * 16
    path.write_bytes(raw[: len(raw) - 3 * SECTOR])
    with Chain.open(path) as chain:
        for grain in range(5):
            wanted = Verdict.LOST_IN_STREAM if grain == damaged else Verdict.WALKED
            assert step_of(chain, grain).verdict is wanted
