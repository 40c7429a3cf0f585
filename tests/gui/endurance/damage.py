"""A folder of damaged links around one sound chain, made by chance from a seed."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

from redoscope_core import Access, Chain, Disk, create_child, create_disk

__all__ = ["DAMAGED", "SOUND", "make_damaged_folder"]

DAMAGED = 100
"""How many links are spoiled."""
SOUND = 4
"""How many links of the folder can be read."""
_CAPACITY = 8192
_HEADER = 512
_DESCRIPTOR = (512, 1536)

Spoil = Callable[[bytearray, random.Random], bytearray]


def make_damaged_folder(folder: Path, *, seed: int, count: int = DAMAGED) -> Path:
    """Make the sound chain and *count* spoiled copies of its links; return the folder."""
    folder.mkdir(parents=True)
    chance = random.Random(seed)
    links = _make_sound(folder)
    for number in range(count):
        file = folder / f"broken-{number:03d}.vmdk"
        source = links[number % len(links)]
        spoil = _WAYS[number % len(_WAYS)]
        file.write_bytes(spoil(bytearray(source.read_bytes()), chance))
    return folder


def _make_sound(folder: Path) -> list[Path]:
    """Make a base disk and its children, each with something of its own."""
    path = folder / "sound.vmdk"
    create_disk(path, _CAPACITY)
    links = [path]
    _write(path, 0)
    for number in range(1, SOUND):
        child = folder / f"sound-{number:06d}.vmdk"
        with Chain.open(path) as chain:
            create_child(chain, child)
        _write(child, number)
        links.append(child)
        path = child
    return links


def _write(path: Path, number: int) -> None:
    with Disk.open(path, access=Access.WRITE) as disk:
        for grain in range(number, 40, SOUND):
            disk.write(grain * 128, f"generation {number} ".encode().ljust(512, b"."))


def _flip(first: int, last: int, times: int) -> Spoil:
    """Flip *times* bits somewhere in bytes *first* to *last*."""

    def spoil(content: bytearray, chance: random.Random) -> bytearray:
        end = min(last, len(content))
        for _ in range(times):
            content[chance.randrange(first, end)] ^= 1 << chance.randrange(8)
        return content

    return spoil


def _fill(first: int, last: int) -> Spoil:
    """Put garbage into bytes *first* to *last*."""

    def spoil(content: bytearray, chance: random.Random) -> bytearray:
        content[first:last] = chance.randbytes(min(last, len(content)) - first)
        return content

    return spoil


def _cut(content: bytearray, chance: random.Random) -> bytearray:
    return content[: chance.randrange(len(content))]


def _end(content: bytearray, chance: random.Random) -> bytearray:
    return content[: -chance.randrange(1, 65_536)]


def _garbage(_content: bytearray, chance: random.Random) -> bytearray:
    return bytearray(chance.randbytes(chance.randrange(1, 70_000)))


def _empty(_content: bytearray, _chance: random.Random) -> bytearray:
    return bytearray()


def _reword(key: bytes) -> Spoil:
    """Write another value behind *key* of the descriptor."""

    def spoil(content: bytearray, chance: random.Random) -> bytearray:
        start = content.find(key, *_DESCRIPTOR)
        if start >= 0:
            value = f"{chance.randrange(1 << 32):08x}".encode()
            content[start + len(key) : start + len(key) + 8] = value
        return content

    return spoil


_WAYS: tuple[Spoil, ...] = (
    _flip(0, _HEADER, 8),
    _flip(*_DESCRIPTOR, 20),
    _flip(10_240, 24_576, 64),
    _cut,
    _end,
    _garbage,
    _empty,
    _fill(0, 80),
    _fill(*_DESCRIPTOR),
    _fill(10_240, 24_576),
    _reword(b"parentCID="),
    _reword(b"CID="),
    _reword(b"\nRW "),
)
