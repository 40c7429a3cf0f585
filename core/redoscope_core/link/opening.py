"""Opening the extents that a descriptor names, each as what its own first bytes say it is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, TypeVar

from redoscope_core.errors import (
    CorruptVmdk,
    FileRefused,
    NotAVmdk,
    VmdkError,
    Wanted,
)
from redoscope_core.extents.contract import Extent
from redoscope_core.extents.recognise import FileKind, recognise
from redoscope_core.extents.sparse.extent import SparseExtent, tables_by_copies
from redoscope_core.files.file import DiskFile
from redoscope_core.files.names import Spellings, is_there, possible_names, real_path
from redoscope_core.format.data_name import DataName
from redoscope_core.format.descriptor import MAX_TEXT, Descriptor
from redoscope_core.format.extent_line import ELSEWHERE_TYPES, FLAT_TYPES, SPARSE_TYPES
from redoscope_core.format.signature import is_some_descriptor
from redoscope_core.format.sparse import SparseHeader
from redoscope_core.format.units import SECTOR
from redoscope_core.leniency import Leniency
from redoscope_core.phrases import quoted

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import ExitStack

    from redoscope_core.extents.sesparse.extent import SeSparseExtent
    from redoscope_core.format.cowd import CowdHeader
    from redoscope_core.format.extent_line import ExtentLine
    from redoscope_core.format.sesparse import SeSparseHeader

__all__ = [
    "Opening",
    "describe",
    "extents_beside",
    "has_embedded",
    "open_extents",
    "open_sparse",
    "read_header",
    "text_in",
]

_MAX_REPEATS = 16
_ENCRYPTED = "the disk is encrypted, and its key is not here"
_AT_HOME = "read it on the server or host that it belongs to, or clone it there"
"""What to do about an extent whose data lies elsewhere."""

Header = TypeVar("Header", SparseHeader, "CowdHeader", "SeSparseHeader")


@dataclass(frozen=True, slots=True)
class Opening:
    """How the files of a link are opened, and who closes them."""

    files: ExitStack
    allowed: frozenset[Leniency] = frozenset()
    writable: bool = False
    opened: dict[tuple[Path, bool], DiskFile] = field(default_factory=dict)
    """Files by name: many extents may lie in one."""
    places: dict[str, Path] = field(default_factory=dict)
    """Where the names of extents lead, once that is known."""
    refused: dict[str, FileRefused] = field(default_factory=dict)
    """Names that are not followed, if the link opens all the same."""
    spellings: Spellings = field(default_factory=Spellings)

    @property
    def salvages(self) -> bool:
        """Whether what can't be used is left out."""
        return Leniency.SALVAGE in self.allowed

    def file(self, path: Path, *, writable: bool) -> DiskFile:
        """Open *path*, or return it if it is open already."""
        key = (path, writable)
        if key not in self.opened:
            self.opened[key] = self.files.enter_context(DiskFile(path, writable=writable))
        return self.opened[key]


def describe(file: DiskFile) -> tuple[Descriptor, SparseHeader | None]:
    """Return the descriptor in *file*, and the header of the extent it is embedded in, if any.

    Raises:
        NotAVmdk: The file is none, or an extent without a descriptor of its own.
        VmdkError: It is damaged or of an unknown kind.
    """
    kind = recognise(file)
    if kind is FileKind.DESCRIPTOR:
        length = min(file.file_bytes, MAX_TEXT + 1)
        return Descriptor.parse(file.read_at(0, length, what="the descriptor")), None
    if kind is FileKind.SPARSE:
        header = read_header(file, SparseHeader)
        return Descriptor.parse(_embedded(file, header), embedded=True), header
    raise _bare(kind.value)


def _bare(kind: str) -> NotAVmdk:
    return NotAVmdk(
        f"{kind} without a descriptor of its own",
        cure="open the descriptor that names it (a small .vmdk file beside it)",
    )


