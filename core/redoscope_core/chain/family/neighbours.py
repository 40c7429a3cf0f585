"""The disks of folders by what they say of themselves: content IDs, image UUIDs, names."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from redoscope_core.chain.family.listing import Below, files_in, links_above, links_below
from redoscope_core.errors import TooManyFiles, VmdkError
from redoscope_core.files.file import DiskFile
from redoscope_core.files.names import Spellings, real_path
from redoscope_core.format.data_name import DataName
from redoscope_core.link.first_bytes import MARKS_OF_NAMES, links_in
from redoscope_core.link.link import read_descriptor
from redoscope_core.link.plans_beside import PlansBeside

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from redoscope_core.format.descriptor import Descriptor

__all__ = ["Neighbours", "without_suffix"]

_MOST_KEPT = 4096
"""Descriptors that are kept; of more than so many disks the rest is read again when asked for."""


def without_suffix(name: str) -> str:
    """Return the part of *name* that stays when people and programs rename a disk."""
    name = name.lower()
    for mark in MARKS_OF_NAMES:
        name = name.partition(mark)[0]
    return name


class Neighbours:
    """Answers from one reading of each folder; what is written afterwards is not seen.

    It lives for one question (a chain that is opened, a folder that is listed) and is handed to
    whoever helps to answer it: without it each of them would read the whole folder again.
    """

    def __init__(self) -> None:
        self._links: dict[Path, list[Path]] = {}
        self._by_stem: dict[Path, dict[str, list[Path]]] = {}
        self._data: dict[Path, dict[str, list[Path]]] = {}
        self._below: dict[Path, Below] = {}
        self._above: dict[Path, Below] = {}
        self._read: dict[Path, Descriptor | VmdkError] = {}
        self.unlisted: dict[Path, VmdkError] = {}
        """Why folders that were asked for could not be listed: what is in them is not known."""
        self._by_content: dict[tuple[Path, bool], dict[int, list[Path]]] = {}
        self._by_image: dict[tuple[Path, bool], dict[str, list[Path]]] = {}
        self._spellings = Spellings()
        self._real: dict[Path, Path] = {}
        self.named: dict[Path, frozenset[Path]] = {}
        """The files that the descriptors asked about name; `files_named_by` fills it."""
        self.plans = PlansBeside()

    def spelled_otherwise(self, path: Path) -> Path | None:
        """Return the file that Windows and macOS would call *path*; None unless there is one."""
        return self._spellings.find(path)

    def real(self, path: Path) -> Path:
        """Return *path* without symbolic links."""
        if path not in self._real:
            self._real[path] = real_path(path)
        return self._real[path]

    def links_in(self, folder: Path) -> list[Path]:
        """Return the files in *folder* that may be links, whatever their names, by name.

        Of one that may not be listed there are none here; `unlisted` tells why.
        """
        if folder not in self._links:
            try:
                self._links[folder] = links_in(folder)
            except TooManyFiles:
                raise
            except VmdkError as error:
                self._links[folder] = []
                self.unlisted[folder] = error
        return self._links[folder]

    def links_below(self, folder: Path) -> Below:
        """Return the links in the folders below *folder*, as far as there are not too many."""
        if folder not in self._below:
            self._below[folder] = links_below(folder)
        return self._below[folder]

    def links_above(self, folder: Path) -> Below:
        """Return the links in the folders above *folder*, as far as there are not too many."""
        if folder not in self._above:
            self._above[folder] = links_above(folder)
        return self._above[folder]

    def called_alike(self, folder: Path, name: str) -> list[Path]:
        """Return the links in *folder* whose names differ from *name* in the suffix at most."""
        if folder not in self._by_stem:
            by_stem: dict[str, list[Path]] = defaultdict(list)
            for path in self.links_in(folder):
                by_stem[without_suffix(path.name)].append(path)
            self._by_stem[folder] = by_stem
        return self._by_stem[folder].get(without_suffix(name), [])

    def data_named(self, folder: Path, stem: str) -> list[Path]:
        """Return the files in *folder* that are called as the data of a disk *stem*.vmdk is."""
        if folder not in self._data:
            data: dict[str, list[Path]] = defaultdict(list)
            for path in files_in(folder):
                if named := DataName.of(path.stem):
                    data[named.disk.lower()].append(path)
            self._data[folder] = data
        return self._data[folder].get(stem.lower(), [])

    def descriptor(self, path: Path) -> Descriptor:
        """Return the descriptor of the disk *path*.

        Raises:
            VmdkError: It is none, or can't be read.
        """
        found = self._read.get(path)
        if found is None:
            try:
                with DiskFile(path) as file:
                    found = read_descriptor(file)
            except TooManyFiles:
                raise  # nothing is said by that of the file
            except VmdkError as error:
                found = error
            if len(self._read) < _MOST_KEPT:
                self._read[path] = found
        if isinstance(found, VmdkError):
            raise found.with_traceback(None)
        return found

    def is_disk(self, path: Path) -> bool:
        """Tell whether *path* is a disk that has a descriptor.

        Raises:
            TooManyFiles: More files would have to be open than the system allows.
        """
        try:
            self.descriptor(path)
        except TooManyFiles:
            raise
        except VmdkError:
            return False
        return True

    def fitting(self, folder: Path, child: Descriptor, *, below: bool = False) -> Below:
        """Return the disks in *folder*, or in those *below* it, that *child* may be made from.

        They have the content ID that it wants; of VirtualBox's children the image UUID.
        """
        within = self.links_below(folder) if below else Below(tuple(self.links_in(folder)), True)
        self._sort_in((folder, below), within.links)
        if child.foreign_parent is not None:
            found = self._by_image[folder, below].get(child.foreign_parent, [])
        else:
            found = self._by_content[folder, below].get(child.parent_cid, [])
        return Below(tuple(found), within.complete)

    def _sort_in(self, where: tuple[Path, bool], links: Iterable[Path]) -> None:
        if where in self._by_content:
            return
        by_content: dict[int, list[Path]] = defaultdict(list)
        by_image: dict[str, list[Path]] = defaultdict(list)
        for path in links:
            try:
                descriptor = self.descriptor(path)
            except TooManyFiles:
                raise
            except VmdkError:
                continue
            by_content[descriptor.cid].append(path)
            image = descriptor.uuid("image")
            if image is not None:
                by_image[image].append(path)
        self._by_content[where], self._by_image[where] = by_content, by_image
