"""Bodyfile: the files of volumes with their times, as The Sleuth Kit's mactime reads them.

    MD5|name|inode|mode|UID|GID|size|atime|mtime|ctime|crtime        times in seconds since 1970

A name is that of the link, the number of the partition and the path, so that the lines of several
generations can be sorted together.
"""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.chain.outputs import chosen_output
from redoscope_core.errors import printable
from redoscope_core.files.new_file import NewFiles
from redoscope_core.operations.attributing.listing import shown_name
from redoscope_core.progress import Progress, Unit
from redoscope_core.volumes.holding import Holding
from redoscope_core.volumes.index import NOTHING, NodeKind, StreamKind

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence
    from pathlib import Path

    from redoscope_core.chain.chain import Chain
    from redoscope_core.files.file import DiskFile
    from redoscope_core.operations.attributing.indexing import Examining
    from redoscope_core.volumes.index import FileNames, Nodes, VolumeIndex

__all__ = ["bodyfile_lines", "save_bodyfile"]

_LINES = 10_000
"""Lines that are held at once."""
_SECOND = 10**9
_INDEX = 160
"""Attribute of NTFS with most of a large directory, whose root has the line."""
_TIMES = ("atime", "mtime", "ctime", "crtime")
_LETTERS = {
    NodeKind.FILE: "r",
    NodeKind.DIRECTORY: "d",
    NodeKind.LINK: "l",
    NodeKind.INTERNAL: "r",
}
_SPECIAL = {
    stat.S_IFIFO: "p",
    stat.S_IFCHR: "c",
    stat.S_IFBLK: "b",
    stat.S_IFSOCK: "h",
}
"""As The Sleuth Kit has it: s would be a shadow."""
_FATS = frozenset({Holding.FAT12, Holding.FAT16, Holding.FAT32, Holding.EXFAT})


def bodyfile_lines(
    chain: Chain, volumes: Sequence[Examining], *, deleted: bool = False
) -> Iterator[str]:
    """Yield lines for *volumes* of *chain*, without their ends; of *deleted* files only if asked.

    Of NTFS each stream has a line, and so have the times beside the name where `examine` was asked
    for them. Of a deleted name whose inode is somebody else's now no inode and no time is told.
    """
    for each in volumes:
        if each.index is not None:
            number = each.volume.number
            place = "" if number is None else f":{number}"
            yield from _Volume(each.index, each.volume.holding, f"{chain.path.name}{place}").lines(
                deleted=deleted
            )


def save_bodyfile(
    chain: Chain,
    volumes: Sequence[Examining],
    path: Path,
    *,
    deleted: bool = False,
    force: bool = False,
) -> Generator[Progress, None, int]:
    """Save the lines of `bodyfile_lines` as *path*, which appears whole; return how many.

    Raises:
        AlreadyExists: The name is taken, and *force* does not say that it may be replaced.
        FileRefused: It is a disk, a piece of one, or nothing that a file could replace.
        VmdkError: It can't be written.
    """
    target = chosen_output(path, force=force, chains=[chain])
    total = sum(len(each.index.entries) for each in volumes if each.index is not None)
    count = place = 0
    held: list[str] = []
    with NewFiles([target], like=chain.all_files, replace=force) as (file,):
        for line in bodyfile_lines(chain, volumes, deleted=deleted):
            held.append(line)
            if len(held) == _LINES:
                place, count = _written(file, place, held), count + len(held)
                held = []
                yield Progress(min(count, total), total, "writing the bodyfile", Unit.STEPS)
        _written(file, place, held)
    return count + len(held)


def _written(file: DiskFile, place: int, lines: list[str]) -> int:
    """Write *lines* at byte *place* of *file*, and return the byte behind them."""
    raw = "".join(f"{line}\n" for line in lines).encode()
    file.write_at(place, raw)
    return place + len(raw)


def _spelled(text: str) -> str:
    """Return a name without anything that ends a field or a line, or speaks to a terminal."""
    return printable(text).replace("|", "\\x7c")


