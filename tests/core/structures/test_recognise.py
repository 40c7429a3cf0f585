"""Recognising: VMDK's own headers against other readers, and anything at all without a fault."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redoscope_core import (
    Chain,
    StructureKind,
    create_disk,
    file_headers,
    find_structures,
    structure_at,
)
from redoscope_core.format.cowd import CowdHeader
from redoscope_core.format.sesparse import SeSparseHeader
from redoscope_core.format.sparse import SparseHeader
from redoscope_core.structures.recognise import possible, recognise
from tests.core.finished import finished
from tests.judges import handmade
from tests.judges.handmade_esx import CowdPlan, SeSparsePlan, cowd_extent, sesparse_extent
from tests.judges.handmade_stream import StreamPlan, stream_link

if TYPE_CHECKING:
    from pathlib import Path

    from redoscope_core import Structure

SECTOR = 512
MAGICS = (
    *(b"KDMV", b"COWD", b"EFI PART", b"XFSB", b"# Disk DescriptorFile"),
    *(b"\xbe\xba\xfe\xca\0\0\0\0", b"\xfe\xca\xfe\xca\0\0\0\0"),
)


def numbers(structure: Structure) -> list[int]:
    return [field.value for field in structure.fields if isinstance(field.value, int)]


@given(
    capacity=st.integers(1, 2**20),
    grain=st.sampled_from([8, 16, 128, 2048]),
    overhead=st.integers(0, 2**32 - 1),
    unclean=st.booleans(),
)
def test_a_sparse_header_shows_what_the_engine_and_dissect_read(
    capacity: int, grain: int, overhead: int, *, unclean: bool
) -> None:
    header = SparseHeader(
        version=1,
        flags=3,
        capacity=capacity,
        grain_size=grain,
        descriptor_offset=1,
        descriptor_size=20,
        gtes_per_gt=512,
        rgd_offset=21,
        gd_offset=26,
        overhead=overhead,
        unclean=unclean,
    )
    found = recognise(header.pack(), 4096)
    assert found is not None
    assert found.kind is StructureKind.SPARSE_HEADER
    c_vmdk = pytest.importorskip("dissect.hypervisor.disk.c_vmdk")
    judge = c_vmdk.c_vmdk.VMDKSparseExtentHeader(header.pack())
    assert found.number("capacity") == judge.capacity == capacity
    assert found.number("grainSize") == judge.grain_size == grain
    assert found.number("descriptorOffset") == judge.descriptor_offset
    assert found.number("numGTEsPerGT") == judge.num_grain_table_entries
    assert found.number("rgdOffset") == judge.secondary_grain_directory_offset
    assert found.number("gdOffset") == judge.primary_grain_directory_offset
    assert found.number("overHead") == judge.overhead == overhead
    assert found.number("uncleanShutdown") == judge.is_dirty == int(unclean)
    assert found.field("flags").text == "0x00000003"
    assert found.field_at(4096 + 12) == found.field("capacity")


def test_headers_of_esx_extents_show_what_the_engine_reads() -> None:
    cowd = bytes(cowd_extent(CowdPlan(4096, grains={1: bytes(512)})))
    found = recognise(cowd[:4096], 0)
    assert found is not None
    header = CowdHeader.unpack(cowd[:2048], file_bytes=len(cowd))
    assert found.kind is StructureKind.COWD_HEADER
    assert (found.number("numSectors"), found.number("freeSector")) == (
        header.capacity,
        header.free_sector,
    )
    assert found.number("numGDEntries") == header.gd_entries
    sesparse = bytes(sesparse_extent(SeSparsePlan(8192, grains={3: b"x" * 4096})))
    found = recognise(sesparse[:4096], 0)
    assert found is not None
    assert found.kind is StructureKind.SESPARSE_HEADER
    other = SeSparseHeader.unpack(sesparse[:512], file_bytes=len(sesparse))
    assert found.number("grainsOffset") == other.grains_offset
    assert found.number("volatileHeaderOffset") == other.volatile_offset
    volatile = sesparse[other.volatile_offset * SECTOR :][:4096]
    found = recognise(volatile, other.volatile_offset * SECTOR)
    assert found is not None
    assert found.kind is StructureKind.SESPARSE_VOLATILE


def test_the_markers_of_a_stream_that_lies_in_a_disk_are_found_there(tmp_path: Path) -> None:
    grains = {each: random.Random(each).randbytes(65536) for each in (0, 5, 40)}
    stream = stream_link(tmp_path / "stream.vmdk", StreamPlan(128 * 64, grains)).read_bytes()
    disk = bytes(77 * SECTOR) + stream + bytes(-len(stream) % SECTOR) + bytes(999 * SECTOR)
    path = handmade.flat_link(tmp_path / "outer.vmdk", disk)
    with Chain.open(path) as chain:
        found = finished(find_structures(chain, []))
    kinds = {each.structure.kind for each in found}
    assert {
        StructureKind.SPARSE_HEADER,
        StructureKind.STREAM_MARKER,
        StructureKind.DESCRIPTOR,
    } <= kinds
    markers = [
        each.structure for each in found if each.structure.kind is StructureKind.STREAM_MARKER
    ]
    assert sorted(each.number("type") for each in markers) == sorted(
        disk[at + 12]
        for at in range(0, len(disk), SECTOR)
        if disk[at + 8 : at + 12] == bytes(4)
        and disk[at + 12] in (1, 2, 3)
        and not any(disk[at + 13 : at + SECTOR])
        and disk[at : at + 4] != bytes(4)
    )
    assert found[0].structure.offset == 77 * SECTOR


def test_the_footer_of_a_stream_is_shown_from_its_file(tmp_path: Path) -> None:
    grains = {each: random.Random(each).randbytes(65536) for each in (0, 5)}
    path = stream_link(tmp_path / "stream.vmdk", StreamPlan(128 * 16, grains))
    with Chain.open(path) as chain:
        found = file_headers(chain.tip)
    kinds = [each.kind for _, each in found]
    assert kinds[:2] == [StructureKind.SPARSE_HEADER, StructureKind.DESCRIPTOR]
    raw = path.read_bytes()
    for _, each in found:
        if each.kind is StructureKind.SPARSE_HEADER:
            assert raw[each.offset :].startswith(b"KDMV")
            assert each.number("capacity") == 128 * 16


def test_a_descriptor_shows_its_lines() -> None:
    text = handmade.descriptor_text(['RW 8 SPARSE "x.vmdk"'], cid=0x12345678)
    found = recognise(text.encode().ljust(1024, b"\0"), 512)
    assert found is not None
    cid = found.field("CID")
    assert cid.value == "12345678"
    assert text.encode()[cid.offset : cid.offset + cid.length] == b"12345678"


@given(st.sampled_from(MAGICS), st.binary(max_size=600), st.integers(512, 4096))
def test_anything_behind_a_signature_is_shown_without_a_fault(
    magic: bytes, rest: bytes, length: int
) -> None:
    data = (magic + rest).ljust(length, b"\xff")[:length]
    found = recognise(data, 0)
    if found is not None:
        assert all(isinstance(each.text, str) for each in found.fields)
        assert all(each.offset + each.length <= max(length, found.length) for each in found.fields)


@given(st.lists(st.binary(min_size=512, max_size=512), max_size=4), st.data())
def test_no_sector_that_is_recognised_is_passed_over(
    sectors: list[bytes], data: st.DataObject
) -> None:
    spots = ((0, MAGICS), (510, (b"\x55\xaa",)), (56, (b"\x53\xef",)), (64, (b"_BHRfS_M",)))
    for index in range(len(sectors)):
        at, magics = data.draw(st.sampled_from(spots))
        magic = data.draw(st.sampled_from(magics))
        raw = sectors[index]
        sectors[index] = raw[:at] + magic + raw[at + len(magic) :]
    rows = np.frombuffer(b"".join(sectors), np.uint8).reshape(-1, 512)
    marked = set(possible(rows).tolist())
    for index, raw in enumerate(sectors):
        if recognise(raw, 0) is not None:
            assert index in marked


def test_zeros_and_noise_are_nothing(tmp_path: Path) -> None:
    create_disk(tmp_path / "disk.vmdk", 4096)
    with Chain.open(tmp_path / "disk.vmdk") as chain:
        assert structure_at(chain, 0) is None
        assert structure_at(chain, 4095) is None
        assert finished(find_structures(chain, [])) == ()
    assert recognise(random.Random(1).randbytes(4096), 0) is None
