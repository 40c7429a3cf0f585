"""Packing many grains at once: each as alone, noise as it is, and everything read by zlib."""

from __future__ import annotations

import random
import zlib
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from redoscope_core.extents.stream.packing import STORED_BYTES, pack_grains, pack_scattered
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