def _embedded(file: DiskFile, header: SparseHeader) -> bytes:
    text = _embedded_text(file, header)
    if text:
        return text
    # qemu keeps room for a descriptor in the pieces of split disks too, and leaves it empty.
    named = DataName.of(file.path.stem)
    if not header.descriptor_offset or (named is not None and named.number is not None):
        raise _bare("a piece of a split disk,")
    raise NotAVmdk(
        "an extent whose embedded descriptor is lost: its place holds nothing of one",
        where="the embedded descriptor",
        offset=header.descriptor_offset * SECTOR,
        cure="look at its data alone, or put the text back from another copy of the file",
    )


def _embedded_text(file: DiskFile, header: SparseHeader) -> bytes:
    """Return the embedded descriptor; empty if there is none or all of it was overwritten."""
    if not header.descriptor_offset:
        return b""
    start, length = header.descriptor_offset * SECTOR, header.descriptor_size * SECTOR
    text = file.read_at(start, length, what="the embedded descriptor").rstrip(b"\0")
    return text if is_some_descriptor(text) else b""


def text_in(file: DiskFile) -> str:
    """Return the descriptor in *file* as it stands, whatever is wrong with it; empty if none.

    It is for eyes alone: what is no character of UTF-8 is spelled out.
    """
    data = b""
    try:
        kind = recognise(file)
        if kind is FileKind.SPARSE:
            data = _embedded_text(file, read_header(file, SparseHeader))
    except VmdkError:
        kind = None
    if kind in {None, FileKind.DESCRIPTOR}:
        data = file.read_at(0, min(file.file_bytes, MAX_TEXT), what="the descriptor")
        data = data if kind is FileKind.DESCRIPTOR or is_some_descriptor(data) else b""
    return data.rstrip(b"\0").decode("utf-8", "backslashreplace")


def has_embedded(file: DiskFile) -> bool:
    """Tell whether the hosted sparse extent in *file* has a descriptor embedded."""
    return bool(_embedded_text(file, read_header(file, SparseHeader)))


def extents_beside(file: DiskFile) -> tuple[Path, ...]:
    """Return the files that the descriptor in *file* names as its extents and that are there.

    Names count exactly as they are written, and in its own folder or below it alone: another
    spelling, once one of the files is gone, might be a file of somebody else.
    """
    descriptor, header = describe(file)
    if header is not None:
        return ()
    folder, found = real_path(file.path).parent, []
    for line in descriptor.extents:
        if line.name is None or not _is_opened(line):
            continue
        places = [folder / name for name in possible_names(line.name, descriptor.codec)]
        place = next((place for place in places if is_there(place)), None)
        if place is not None and real_path(place).is_relative_to(folder):
            found.append(place)
    return tuple(dict.fromkeys(found))


def read_header(file: DiskFile, kind: type[Header]) -> Header:
    """Return the header, of *kind*, that *file* begins with."""
    length = min(kind.LAYOUT.size, file.file_bytes)
    try:
        data = file.read_at(0, length, what="the header")
        return kind.unpack(data, file_bytes=file.file_bytes)
    except VmdkError as error:
        error.path = file.path
        raise


def open_extents(
    descriptor: Descriptor, file: DiskFile, header: SparseHeader | None, how: Opening
) -> tuple[Extent, ...]:
    """Open the extents of *descriptor*, which is in *file*, embedded if there is a *header*."""
    if descriptor.is_encrypted:
        cure = "open it in the program that has the key, and clone it there without encryption"
        return tuple(_elsewhere(line, _ENCRYPTED, cure) for line in descriptor.extents)
    if header is None:
        _refuse_missing(file.path, descriptor, how)
        extents = tuple(
            _usable(line, partial(_open_extent, line, how), how) for line in descriptor.extents
        )
        _refuse_repeats(file.path, extents)
        return extents
    if len(descriptor.extents) != 1 or descriptor.extents[0].type != "SPARSE":
        raise CorruptVmdk(
            "an embedded descriptor that names other extents than its own file",
            where="the extent description",
            found=f"{len(descriptor.extents)} extents, the first {descriptor.extents[0].type}",
            expected="one SPARSE extent",
        )
    # The file name in an embedded descriptor is often false; the file is itself.
    line = descriptor.extents[0]
    return (_usable(line, partial(_hosted, file, header, line, how.allowed), how),)


