"""Forecast: what deleting each snapshot of a machine would give back and cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from redoscope_core.errors import TooManyFiles, VmdkError
from redoscope_core.operations.snapshots.delete import plan_delete

if TYPE_CHECKING:
    from redoscope_core.chain.access import Policy
    from redoscope_core.machine.machine import VirtualMachine
    from redoscope_core.operations.snapshots.deletion import Deletion

__all__ = ["Forecast", "forecast_deletion", "forecast_deletions"]


@dataclass(frozen=True, slots=True)
class Forecast:
    """What deleting one snapshot alone would do."""

    uid: int
    deletion: Deletion | None
    """None if it would be refused."""
    why_not: VmdkError | None = None


def forecast_deletion(
    machine: VirtualMachine, uid: int, *, policy: Policy | None = None
) -> Forecast:
    """Return what deleting the snapshot *uid* of *machine* would do; nothing is changed.

    The tables of what would be merged are read: on disks of TiB that takes seconds.

    Raises:
        TooManyFiles: More files would have to be open than the system allows.
    """
    try:
        return Forecast(uid, plan_delete(machine, uid, policy=policy))
    except TooManyFiles:
        raise
    except VmdkError as error:
        return Forecast(uid, None, error)


def forecast_deletions(
    machine: VirtualMachine, *, policy: Policy | None = None
) -> tuple[Forecast, ...]:
    """Return the forecast of each snapshot of *machine*, in their order; nothing is changed.

    Raises:
        TooManyFiles: More files would have to be open than the system allows.
    """
    uids = dict.fromkeys(snapshot.entry.uid for snapshot in machine.snapshots)
    return tuple(forecast_deletion(machine, uid, policy=policy) for uid in uids)
