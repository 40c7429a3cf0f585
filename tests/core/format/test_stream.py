"""The parts of a stream: marks, markers, and grains that are packed and unpacked."""

from __future__ import annotations

import random
import zlib

import hypothesis.strategies as st
import pytest
from hypothesis import given

from redoscope_core import CorruptVmdk, VmdkError
from redoscope_core.format.stream import GrainMark, Marker, inflate, pack_grain
from tests.core.outcomes import outcome

GRAIN = 65536
NOISY = random.Random(0).randbytes(30_000) + bytes(GRAIN - 30_000)


def plainly(packed: bytes, needed: int) -> tuple[bytes, int] | None:
    """Return what zlib makes of a grain: its bytes and how many are left over; None if bad."""
    engine = zlib.decompressobj()
    try:
        data = engine.decompress(packed, GRAIN + 1)
    except zlib.error:
        return None
    good = engine.eof and needed <= len(data) <= GRAIN
    return (data, len(engine.unused_data)) if good else None


@given(
    st.sampled_from([1, 6, 9]),
    st.sampled_from([zlib.Z_DEFAULT_STRATEGY, zlib.Z_HUFFMAN_ONLY, zlib.Z_RLE, zlib.Z_FIXED]),
    st.sampled_from([bytes(GRAIN), b"words and words " * 4096, NOISY]),
    st.sampled_from([9, 12, 15]),
    st.binary(max_size=20),
)
def test_every_sound_stream_gives_what_zlib_gives(
    level: int, strategy: int, data: bytes, window: int, behind: bytes
) -> None:
    engine = zlib.compressobj(level, zlib.DEFLATED, window, 9, strategy)
    packed = engine.compress(data) + engine.flush() + behind
    assert inflate(packed, needed=GRAIN, whole=GRAIN) == plainly(packed, GRAIN)
    assert inflate(memoryview(packed), needed=1, whole=GRAIN) == (data, len(behind))


@given(
    st.sampled_from([zlib.compress(b"words and words " * 4096), zlib.compress(NOISY, 1)]),
    st.lists(st.tuples(st.integers(0, 2**16), st.integers(1, 255)), min_size=1, max_size=3),
    st.integers(0, 2**16),
)
def test_a_damaged_stream_is_refused_or_gives_the_same_bytes(
    packed: bytes, flips: list[tuple[int, int]], length: int
) -> None:
    sound = zlib.decompress(packed)
    damaged = bytearray(packed[: max(1, length)])
    for place, bits in flips:
        damaged[place % len(damaged)] ^= bits
    expected = plainly(bytes(damaged), GRAIN)
    answer = outcome(lambda: inflate(bytes(damaged), needed=GRAIN, whole=GRAIN))
    if isinstance(answer, VmdkError):
        assert expected is None  # what zlib takes is taken
    else:
        # libdeflate is content with some codes that zlib refuses; the checksum proves the bytes.
        assert answer == (expected or (sound, 0))


def test_the_last_grain_may_be_packed_short_and_no_other() -> None:
    data = b"z" * 48 * 512
    assert inflate(zlib.compress(data), needed=len(data), whole=GRAIN) == (data, 0)
    with pytest.raises(CorruptVmdk, match="too little"):
        inflate(zlib.compress(data[:-1]), needed=len(data), whole=GRAIN)


def test_a_marker_and_a_packed_grain_are_told_apart() -> None:
    assert Marker.unpack(Marker(4, 1).pack()) == Marker(4, 1)
    assert Marker.unpack(pack_grain(128, bytes(GRAIN))[:512]) is None
    assert len(Marker(0, 0).pack()) == 512


@pytest.mark.parametrize("data", [bytes(GRAIN), NOISY, random.Random(1).randbytes(GRAIN)])
def test_a_packed_grain_is_a_zlib_stream_of_it(data: bytes) -> None:
    block = pack_grain(256, memoryview(data))
    mark = GrainMark.unpack(block)
    packed = block[12 : 12 + mark.length]
    assert (mark.value, len(block)) == (256, mark.sectors * 512)
    assert mark.length <= GRAIN + 500  # the room that open-vmdk has for one
    assert zlib.decompress(packed) == data
    assert not any(block[12 + mark.length :])
    assert pack_grain(256, data) == block


@pytest.mark.parametrize("share", [0, 1, 8, 16])
def test_a_grain_is_packed_if_any_of_sixteen_parts_gets_shorter(share: int) -> None:
    noise, words = random.Random(1).randbytes(4096), b"words " * 700
    data = b"".join((words if part < share else noise)[:4096] for part in range(16))
    if not share:
        data = random.Random(2).randbytes(GRAIN)
    block = pack_grain(0, data)
    mark = GrainMark.unpack(block)
    assert inflate(block[12 : 12 + mark.length], needed=GRAIN, whole=GRAIN)[0] == data
    assert (mark.length < GRAIN) == (share > 0)
