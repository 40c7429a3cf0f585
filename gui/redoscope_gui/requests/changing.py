"""Make a disk or a child, and attach a child to a parent; or tell why that would be refused."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import redoscope_core as core
from redoscope_core import VmdkError, code
from redoscope_gui.requests.coded import opening_of

if TYPE_CHECKING:
    from redoscope_core import Chain, Disk, Plan, Policy, Undone

__all__ = [
    "AttachChild",
    "AttachPlanned",
    "AttachWritten",
    "Attached",
    "ChildCreated",
    "ChildRemoved",
    "CreateChild",
    "CreateDisk",
    "DiskCreated",
    "PlanAttach",
    "RemoveChild",
    "UndoSaved",
    "Verdict",
    "WhyNotAttach",
    "WriteAttach",
]


@dataclass(frozen=True, slots=True)
class ChildCreated:
    """A new child is there."""

    path: Path
    parent: Path


@dataclass(frozen=True, slots=True)
class CreateChild:
    """Make a child of *parent* at *path*. The bytes of the parent stay as they are."""

    parent: Path
    path: Path
    kind: str
    comment: str = ""
    zeroed_grains: bool = False
    policy: Policy | None = None

    @property
    def deed(self) -> code.CreateChild:
        """The same, to be shown as code."""
        return code.CreateChild(
            self.parent,
            self.path,
            self.kind,
            zeroed_grains=self.zeroed_grains,
            comment=self.comment,
            opening=opening_of(self.policy),
        )

    def run(self) -> ChildCreated:
        """Return the new child.

        Raises:
            VmdkError: It was not made, and nothing is left of it.
        """
        policy = self.policy or core.Policy()
        with core.Chain.open(self.parent, access=core.Access.INSPECT, policy=policy) as chain:
            core.create_child(
                chain,
                self.path,
                self.kind,
                comment=self.comment,
                zeroed_grains=self.zeroed_grains,
            )
        return ChildCreated(self.path, self.parent)


@dataclass(frozen=True, slots=True)
class DiskCreated:
    """A new base disk is there."""

    path: Path


@dataclass(frozen=True, slots=True)
class CreateDisk:
    """Make an empty base disk at *path*."""

    path: Path
    capacity: int
    """Sectors."""
    kind: str
    adapter: str
    zeroed_grains: bool = False
    comment: str = ""

    @property
    def deed(self) -> code.CreateDisk:
        """The same, to be shown as code."""
        return code.CreateDisk(
            self.path,
            self.capacity,
            self.kind,
            self.adapter,
            zeroed_grains=self.zeroed_grains,
            comment=self.comment,
        )

    def run(self) -> DiskCreated:
        """Return the new disk.

        Raises:
            VmdkError: It was not made, and nothing is left of it.
        """
        core.create_disk(
            self.path,
            self.capacity,
            kind=self.kind,
            adapter=self.adapter,
            zeroed_grains=self.zeroed_grains,
            comment=self.comment,
        )
        return DiskCreated(self.path)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a child can be attached."""

    child: Path
    parent: Path
    reason: VmdkError | None
    """Why not; None if it can."""


@dataclass(frozen=True, slots=True)
class WhyNotAttach:
    """Ask whether *child* could be attached to *parent*, without doing it."""

    child: Path
    parent: Path
    policy: Policy | None = None

    def run(self) -> Verdict:
        """Return the answer of the engine; a disk that does not open is a reason too."""
        policy = self.policy or core.Policy()
        look = core.Access.INSPECT
        try:
            with (
                core.Disk.open(self.child, access=look, single_link=True, policy=policy) as child,
                core.Disk.open(self.parent, access=look, policy=policy) as parent,
            ):
                return Verdict(self.child, self.parent, core.can_attach(parent=parent, child=child))
        except VmdkError as error:
            return Verdict(self.child, self.parent, error)


@dataclass(frozen=True, slots=True)
class Attached:
    """The chain that the child and its new parent read as."""

    child: Path
    parent: Path
    disk: Disk

    @property
    def chain(self) -> Chain:
        """The joined chain; its tip is the child."""
        return self.disk.chain

    def close(self) -> None:
        """Close the joined disk."""
        self.disk.close()


