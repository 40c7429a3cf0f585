"""Find the sample chain that was made before, tell whether it is as it was made, or make one.

A sample is never made over another one: what was written into it is somebody's work. A new one
goes into a folder beside it, and the one made last is the one that is found.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from redoscope_core.chain.chain import Chain
from redoscope_core.errors import VmdkError
from redoscope_core.files.file import DiskFile
from redoscope_core.files.names import is_there
from redoscope_core.format.dictionary import MAX_DICTIONARY
from redoscope_core.operations.examining.digest import digest
from redoscope_core.sample.machine import machine_texts
from redoscope_core.sample.make import make_sample
from redoscope_core.sample.story import DIGESTS, SAMPLE, TIP
from redoscope_core.survey.forest import Forest

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from redoscope_core.progress import Progress

__all__ = ["SampleFound", "SampleState", "find_sample", "fresh_sample"]


class SampleState(Enum):
    """What became of the sample chain since it was made."""

    NONE = "none"
    """There is no sample in the folder."""
    WHOLE = "whole"
    """Every generation reads as it was made."""
    CHANGED = "changed"
    """It opens, and something was written into it."""
    UNUSABLE = "unusable"
    """Links of it were merged, deleted or damaged: its tip does not open any more."""


@dataclass(frozen=True, slots=True)
class SampleFound:
    """A folder for the sample, and what is in it."""

    folder: Path
    state: SampleState

    @property
    def tip(self) -> Path:
        """The newest link of its main chain."""
        return self.folder / TIP


def find_sample(folder: Path) -> Generator[Progress, None, SampleFound]:
    """Return the sample made last, in *folder* or beside it, and whether it is as it was made."""
    folder = folder.absolute()
    latest, number = folder, 2
    while _holds_a_sample(_beside(folder, number)):
        latest, number = _beside(folder, number), number + 1
    state = yield from _state(latest)
    return SampleFound(latest, state)


def fresh_sample(folder: Path) -> Generator[Progress, None, SampleFound]:
    """Return the sample made last if it is whole; else make one beside it, which stays as it is.

    Raises:
        AlreadyExists: The folder holds something else, or is no folder.
    """
    found = yield from find_sample(folder)
    if found.state is SampleState.WHOLE:
        return found
    target = found.folder
    if found.state is not SampleState.NONE:
        number = 2
        while os.path.lexists(target := _beside(folder.absolute(), number)):
            number += 1
    yield from make_sample(target)
    return SampleFound(target, SampleState.WHOLE)


def _beside(folder: Path, number: int) -> Path:
    return folder.with_name(f"{folder.name}-{number}")


def _holds_a_sample(folder: Path) -> bool:
    """Whether any link of the story lies in *folder*."""
    return any(os.path.lexists(folder / link.name) for link in SAMPLE)


def _state(folder: Path) -> Generator[Progress, None, SampleState]:
    if not _holds_a_sample(folder):
        return SampleState.NONE
    nodes = Forest.scan(folder).nodes
    links = [nodes.get(folder / link.name) for link in SAMPLE]
    if any(node is None or node.faults for node in links):
        return SampleState.UNUSABLE
    try:
        if any(_text(folder / name) != text for name, text in machine_texts().items()):
            return SampleState.CHANGED
        for name, expected in DIGESTS.items():
            with Chain.open(folder / name) as chain:
                found = yield from digest(chain)
            if found.hexadecimal != expected:
                return SampleState.CHANGED
    except VmdkError:
        return SampleState.UNUSABLE
    return SampleState.WHOLE


def _text(path: Path) -> bytes | None:
    """Return the text of the machine at *path*; None if it is not there any more."""
    if not is_there(path):
        return None
    with DiskFile(path) as file:
        return file.read_at(0, min(file.file_bytes, MAX_DICTIONARY), what="a text of the machine")
