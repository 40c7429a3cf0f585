"""The bytes that a file has in a generation, as far as somebody wants to look at them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from redoscope_core.operations.attributing.side import Side
from redoscope_core.operations.exporting.contents import WhyLeft, contents_of
from redoscope_core.operations.exporting.stream_bytes import StreamUnreadable, pieces_of_stream
from redoscope_core.operations.history.following import path_in
from redoscope_core.progress import Progress, Unit

if TYPE_CHECKING:
    from collections.abc import Generator

    from redoscope_core.chain.chain import Chain
    from redoscope_core.operations.history.moments import FileMoment

__all__ = ["ContentRead", "read_content"]


class ContentRead(NamedTuple):
    """The first bytes of a stream."""

    size: int
    """Bytes of all of it."""
    data: bytes
    """From its beginning on; none if any of them is not known."""
    why: WhyLeft | None = None
    """Why there are none."""
    detail: str = ""
    """What reading them said."""


def read_content(
    chain: Chain, moment: FileMoment, stream: bytes = b"", most: int = 2**23
) -> Generator[Progress, None, ContentRead | None]:
    """Read up to *most* bytes of a *stream* of a file, as generation *moment* of *chain* has it.

    *moment* is one of a history of that file. None if the file, or such a stream, is not there.
    What can't be read is told, never filled with zeros.
    """
    examined = moment.examined
    if examined is None or examined.index is None or moment.path is None:
        return None
    side = Side(chain.up_to(moment.generation), examined.volume, examined.index)
    path = path_in(side, moment.path)
    rows = {} if path is None else side.streams(side.node(path))
    if stream not in rows:
        return None
    contents = contents_of(side, rows[stream])
    if contents.why is not None:
        return ContentRead(contents.size, b"", contents.why)
    wanted, data = min(contents.size, most), bytearray()
    try:
        for piece in pieces_of_stream(side.chain, side.volume, contents):
            data += piece.data[: wanted - len(data)]
            if len(data) >= wanted:
                break
            yield Progress(len(data), wanted, "reading", Unit.BYTES)
    except StreamUnreadable as stop:
        return ContentRead(contents.size, b"", WhyLeft.UNREADABLE, str(stop.error))
    return ContentRead(contents.size, bytes(data))
