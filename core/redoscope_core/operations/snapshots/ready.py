"""A machine made ready for a change: what calls that were stopped left is taken back first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redoscope_core.machine.machine import machine_at
from redoscope_core.operations.edits.interrupted import saved_for, take_back

if TYPE_CHECKING:
    from pathlib import Path

    from redoscope_core.chain.access import Policy
    from redoscope_core.machine.machine import VirtualMachine

__all__ = ["ready_machine"]


def ready_machine(
    path: Path, *, policy: Policy | None = None
) -> tuple[VirtualMachine, Path | None]:
    """Return the machine of the .vmx *path*, or the only one of that folder, ready for a change.

    Beside it comes the saved inverse by which a call that was stopped was taken back; None if
    there was nothing to take back.

    Raises:
        VmdkError: As `machine_at`; or something can't be taken back.
    """
    machine = machine_at(path, policy=policy)
    chains = [disk.chain for disk in machine.disks]
    chains += [disk.chain for snapshot in machine.snapshots for disk in snapshot.disks]
    links = dict.fromkeys(link for chain in chains for link in chain)
    # Most machines have no saved inverse at all, and are read once.
    begun = [place for place in (machine.path, *links) if saved_for(place)]
    if not begun:
        return machine, None
    taken_back = None
    for place in begun:
        taken_back = take_back(place) or taken_back
    return machine_at(path, policy=policy), taken_back
