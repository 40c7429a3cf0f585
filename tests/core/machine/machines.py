"""Small machines made with the engine's own verbs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redoscope_core import Chain, create_child, create_disk
from tests.judges.handmade_checkpoint import CheckpointPlan

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["make_machine", "snapshot_lines"]

_SECTORS = 4096


def snapshot_lines(index: int, **values: object) -> str:
    """Return the lines of one snapshot of a .vmsd."""
    return "".join(f'snapshot{index}.{key} = "{value}"\n' for key, value in values.items())


def make_machine(folder: Path) -> Path:
    """Make a machine of two disks in *folder*, with snapshots on two branches; return its .vmx.

    web.vmdk (1) +- web-000001 (2) -- web-000003    abandoned
                 +- web-000002                      you are here, below 1
    data.vmdk    independent
    """
    for name in ("web", "data"):
        create_disk(folder / f"{name}.vmdk", _SECTORS)
    for parent, child in (("web", "000001"), ("web", "000002"), ("web-000001", "000003")):
        with Chain.open(folder / f"{parent}.vmdk") as chain:
            create_child(chain, folder / f"web-{child}.vmdk")
    vmx = folder / "web.vmx"
    vmx.write_text(
        '.encoding = "UTF-8"\ndisplayName = "web"\n'
        'scsi0:0.present = "TRUE"\nscsi0:0.fileName = "web-000002.vmdk"\n'
        'scsi0:1.present = "TRUE"\nscsi0:1.fileName = "data.vmdk"\n'
        'scsi0:1.mode = "independent-persistent"\n',
        encoding="utf-8",
    )
    times = {"createTimeHigh": 310880, "createTimeLow": -365210110}
    states = [f"web-Snapshot{uid}.vmsn" for uid in (1, 2)]
    first = {"disk0.fileName": "web.vmdk", "disk0.node": "scsi0:0", "numDisks": 1}
    second = {"disk0.fileName": "web-000001.vmdk", "disk0.node": "scsi0:0", "numDisks": 1}
    (folder / "web.vmsd").write_text(
        '.encoding = "UTF-8"\nsnapshot.lastUID = "2"\nsnapshot.current = "1"\n'
        + snapshot_lines(0, uid=1, filename=states[0], displayName="one", **times, **first)
        + 'snapshot.numSnapshots = "2"\n'
        + snapshot_lines(1, uid=2, filename=states[1], parent=1, displayName="two", **second),
        encoding="utf-8",
    )  # fmt: skip
    for state in states:
        data = CheckpointPlan.of_machine(vmx.read_bytes()).build()
        (folder / state).write_bytes(data)
    return vmx
