"""One link: a descriptor and its extents, end to end. It knows no other link."""

from __future__ import annotations

import threading
from bisect import bisect_right
from contextlib import ExitStack
from itertools import accumulate
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from redoscope_core.errors import CorruptVmdk, FileRefused, NotAVmdk, VmdkError
from redoscope_core.format.descriptor import MAX_TEXT, Descriptor
from redoscope_core.format.extent_line import FLAT_TYPES
from redoscope_core.format.sparse import SparseHeader
from redoscope_core.format.units import SECTOR
from redoscope_core.link.areas import Areas, State
from redoscope_core.link.extents import Extent, FlatExtent, SparseExtent, ZeroExtent
from redoscope_core.link.file import DiskFile
from redoscope_core.link.names import is_there, real_path
from redoscope_core.link.recognise import FileKind, recognise
from redoscope_core.link.stream_extent import StreamExtent, open_stream

if TYPE_CHECKING:
    from typing import Self

    from redoscope_core.format.extent_line import ExtentLine
    from redoscope_core.link.lookup import LookupStep

__all__ = ["DEFAULT_GRAIN", "Link", "read_descriptor"]

DEFAULT_GRAIN = 128
"""Sectors per grain where no sparse extent says otherwise: 64 KiB."""
_SHARED = (
    "two grain table entries lead to the same place of the file;"
    " one of them shows bytes that are not its own"
)


class Link:
    """A descriptor and its extents, opened. Reading from any thread is safe."""

    def __init__(
        self,
        path: Path,
        descriptor: Descriptor,
        extents: tuple[Extent, ...],
        descriptor_file: DiskFile,
        header: SparseHeader | None,
    ) -> None:
        """Hold what `open` found; *header* is set if the descriptor is embedded."""
        self.path = path
        self.descriptor = descriptor
        self.extents = extents
        self.descriptor_file = descriptor_file
        self.header = header
        self.starts = (0, *accumulate(extent.line.sectors for extent in extents[:-1]))
        """First sector of each extent."""
        self.capacity = descriptor.capacity
        """Sectors."""
        self.identity = descriptor_file.identity
        self.children_made: list[Path] = []
        """Children made of this link since it was opened: from then on it is not written."""
        self._lock = threading.Lock()
        self._stored: Areas | None = None
        self._doubts: tuple[str, ...] = ()

    @classmethod
    def open(cls, path: Path, *, writable: bool = False) -> Self:
        """Open the link at *path*: a descriptor, or a sparse extent with one embedded.

        Raises:
            VmdkError: One of its many kinds; the message names the file, the place and
                what was expected there.
        """
        path = Path(path)
        with ExitStack() as opened:
            file = opened.enter_context(DiskFile(path, writable=writable))
            try:
                descriptor, header = _describe(file)
                if header is not None:
                    extents = _embedded_extent(file, header, descriptor)
                else:
                    extents = tuple(
                        _open_extent(path, line, writable, opened) for line in descriptor.extents
                    )
            except VmdkError as error:
                if error.path is None:
                    error.path = path
                raise
            opened.pop_all()
            return cls(path, descriptor, extents, file, header)

    @property
    def disk_files(self) -> tuple[DiskFile, ...]:
        """The files that hold data, in the order that `Areas.file` counts."""
        return tuple(extent.file for extent in self.extents if extent.file is not None)

    @property
    def files(self) -> tuple[Path, ...]:
        """The paths of `disk_files`."""
        return tuple(file.path for file in self.disk_files)

    @property
    def all_files(self) -> tuple[Path, ...]:
        """Every file of the link, a descriptor of its own first, each once."""
        return tuple(dict.fromkeys((self.path, *self.files)))

    @property
    def stored_bytes(self) -> int:
        """Bytes that the link's files take on the storage, holes not counted."""
        return sum(path.stat().st_blocks * SECTOR for path in self.all_files)

    @property
    def is_child(self) -> bool:
        """Whether the link has a parent."""
        return self.descriptor.is_child

    @property
    def grain_size(self) -> int:
        """Sectors of the smallest grain of the link's sparse extents."""
        sizes = [e.grain_size for e in self.extents if e.grain_size is not None]
        return min(sizes, default=DEFAULT_GRAIN)

    @property
    def notes(self) -> tuple[str, ...]:
        """What is odd about the link but no fault, in plain words."""
        odd = (note for extent in self.extents for note in extent.notes)
        return tuple(dict.fromkeys((*self.descriptor.notes, *odd, *self.remarks)))

    @property
    def remarks(self) -> tuple[str, ...]:
        """Those of the notes that came to light only while the link was read."""
        streams = (extent for extent in self.extents if isinstance(extent, StreamExtent))
        return (*self._doubts, *(remark for extent in streams for remark in extent.remarks))

    @property
    def stored(self) -> Areas:
        """The areas this link stores: DATA, ZERO and UNREADABLE, as link 0. Read once."""
        with self._lock:
            if self._stored is None:
                self._stored = self._read_areas()
            return self._stored

    def _read_areas(self) -> Areas:
        parts = []
        file_index = 0
        for start, extent in zip(self.starts, self.extents, strict=True):
            parts.append(extent.areas().moved(sectors=start, file=file_index))
            file_index += extent.file is not None
        areas = Areas.concatenate(parts)
        if areas.has_shared_bytes():
            self._doubts = (_SHARED,)
        return areas

    def forget_areas(self) -> None:
        """Read the tables again at the next question; for the writer, after a change."""
        with self._lock:
            self._stored = None

    def areas(self, start: int = 0, count: int | None = None) -> Areas:
        """Return the areas of a window (all of the link by default), ABSENT ones included."""
        return self.stored.complete(start, self.capacity - start if count is None else count)

    def extent_at(self, sector: int) -> tuple[Extent, int]:
        """Return the extent that holds *sector*, and the sector counted from its first."""
        index = bisect_right(self.starts, sector) - 1
        return self.extents[index], sector - self.starts[index]

    def read_packed(self, buffer: memoryview, sector: int, place: int) -> None:
        """Fill *buffer* from *sector* on; the area there is packed, its grain at byte *place*."""
        extent, within = self.extent_at(sector)
        if isinstance(extent, StreamExtent):
            extent.read_packed(buffer, within, place)

    def explain(self, sector: int, step: LookupStep) -> LookupStep:
        """Return *step* with this link's answer about *sector*."""
        extent, within = self.extent_at(sector)
        return extent.explain(within, step)

    def unreadable(self, sector: int) -> VmdkError:
        """Return the error that tells why *sector* of this link can't be read."""
        extent, within = self.extent_at(sector)
        error = extent.unreadable(within)
        error.path = error.path or self.path
        return error

    @property
    def is_damaged(self) -> bool:
        """Whether some stored area can't be read."""
        return bool((self.stored.state == State.UNREADABLE).any())

    def close(self) -> None:
        """Close all files."""
        self.descriptor_file.close()
        for file in self.disk_files:
            file.close()

    def __enter__(self) -> Self:
        """Return the link."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close all files."""
        self.close()


