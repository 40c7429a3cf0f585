"""The header of a sparse extent: what is read, what is refused, what is written."""

from __future__ import annotations

import struct
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redoscope_core import CorruptVmdk, UnsupportedVmdk, VixCode, VmdkError
from redoscope_core.format.sparse import SparseFlag, SparseHeader, SparseLayout
from tests.core.outcomes import is_one_line, outcome
from tests.judges.handmade import SparsePlan

ROOMY = 2**40
"""Length of a file in which every table of these tests has room."""


def unpack(plan: SparsePlan, *, file_bytes: int = ROOMY, **changes: object) -> SparseHeader:
    """Read the header of *plan* with *changes* to its fields."""
    return SparseHeader.unpack(plan.header(**changes), file_bytes=file_bytes)


headers = st.builds(
    SparseHeader,
    version=st.integers(0, 3),
    flags=st.integers(0, 0xFFFF),
    capacity=st.integers(1, 2**31),
    grain_size=st.sampled_from([1 << power for power in range(22)]),
    descriptor_offset=st.integers(0, 100),
    descriptor_size=st.integers(0, 1024),
    gtes_per_gt=st.integers(1, 65536),
    rgd_offset=st.integers(0, 2**40),
    gd_offset=st.integers(1, 2**40),
    overhead=st.integers(0, 2**40),
    unclean=st.booleans(),
).filter(lambda header: header.grain_size * header.gtes_per_gt < 2**32)


def test_the_header_has_its_documented_length() -> None:
    assert SparseHeader.LAYOUT.size == 512


@given(headers)
def test_a_header_survives_the_round_trip(header: SparseHeader) -> None:
    assert SparseHeader.unpack(header.pack(), file_bytes=2**62) == header


def test_every_field_is_read_from_its_documented_place() -> None:
    plan = SparsePlan(1001, grain_size=16, entries_per_table=256, version=2, flags=7, unclean=1)
    header = unpack(plan)
    assert (header.version, header.flags, header.capacity, header.grain_size) == (2, 7, 1001, 16)
    assert (header.descriptor_offset, header.descriptor_size) == (1, 20)
    assert (header.gtes_per_gt, header.rgd_offset) == (256, plan.redundant_directory)
    assert (header.gd_offset, header.overhead) == (plan.directory, plan.overhead)
    assert header.unclean


def test_what_we_pack_is_what_the_hand_packs() -> None:
    plan = SparsePlan(67584)
    assert unpack(plan).pack() == plan.header()


@pytest.mark.parametrize(
    ("capacity", "rgd", "gd", "overhead"),
    [
        (2048, 21, 26, 128),
        (20480, 21, 26, 128),
        (67584, 21, 30, 128),
        (2097152, 21, 150, 384),
        (4194304, 21, 278, 640),
        (10485760, 21, 663, 1408),
        (134217728, 21, 8229, 16512),
        (2147483648, 21, 131349, 262784),
    ],
)
def test_a_new_extent_is_laid_out_as_qemu_and_vmware_do(
    capacity: int, rgd: int, gd: int, overhead: int
) -> None:
    header = SparseLayout(capacity).header()
    assert (header.rgd_offset, header.gd_offset, header.overhead) == (rgd, gd, overhead)
    assert (header.version, header.flags) == (1, 3)


def test_a_new_piece_of_a_split_link_has_no_descriptor() -> None:
    header = SparseLayout(20480, descriptor=False).header()
    assert (header.descriptor_offset, header.descriptor_size) == (0, 0)
    assert (header.rgd_offset, header.gd_offset, header.overhead) == (1, 6, 128)


def test_an_extent_with_zero_grains_says_so_in_flag_and_version() -> None:
    header = SparseLayout(20480, zero_grains=True).header()
    assert (header.version, header.flags) == (2, 7)
    assert header.has_zero_grains


@given(
    capacity=st.integers(1, 2**31),
    grain_size=st.sampled_from([8, 16, 128, 4096]),
    descriptor=st.booleans(),
    zero_grains=st.booleans(),
)
def test_what_is_laid_out_is_accepted(
    capacity: int, grain_size: int, *, descriptor: bool, zero_grains: bool
) -> None:
    layout = SparseLayout(capacity, grain_size, descriptor=descriptor, zero_grains=zero_grains)
    header = layout.header()
    again = SparseHeader.unpack(header.pack(), file_bytes=header.overhead * 512)
    assert again == header
    plan = SparsePlan(capacity, grain_size, descriptor_sectors=20 if descriptor else 0)
    assert (header.gd_offset, header.overhead) == (plan.directory, plan.overhead)


