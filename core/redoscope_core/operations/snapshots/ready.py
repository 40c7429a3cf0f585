"""A machine made ready for a change: what calls that were stopped left is taken back, or done.

Which those are the saved inverses tell: of the machine's texts and of its links.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from redoscope_core.chain.access import Policy
from redoscope_core.link.plans_beside import PlansBeside
from redoscope_core.link.standing import Standing
from redoscope_core.machine.machine import machine_at
from redoscope_core.operations.consolidating.merged import remove_merged
from redoscope_core.operations.edits.interrupted import saved_for, take_back

if TYPE_CHECKING:
    from pathlib import Path

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
    begun = _begun(machine)
    if not begun:  # most machines have no saved inverse at all, and are read once
        return machine, None
    taken_back = None
    for saved in begun:
        taken_back = take_back(machine.path, saved) or taken_back
    _remove_merged(machine, policy or Policy())
    return machine_at(path, policy=policy), taken_back


def _begun(machine: VirtualMachine) -> list[Path]:
    """Return the saved inverses of what was done to the texts and links of *machine*."""
    chains = [disk.chain for disk in machine.disks]
    chains += [disk.chain for snapshot in machine.snapshots for disk in snapshot.disks]
    links = dict.fromkeys(link for chain in chains for link in chain)
    named = (saved for place in (machine.path, *links) for saved in saved_for(place))
    # A link that was merged is in no chain any more, but the texts were changed with it.
    texts = (machine.path, machine.snapshot_path)
    plans = PlansBeside()
    edited = (plan.path for text in texts for plan in plans.editing(text))
    own = (saved for saved in edited if saved.name.endswith(".undo.json"))
    return list(dict.fromkeys((*named, *own)))


def _remove_merged(machine: VirtualMachine, policy: Policy) -> None:
    """Remove links that a deletion merged, and was stopped before it removed them."""
    plans = PlansBeside()
    for text in (machine.path, machine.snapshot_path):
        for plan in plans.editing(text):
            if plan.merged is not None and plan.standing() is Standing.OLD:
                remove_merged(plan.path, policy)