class _Volume:
    """The lines of one volume."""

    def __init__(self, index: VolumeIndex, holding: Holding, prefix: str) -> None:
        self._index, self._is_ntfs, self._prefix = index, holding is Holding.NTFS, prefix
        self._is_fat = holding in _FATS
        nodes, streams = index.nodes, index.streams
        self._times = _seconds(nodes)
        self._owners = [nodes.user.tolist(), nodes.group.tolist()]
        self._size = np.zeros(len(nodes), np.int64)
        np.maximum.at(self._size, streams.node, streams.size)
        # Streams come node after node, and so do the times beside names.
        self._first = np.searchsorted(streams.node, np.arange(len(nodes) + 1)).tolist()
        named = index.named
        self._first_name = np.searchsorted(named.node, np.arange(len(nodes) + 1)).tolist()
        self._name_times = _seconds(named)

    def lines(self, *, deleted: bool) -> Iterator[str]:
        """Yield the lines of all names, those that are *deleted* only if asked for."""
        entries = self._index.entries
        for entry, path in enumerate(self._index.paths()):
            node, gone = int(entries.node[entry]), bool(entries.deleted[entry])
            if not entry or (gone and not deleted) or (node == NOTHING and not gone):
                continue
            name = f"{self._prefix}{shown_name(path)}"
            if node == NOTHING:
                yield f"0|{_spelled(name)} (deleted)|0|-/----------|0|0|0|0|0|0|0"
            elif self._index.nodes.kind[node] != NodeKind.MADE_UP:
                yield from self._of(node, name, gone=gone)

    def _of(self, node: int, name: str, *, gone: bool) -> Iterator[str]:
        """Yield the lines of one name of *node*."""
        number = int(self._index.nodes.number[node])
        head = f"{self._mode(node, gone=gone)}|{self._owners[0][node]}|{self._owners[1][node]}"
        mark = " (deleted)" if gone else ""
        times = self._times[node]
        for row in range(self._first_name[node], self._first_name[node + 1]):
            named = self._index.named
            inode = f"{number}-48-{named.attribute_id[row]}"
            told = f"{_spelled(name)} ($FILE_NAME){mark}|{inode}|{head}|{named.size[row]}"
            yield f"0|{told}|{self._name_times[row]}"
        if not self._is_ntfs or self._index.nodes.kind[node] == NodeKind.INTERNAL:
            shown = _spelled(f"{name}{self._target(node)}")
            yield f"0|{shown}{mark}|{number}|{head}|{self._size[node]}|{times}"
            return
        streams = self._index.streams
        for row in range(self._first[node], self._first[node + 1]):
            kind = streams.kind[row]
            if kind == StreamKind.SYSTEM or streams.attribute[row] == _INDEX:
                continue
            other = f":{shown_name(self._index.stream_name(row))}"
            shown = _spelled(name + (other if kind == StreamKind.NAMED else ""))
            inode = f"{number}-{streams.attribute[row]}-{streams.attribute_id[row]}"
            yield f"0|{shown}{mark}|{inode}|{head}|{streams.size[row]}|{times}"

    def _mode(self, node: int, *, gone: bool) -> str:
        nodes = self._index.nodes
        kind, mode = NodeKind(int(nodes.kind[node])), int(nodes.mode[node])
        letter = _LETTERS.get(kind) or _SPECIAL.get(stat.S_IFMT(mode), "-")
        if self._is_fat and kind is NodeKind.INTERNAL:
            letter = "v"
        first = "-" if gone and self._is_ntfs else letter
        return f"{first}/{letter}{stat.filemode(mode)[1:]}"

    def _target(self, node: int) -> str:
        """Return where a symbolic link leads, if that is kept in its inode."""
        first = self._first[node]
        if self._index.nodes.kind[node] != NodeKind.LINK or first == self._first[node + 1]:
            return ""
        inside = self._index.kept_inside(first)
        return "" if inside is None else f" -> {shown_name(inside)}"


def _seconds(rows: Nodes | FileNames) -> list[str]:
    """Return the four times of each row as they stand in a line; 0 where there is none."""
    columns = [getattr(rows, name) for name in _TIMES]
    seconds = (np.where(each == NOTHING, 0, each // _SECOND).tolist() for each in columns)
    return ["|".join(map(str, four)) for four in zip(*seconds, strict=True)]
