"""Take: the links that a machine runs on are frozen, and it goes on with children of them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import count
from time import time_ns
from typing import TYPE_CHECKING

from redoscope_core.chain.access import ADVISED_LINKS, Policy
from redoscope_core.errors import InvalidArgument
from redoscope_core.files.names import is_there
from redoscope_core.format.snapshot_edits import NewSnapshot, with_snapshot
from redoscope_core.format.vmsd import FrozenDisk
from redoscope_core.operations.snapshots.new_links import Parent, new_links
from redoscope_core.operations.snapshots.refusals import (
    refuse_full_list,
    refuse_leaves,
    refuse_machine,
    refuse_pending,
    there,
)
from redoscope_core.operations.snapshots.state_file import state_file
from redoscope_core.operations.snapshots.switching import Switch
from redoscope_core.operations.snapshots.texts import about, list_edit, machine_edit

if TYPE_CHECKING:
    from pathlib import Path

    from redoscope_core.machine.machine import MachineDisk, VirtualMachine

__all__ = ["Taking", "plan_take"]

_NANO = 1000
_LAST_UID = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Taking:
    """What taking a snapshot makes and changes."""

    uid: int
    name: str
    left_out: tuple[MachineDisk, ...]
    """Disks that are independent: no snapshot holds them."""
    switch: Switch


def plan_take(
    machine: VirtualMachine,
    *,
    name: str = "",
    description: str = "",
    policy: Policy | None = None,
    max_links: int = ADVISED_LINKS,
    now: int | None = None,
) -> Taking:
    """Return what a snapshot of *machine*, called *name*, makes and changes; nothing is done.

    Without a name it is called by its number. *now* is in microseconds since 1970, UTC.

    Raises:
        InUse: The machine is suspended or locked, or one of its links is.
        UnsupportedVmdk: It is encrypted, or may have no more snapshots.
        ChainTooDeep: A chain would have more than *max_links* links.
        VmdkError: A disk is not there, has a fault, or can't have a child.
    """
    policy = policy or Policy()
    refuse_machine(machine)
    refuse_pending(machine)
    refuse_full_list(machine)
    refuse_leaves(machine)
    disks = [disk for disk in machine.disks if not disk.named.is_independent]
    if not disks:
        raise InvalidArgument(
            "the machine has no disk that a snapshot would hold",
            path=machine.path,
            found=", ".join(disk.named.node for disk in machine.disks) or "no disk",
            expected="one that is not independent",
        )
    parents = [_parent(machine, disk) for disk in disks]
    links = new_links(machine, parents, policy, max_links=max_links)
    uid, checkpoint = _state_place(machine)
    snapshot = NewSnapshot(
        uid,
        checkpoint.name,
        name or f"Snapshot {uid}",
        description,
        time_ns() // _NANO if now is None else now,
        tuple(FrozenDisk(parent.node, parent.file_name) for parent in parents),
    )
    # The machine's own text first: on children that no list knows yet it reads as before.
    with about(machine.snapshot_path):
        listed = with_snapshot(machine.snapshot_text, snapshot, like=machine.text.text)
    edits = (
        machine_edit(machine, {link.parent.node: link.file_name for link in links}),
        list_edit(machine, listed, f"snapshot {uid} is listed, as the current one"),
    )
    switch = Switch(
        machine.path,
        machine.snapshot_path,
        links,
        checkpoint,
        state_file(machine),
        edits,
        max_links,
        is_first=not is_there(machine.snapshot_path),
    )
    left_out = tuple(disk for disk in machine.disks if disk.named.is_independent)
    return Taking(uid, snapshot.name, left_out, switch)


def _parent(machine: VirtualMachine, disk: MachineDisk) -> Parent:
    """Return what *disk* runs on, as the parent of what it is to run on."""
    return Parent(disk.named.node, there(machine, disk), disk.named.file_name)


def _state_place(machine: VirtualMachine) -> tuple[int, Path]:
    """Return the uid of the next snapshot and its checkpoint file, whose name is free."""
    folder, stem = machine.path.parent, machine.path.stem
    text = machine.snapshot_text
    # What a text says may be anything; the products count in 32 bits.
    for uid in count(text.last_uid + 1 if text.last_uid < _LAST_UID else 1):
        place = folder / f"{stem}-Snapshot{uid}.vmsn"
        if uid not in text.by_uid and not os.path.lexists(place):
            return uid, place
    raise AssertionError  # there is always another number
