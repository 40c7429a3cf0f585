"""Digest of selected bytes: any offset, any length, zeros known and not read."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from redoscope_core.operations.examining.digest import hasher
from redoscope_core.operations.walking.selected import held_in, selected_pieces
from redoscope_core.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Generator

    from redoscope_core.chain.chain import Chain

__all__ = ["SelectedDigest", "digest_selected"]

_STEP = 2**24
"""Bytes after which progress is shown and hashing may be stopped: about 10 ms."""


@dataclass(frozen=True, slots=True)
class SelectedDigest:
    """The hash of selected bytes."""

    algorithm: str
    hexadecimal: str
    offset: int
    length: int


def digest_selected(
    chain: Chain, offset: int, length: int, algorithm: str = "sha256"
) -> Generator[Progress, None, SelectedDigest]:
    """Hash *length* bytes of *chain* from byte *offset* on; what nobody stores counts as zeros.

    Raises:
        InvalidArgument: The algorithm is unknown.
        OutOfRange: They leave the disk.
        VmdkError: A sector can't be read.
    """
    hashed = hasher(algorithm)
    shown = offset
    held = yield from held_in(chain, offset, length)
    with closing(selected_pieces(chain, held, offset, length)) as pieces:
        for at, data, _ in pieces:
            hashed.update(data)
            if at - shown >= _STEP:
                shown = at
                yield Progress(at - offset, length, "hashing")
    return SelectedDigest(algorithm, hashed.hexdigest(), offset, length)
