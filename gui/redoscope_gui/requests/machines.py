"""Read a machine: its disks, its snapshots, what deleting each would do; and what it showed."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import redoscope_core as core

if TYPE_CHECKING:
    from redoscope_core import Finding, Forecast, MachineSnapshot, Policy, VirtualMachine

__all__ = ["MachineRead", "ReadMachine", "ReadScreen"]

_MICRO = 1000
"""Nanoseconds in a microsecond."""


@dataclass(frozen=True, slots=True, eq=False)
class MachineRead:
    """A machine as it is now."""

    machine: VirtualMachine
    forecasts: Mapping[int, Forecast]
    """What deleting each snapshot alone would do, by uid."""
    findings: tuple[Finding, ...]

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
        told = core.forecast_deletions(machine, policy=self.policy)
        return MachineRead(machine, {each.uid: each for each in told}, findings)


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
