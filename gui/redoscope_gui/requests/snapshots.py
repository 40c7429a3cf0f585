"""Plan what is done to the snapshots of a machine, and do it as it was shown."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

import redoscope_core as core
from redoscope_core import Progress, code
from redoscope_gui.requests.coded import opening_of

if TYPE_CHECKING:
    from redoscope_core import Deletion, Policy, Reverting, Switch, Taking, VirtualMachine

__all__ = [
    "ChangeSnapshots",
    "PlanSnapshots",
    "SnapshotVerb",
    "SnapshotsChanged",
    "SnapshotsPlanned",
    "SnapshotsWanted",
]


class SnapshotVerb(Enum):
    """What can be done to the snapshots of a machine."""

    TAKE = "take"
    REVERT = "revert"
    DELETE = "delete"
    DELETE_ALL = "delete-all"
    MERGE = "consolidate"
    """Merge links that no snapshot names."""

    @property
    def merges(self) -> bool:
        """Whether it may merge links, which can't be taken back."""
        return self not in {SnapshotVerb.TAKE, SnapshotVerb.REVERT}


@dataclass(frozen=True, slots=True)
class SnapshotsWanted:
    """What is asked for."""

    verb: SnapshotVerb
    uid: int | None = None
    """The snapshot to go back to or to delete."""
    name: str = ""
    """What a new one is called."""
    description: str = ""
    disks_only: bool = False
    """Go back without the memory that the snapshot holds."""
    settings: bool = False
    """Go back to the machine's text of then too."""

    def plan(self, machine: VirtualMachine, policy: Policy) -> Taking | Reverting | Deletion:
        """Return what it makes, changes and removes; nothing is done.

        Raises:
            VmdkError: It is refused.
        """
        match self.verb:
            case SnapshotVerb.TAKE:
                return core.plan_take(
                    machine, name=self.name, description=self.description, policy=policy
                )
            case SnapshotVerb.DELETE_ALL:
                return core.plan_delete_all(machine, policy=policy)
            case SnapshotVerb.MERGE:
                return core.plan_merge_unnamed(machine, policy=policy)
        uid = -1 if self.uid is None else self.uid
        if self.verb is SnapshotVerb.DELETE:
            return core.plan_delete(machine, uid, policy=policy)
        return core.plan_revert(
            machine, uid, disks_only=self.disks_only, settings=self.settings, policy=policy
        )


@dataclass(frozen=True, slots=True, eq=False)
class SnapshotsPlanned:
    """What would be done, to be shown before it is done."""

    wanted: SnapshotsWanted
    machine: VirtualMachine
    plan: Taking | Reverting | Deletion
    lengths: Mapping[Path, int]
    """Bytes of each file that goes."""

    def deed(self, policy: Policy) -> code.Deed:
        """Return the same, to be shown as code."""
        vmx, wanted, opening = self.machine.path, self.wanted, opening_of(policy)
        match wanted.verb:
            case SnapshotVerb.TAKE:
                return code.TakeSnapshot(vmx, self.name, wanted.description, opening)
            case SnapshotVerb.DELETE_ALL:
                return code.DeleteAllSnapshots(vmx, opening)
            case SnapshotVerb.MERGE:
                return code.MergeUnnamed(vmx, opening)
            case SnapshotVerb.DELETE:
                return code.DeleteSnapshot(vmx, self.name, wanted.uid, opening)
        memory, settings = wanted.disks_only, wanted.settings
        return code.RevertSnapshot(vmx, self.name, wanted.uid, memory, settings, opening)

    @property
    def switch(self) -> Switch | None:
        """What is made so that the machine runs on other links; None if links are deleted."""
        return None if isinstance(self.plan, core.Deletion) else self.plan.switch

    @property
    def deletion(self) -> Deletion | None:
        """What is merged and removed; None if nothing is."""
        return self.plan if isinstance(self.plan, core.Deletion) else None

    @property
    def name(self) -> str:
        """The name of the snapshot that it is about; empty if it is about none or all."""
        if not isinstance(self.plan, core.Deletion):
            return self.plan.name
        uids = self.plan.uids
        names = {each.entry.uid: each.entry.name for each in self.machine.snapshots}
        return names.get(uids[0], "") if self.wanted.uid is not None and uids else ""


@dataclass(frozen=True, slots=True)
class PlanSnapshots:
    """Work out what *wanted* would do to the machine of the .vmx *path*. Writes nothing."""

    path: Path
    wanted: SnapshotsWanted
    policy: Policy

    def run(self) -> SnapshotsPlanned:
        """Return the plan.

        Raises:
            VmdkError: It is refused, and why.
        """
        machine = core.machine_at(self.path, policy=self.policy)
        plan = self.wanted.plan(machine, self.policy)
        going = plan.removed_files if isinstance(plan, core.Deletion) else ()
        lengths = {path: path.stat().st_size for path in going if path.exists()}
        return SnapshotsPlanned(self.wanted, machine, plan, lengths)


@dataclass(frozen=True, slots=True, eq=False)
class SnapshotsChanged:
    """What was done."""

    planned: SnapshotsPlanned
    undo: Path | None
    """Where the inverse is saved; None if it can't be taken back."""
    taken_back: Path | None = None
    """The saved inverse of a call that had been stopped, and was taken back first."""


@dataclass(frozen=True, slots=True)
class ChangeSnapshots:
    """Do what was planned."""

    planned: SnapshotsPlanned
    policy: Policy

    @property
    def deed(self) -> code.Deed:
        """The same, to be shown as code."""
        return self.planned.deed(self.policy)

    def run(self) -> Generator[Progress, None, SnapshotsChanged]:
        """Yield the progress; return what was done.

        What a stopped call left is taken back first; then the plan is made anew, since what was
        shown was that of another state.

        Raises:
            VmdkError: It is refused, a file was changed since the plan was shown, or can't be
                written.
        """
        planned = self.planned
        machine, taken_back = core.ready_machine(planned.machine.path, policy=self.policy)
        if taken_back is not None:
            plan = planned.wanted.plan(machine, self.policy)
            planned = SnapshotsPlanned(planned.wanted, machine, plan, {})
        undo = None
        if isinstance(planned.plan, core.Deletion):
            yield from core.delete_snapshots(planned.plan, policy=self.policy)
        else:
            undo = yield from planned.plan.switch.run(self.policy)
        return SnapshotsChanged(planned, undo, taken_back)
