"""Make a disk or a child, and attach a child to a parent; or tell why that would be refused."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import redoscope_core as core
from redoscope_core import VmdkError

if TYPE_CHECKING:
    from redoscope_core import Chain, Disk, Policy

__all__ = [
    "AttachChild",
    "Attached",
    "ChildCreated",
    "CreateChild",
    "CreateDisk",
    "DiskCreated",
    "Verdict",
    "WhyNotAttach",
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
