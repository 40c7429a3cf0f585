"""Looking up a sector: what is told is what the file says, of every kind that has tables."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redoscope_core import Chain, CorruptVmdk, LookupStep, State, VixCode
from redoscope_core.explanations import explained
from tests.judges import handmade
from tests.judges.handmade import SparsePlan
from tests.judges.handmade_esx import (
    DIRECTORY,
    TABLES,
    CowdPlan,
    SeSparsePlan,
    cowd_link,
    sesparse_link,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SECTOR = 512
CHANCE = random.Random(11)


@dataclass(frozen=True)
class Specimen:
    """A disk of one extent with tables, and how these lie in its file."""

    make: Callable[[Path], Path]
    data: str
    """The file with the tables, beside the descriptor."""
    capacity: int
    grain_size: int
    per_table: int
    width: int
    """Bytes of an entry."""
    directory: int
    """Byte offset of the directory."""
    stored: frozenset[int]
    zeroed: frozenset[int]

    def table(self, raw: bytes, index: int) -> int:
        """Return the byte offset of table *index*, or 0 if there is none."""
        entry = self.number(raw, self.directory + index * self.width)
        if self.width == 4 or not entry:
            return entry * SECTOR
        return (TABLES + (entry & 0xFFFFFFFF) * 64) * SECTOR

    def number(self, raw: bytes, offset: int) -> int:
        """Return the entry at *offset*."""
        return int.from_bytes(raw[offset : offset + self.width], "little")

    def place(self, raw: bytes, grain: int) -> int:
        """Return the byte offset of the entry of *grain*, which has a table."""
        index, within = divmod(grain, self.per_table)
        return self.table(raw, index) + within * self.width


HOSTED = SparsePlan(
    16 * 100 + 7,
    16,
    entries_per_table=32,
    version=2,
    flags=7,
    grains={g: CHANCE.randbytes(16 * SECTOR) for g in (0, 1, 31, 32, 70)},
    zero_grains=(5, 33),
    lazy_tables=True,
)
COWD = CowdPlan(4096 * 3 + 8, {g: CHANCE.randbytes(SECTOR) for g in (0, 1, 4095, 4096, 9000)})
SESPARSE = SeSparsePlan(
    3 * 4096 * 8 + 20,
    {g: CHANCE.randbytes(4096) for g in (0, 3, 4095, 4097)},
    frozenset({7}),
    frozenset({8, 4096}),
)
SPECIMENS = {
    "hosted": Specimen(
        lambda folder: handmade.sparse_link(folder / "d.vmdk", HOSTED),
        "d.vmdk",
        HOSTED.capacity,
        16,
        32,
        4,
        HOSTED.directory * SECTOR,
        frozenset(HOSTED.grains),
        frozenset(HOSTED.zero_grains),
    ),
    "COWD": Specimen(
        lambda folder: cowd_link(folder / "d.vmdk", COWD),
        "d-delta.vmdk",
        COWD.capacity,
        1,
        4096,
        4,
        4 * SECTOR,
        frozenset(COWD.grains),
        frozenset(),
    ),
    "SESparse": Specimen(
        lambda folder: sesparse_link(folder / "d.vmdk", SESPARSE),
        "d-sesparse.vmdk",
        SESPARSE.capacity,
        8,
        4096,
        8,
        DIRECTORY * SECTOR,
        frozenset(SESPARSE.grains),
        SESPARSE.zeroed | SESPARSE.unmapped,
    ),
}
KINDS = pytest.mark.parametrize("specimen", SPECIMENS.values(), ids=SPECIMENS.keys())


def steps_of(chain: Chain, specimen: Specimen) -> Iterator[tuple[int, int, LookupStep]]:
    """Yield (grain, sector, what is told) of the edges of all grains that say something."""
    last = (specimen.capacity - 1) // specimen.grain_size
    near = {g + by for g in specimen.stored | specimen.zeroed for by in (-1, 0, 1)}
    for grain in sorted(g for g in near | {last} if 0 <= g <= last):
        first = grain * specimen.grain_size
        for sector in {first, min(first + specimen.grain_size, specimen.capacity) - 1}:
            yield grain, sector, chain.owner(sector).steps[0]


@KINDS
def test_entries_and_places_are_told_as_they_stand_in_the_file(
    tmp_path: Path, specimen: Specimen
) -> None:
    with Chain.open(specimen.make(tmp_path)) as chain:
        raw = (tmp_path / specimen.data).read_bytes()
        for grain, sector, step in steps_of(chain, specimen):
            index, within = divmod(grain, specimen.per_table)
            assert step.file == tmp_path / specimen.data
            assert (step.directory_index, step.table_index) == (index, within)
            assert step.directory_entry == specimen.number(
                raw, specimen.directory + index * specimen.width
            )
            assert step.first_sector == grain * specimen.grain_size
            table = specimen.table(raw, index)
            assert (step.table_sector or 0) * SECTOR == table
            if not table:
                assert (step.table_entry, step.entry_offset) == (None, None)
                assert "there is no table" in explained(step)
            else:
                assert step.entry_offset == specimen.place(raw, grain)
                assert step.table_entry == specimen.number(raw, step.entry_offset)
            state = State.DATA if grain in specimen.stored else State.ABSENT
            assert step.state is (State.ZERO if grain in specimen.zeroed else state)
            assert step.state == State(int(chain.tip.stored.complete(sector, 1).state[0]))
            if step.data_offset is None:
                assert step.state is not State.DATA
            else:
                assert chain.read(sector, 1) == raw[step.data_offset :][:SECTOR]
                assert f"0x{step.table_entry:X}" in explained(step)


@KINDS
@given(data=st.data())
def test_a_damaged_entry_is_told_with_its_place_and_harms_its_own_grain_alone(
    tmp_path_factory: pytest.TempPathFactory, specimen: Specimen, data: st.DataObject
) -> None:
    folder = tmp_path_factory.getbasetemp() / f"damaged-{specimen.data}"
    folder.mkdir(exist_ok=True)
    path = specimen.make(folder)
    raw = (folder / specimen.data).read_bytes()
    grain = data.draw(st.sampled_from(sorted(specimen.stored)))
    # Past the end of the file, or into what lies in front of all grains.
    behind = data.draw(st.booleans())
    value = len(raw) // SECTOR + data.draw(st.integers(0, 1000)) if behind else 3
    if specimen.width == 8:
        value = (3 << 60 | (value & 0xFFF) << 48 | value >> 12) if behind else 5 << 60
    offset = specimen.place(raw, grain)
    handmade.patch(folder / specimen.data, offset, value.to_bytes(specimen.width, "little"))
    first = grain * specimen.grain_size
    index, within = divmod(grain, specimen.per_table)
    with Chain.open(path) as chain:
        with pytest.raises(CorruptVmdk) as caught:
            chain.read(first, 1)
        error = caught.value
        assert (error.path, error.offset) == (folder / specimen.data, offset)
        assert error.where == f"grain table {index}, entry {within}"
        told = f"0x{value:X}" if specimen.width == 8 else f"sector {value}"
        assert error.found == told
        step = chain.owner(first).steps[0]
        assert (step.state, step.entry_offset, step.table_entry, step.data_offset) == (
            State.UNREADABLE,
            offset,
            value,
            None,
        )
        assert f"0x{value:X} leads to no grain: damaged" in explained(step)
        if specimen.width == 4:
            assert (error.code is VixCode.HOST_FILE_ERROR_EOF) == behind
            assert bool(error.cure and "truncated" in error.cure) == behind
        lost = chain.areas().sectors_in(State.UNREADABLE)
        assert lost == min(specimen.grain_size, specimen.capacity - first)
        for other in specimen.stored - {grain}:
            assert len(chain.read(other * specimen.grain_size, 1)) == SECTOR


@KINDS
@pytest.mark.parametrize("index", [0, 1])
def test_a_damaged_directory_entry_is_told_with_its_place_and_harms_its_own_table_alone(
    tmp_path: Path, specimen: Specimen, index: int
) -> None:
    path = specimen.make(tmp_path)
    data = tmp_path / specimen.data
    value = 0x20000000_00000001 if specimen.width == 8 else data.stat().st_size // SECTOR
    offset = specimen.directory + index * specimen.width
    handmade.patch(data, offset, value.to_bytes(specimen.width, "little"))
    span = specimen.per_table * specimen.grain_size
    with Chain.open(path) as chain:
        with pytest.raises(CorruptVmdk) as caught:
            chain.read(index * span, 1)
        error = caught.value
        assert (error.path, error.offset) == (data, offset)
        assert error.where == f"grain directory, entry {index}"
        assert error.found == (f"0x{value:X}" if specimen.width == 8 else f"sector {value}")
        step = chain.owner(index * span).steps[0]
        assert (step.state, step.directory_entry) == (State.UNREADABLE, value)
        assert (step.table_entry, step.entry_offset, step.data_offset) == (None, None, None)
        assert f"{value:X}" in explained(step) or f"{value}" in explained(step)
        assert "leads to no table: damaged" in explained(step)
        areas = chain.areas()
        lost = areas.take(areas.state == State.UNREADABLE)
        assert (lost.start.tolist(), lost.count.tolist()) == ([index * span], [span])
        # What is no data is in no file.
        stored = chain.tip.stored
        nowhere = stored.take(stored.state != State.DATA)
        assert len(nowhere)
        assert set(nowhere.file.tolist()) == set(nowhere.offset.tolist()) == {-1}
        assert len(chain.read((1 - index) * span, 1)) == SECTOR
