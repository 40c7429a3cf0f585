"""Streams of programs that are not at hand: read whole, without a doubt, also damaged."""

from __future__ import annotations

import random
import struct
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from redoscope_core import Chain, State
from tests.core.said import said
from tests.judges import dissect, libvmdk, qemu, sevenzip
from tests.judges.wild_streams import STREAMS, write_stream

if TYPE_CHECKING:
    from pathlib import Path

SECTOR = 512
GRAIN = 65536
CAPACITY = 128 * 520 + 48
GRAINS = {
    grain: random.Random(grain).randbytes(20000) + bytes(45536) for grain in (0, 1, 7, 511, 512)
}
GRAINS[520] = random.Random(520).randbytes(48 * SECTOR)
EXPECTED = b"".join(GRAINS.get(grain, bytes(GRAIN)) for grain in range(521))
NOTES = {"Xen Orchestra": ("the CID 3874658291 has more than eight digits",)}

PYVMDK = {"VirtualBox", "a program in Go", "a program that says nothing of its overhead"}
"""pyvmdk wants all comments, a name in the extent line, and content IDs of eight digits."""
SEVENZIP = STREAMS.keys() - {"Xen Orchestra", "VMDKstream"}
"""7-Zip wants a last grain that is whole, and markers that count."""


@pytest.mark.parametrize("program", STREAMS)
def test_a_stream_is_read_as_it_was_written(tmp_path: Path, program: str) -> None:
    path = write_stream(tmp_path / "disk.vmdk", STREAMS[program], CAPACITY, GRAINS)
    with Chain.open(path) as chain:
        assert chain.read(0, CAPACITY) == EXPECTED
        assert [note for note in said(chain) if "eight digits" not in note] == []
        assert len(said(chain)) == len(NOTES.get(program, ()))


@pytest.mark.judge
@pytest.mark.parametrize("program", STREAMS)
def test_other_programs_read_it_the_same(tmp_path: Path, program: str) -> None:
    path = write_stream(tmp_path / "disk.vmdk", STREAMS[program], CAPACITY, GRAINS)
    assert qemu.read(path) == EXPECTED
    assert dissect.read(path) == EXPECTED
    if program in PYVMDK:
        assert libvmdk.read([path]) == EXPECTED
    if program in SEVENZIP and sevenzip.PROGRAM is not None:
        assert sevenzip.read(path) == EXPECTED


@pytest.mark.parametrize("program", STREAMS)
def test_what_is_lost_with_the_footer_is_found_by_walking(tmp_path: Path, program: str) -> None:
    how = replace(STREAMS[program], patched=False)
    path = write_stream(tmp_path / "disk.vmdk", how, CAPACITY, GRAINS)
    path.write_bytes(path.read_bytes()[:-1024])
    with Chain.open(path) as chain:
        for grain, data in GRAINS.items():
            assert chain.read(grain * 128, len(data) // SECTOR) == data
        assert any("directory" in note for note in said(chain))
        assert State.ZERO not in chain.areas().state


@pytest.mark.parametrize("tables", [1, 127, 130, 300])
def test_a_directory_may_be_only_as_long_as_its_source(tmp_path: Path, tables: int) -> None:
    # Behind it stands the footer, whose numbers are no places of tables.
    how = replace(STREAMS["vmdktool"], source_tables=2)
    capacity = 128 * 512 * tables if tables > 1 else 128 * 512 * 2
    path = write_stream(tmp_path / "disk.vmdk", how, capacity, {0: GRAINS[0], 512: GRAINS[512]})
    with Chain.open(path) as chain:
        areas = chain.areas()
        assert areas.sectors_in(State.DATA) == 256
        assert areas.sectors_in(State.UNREADABLE) == 0
        assert chain.read(512 * 128, 128) == GRAINS[512]
        assert chain.read(capacity - 128, 128) in {bytes(GRAIN), GRAINS[512]}
        assert chain.owner(capacity - 1).state is State.ABSENT
        assert chain.owner(512 * 128).state is State.DATA


def test_a_directory_entry_past_a_short_directory_is_no_table(tmp_path: Path) -> None:
    how = replace(STREAMS["vmdktool"], source_tables=128, empty_tables=False)
    capacity = 128 * 512 * 256
    path = write_stream(tmp_path / "disk.vmdk", how, capacity, {0: GRAINS[0]})
    raw = path.read_bytes()
    directory = struct.unpack_from("<Q", raw, 56)[0]
    assert raw[(directory + 2) * SECTOR :][:4] == b"KDMV"
    path.write_bytes(raw + bytes(SECTOR))  # so that the whole directory would fit
    with Chain.open(path) as chain:
        assert chain.areas().state.tolist() == [State.DATA, State.ABSENT]
