"""The disks of folders by what they say of themselves: content IDs, image UUIDs, names."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from redoscope_core.chain.family.listing import links_below
from redoscope_core.errors import TooManyFiles, VmdkError
from redoscope_core.link.file import DiskFile
from redoscope_core.link.first_bytes import links_in
from redoscope_core.link.link import read_descriptor
from redoscope_core.link.names import Spellings
from redoscope_core.link.plans_beside import PlansBeside

if TYPE_CHECKING:
    from pathlib import Path

    from redoscope_core.chain.family.listing import Below
    from redoscope_core.format.descriptor import Descriptor

__all__ = ["Neighbours"]

_MOST_KEPT = 4096
"""Descriptors that are kept; of more than so many disks the rest is read again when asked for."""


class Neighbours:
    """Answers from one reading of each folder; what is written afterwards is not seen.

    It lives for one question (a chain that is opened, a folder that is listed) and is handed to
    whoever helps to answer it: without it each of them would read the whole folder again.
    """

    def __init__(self) -> None:
        self._links: dict[Path, list[Path]] = {}
        self._below: dict[Path, Below] = {}
        self._read: dict[Path, Descriptor | VmdkError] = {}
        self.unlisted: dict[Path, VmdkError] = {}
        """Why folders that were asked for could not be listed: what is in them is not known."""
        self._by_content: dict[Path, dict[int, list[Path]]] = {}
        self._by_image: dict[Path, dict[str, list[Path]]] = {}
        self._spellings = Spellings()
        self.plans = PlansBeside()

    def spelled_otherwise(self, path: Path) -> Path | None:
        """Return the file that Windows and macOS would call *path*; None unless there is one."""
        return self._spellings.find(path)

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

    def with_content_id(self, folder: Path, content_id: int) -> list[Path]:
        """Return the disks in *folder* that have *content_id*, by name."""
        self._sort_in(folder)
        return self._by_content[folder].get(content_id, [])

    def with_image(self, folder: Path, uuid: str) -> list[Path]:
        """Return the disks in *folder* that VirtualBox knows by *uuid*, by name."""
        self._sort_in(folder)
        return self._by_image[folder].get(uuid, [])

    def _sort_in(self, folder: Path) -> None:
        if folder in self._by_content:
            return
        by_content: dict[int, list[Path]] = defaultdict(list)
        by_image: dict[str, list[Path]] = defaultdict(list)
        for path in self.links_in(folder):
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
        self._by_content[folder], self._by_image[folder] = by_content, by_image
