"""Write selected bytes in the form in which they are copied."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from redoscope_core import SECTOR, Progress
from redoscope_gui.copy_forms import PIECE, CopyForm, Selected, copied, head, piece, tail
from redoscope_gui.requests.own_chain import own_chain

if TYPE_CHECKING:
    from redoscope_core import Chain, Policy

__all__ = ["BytesWritten", "WriteBytes", "WriteManyBytes"]


@dataclass(frozen=True, slots=True)
class BytesWritten:
    """Selected bytes as a text."""

    of: Selected
    text: str


@dataclass(frozen=True, slots=True)
class WriteBytes:
    """Write *of*, few bytes of the generation that *chain* ends with, in *form*."""

    chain: Chain
    of: Selected
    form: CopyForm
    encoding: str

    def run(self) -> BytesWritten:
        """Return the text.

        Raises:
            VmdkError: Some of it can't be read, or is asked of a parent that is not shown.
        """
        data = b"" if self.form is CopyForm.SECTORS else bytes_of(self.chain, self.of)
        return BytesWritten(self.of, copied(data, self.form, self.of, self.encoding))


@dataclass(frozen=True, slots=True)
class WriteManyBytes:
    """Write *of*, many bytes of the disk as it reads at link *path*, in *form*."""

    path: Path
    policy: Policy
    joined: tuple[Path, Path] | None
    of: Selected
    form: CopyForm
    encoding: str

    def run(self) -> Generator[Progress, None, BytesWritten]:
        """Yield the progress in bytes; return the text.

        Raises:
            VmdkError: Some of it can't be read.
        """
        of = self.of
        parts = [head(self.form, of)]
        with own_chain(self.path, of.generation, self.policy, self.joined) as chain:
            for at in range(0, of.length, PIECE):
                some = Selected(of.disk, of.generation, of.offset + at, min(PIECE, of.length - at))
                parts.append(piece(bytes_of(chain, some), self.form, of, at, self.encoding))
                yield Progress(at + some.length, of.length, "copying")
        return BytesWritten(of, "".join([*parts, tail(self.form)]))


def bytes_of(chain: Chain, of: Selected) -> bytes:
    """Return the bytes of selection *of* of the generation that *chain* ends with.

    Raises:
        VmdkError: Some of it can't be read, or is asked of a parent that is not shown.
    """
    first = of.offset // SECTOR
    count = -(-(of.offset + of.length) // SECTOR) - first
    start = of.offset - first * SECTOR
    return chain.read(first, count)[start : start + of.length]
