"""What tests of volumes share: images that other programs make, as volumes."""

from __future__ import annotations

import random
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from redoscope_core.errors import VmdkError
from redoscope_core.volumes.source import Volume

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = [
    "answers_or_refuses",
    "damaged",
    "empty",
    "judged",
    "printed",
    "volume_of",
    "volume_with",
]


def printed(*words: object, text: str | None = None, fine: int = 0) -> bytes:
    """Return what a program prints; skip the test if it is not there.

    A status up to *fine* is no failure of it.
    """
    name = str(words[0])
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed")
    done = subprocess.run(
        [str(word) for word in words],
        input=None if text is None else text.encode(),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert 0 <= done.returncode <= fine, done.stderr
    return done.stdout


def judged(*words: object, text: str | None = None, fine: int = 0) -> str:
    """Return what `printed` returns, as text."""
    return printed(*words, text=text, fine=fine).decode("utf-8", "replace")


def empty(path: Path, size: int) -> Path:
    """Return a file of zeros, *size* bytes long."""
    with path.open("wb") as file:
        file.truncate(size)
    return path


def volume_of(path: Path) -> Volume:
    """Return the volume whose bytes are those of a file."""
    return volume_with(path.read_bytes())


def volume_with(data: bytes) -> Volume:
    """Return the volume whose bytes are *data*; who reads past the end is caught."""

    def read(offset: int, count: int) -> bytes:
        assert 0 <= offset <= offset + count <= len(data)
        return data[offset : offset + count]

    return Volume(read, len(data))


def damaged(data: bytes, chance: random.Random, where: list[int]) -> bytes:
    """Return *data* with some bytes of the sectors *where* changed."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 2, 8, 64))):
        at = chance.choice(where) * 512 + chance.randrange(512)
        changed[at] = chance.choice((0, 0xFF, 0x80, chance.randrange(256)))
    return bytes(changed)


def answers_or_refuses(work: Callable[[Volume], object], data: bytes) -> bool:
    """Return whether *work* answers of the volume; if not, it must be by an error of ours."""
    try:
        work(volume_with(data))
    except VmdkError:
        return False
    return True
