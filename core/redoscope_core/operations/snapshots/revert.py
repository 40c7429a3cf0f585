"""Revert: a machine goes on with new children of the links that a snapshot froze.

What it ran on until now is kept, though nobody names it any more: so it can be taken back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from redoscope_core.chain.access import ADVISED_LINKS, Policy
from redoscope_core.errors import CorruptVmdk, FileMissing, InvalidArgument
from redoscope_core.format.checkpoint import MAX_BLOCK
from redoscope_core.format.snapshot_edits import with_current
from redoscope_core.format.vmx import MachineText
from redoscope_core.machine.state import open_checkpoint
from redoscope_core.operations.edits.text_edit import text_edit
from redoscope_core.operations.snapshots.new_links import Parent, new_links
from redoscope_core.operations.snapshots.refusals import (
    refuse_machine,
    refuse_memory,
    refuse_pending,
    snapshot_of,
)
from redoscope_core.operations.snapshots.switching import Switch
from redoscope_core.operations.snapshots.texts import about, list_edit, machine_edit

if TYPE_CHECKING:
    from pathlib import Path

    from redoscope_core.link.edit import Edit
    from redoscope_core.machine.machine import MachineDisk, MachineSnapshot, VirtualMachine
    from redoscope_core.operations.snapshots.new_links import NewLink

__all__ = ["Reverting", "plan_revert"]


@dataclass(frozen=True, slots=True)
class Reverting:
    """What going back to a snapshot makes and changes."""

    uid: int
    name: str
    unchanged: tuple[MachineDisk, ...]
    """Disks that the snapshot does not hold: they stay as they are."""
    abandoned: tuple[Path, ...]
    """The links that the machine ran on until now, which nobody names then."""
    switch: Switch


def plan_revert(
    machine: VirtualMachine,
    uid: int,
    *,
    disks_only: bool = False,
    settings: bool = False,
    policy: Policy | None = None,
    max_links: int = ADVISED_LINKS,
) -> Reverting:
    """Return what taking *machine* back to its snapshot *uid* makes and changes; nothing is done.

    With *disks_only* a snapshot with memory is gone back to without that. With *settings* the
    machine's text becomes what the checkpoint file of the snapshot keeps of it.

    Raises:
        InvalidArgument: There is no such snapshot, or it has a disk that the machine has not.
        InUse: The machine is suspended or locked, or a link is.
        UnsupportedVmdk: It is encrypted, or the snapshot holds memory.
        VmdkError: A link that the snapshot froze is not there, or has a fault.
    """
    policy = policy or Policy()
    snapshot = snapshot_of(machine, uid)
    refuse_machine(machine)
    refuse_pending(machine)
    if not disks_only:
        refuse_memory(machine, snapshot)
    text = _text_of(machine, snapshot) if settings else machine.text
    parents = _parents(machine, snapshot, text)
    links = new_links(machine, parents, policy, max_links=max_links)
    listed = with_current(machine.snapshot_text, uid)
    edits = (
        _text_edit(machine, text, links),
        list_edit(machine, listed, f"snapshot {uid} is the current one"),
    )
    nodes = {link.parent.node for link in links}
    frozen = {disk.link for each in machine.snapshots for disk in each.disks}
    left = (disk.link for disk in machine.disks if disk.named.node in nodes)
    others = frozen | machine.named_by_others
    return Reverting(
        uid,
        snapshot.entry.name,
        tuple(disk for disk in machine.disks if disk.named.node not in nodes),
        tuple(link for link in left if link is not None and link not in others),
        Switch(
            machine.path, machine.snapshot_path, links, None, None, edits, max_links, is_first=False
        ),
    )


def _parents(machine: VirtualMachine, snapshot: MachineSnapshot, text: MachineText) -> list[Parent]:
    """Return the links that *snapshot* froze, as parents of what *text* names them for."""
    nodes = {disk.node for disk in text.disks}
    found: dict[str, Parent] = {}
    for number, disk in enumerate(snapshot.disks):
        place = f"the key snapshot{snapshot.entry.index}.disk{number}"
        if disk.node not in nodes:
            raise InvalidArgument(
                "the snapshot has a disk that the machine does not have now",
                path=machine.snapshot_path,
                where=f"{place}.node",
                found=disk.node or "no node",
                expected=f"one of {', '.join(sorted(nodes))}" if nodes else "no disk",
                cure="with --settings the machine's text of then is put back too",
            )
        if disk.link is None:
            raise FileMissing(
                "a link that the snapshot froze is not there",
                path=machine.snapshot_path,
                where=f"{place}.fileName",
                found=disk.file_name,
                cure="put it back, with the files that it names",
            )
        if disk.node in found:
            raise CorruptVmdk(
                "the snapshot has two disks in one place",
                path=machine.snapshot_path,
                where=f"{place}.node",
                found=disk.node,
            )
        found[disk.node] = Parent(disk.node, disk.link, disk.file_name)
    if not found:
        raise InvalidArgument(
            "the snapshot has no disk to go back to",
            path=machine.snapshot_path,
            where=f"the key snapshot{snapshot.entry.index}.numDisks",
        )
    return list(found.values())


def _text_edit(machine: VirtualMachine, text: MachineText, links: tuple[NewLink, ...]) -> Edit:
    names = {link.parent.node: link.file_name for link in links}
    if text is machine.text:
        return machine_edit(machine, names)
    with about(machine.path):
        changed = text.with_disks(names)
    why = "the text of then, on new links"
    return text_edit(machine.path, machine.text.text.to_bytes(), changed.to_bytes(), why)


def _text_of(machine: VirtualMachine, snapshot: MachineSnapshot) -> MachineText:
    """Return the machine's text as the checkpoint file of *snapshot* keeps it."""
    if snapshot.checkpoint is None:
        raise FileMissing(
            "the checkpoint file of the snapshot is not there",
            path=machine.snapshot_path,
            where=f"the key snapshot{snapshot.entry.index}.filename",
            found=snapshot.entry.file_name,
            cure="go back without --settings",
        )
    with open_checkpoint(snapshot.checkpoint) as checkpoint:
        tag = checkpoint.find("Snapshot", "cfgFile")
        data = b"" if tag is None or tag.stored > MAX_BLOCK else checkpoint.bytes_of(tag)
    text = MachineText.parse(data.rstrip(b"\0"))
    if not text.disks:
        raise CorruptVmdk(
            "the checkpoint file keeps no text of a machine with disks",
            path=snapshot.checkpoint,
            where="the tag Snapshot/cfgFile",
            cure="go back without --settings",
        )
    return text
