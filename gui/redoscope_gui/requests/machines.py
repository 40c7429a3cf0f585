"""Read a machine: its disks and snapshots, what deleting one would do, what its screen showed."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import redoscope_core as core

if TYPE_CHECKING:
    from redoscope_core import Finding, Forecast, MachineSnapshot, Policy, VirtualMachine

__all__ = ["ForecastDeletion", "MachineRead", "ReadMachine", "ReadScreen"]

_LARGE = 2**39
"""Bytes of a disk (512 GiB) whose tables are read in half a second."""
_MICRO = 1000
"""Nanoseconds in a microsecond."""


@dataclass(frozen=True, slots=True, eq=False)
class MachineRead:
    """A machine as it is now."""

    machine: VirtualMachine
    findings: tuple[Finding, ...]

    @property
    def is_large(self) -> bool:
        """Whether working out a forecast takes long enough to be felt."""
        links = (self.machine.forest.nodes[link] for link in self.machine.needed)
        return any((link.capacity or 0) * core.SECTOR > _LARGE for link in links)

    def snapshot(self, uid: int | None) -> MachineSnapshot | None:
        """Return the snapshot *uid*; None if there is none."""
        return next((each for each in self.machine.snapshots if each.entry.uid == uid), None)


@dataclass(frozen=True, slots=True)
class ReadMachine:
    """Read the machine of the .vmx *path*. Nothing is written."""

    path: Path
    policy: Policy

    def run(self) -> MachineRead:
        """Return it.

        Raises:
            VmdkError: It is not there, or can't be read.
        """
        machine = core.machine_at(self.path, policy=self.policy)
        findings = core.machine_findings(machine, time.time_ns() // _MICRO)
        return MachineRead(machine, findings)


@dataclass(frozen=True, slots=True, eq=False)
class ForecastDeletion:
    """Work out what deleting the snapshot *uid* alone would do. Nothing is written."""

    machine: VirtualMachine
    uid: int
    policy: Policy

    def run(self) -> Forecast:
        """Return it; that it would be refused is an answer too."""
        return core.forecast_deletion(self.machine, self.uid, policy=self.policy)


@dataclass(frozen=True, slots=True)
class ReadScreen:
    """Read the picture of the screen that the checkpoint file *path* holds."""

    path: Path

    def run(self) -> bytes:
        """Return the PNG, as it is in the file; nothing if it holds none.

        Raises:
            VmdkError: The file or the picture can't be read.
        """
        with core.open_checkpoint(self.path) as checkpoint:
            tag = checkpoint.find("MKSVMX", "imageData")
            return b"" if tag is None else checkpoint.bytes_of(tag)
