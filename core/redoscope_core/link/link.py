"""One link: a descriptor and its extents, end to end. It knows no other link."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from itertools import accumulate
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from redoscope_core.areas.areas import Areas, State
from redoscope_core.areas.end_to_end import EndToEnd
from redoscope_core.errors import NotAVmdk, VmdkError
from redoscope_core.files.file import DiskFile, storage_of
from redoscope_core.findings import Finding, Kind
from redoscope_core.leniency import Leniency
from redoscope_core.link.doubts import doubts_about
from redoscope_core.link.opening import Opening, describe, open_extents, text_in

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Self

    from redoscope_core.extents.contract import Extent
    from redoscope_core.extents.lookup import Answer
    from redoscope_core.format.descriptor import Descriptor
    from redoscope_core.format.sparse import SparseHeader
    from redoscope_core.link.change_track import ChangeTrack

__all__ = ["DEFAULT_GRAIN", "Link", "descriptor_of", "descriptor_text", "read_descriptor"]

DEFAULT_GRAIN = 128
"""Sectors per grain where no sparse extent says otherwise: 64 KiB."""


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
        self.parts = EndToEnd(extent.line.sectors for extent in extents)
        """Where the extents lie in the link."""
        self.capacity = descriptor.capacity
        """Sectors."""
        self.identity = descriptor_file.identity
        self.is_bare = False
        """Whether it is an extent without a descriptor, opened alone."""
        self.salvages = False
        """Whether it was opened to read what there is, in spite of what is missing or damaged."""
        self.children_made: list[Path] = []
        """Children made of this link since it was opened: from then on it is not written."""
        self._lock = threading.Lock()
        self._stored: Areas | None = None
        self._doubts: tuple[Finding, ...] | None = None

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        writable: bool = False,
        allowed: frozenset[Leniency] = frozenset(),
        places: Mapping[str, Path] | None = None,
    ) -> Self:
        """Open the link at *path*: a descriptor, or a sparse extent with one embedded.

        An extent that has no descriptor is opened alone and says so in its findings. *places* tells
        where files are that are not where the descriptor says, by the names that it has for them.

        Raises:
            VmdkError: One of its many kinds; the message names the file, the place and
                what was expected there.
        """
        path = Path(path)
        with ExitStack() as opened:
            file = opened.enter_context(DiskFile(path, writable=writable))
            try:
                how = Opening(opened, allowed, writable=writable, places=dict(places or {}))
                link = cls._opened(path, file, how)
            except VmdkError as error:
                if error.path is None:
                    error.path = path
                raise
            opened.pop_all()
            link.salvages = Leniency.SALVAGE in allowed
            return link

    @classmethod
    def _opened(cls, path: Path, file: DiskFile, how: Opening) -> Self:
        try:
            descriptor, header = describe(file)
        except NotAVmdk:
            from redoscope_core.link.bare import open_bare  # noqa: PLC0415 - few need it

            bare = open_bare(file, how)
            if bare is None:
                raise
            link = cls(path, *bare, file, None)
            link.is_bare = True
            return link
        extents = open_extents(descriptor, file, header, how)
        return cls(path, descriptor, extents, file, header)

    @property
    def disk_files(self) -> tuple[DiskFile, ...]:
        """The files that hold data, in the order that `Areas.file` counts."""
        return tuple(extent.file for extent in self.extents if extent.file is not None)

    @property
    def first_files(self) -> tuple[int, ...]:
        """For each extent how many of `disk_files` are those of the extents before it."""
        before = accumulate((extent.file is not None for extent in self.extents), initial=0)
        return tuple(before)[:-1]

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
        return sum(storage_of(path) for path in self.all_files)

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
    def findings(self) -> tuple[Finding, ...]:
        """What is odd about the link, as far as it has been read."""
        odd = (finding for extent in self.extents for finding in extent.findings)
        spelled = (finding for finding in map(_spelled_otherwise, self._named) if finding)
        all_of_them = (*self.descriptor.findings, *odd, *spelled, *self.findings_of_reading)
        return tuple(dict.fromkeys(finding.at(self.path) for finding in all_of_them))

    @property
    def _named(self) -> tuple[Extent, ...]:
        """The extents that were found by their names."""
        return () if self.header is not None or self.is_bare else self.extents

    @property
    def findings_of_reading(self) -> tuple[Finding, ...]:
        """Those of the findings that came to light only while the link was read."""
        own = (finding for extent in self.extents for finding in extent.findings_of_reading)
        return tuple(finding.at(self.path) for finding in (*self._doubts_of_tables(), *own))

    def _doubts_of_tables(self) -> tuple[Finding, ...]:
        """Return what the tables make one doubt, if they were read."""
        with self._lock:
            if self._doubts is None and self._stored is not None:
                try:
                    self._doubts = doubts_about(self.extents, self._split(self._stored))
                except VmdkError as error:
                    # What is compared with what is read can't be read itself.
                    if not self.salvages:
                        raise
                    self._doubts = (Finding.of_error(error),)
            return self._doubts or ()

    def _split(self, stored: Areas) -> list[Areas]:
        """Return *stored* for each extent by itself, as `_read_areas` put it together."""
        if len(self.extents) == 1:
            return [stored]
        parts = zip(self.parts.starts, self.extents, strict=True)
        return [
            stored.window(start, extent.line.sectors).moved(sectors=-start, file=0)
            for start, extent in parts
        ]

    @property
    def stored(self) -> Areas:
        """The areas this link stores: DATA, ZERO and UNREADABLE, as link 0. Read once."""
        with self._lock:
            if self._stored is None:
                self._stored = self._read_areas()
            return self._stored

    def _read_areas(self) -> Areas:
        own = [extent.areas() for extent in self.extents]
        columns = zip(own, self.starts, self.first_files, strict=True)
        return Areas.concatenate([a.moved(sectors=start, file=file) for a, start, file in columns])

    def forget_areas(self) -> None:
        """Read the tables again at the next question."""
        with self._lock:
            self._stored = None

    def change_areas(self, change: Callable[[Areas], Areas]) -> None:
        """Let what is known of the stored areas be what *change* makes of it; reads nothing."""
        with self._lock:
            if self._stored is not None:
                self._stored = change(self._stored)

    def areas(self, start: int = 0, count: int | None = None) -> Areas:
        """Return the areas of a window (all of the link by default), ABSENT ones included."""
        return self.stored.complete(start, self.capacity - start if count is None else count)

    def extent_at(self, sector: int) -> tuple[Extent, int]:
        """Return the extent that holds *sector*, and the sector counted from its first."""
        index, within = self.parts.at(sector)
        return self.extents[index], within

    def read_packed(self, buffer: memoryview, sector: int, place: int, known: memoryview) -> None:
        """Fill *buffer* from *sector* on; the area there is packed, its grain at byte *place*.

        *known* is what was read of the file from *place* on, as much as there is.
        """
        extent, within = self.extent_at(sector)
        extent.read_packed(buffer, within, place, known)

    @property
    def starts(self) -> tuple[int, ...]:
        """First sector of each extent."""
        return self.parts.starts

    def explain(self, sector: int) -> Answer:
        """Return this link's answer about *sector*; its `first_sector` is one of the disk."""
        extent, within = self.extent_at(sector)
        return extent.explain(within).moved(sector - within)

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

    @property
    def change_track(self) -> ChangeTrack | None:
        """The change tracking file that it names, looked at now; no byte is decided by it."""
        from redoscope_core.link.change_track import find_track  # noqa: PLC0415 - few have one

        return find_track(self.path, self.descriptor)

    @property
    def is_salvaged(self) -> bool:
        """Whether the grains of a stream were found by a walk, since its directory is lost."""
        return any(extent.is_salvaged for extent in self.extents)

    def close(self) -> None:
        """Close all files, and let go of what was read from them."""
        self.forget_areas()
        self.descriptor_file.close()
        for file in self.disk_files:
            file.close()

    def __enter__(self) -> Self:
        """Return the link."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close all files."""
        self.close()


def _spelled_otherwise(extent: Extent) -> Finding | None:
    name = PurePosixPath(extent.line.name or "").name
    if extent.file is None or extent.file.path.name == name:
        return None
    return Finding.of(Kind.SPELLED_OTHERWISE, file=extent.file.path.name, name=name)


def read_descriptor(file: DiskFile) -> Descriptor:
    """Return the descriptor in *file* without opening the extents it names.

    Raises:
        VmdkError: As `Link.open` does.
    """
    try:
        return describe(file)[0]
    except VmdkError as error:
        error.path = error.path or file.path
        raise


def descriptor_of(path: Path) -> Descriptor:
    """Return the descriptor of the link at *path*; the files that it names need not be there.

    Raises:
        VmdkError: There is none to read.
    """
    with DiskFile(path) as file:
        return read_descriptor(file)


def descriptor_text(path: Path) -> str:
    """Return the descriptor of the file at *path* as it stands, also where it can't be understood.

    Raises:
        VmdkError: The file can't be read.
    """
    with DiskFile(path) as file:
        return text_in(file)
