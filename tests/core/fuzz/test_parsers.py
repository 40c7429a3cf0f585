"""Every parser, fed with anything: an answer or a `VmdkError`, and quickly."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redoscope_core import Descriptor, VmdkError
from redoscope_core.format.cowd import CowdHeader
from redoscope_core.format.extent_line import looks_like_extent, parse_extent_line
from redoscope_core.format.sesparse import SeSparseHeader, SeSparseVolatile, grain_indices
from redoscope_core.format.signature import is_descriptor_text
from redoscope_core.format.sparse import SparseHeader
from redoscope_core.format.stream import GrainMark, Marker, inflate
from redoscope_core.format.vmx import MachineText
from tests.core.outcomes import is_one_line, outcome
from tests.judges.handmade import SparsePlan, descriptor_text
from tests.judges.handmade_esx import CowdPlan, SeSparsePlan
from tests.judges.handmade_stream import StreamPlan

if TYPE_CHECKING:
    from collections.abc import Callable

MANY = settings(max_examples=400)
SOUND = descriptor_text(
    ['RW 2048 SPARSE "disk-s001.vmdk"', 'RDONLY 8 FLAT "flat.bin" 7', "RW 1 ZERO"],
    cid=6, parent_cid=5, hint="base.vmdk", more=['ddb.comment = "a"', 'ddb.uuid.parent="0"'],
).encode()  # fmt: skip
LENGTHS = st.sampled_from([0, 1, 511, 512, 2048, 65536, 2**30, 2**62])


def damaged(sound: bytes) -> st.SearchStrategy[bytes]:
    """Draw *sound* with a few places overwritten, or cut."""
    numbers = st.sampled_from([0, 1, 127, 128, 2**31, 2**32 - 1, 2**63, 2**64 - 1])
    piece = st.one_of(
        st.binary(min_size=1, max_size=8), numbers.map(lambda n: struct.pack("<Q", n))
    )
    edit = st.tuples(st.integers(0, len(sound) - 1), piece)

    def apply(edits: list[tuple[int, bytes]], length: int) -> bytes:
        data = bytearray(sound)
        for place, new in edits:
            data[place : place + len(new)] = new[: len(sound) - place]
        return bytes(data[:length])

    lengths = st.one_of(st.just(len(sound)), st.integers(0, len(sound)))
    return st.builds(apply, st.lists(edit, min_size=1, max_size=4), lengths)


def text_lines() -> st.SearchStrategy[bytes]:
    """Draw texts of lines that descriptors are made of, and of lines that they are not."""
    words = st.sampled_from(
        [b"RW", b"RDONLY", b"NOACCESS", b"SPARSE", b"FLAT", b"ZERO", b"VMFSRDM", b'"a b"', b'"',
         b"2048", b"-1", b"9" * 30, b"=", b"CID", b"parentCID", b"ffffffff", b"createType",
         b"encoding", b'"GBK"', b'"UTF-8"', b"\xff\xfe", b"\x82\x5c", b"\0", b"#", b"ddb.", b"\t"]
    )  # fmt: skip
    line = st.lists(words, max_size=6).map(b" ".join)
    ends = st.sampled_from([b"\n", b"\r\n", b"\r", b"\n\n"])
    text = st.lists(st.one_of(line, st.binary(max_size=20)), max_size=12)
    return st.builds(lambda parts, end: b"# Disk DescriptorFile\n" + end.join(parts), text, ends)


def judged(call: Callable[[], object]) -> object:
    """Return what *call* comes to; an error must be one clear line."""
    answer = outcome(call)
    if isinstance(answer, VmdkError):
        assert is_one_line(answer)
    return answer


@MANY
@given(st.one_of(st.binary(max_size=300), text_lines(), damaged(SOUND)))
def test_a_descriptor_is_read_or_refused_and_kept_byte_for_byte(data: bytes) -> None:
    answer = judged(lambda: Descriptor.parse(data))
    if isinstance(answer, Descriptor):
        assert answer.to_bytes() == data.split(b"\0", 1)[0]
        assert answer.capacity >= 1
        assert isinstance(answer.is_child, bool)
        assert isinstance(answer.text + answer.create_type + answer.comment, str)
        assert Descriptor.parse(answer.to_bytes()).extents == answer.extents


@MANY
@given(st.one_of(st.binary(max_size=300), text_lines(), damaged(SOUND)))
def test_an_embedded_descriptor_is_too(data: bytes) -> None:
    answer = judged(lambda: Descriptor.parse(data, embedded=True))
    if isinstance(answer, Descriptor):
        assert answer.to_bytes() == data.split(b"\0", 1)[0]
        changed = judged(lambda: answer.with_content_id(7))
        if isinstance(changed, Descriptor):
            assert (changed.cid, changed.extents) == (7, answer.extents)


@MANY
@given(
    st.one_of(st.binary(max_size=200), text_lines()), st.sampled_from(["utf-8", "cp936", "cp932"])
)
def test_an_extent_line_is_read_or_refused(line: bytes, codec: str) -> None:
    if looks_like_extent(line):
        judged(lambda: parse_extent_line(line, codec=codec, number=1))
    assert is_descriptor_text(line) in {True, False}


@MANY
@given(st.one_of(st.binary(max_size=600), damaged(SparsePlan(2048).header())), LENGTHS)
def test_a_hosted_header_is_read_or_refused(data: bytes, length: int) -> None:
    answer = judged(lambda: SparseHeader.unpack(data, file_bytes=length))
    if isinstance(answer, SparseHeader):
        assert SparseHeader.unpack(answer.pack(), file_bytes=length) == answer
        assert answer.grain_count >= answer.table_count >= 1


@MANY
@given(damaged(StreamPlan(2048).header(2**64 - 1, 128)), LENGTHS)
def test_a_stream_header_is_read_or_refused(data: bytes, length: int) -> None:
    judged(lambda: SparseHeader.unpack(data, file_bytes=length))


@MANY
@given(st.one_of(st.binary(max_size=2100), damaged(CowdPlan(9000).header(37))), LENGTHS)
def test_a_cowd_header_is_read_or_refused(data: bytes, length: int) -> None:
    answer = judged(lambda: CowdHeader.unpack(data, file_bytes=length))
    if isinstance(answer, CowdHeader):
        assert answer.pack()[:1652] == data[:1652]
        assert answer.table_count * 4 <= length


@MANY
@given(st.one_of(st.binary(max_size=600), damaged(SeSparsePlan(9000).header())), LENGTHS)
def test_an_sesparse_header_is_read_or_refused(data: bytes, length: int) -> None:
    answer = judged(lambda: SeSparseHeader.unpack(data, file_bytes=length))
    if isinstance(answer, SeSparseHeader):
        assert answer.table_count * 8 <= length


@given(st.binary(min_size=512, max_size=512))
def test_an_sesparse_volatile_header_is_read_or_refused(data: bytes) -> None:
    judged(lambda: SeSparseVolatile.unpack(data, 512))


@given(st.lists(st.integers(0, 2**64 - 1), min_size=1))
def test_any_sesparse_entry_has_an_index(entries: list[int]) -> None:
    indices = grain_indices(np.array(entries, np.uint64)).tolist()
    assert indices == [(e >> 48 & 0xFFF) | (e & 0xFFFFFFFFFFFF) << 12 for e in entries]


@given(st.binary(min_size=512, max_size=512))
def test_any_sector_is_a_marker_or_a_grain(data: bytes) -> None:
    marker, mark = Marker.unpack(data), GrainMark.unpack(data)
    assert (marker is None) == (mark.length > 0)
    assert mark.sectors >= 1


@given(st.binary(max_size=300), st.integers(0, 4096), st.integers(0, 4096))
def test_inflating_anything_is_bounded(data: bytes, needed: int, more: int) -> None:
    answer = judged(lambda: inflate(data, needed=needed, whole=needed + more))
    if isinstance(answer, tuple):
        assert needed <= len(answer[0]) <= needed + more


@given(st.one_of(st.binary(max_size=300), text_lines()))
def test_a_vmx_text_names_disks_or_none(data: bytes) -> None:
    assert all(isinstance(one.file_name, str) for one in MachineText.parse(data).disks)


@pytest.mark.parametrize(
    "piece", [b"\n", b" ", b"#", b'"', b"=", b"RW ", b"\r", b"a=", b"\0", b"RW 1 ZERO\n"]
)
def test_a_mebibyte_of_anything_takes_no_time(piece: bytes) -> None:
    text = b"# Disk DescriptorFile\n" + piece * (2**20 // len(piece) - 30)
    judged(lambda: Descriptor.parse(text))
    is_descriptor_text(text)
    MachineText.parse(text)