@pytest.mark.parametrize(
    ("changes", "where", "offset"),
    [
        ({"grain_size": 0}, "grainSize", 20),
        ({"grain_size": 24}, "grainSize", 20),
        ({"grain_size": 2**22}, "grainSize", 20),
        ({"grain_size": 2**63}, "grainSize", 20),
        ({"capacity": 0}, "capacity", 12),
        ({"capacity": 2**63 - 1}, "capacity", 12),
        ({"capacity": 2**64 - 1}, "capacity", 12),
        ({"entries_per_table": 0}, "numGTEsPerGT", 44),
        ({"entries_per_table": 2**31}, "numGTEsPerGT", 44),
        ({"directory": 0}, "gdOffset", 56),
        ({"directory": 2**63}, "gdOffset", 56),
        ({"descriptor_size": 2000}, "descriptorSize", 36),
        ({"descriptor_size": 2**63}, "descriptorSize", 36),
        ({"descriptor_offset": 251658241}, "descriptorOffset", 28),
        ({"newlines": b"\n \n\n"}, "newline", 73),
    ],
)
def test_an_impossible_field_is_named_with_its_place(
    changes: dict[str, object], where: str, offset: int
) -> None:
    with pytest.raises(CorruptVmdk) as caught:
        unpack(SparsePlan(2048), file_bytes=65536, **changes)
    assert caught.value.where is not None
    assert where in caught.value.where
    assert caught.value.offset == offset
    assert caught.value.found is not None
    assert caught.value.expected is not None


@pytest.mark.parametrize("flag", [0x80000, 0x80000000, 0x40000])
def test_an_unknown_high_flag_is_refused(flag: int) -> None:
    with pytest.raises(UnsupportedVmdk, match="flags"):
        unpack(SparsePlan(2048), flags=3 | flag)


@pytest.mark.parametrize("flag", [8, 0x8000])
def test_an_unknown_low_flag_is_ignored(flag: int) -> None:
    assert unpack(SparsePlan(2048), flags=3 | flag).flags == 3 | flag


def test_version_4_is_refused_with_the_vendors_number() -> None:
    with pytest.raises(UnsupportedVmdk, match="version") as caught:
        unpack(SparsePlan(2048), version=4)
    assert caught.value.code is VixCode.DISK_UNSUPPORTEDDISKVERSION


@pytest.mark.parametrize("version", [1, 2, 3])
def test_versions_1_to_3_are_read(version: int) -> None:
    assert unpack(SparsePlan(2048), version=version).version == version


@pytest.mark.parametrize("flags", [0x30001, 0x10003, 0x20003])
def test_flags_of_compression_without_its_algorithm_are_refused_and_not_misread(flags: int) -> None:
    with pytest.raises(UnsupportedVmdk):
        unpack(SparsePlan(2048), flags=flags)


def test_wrong_newlines_do_not_matter_where_the_flag_is_clear() -> None:
    assert unpack(SparsePlan(2048), flags=2, newlines=b"abcd").newlines == b"abcd"


@pytest.mark.parametrize("length", [0, 3, 4, 79, 511])
def test_a_header_cut_short_is_an_error(length: int) -> None:
    with pytest.raises(VmdkError):
        SparseHeader.unpack(SparsePlan(2048).header()[:length], file_bytes=length)


def test_a_directory_past_the_end_of_the_file_is_an_error() -> None:
    plan = SparsePlan(2048)
    with pytest.raises(CorruptVmdk):
        unpack(plan, file_bytes=plan.directory * 512)


def test_a_redundant_directory_counts_only_where_the_flag_says_so() -> None:
    assert unpack(SparsePlan(2048)).has_redundant_tables
    assert not unpack(SparsePlan(2048, flags=1)).has_redundant_tables


def test_the_last_grain_may_be_partial() -> None:
    header = unpack(SparsePlan(65537))
    assert (header.grain_count, header.table_count) == (513, 2)


@given(
    position=st.integers(0, 511),
    bit=st.integers(0, 7),
    file_bytes=st.sampled_from([65536, 2**20, 2**40]),
)
def test_any_flipped_bit_is_an_answer_or_a_vmdk_error(
    position: int, bit: int, file_bytes: int
) -> None:
    raw = bytearray(SparsePlan(2048).header())
    raw[position] ^= 1 << bit
    found = outcome(lambda: SparseHeader.unpack(bytes(raw), file_bytes=file_bytes))
    if isinstance(found, VmdkError):
        assert is_one_line(found)
    else:
        assert found.grain_count * found.grain_size >= found.capacity


@given(st.binary(min_size=508, max_size=508))
def test_random_bytes_behind_the_magic_are_an_answer_or_a_vmdk_error(body: bytes) -> None:
    found = outcome(lambda: SparseHeader.unpack(b"KDMV" + body, file_bytes=2**30))
    assert isinstance(found, SparseHeader) or is_one_line(found)


def test_flags_have_their_documented_bits() -> None:
    assert [int(flag) for flag in SparseFlag] == [1, 2, 4, 0x10000, 0x20000]


def test_the_unclean_byte_is_byte_72() -> None:
    header = unpack(SparsePlan(2048))
    raw = replace(header, unclean=True).pack()
    assert struct.unpack_from("<B", raw, 72) == (1,)
    assert [index for index in range(512) if raw[index] != header.pack()[index]] == [72]
