"""What stands in the sample's files: texts, tables, pictures, and bytes without meaning.

Each content is a recipe of a few words that makes the same bytes on every machine.
"""

from __future__ import annotations

import random
import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["RECORD_BYTES", "Content", "Customers", "Mails", "Noise", "Picture", "Text", "customer"]

RECORD_BYTES = 512
"""Bytes of one record of the customer database: one sector."""

BMP_HEAD = struct.Struct("<2sIII")
PNG_SHAPE = struct.Struct(">IIBBBBB")
BMP_SHAPE = struct.Struct("<IiiHHIIiiII")

FIRST_NAMES = ("Ada", "Alan", "Barbara", "Dennis", "Edsger", "Grace", "Ken", "Margaret", "Radia")
FAMILY_NAMES = (
    "Bauer",
    "Costa",
    "Dubois",
    "Haddad",
    "Ito",
    "Jensen",
    "Kowalski",
    "Novak",
    "Okafor",
)
STREETS = (
    "Harbour Road",
    "Mill Lane",
    "Station Street",
    "Church Hill",
    "Garden Row",
    "Market Square",
)


class Content(Protocol):
    """A recipe for the bytes of a file."""

    def make(self) -> bytes:
        """Return the bytes."""


@dataclass(frozen=True, slots=True)
class Text:
    """Lines that a person can read, with the line ends of DOS."""

    lines: tuple[str, ...]
    padded_to: int = 0
    """Bytes, filled up with blank space; 0 to end after the last line."""

    def make(self) -> bytes:
        """Return the bytes."""
        text = "".join(f"{line}\r\n" for line in self.lines).encode("ascii")
        if self.padded_to <= len(text):
            return text
        return text.ljust(self.padded_to - 2) + b"\r\n"


def customer(number: int, *, street: str = "") -> bytes:
    """Return one record of the customer database, at *street* if the customer moved there."""
    first = FIRST_NAMES[number % len(FIRST_NAMES)]
    family = FAMILY_NAMES[number // len(FIRST_NAMES) % len(FAMILY_NAMES)]
    home = street or f"{number * 37 % 199 + 1} {STREETS[number * 5 % len(STREETS)]}"
    text = f"CUSTOMER {number:05d}\r\nNAME     {first} {family}\r\nADDRESS  {home}\r\n"
    return text.encode("ascii").ljust(RECORD_BYTES - 2) + b"\r\n"


@dataclass(frozen=True, slots=True)
class Customers:
    """The customer database: records of one sector each."""

    count: int

    def make(self) -> bytes:
        """Return the bytes."""
        return b"".join(customer(number) for number in range(self.count))


@dataclass(frozen=True, slots=True)
class Mails:
    """A mailbox as text, one mail after the other."""

    count: int

    def make(self) -> bytes:
        """Return the bytes."""
        return "".join(map(_mail, range(self.count))).encode("ascii")


def _mail(number: int) -> str:
    """Return one mail."""
    sender = FIRST_NAMES[number % len(FIRST_NAMES)].lower()
    return (
        f"From {sender}@customer{number * 71 % 3000:05d}.example\r\n"
        f"Subject: Order {20260000 + number}\r\n\r\n"
        f"Please send us {number % 90 + 10} boxes of paper by the end of the month.\r\n\r\n"
    )


@dataclass(frozen=True, slots=True)
class Noise:
    """Bytes without meaning, as a packed or scanned file has them."""

    seed: int
    count: int
    """Bytes."""

    def make(self) -> bytes:
        """Return the bytes."""
        return random.Random(self.seed).randbytes(self.count)  # noqa: S311 - filling, no secret


@dataclass(frozen=True, slots=True)
class Picture:
    """A sun over the sea, as a BMP of 24 bits."""

    width: int
    height: int
    height_of_sun: float
    """From 0 at the horizon to 1 at the top."""

    def _pixels(self) -> NDArray[np.uint8]:
        """Return the pixels as blue, green and red, the lowest row first."""
        horizon = self.height // 3
        # BMP counts rows from the bottom: the sea comes first.
        y, x = np.mgrid[: self.height, : self.width]
        blue, green, red = (np.empty((self.height, self.width)) for _ in range(3))
        sea = y < horizon
        waves = 20 * np.sin(x / 9 + 40 * np.sqrt(np.abs(horizon - y)))
        up = np.clip((y - horizon) / (self.height - horizon), 0, 1)
        blue[:] = np.where(sea, 120 + waves, 130 + 110 * up)
        green[:] = np.where(sea, 80 + waves, 150 + 20 * up)
        red[:] = np.where(sea, 30 + waves, 250 - 170 * up)
        middle = horizon + self.height_of_sun * (self.height - horizon)
        sun = ~sea & ((x - self.width * 0.6) ** 2 + (y - middle) ** 2 < (self.height / 10) ** 2)
        blue[sun], green[sun], red[sun] = 120, 230, 255
        return np.stack([blue, green, red], axis=-1).clip(0, 255).astype(np.uint8)

    def png(self) -> bytes:
        """Return the picture as PNG instead."""
        rows = self._pixels()[::-1, :, ::-1].reshape(self.height, self.width * 3)
        # Each row begins with how it was filtered: not at all.
        packed = zlib.compress(np.pad(rows, ((0, 0), (1, 0))).tobytes(), 9)
        shape = PNG_SHAPE.pack(self.width, self.height, 8, 2, 0, 0, 0)
        chunks = ((b"IHDR", shape), (b"IDAT", packed), (b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks)

    def make(self) -> bytes:
        """Return the bytes."""
        pixels = self._pixels()
        row = self.width * 3
        rows = np.zeros((self.height, -(-row // 4) * 4), dtype=np.uint8)
        rows[:, :row] = pixels.reshape(self.height, row)
        before = BMP_HEAD.size + BMP_SHAPE.size
        head = BMP_HEAD.pack(b"BM", before + rows.nbytes, 0, before)
        shape = BMP_SHAPE.pack(40, self.width, self.height, 1, 24, 0, rows.nbytes, 2835, 2835, 0, 0)
        return head + shape + rows.tobytes()


def _chunk(name: bytes, data: bytes) -> bytes:
    """Return a chunk of a PNG: length, name, data, checksum."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
