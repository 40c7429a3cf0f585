"""Ways of damaging a file: each changes the bytes and says which of them it touched."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

__all__ = ["Mutation", "mutate"]

ODD_NUMBERS = (0, 1, 2, 127, 128, 511, 512, 2**31 - 1, 2**31, 2**32 - 1, 2**63, 2**64 - 1)
BLOCK = 512


class Mutation(NamedTuple):
    """What was done to the bytes of a file."""

    data: bytes
    """The new content."""
    first: int
    """The first byte that may differ."""
    last: int
    """The byte behind the last that may differ; past the old end if the length changed."""
    name: str


def flip(old: bytes, chance: random.Random) -> Mutation:
    """Flip one bit."""
    place = chance.randrange(len(old))
    data = bytearray(old)
    data[place] ^= 1 << chance.randrange(8)
    return Mutation(bytes(data), place, place + 1, "flip")


def overwrite(old: bytes, chance: random.Random) -> Mutation:
    """Replace a few bytes by random ones."""
    place = chance.randrange(len(old))
    piece = chance.randbytes(chance.choice([1, 2, 4, 8]))[: len(old) - place]
    data = old[:place] + piece + old[place + len(piece) :]
    return Mutation(data, place, place + len(piece), "overwrite")


def number(old: bytes, chance: random.Random) -> Mutation:
    """Replace an aligned number by one that programs stumble over."""
    size = chance.choice([4, 8])
    place = chance.randrange(max(1, len(old) // 4)) * 4
    value = (chance.choice(ODD_NUMBERS) + chance.choice([-1, 0, 1])) % 2 ** (8 * size)
    piece = value.to_bytes(size, "little")[: len(old) - place]
    return Mutation(
        old[:place] + piece + old[place + len(piece) :], place, place + len(piece), "number"
    )


def blank(old: bytes, chance: random.Random) -> Mutation:
    """Blank a run of bytes."""
    place = chance.randrange(len(old))
    length = min(chance.choice([1, 16, BLOCK, 4096]), len(old) - place)
    piece = chance.choice([b"\0", b"\xff"]) * length
    return Mutation(old[:place] + piece + old[place + length :], place, place + length, "blank")


def cut(old: bytes, chance: random.Random) -> Mutation:
    """Cut the end off."""
    length = chance.randrange(len(old))
    if chance.random() < 0.5:
        length = length // BLOCK * BLOCK
    return Mutation(old[:length], length, len(old) + 1, "cut")


def splice(old: bytes, chance: random.Random) -> Mutation:
    """Copy a run of bytes, as a rule whole sectors, over another place."""
    unit = chance.choice([1, 4, BLOCK, BLOCK])
    source, place = (chance.randrange(max(1, len(old) // unit)) * unit for _ in range(2))
    piece = old[source : source + unit * chance.choice([1, 1, 8])]
    data = old[:place] + piece + old[place + len(piece) :]
    return Mutation(data, place, place + len(piece), "splice")


def insert(old: bytes, chance: random.Random) -> Mutation:
    """Move everything behind a place on by some bytes."""
    place = chance.randrange(len(old))
    piece = chance.randbytes(chance.choice([1, 4, BLOCK]))
    return Mutation(old[:place] + piece + old[place:], place, len(old) + 1, "insert")


def remove(old: bytes, chance: random.Random) -> Mutation:
    """Take some bytes out."""
    place = chance.randrange(len(old))
    length = chance.choice([1, 4, BLOCK])
    return Mutation(old[:place] + old[place + length :], place, len(old) + 1, "remove")


def append(old: bytes, chance: random.Random) -> Mutation:
    """Put bytes behind the end."""
    piece = chance.choice([b"\0" * BLOCK, chance.randbytes(100), old[:BLOCK]])
    return Mutation(old + piece, len(old), len(old) + len(piece), "append")


WAYS: tuple[Callable[[bytes, random.Random], Mutation], ...] = (
    *(flip, flip, overwrite, overwrite, number, number),
    *(blank, cut, splice, splice, insert, remove, append),
)


def mutate(old: bytes, chance: random.Random) -> Mutation:
    """Damage *old* in one of the ways."""
    return chance.choice(WAYS)(old, chance)
