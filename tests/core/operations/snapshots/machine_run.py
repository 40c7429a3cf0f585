"""A machine of two disks and one that is independent, run through the verbs of snapshots."""

from __future__ import annotations

import random
import shutil
from copy import copy
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from redoscope_core import (
    Access,
    Chain,
    Disk,
    Plan,
    create_disk,
    delete_snapshots,
    machine_at,
    plan_delete,
    plan_delete_all,
    plan_revert,
    plan_take,
)
from redoscope_core.operations.edits.unused import remove_unused
from redoscope_core.progress import finished

if TYPE_CHECKING:
    from redoscope_core import Deletion, VirtualMachine

__all__ = ["TEXTS", "MachineRun", "texts_of"]

SECTOR = 512
SECTORS = 2048
NODES = ("scsi0:0", "scsi0:1")
TEXTS = (".vmx", ".vmsd")


def texts_of(folder: Path) -> dict[str, bytes]:
    """Return the texts of the machine in *folder*."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in TEXTS}


def content(link: Path) -> bytes:
    """Return every byte of the disk at *link*."""
    with Chain.open(link) as chain:
        return chain.read(0, chain.capacity)


@dataclass
class MachineRun:
    """A machine, and what each of its generations has to read as."""

    folder: Path
    seed: int = 1
    kind: str = "monolithicSparse"
    known: dict[tuple[int, str], bytes] = field(default_factory=dict)
    """By uid and node."""

    def __post_init__(self) -> None:
        """Make the machine, its disks written here and there."""
        self.chance = random.Random(self.seed)
        self.folder.mkdir(parents=True)
        lines = ['.encoding = "UTF-8"', 'displayName = "web"', 'nvram = "web.nvram"']
        for number, name in enumerate(("web", "data", "apart")):
            create_disk(self.folder / f"{name}.vmdk", SECTORS, kind=self.kind)
            lines += [
                f'scsi0:{number}.present = "TRUE"',
                f'scsi0:{number}.fileName = "{name}.vmdk"',
            ]
        lines.append('scsi0:2.mode = "independent-persistent"')
        self.vmx.write_text("\n".join(lines) + "\n", encoding="utf-8")
        (self.folder / "web.nvram").write_bytes(b"n" * 700)
        for node in NODES:
            self.write(node)

    @property
    def vmx(self) -> Path:
        """Its text."""
        return self.folder / "web.vmx"

    @property
    def machine(self) -> VirtualMachine:
        """The machine as it is now."""
        return machine_at(self.vmx)

    def leaf(self, node: str) -> Path:
        """Return the link that the disk *node* runs on."""
        links = {disk.named.node: disk.link for disk in self.machine.disks}
        link = links[node]
        assert link is not None
        return link

    def write(self, node: str, times: int = 4) -> None:
        """Write at random into the disk *node*, data and zeros."""
        with Disk.open(self.leaf(node), access=Access.WRITE) as disk:
            for _ in range(times):
                count = self.chance.choice([1, 30, 200])
                start = self.chance.randrange(SECTORS - count)
                if self.chance.random() < 0.2:
                    disk.write_zeros(start, count)
                else:
                    disk.write(start, self.chance.randbytes(count * SECTOR))

    def take(self, name: str = "") -> tuple[int, Path]:
        """Take a snapshot, note what it reads as; return its uid and the saved inverse."""
        state = self.state()
        plan = plan_take(self.machine, name=name, now=1788442923920000)
        undo = finished(plan.switch.run())
        self.known |= {(plan.uid, node): data for node, data in state.items()}
        return plan.uid, undo

    def revert(self, uid: int) -> Path:
        """Go back to snapshot *uid*; return the saved inverse."""
        return finished(plan_revert(self.machine, uid).switch.run())

    def delete(self, uid: int) -> Deletion:
        """Delete snapshot *uid*; return what was told beforehand."""
        plan = plan_delete(self.machine, uid)
        finished(delete_snapshots(plan))
        return plan

    def delete_all(self) -> Deletion:
        """Delete all snapshots; return what was told beforehand."""
        plan = plan_delete_all(self.machine)
        finished(delete_snapshots(plan))
        return plan

    def state(self) -> dict[str, bytes]:
        """Return what each disk reads as now."""
        return {node: content(self.leaf(node)) for node in NODES}

    def generations(self) -> dict[tuple[int, str], bytes]:
        """Return what each disk of each snapshot that is listed reads as."""
        return {
            (each.entry.uid, disk.node): content(disk.link)
            for each in self.machine.snapshots
            for disk in each.disks
            if disk.link is not None
        }

    def listed(self) -> dict[tuple[int, str], bytes]:
        """Return what each disk of each snapshot that is listed has to read as."""
        uids = {each.entry.uid for each in self.machine.snapshots}
        return {key: data for key, data in self.known.items() if key[0] in uids}

    def undone(self, saved: Path) -> tuple[Path, ...]:
        """Take back what *saved* takes back, as the command does; return what was removed."""
        plan = Plan.read(saved)
        redo = saved.with_name("back.redo.json")
        plan.apply(undo=redo)
        removed = remove_unused(plan.removes, plan.edits)
        redo.unlink()
        saved.unlink()
        return removed

    def copied(self, folder: Path) -> MachineRun:
        """Return a copy of the machine as *folder*, in the place of one that is there."""
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.folder, folder)
        other = copy(self)
        other.folder, other.known = folder, dict(self.known)
        other.chance = random.Random(self.seed)
        return other
