"""Links and checkpoint files that nobody needs any more: their files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redoscope_core.chain.family.children import children_left
from redoscope_core.errors import FileMissing, HasChildren, VmdkError
from redoscope_core.files.file import os_error
from redoscope_core.files.locks import refuse_if_locked
from redoscope_core.link.link import Link
from redoscope_core.machine.state import open_checkpoint
from redoscope_core.operations.consolidating.merged import (
    files_of_text,
    refuse_if_used,
    refuse_shared,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from redoscope_core.chain.access import Policy
    from redoscope_core.machine.machine import MachineSnapshot, VirtualMachine

__all__ = ["files_of_links", "length_of", "state_files"]


def files_of_links(links: Sequence[Path], policy: Policy) -> tuple[Path, ...]:
    """Return the files of *links*, a child before its parent, in the order they are to go in.

    Of each link the descriptor goes last.

    Raises:
        InUse: Another program has one.
        HasChildren: A link that is not among them was made from one.
        FileRefused: A file is one of another disk too.
    """
    for link, others in children_left(links, links, policy).items():
        if others:
            raise HasChildren(
                "a link that nobody names has children, which need it",
                path=link,
                found=f"{', '.join(child.name for child in others)} made from it",
                expected="none but links that go with it",
                cure="move them away, or attach them to another parent",
            )
    files: list[Path] = []
    for link in links:
        files += reversed(_files_of(link, policy))
    if links:
        refuse_shared(links[0], links, files)
    return tuple(dict.fromkeys(files))


def _files_of(link: Path, policy: Policy) -> tuple[Path, ...]:
    try:
        with Link.open(link, allowed=policy.allowed) as opened:
            refuse_if_locked(link, [opened.descriptor_file, *opened.disk_files])
            return opened.all_files
    except FileMissing:
        # A removal that was killed goes on.
        left = files_of_text(link)
        refuse_if_used(link, left)
        return left


def state_files(machine: VirtualMachine, snapshots: Sequence[MachineSnapshot]) -> tuple[Path, ...]:
    """Return the files that keep the state of *snapshots* and of no other one.

    What a text of a machine calls so may be anything: only a checkpoint file beside it is one,
    and the memory that is called as that.
    """
    gone = {each.entry.uid for each in snapshots}
    kept = {e.entry.file_name for e in machine.snapshots if e.entry.uid not in gone}
    found: list[Path] = []
    for snapshot in snapshots:
        place, name = snapshot.checkpoint, snapshot.entry.file_name
        if place is None or name in kept or not _is_state(place, name):
            continue
        found.append(place)
        memory = place.with_suffix(".vmem")
        if snapshot.entry.has_memory and memory.is_file():
            found.append(memory)
    return tuple(dict.fromkeys(found))


def _is_state(place: Path, name: str) -> bool:
    if "/" in name or "\\" in name or place.suffix.lower() != ".vmsn":
        return False
    try:
        with open_checkpoint(place):
            return True
    except VmdkError:
        return False


def length_of(files: Sequence[Path]) -> int:
    """Return the bytes in *files*.

    Raises:
        FileMissing: One is gone.
    """
    try:
        return sum(file.lstat().st_size for file in files)
    except OSError as error:
        raise os_error(error, files[0], "looking for it") from None
