"""Packing many grains at once: each as alone, noise as it is, and everything read by zlib."""

from __future__ import annotations

import random
import zlib
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from redoscope_core.extents.stream.packing import (
    STORED_BYTES,
    pack_grains,
    pack_scattered,
    stored_parts,
    taken_as_stored,
)
from redoscope_core.format.stream import GrainMark
from tests.judges.handmade import SECTOR

if TYPE_CHECKING:
    from collections.abc import Callable

GRAIN = 128 * SECTOR
KINDS: dict[str, Callable[[random.Random], bytes]] = {
    "zeros": lambda _chance: bytes(GRAIN),
    "noise": lambda chance: chance.randbytes(GRAIN),
    "text": lambda chance: (chance.randbytes(40).hex().encode() * 1000)[:GRAIN],
    "base64": lambda chance: bytes(chance.choices(range(32, 96), k=64)) * (GRAIN // 64),
    "all bytes in turn": lambda _chance: bytes(range(256)) * (GRAIN // 256),
    "noise and zeros": lambda chance: chance.randbytes(GRAIN // 2) + bytes(GRAIN // 2),
    "one byte": lambda _chance: b"x" + bytes(GRAIN - 1),
}


def unpacked(data: bytes | memoryview, sector: int) -> tuple[int, bytes]:
    """Return the number and the bytes of the grain whose mark is at *sector* of *data*."""
    at = sector * SECTOR
    mark = GrainMark.unpack(data[at : at + 12])
    return mark.value // 128, zlib.decompress(data[at + 12 : at + 12 + mark.length])


@given(st.lists(st.sampled_from(sorted(KINDS)), min_size=1, max_size=8), st.integers(0, 2**32))
@settings(max_examples=30)
def test_every_grain_comes_back_and_zeros_are_left_out(kinds: list[str], seed: int) -> None:
    chance = random.Random(seed)
    grains = [KINDS[kind](chance) for kind in kinds]
    numbers = sorted(chance.sample(range(512), len(grains)))
    packed = pack_scattered(numbers, memoryview(b"".join(grains)))
    found = dict(unpacked(packed.data, start) for start in packed.starts)
    assert found == {n: g for n, g in zip(numbers, grains, strict=True) if any(g)}
    assert packed.grains == tuple(found)


@given(st.lists(st.sampled_from(sorted(KINDS)), min_size=2, max_size=6), st.integers(0, 2**32))
@settings(max_examples=30)
def test_a_grain_gives_the_same_bytes_alone_among_others_and_in_room_that_was_used(
    kinds: list[str], seed: int
) -> None:
    chance = random.Random(seed)
    grains = [KINDS[kind](chance) for kind in kinds]
    used = memoryview(bytearray(chance.randbytes(len(grains) * STORED_BYTES)))
    together = bytes(pack_grains(3, memoryview(b"".join(grains)), used).data)
    alone = b"".join(
        bytes(pack_grains(3 + number, memoryview(grain)).data)
        for number, grain in enumerate(grains)
    )
    assert together == alone


def test_noise_is_stored_as_it_is_and_takes_one_sector_more() -> None:
    noise = random.Random(5).randbytes(3 * GRAIN)
    packed = pack_grains(0, memoryview(noise))
    assert packed.starts == (0, 129, 258)
    assert noise[: 2**16 - 1] in bytes(packed.data)


def test_what_is_more_even_than_chance_is_packed() -> None:
    even = memoryview(KINDS["all bytes in turn"](random.Random(0)))
    assert len(pack_grains(0, even).data) < GRAIN // 50


def test_what_has_only_half_of_all_bytes_is_packed() -> None:
    chance = random.Random(8)
    half = memoryview(bytes(chance.choices(range(128), k=GRAIN)))
    assert len(pack_grains(0, half).data) < 0.9 * GRAIN


STORED_TO = 12 + 65_552
"""Bytes of a grain that is kept as it is, with its mark; zeros follow."""


def test_what_was_stored_as_it_is_is_taken_back_and_nothing_else() -> None:
    chance = random.Random(3)
    noise, text = KINDS["noise"](chance), KINDS["text"](chance)
    packed = pack_scattered([5, 9], memoryview(noise + text))
    data = memoryview(packed.data)
    room = memoryview(bytearray(GRAIN))
    assert taken_as_stored(room, 5 * 128, data)
    assert bytes(room) == noise
    second = data[packed.starts[1] * SECTOR :]
    assert not taken_as_stored(room, 9 * 128, second)
    assert not taken_as_stored(room, 6 * 128, data)
    assert not taken_as_stored(room[:-SECTOR], 5 * 128, data)
    assert not taken_as_stored(room, 5 * 128, data[: STORED_TO - 1])


@given(at=st.one_of(st.integers(0, 20), st.integers(65_550, STORED_TO - 1)), bit=st.integers(0, 7))
@settings(max_examples=60)
def test_a_stored_grain_of_which_a_bit_changed_is_left_to_who_tells_of_it(
    at: int, bit: int
) -> None:
    packed = bytearray(pack_grains(5, memoryview(random.Random(4).randbytes(GRAIN))).data)
    packed[at] ^= 1 << bit
    assert not taken_as_stored(memoryview(bytearray(GRAIN)), 5 * 128, memoryview(packed))


@given(st.lists(st.sampled_from(sorted(KINDS)), min_size=1, max_size=6), st.integers(0, 2**32))
@settings(max_examples=30)
def test_parts_that_are_kept_as_they_are_and_the_rest_are_all_of_a_stream(
    kinds: list[str], seed: int
) -> None:
    chance = random.Random(seed)
    grains = [KINDS[kind](chance) for kind in kinds]
    packed = pack_grains(0, memoryview(b"".join(grains)))
    starts = [start * SECTOR for start in packed.starts]
    rest, found = stored_parts(memoryview(packed.data), starts)
    for index, first, last in found:
        assert bytes(first) + bytes(last) == grains[packed.grains[index]]
    assert len(rest) + GRAIN * len(found) == len(packed.data)
    assert {kinds[packed.grains[index]] for index, _, _ in found} >= {"noise"} & set(kinds)