@dataclass(frozen=True, slots=True)
class AttachChild:
    """Attach *child* to *parent*, for reading. No file changes."""

    child: Path
    parent: Path
    policy: Policy | None = None

    @property
    def deed(self) -> code.Attach:
        """The same, to be shown as code."""
        return code.Attach(self.child, self.parent, opening_of(self.policy))

    def run(self) -> Attached:
        """Return the joined chain.

        Raises:
            VmdkError: The two cannot be joined; both are closed.
        """
        policy = self.policy or core.Policy()
        look = core.Access.INSPECT
        child = core.Disk.open(self.child, access=look, single_link=True, policy=policy)
        try:
            parent = core.Disk.open(self.parent, access=look, policy=policy)
            try:
                joined = core.attach(parent=parent, child=child)
            except VmdkError:
                parent.close()
                raise
        except VmdkError:
            child.close()
            raise
        return Attached(self.child, self.parent, joined)


@dataclass(frozen=True, slots=True)
class AttachPlanned:
    """What would be written so that a child names another parent."""

    child: Path
    parent: Path
    plan: Plan


@dataclass(frozen=True, slots=True)
class PlanAttach:
    """Work out what would be written so that *child* names *parent* for good. Writes nothing."""

    child: Path
    parent: Path
    policy: Policy | None = None

    def run(self) -> AttachPlanned:
        """Return the plan.

        Raises:
            HasChildren: Links were made from the child, which would read other bytes then.
            VmdkError: There is none: their capacities differ, or the text has no room.
        """
        policy = self.policy or core.Policy()
        strict = core.Access.STRICT
        core.Disk.open(self.child, access=strict, single_link=True, policy=policy).close()
        with core.Chain.open(self.parent, access=core.Access.INSPECT, policy=policy) as below:
            return AttachPlanned(self.child, self.parent, core.plan_reparent(self.child, below))


@dataclass(frozen=True, slots=True)
class AttachWritten:
    """The child names its new parent."""

    child: Path
    parent: Path
    undo: Path | None
    """Where the inverse is saved; None if the child named that parent already."""


@dataclass(frozen=True, slots=True)
class WriteAttach:
    """Make the edits that were shown, so that a child names *parent* for good."""

    planned: AttachPlanned
    policy: Policy | None = None

    @property
    def deed(self) -> code.AttachForGood:
        """The same, to be shown as code."""
        opening = opening_of(self.policy)
        return code.AttachForGood(self.planned.child, self.planned.parent, opening)

    def run(self) -> AttachWritten:
        """Return where the inverse is saved.

        Raises:
            VmdkError: The two don't fit, or something changed since the plan was shown.
        """
        child, parent, plan = self.planned.child, self.planned.parent, self.planned.plan
        reason = WhyNotAttach(child, parent, self.policy).run().reason
        if reason is not None:
            raise reason
        if not plan.edits:
            return AttachWritten(child, parent, None)
        policy = self.policy or core.Policy()
        with core.Chain.open(parent, access=core.Access.INSPECT, policy=policy) as below:
            return AttachWritten(child, parent, core.make_attach_last(child, below, plan))


@dataclass(frozen=True, slots=True)
class ChildRemoved:
    """Which files went; none if the child was kept."""

    path: Path
    files: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class RemoveChild:
    """Remove the child at *path* again, if nothing is in it and nothing needs it."""

    path: Path

    @property
    def deed(self) -> code.RemoveChild:
        """The same, to be shown as code."""
        return code.RemoveChild(self.path)

    def run(self) -> ChildRemoved:
        """Return what was removed.

        Raises:
            VmdkError: A file can't be removed.
        """
        return ChildRemoved(self.path, core.remove_unused([self.path]))


@dataclass(frozen=True, slots=True)
class UndoSaved:
    """Take back what was written, by the inverse saved at *undo*."""

    undo: Path

    @property
    def deed(self) -> code.UndoEdits:
        """The same, to be shown as code."""
        return code.UndoEdits(self.undo)

    def run(self) -> Undone:
        """Return what was done.

        Raises:
            VmdkError: Something was written there since; nothing was done.
        """
        return core.undo_saved(self.undo)