def read_descriptor(file: DiskFile) -> Descriptor:
    """Return the descriptor in *file* without opening the extents it names.

    Raises:
        VmdkError: As `Link.open` does.
    """
    try:
        return _describe(file)[0]
    except VmdkError as error:
        error.path = error.path or file.path
        raise


def _describe(file: DiskFile) -> tuple[Descriptor, SparseHeader | None]:
    if recognise(file) is FileKind.SPARSE:
        header = _header(file)
        return _embedded(file, header), header
    length = min(file.file_bytes, MAX_TEXT + 1)
    return Descriptor.parse(file.read_at(0, length, what="the descriptor")), None


def _header(file: DiskFile) -> SparseHeader:
    length = min(SparseHeader.LAYOUT.size, file.file_bytes)
    try:
        return SparseHeader.unpack(
            file.read_at(0, length, what="the header"), file_bytes=file.file_bytes
        )
    except VmdkError as error:
        error.path = file.path
        raise


def _embedded(file: DiskFile, header: SparseHeader) -> Descriptor:
    text = b""
    if header.descriptor_offset:
        text = file.read_at(
            header.descriptor_offset * SECTOR,
            header.descriptor_size * SECTOR,
            what="the embedded descriptor",
        )
    if not text.strip(b"\0"):
        raise NotAVmdk(
            "a piece of a split disk, without a descriptor of its own",
            cure="open the descriptor that names it (a small .vmdk file beside it)",
        )
    return Descriptor.parse(text)


def _embedded_extent(
    file: DiskFile, header: SparseHeader, descriptor: Descriptor
) -> tuple[Extent, ...]:
    if len(descriptor.extents) != 1 or descriptor.extents[0].type != "SPARSE":
        raise CorruptVmdk(
            "an embedded descriptor that names other extents than its own file",
            where="the extent description",
            found=f"{len(descriptor.extents)} extents, the first {descriptor.extents[0].type}",
            expected="one SPARSE extent",
        )
    # The file name in an embedded descriptor is often false; the file is itself.
    return (_sparse(file, header, descriptor.extents[0]),)


def _sparse(file: DiskFile, header: SparseHeader, line: ExtentLine) -> SparseExtent:
    if line.sectors > header.capacity:
        raise CorruptVmdk(
            "the extent line says more sectors than the extent has",
            path=file.path,
            where="header field capacity",
            offset=12,
            found=f"{header.capacity} sectors",
            expected=f"at least the {line.sectors} of the descriptor",
        )
    return open_stream(line, file, header) if header.is_packed else SparseExtent(line, file, header)


def _open_extent(descriptor: Path, line: ExtentLine, writable: bool, opened: ExitStack) -> Extent:  # noqa: FBT001
    if line.name is None:
        return ZeroExtent(line)
    path = _extent_path(descriptor, line.name)
    if line.access == "NOACCESS":
        return FlatExtent(line, None)
    file = opened.enter_context(DiskFile(path, writable=writable and line.access == "RW"))
    if line.type in FLAT_TYPES:
        return FlatExtent(line, file)
    if recognise(file) is not FileKind.SPARSE:
        raise NotAVmdk("not a sparse extent", path=path, expected="a file beginning 'KDMV'")
    return _sparse(file, _header(file), line)


def _extent_path(descriptor: Path, name: str) -> Path:
    """Return where the extent is; a name may not lead out of the descriptor's folder."""
    parts = PurePosixPath(name)
    folder = descriptor.parent
    path = folder / name
    outside = parts.is_absolute() or ".." in parts.parts
    if not outside and is_there(path):
        outside = not real_path(path).is_relative_to(real_path(descriptor).parent) and not (
            real_path(path).is_relative_to(real_path(folder))
        )
    if outside:
        raise FileRefused(
            "an extent outside the folder of its descriptor",
            path=descriptor,
            where="the extent description",
            found=repr(name),
            expected="a file beside the descriptor",
            cure="copy or move the file there if it really belongs to this disk",
        )
    return path
