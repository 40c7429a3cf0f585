"""A machine with a tree of snapshots, as the window opens it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.core.operations.snapshots.machine_run import MachineRun
from tests.judges.handmade_checkpoint import CheckpointPlan

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["branched_machine"]


def branched_machine(folder: Path) -> MachineRun:
    """Return a machine in *folder*, which is made: three snapshots on two branches.

    installed (1)
    +- before the update (2)
    +- other way (3)
       +- you are here
    """
    run = MachineRun(folder)
    run.take("installed")
    for node in ("scsi0:0", "scsi0:1"):
        run.write(node)
    run.take("before the update")
    run.write("scsi0:0")
    run.revert(1)
    run.write("scsi0:1")
    run.take("other way")
    run.write("scsi0:0")
    state = CheckpointPlan.of_machine(run.vmx.read_bytes()).build()
    for path in folder.glob("*.vmsn"):
        path.write_bytes(state)
    return run
