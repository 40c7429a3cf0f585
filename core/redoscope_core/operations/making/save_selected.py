"""Save selected bytes as a file, with a second file beside it that says where they come from."""

from __future__ import annotations

import hashlib
import json
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from redoscope_core.chain.outputs import chosen_output
from redoscope_core.files.new_file import NewFiles
from redoscope_core.operations.walking.selected import held_in, selected_pieces
from redoscope_core.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from redoscope_core.chain.chain import Chain

__all__ = ["SavedSelection", "save_selected", "sidecar_of"]

_STEP = 2**24
"""Bytes after which progress is shown and saving may be stopped."""


@dataclass(frozen=True, slots=True)
class SavedSelection:
    """Selected bytes of a generation as a file."""

    path: Path
    sidecar: Path
    disk: Path
    """The link whose generation was read."""
    generation: int
    content_id: int
    offset: int
    length: int
    sha256: str

    @property
    def document(self) -> dict[str, object]:
        """What the sidecar says."""
        return {
            "file": self.path.name,
            "disk": str(self.disk),
            "generation": self.generation,
            "cid": f"{self.content_id:08x}",
            "offset": self.offset,
            "length": self.length,
            "sha256": self.sha256,
        }


def sidecar_of(target: Path) -> Path:
    """Return the name of the file that says where the bytes of *target* come from."""
    return target.with_name(f"{target.name}.json")


def save_selected(
    chain: Chain, offset: int, length: int, target: Path, *, force: bool = False
) -> Generator[Progress, None, SavedSelection]:
    """Save *length* bytes of *chain* from byte *offset* on as *target*, and its sidecar.

    Both appear together, or neither; what nobody stores is a hole of the file. Others may read it
    as far as they may read the disk.

    Raises:
        AlreadyExists: A name is taken, and *force* does not say that it may be replaced.
        FileRefused: It is a disk, a piece of one, or nothing that a file could replace.
        OutOfRange: The bytes leave the disk.
        VmdkError: A sector can't be read, or the file can't be written.
    """
    targets = [
        chosen_output(path, force=force, chains=[chain]) for path in (target, sidecar_of(target))
    ]
    held = yield from held_in(chain, offset, length)
    hashed, shown = hashlib.sha256(), offset
    with NewFiles(targets, like=chain.all_files, replace=force) as (file, sidecar):
        file.truncate(length)
        with closing(selected_pieces(chain, held, offset, length)) as pieces:
            for at, data, stored in pieces:
                if stored:
                    file.write_at(at - offset, data)
                hashed.update(data)
                if at - shown >= _STEP:
                    shown = at
                    yield Progress(at - offset, length, "saving")
        saved = SavedSelection(
            *(targets[0], targets[1], chain.path.absolute(), len(chain.links) - 1),
            *(chain.tip.descriptor.cid, offset, length, hashed.hexdigest()),
        )
        sidecar.write_at(0, json.dumps(saved.document, indent=1).encode() + b"\n")
    return saved