def _usable(line: ExtentLine, opened: Callable[[], Extent], how: Opening) -> Extent:
    """Return the extent of *line* as *opened*; by salvage one that is lost if that fails."""
    if not how.salvages:
        return opened()
    from redoscope_core.link.lost import opened_or_lost  # noqa: PLC0415 - few salvage

    return opened_or_lost(line, opened)


def _refuse_missing(path: Path, descriptor: Descriptor, how: Opening) -> None:
    """Find all files that *descriptor* names, and tell at once which are not there."""
    missing: dict[str, Wanted] = {}
    for line in descriptor.extents:
        if line.name is None or line.name in how.places or not _is_opened(line):
            continue
        names = possible_names(line.name, descriptor.codec)
        try:
            place = how.places[line.name] = _extent_path(path, names, how)
        except FileRefused as refused:
            if not how.salvages:
                raise
            how.refused[line.name] = refused
            continue
        if _is_absent(place):
            end = (line.sectors + (line.offset or 0)) * SECTOR if line.type in FLAT_TYPES else None
            missing[line.name] = Wanted(place, line.name, line.sectors, end)
    if missing:
        from redoscope_core.link.missing import files_missing  # noqa: PLC0415 - seldom

        raise files_missing(path, descriptor, tuple(missing.values()))


