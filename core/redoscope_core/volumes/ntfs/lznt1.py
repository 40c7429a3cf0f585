"""LZNT1, by which NTFS compresses: chunks of 4 KiB, of bytes and of references to earlier ones.

    chunk    | length and mark | flags, 8 tokens | flags, 8 tokens | ...
    token    a byte, or 16 bits: how far back, and how many bytes from there

How many of the 16 bits say how far depends on how much of the chunk there is already.

Source: [MS-XCA] Xpress Compression Algorithm, section 2.5.
"""

from __future__ import annotations

from functools import cache

from redoscope_core.errors import CorruptVolume

__all__ = ["unpacked"]

_CHUNK = 4096
_PACKED, _LENGTH = 0x8000, 0x0FFF
_TOKENS = 8
_SHORTEST = 3


def unpacked(data: bytes, size: int) -> bytes:
    """Return the *size* bytes that *data* stands for; what it does not tell is zeros.

    Raises:
        CorruptVolume: It is no LZNT1, or stands for more.
    """
    out = bytearray()
    place = 0
    while place + 2 <= len(data):
        head = int.from_bytes(data[place : place + 2], "little")
        if not head:
            break
        begin, end = place + 2, place + 3 + (head & _LENGTH)
        if end > len(data):
            raise _damaged(place, "a chunk leads out of what is stored")
        # A chunk that stands for less than 4 KiB is followed by zeros.
        out += bytes(-len(out) % _CHUNK)
        if len(out) >= size:
            raise _damaged(place, "there is more than fits")
        chunk = data[begin:end]
        out += _chunk(chunk, place) if head & _PACKED else chunk
        place = end
    if len(out) > size:
        raise _damaged(place, "there is more than fits")
    return bytes(out.ljust(size, b"\0"))


def _chunk(data: bytes, place: int) -> bytes:
    """Return what one chunk stands for; it stands at *place*."""
    out, at, end = bytearray(), 0, len(data)
    shifts = _shifts()
    while at < end:
        flags = data[at]
        at += 1
        if not flags:
            out += data[at : at + _TOKENS]
            at += _TOKENS
            continue
        for _ in range(_TOKENS):
            if at >= end:
                break
            if not flags & 1:
                out.append(data[at])
                at += 1
            else:
                token = data[at] | data[at + 1] << 8 if at + 1 < end else -1
                if token < 0 or len(out) >= _CHUNK:
                    raise _damaged(place, "a chunk is cut off or too long")
                shift = shifts[len(out)]
                far = (token >> shift) + 1
                count = (token & (1 << shift) - 1) + _SHORTEST
                begin = len(out) - far
                if begin < 0:
                    raise _damaged(place, "a reference leads before its chunk")
                piece = out[begin : begin + count]
                # What it leads to may be what it makes: that goes on and on.
                out += (piece * -(-count // len(piece)))[:count]
                at += 2
            flags >>= 1
    if len(out) > _CHUNK:
        raise _damaged(place, "a chunk is cut off or too long")
    return bytes(out)


@cache
def _shifts() -> list[int]:
    """Return how many bits of a reference are its length, by how much of the chunk there is."""
    return [12 - max(0, (length - 1).bit_length() - 4) for length in range(_CHUNK)]


def _damaged(place: int, what: str) -> CorruptVolume:
    return CorruptVolume(f"compressed data can't be believed: {what}", where=f"byte {place} of it")