def _is_absent(path: Path) -> bool:
    """Tell whether nothing has the name *path*; False if that can't be known."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):
        pass
    return False


def _is_opened(line: ExtentLine) -> bool:
    """Tell whether the data of *line* is in a file that is opened."""
    return line.name is not None and line.elsewhere is None and line.access != "NOACCESS"


def _refuse_repeats(path: Path, extents: tuple[Extent, ...]) -> None:
    """Refuse one sparse file under many names: each would cost its tables anew."""
    named = Counter(e.file for e in extents if e.file is not None and e.grain_size is not None)
    for file, times in named.most_common(1):
        if times > _MAX_REPEATS:
            raise CorruptVmdk(
                f"one sparse extent file, {file.path.name}, is named again and again",
                path=path,
                where="the extent description",
                found=f"{times} times",
                expected=f"at most {_MAX_REPEATS}",
            )


def _flat(line: ExtentLine, file: DiskFile | None) -> Extent:
    from redoscope_core.extents.flat import FlatExtent  # noqa: PLC0415 - sparse disks have none

    return FlatExtent(line, file)


def _open_extent(line: ExtentLine, how: Opening) -> Extent:
    if line.name is None:
        from redoscope_core.extents.zero import ZeroExtent  # noqa: PLC0415 - few extents are

        return ZeroExtent(line)
    if line.type not in ELSEWHERE_TYPES and line.access == "NOACCESS":
        return _flat(line, None)
    if line.elsewhere is not None:
        return _elsewhere(line, line.elsewhere)
    if line.name in how.refused:
        raise how.refused[line.name]
    path = how.places[line.name]
    file = how.file(path, writable=how.writable and line.access == "RW")
    if line.type in FLAT_TYPES:
        return _flat(line, file)
    return open_sparse(file, line, how.allowed)


def _elsewhere(line: ExtentLine, reason: str, cure: str = _AT_HOME) -> Extent:
    from redoscope_core.extents.elsewhere import ElsewhereExtent  # noqa: PLC0415 - few extents are

    return ElsewhereExtent(line, reason, cure)


def open_sparse(
    file: DiskFile, line: ExtentLine, allowed: frozenset[Leniency] = frozenset()
) -> SparseExtent | SeSparseExtent:
    """Return the sparse extent in *file*, by what the file is: lines name wrong types too.

    The rarer kinds are imported when one is met: a small command would wait for each of them.
    """
    kind, salvages = recognise(file), Leniency.SALVAGE in allowed
    if kind is FileKind.SPARSE:
        return _hosted(file, read_header(file, SparseHeader), line, allowed)
    if kind is FileKind.COWD:
        from redoscope_core.extents.cowd.extent import CowdExtent  # noqa: PLC0415 - as said
        from redoscope_core.format.cowd import CowdHeader  # noqa: PLC0415 - as said

        cowd = read_header(file, CowdHeader)
        _refuse_short(file, line, cowd.capacity)
        return CowdExtent(line, file, cowd, salvages)
    if kind is FileKind.SESPARSE:
        from redoscope_core.extents.sesparse.extent import open_sesparse  # noqa: PLC0415 - as said
        from redoscope_core.format.sesparse import SeSparseHeader  # noqa: PLC0415 - as said

        header = read_header(file, SeSparseHeader)
        _refuse_short(file, line, header.capacity, offset=16)
        unreplayed = Leniency.DIRTY_JOURNAL in allowed
        return open_sesparse(line, file, header, unreplayed=unreplayed, salvages=salvages)
    raise NotAVmdk(
        "not a sparse extent",
        path=file.path,
        found=kind.value,
        expected=f"a file of the kind {' or '.join(sorted(SPARSE_TYPES))}",
    )


def _hosted(
    file: DiskFile, header: SparseHeader, line: ExtentLine, allowed: frozenset[Leniency]
) -> SparseExtent:
    _refuse_short(file, line, header.capacity)
    salvages = Leniency.SALVAGE in allowed
    if header.is_packed:
        from redoscope_core.extents.stream.extent import open_stream  # noqa: PLC0415 - few are streams

        by_copies = Leniency.REDUNDANT in allowed
        return open_stream(line, file, header, by_copies=by_copies, salvages=salvages)
    redundant = tables_by_copies(file, header) if Leniency.REDUNDANT in allowed else None
    return SparseExtent(line, file, header, salvages, redundant=redundant)


def _refuse_short(file: DiskFile, line: ExtentLine, capacity: int, *, offset: int = 12) -> None:
    if line.sectors > capacity:
        raise CorruptVmdk(
            "the extent line says more sectors than the extent has",
            path=file.path,
            where="header field capacity",
            offset=offset,
            found=f"{capacity} sectors",
            expected=f"at least the {line.sectors} of the descriptor",
        )


def _extent_path(descriptor: Path, names: tuple[str, ...], how: Opening) -> Path:
    """Return where the extent is; its name may not lead out of the descriptor's folder."""
    folder = descriptor.parent
    parts = PurePosixPath(names[0])
    outside = Leniency.OUTSIDE in how.allowed
    leads_away = parts.is_absolute() or ".." in parts.parts
    path = next((folder / name for name in names if is_there(folder / name)), folder / names[0])
    if not is_there(path) and descriptor.is_symlink():
        # The extents of a descriptor that is reached by a link lie beside the descriptor.
        real = (real_path(descriptor).parent / name for name in names)
        path = next((place for place in real if is_there(place)), path)
    if not is_there(path) and (outside or not leads_away):
        path = how.spellings.find(path) or path
    # A whole way there is one of another machine, if nothing is at its end.
    if outside or not (is_there(path) or ".." in parts.parts):
        return path
    roots = (real_path(folder), real_path(descriptor).parent)
    if not any(real_path(path).is_relative_to(root) for root in roots):
        refused = FileRefused(
            "an extent outside the folder of its descriptor",
            path=descriptor,
            where="the extent description",
            found=quoted(names[0]),
            expected="a file beside the descriptor",
            cure="copy or move the file there",
        )
        refused.leniency, refused.outside = Leniency.OUTSIDE, path
        raise refused
    return path
