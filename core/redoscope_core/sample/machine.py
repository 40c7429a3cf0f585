"""The machine that runs on the sample's disks: its texts, its snapshots, the screens they kept.

    1 Friday -- 2 Monday -- 3 Tuesday -+- 4 Wednesday -- 5 Thursday -- you are here
                                       +- 6 Rescued

Each snapshot froze the link of its day; the second disk came on Thursday. The texts tell no times:
a snapshot of January would be called too old on the first look.
"""

from __future__ import annotations

from dataclasses import dataclass

from redoscope_core import __version__
from redoscope_core.format.new_checkpoint import NewCheckpoint
from redoscope_core.sample.contents import Picture
from redoscope_core.sample.story import BASE, BRANCH, RECORDS_BASE, RECORDS_TIP, TIP

__all__ = ["MACHINE_FILES", "SNAPSHOTS", "VMX", "SampleSnapshot", "machine_files", "machine_texts"]

VMX = "office.vmx"
_VMSD = "office.vmsd"
_NODES = ("scsi0:0", "scsi0:1")
_SCREEN = (320, 240)
"""Pixels of the picture that a checkpoint file keeps of the screen."""
_HERE = (TIP, RECORDS_TIP)
_CURRENT = 5


@dataclass(frozen=True, slots=True)
class SampleSnapshot:
    """A snapshot of the machine."""

    uid: int
    parent: int | None
    name: str
    description: str
    links: tuple[str, ...]
    """What it froze, by the nodes of the disks."""
    height_of_sun: float
    """On the picture of the screen."""

    @property
    def file_name(self) -> str:
        """Its checkpoint file."""
        return f"office-Snapshot{self.uid}.vmsn"


SNAPSHOTS = (
    SampleSnapshot(1, None, "Friday", "The disk as it was set up.", (BASE,), 0.8),
    SampleSnapshot(2, 1, "Monday", "Ten customers have moved.", ("office-000001.vmdk",), 0.7),
    SampleSnapshot(3, 2, "Tuesday", "Before the shredding.", ("office-000002.vmdk",), 0.15),
    SampleSnapshot(4, 3, "Wednesday", "The salaries are gone.", ("office-000003.vmdk",), 0.5),
    SampleSnapshot(
        *(5, 4, "Thursday", "The mail came, and a second disk for records."),
        ("office-000004.vmdk", RECORDS_BASE),
        0.6,
    ),
    SampleSnapshot(6, 3, "Rescued", "Tuesday's disk, with the salaries kept.", (BRANCH,), 0.3),
)


MACHINE_FILES = (*(each.file_name for each in SNAPSHOTS), _VMSD, VMX)
"""Names of all files of the machine but its disks."""


def machine_texts() -> dict[str, bytes]:
    """Return the texts of the machine as it is made, by their names."""
    return {VMX: _machine(_HERE), _VMSD: _list()}


def machine_files() -> dict[str, bytes]:
    """Return all files of the machine but its disks, by their names."""
    states = {each.file_name: _state(each) for each in SNAPSHOTS}
    return machine_texts() | states


def _dictionary(values: dict[str, object]) -> bytes:
    lines = [f'{key} = "{value}"\n' for key, value in values.items()]
    return "".join(lines).encode("ascii")


def _machine(links: tuple[str, ...]) -> bytes:
    """Return the text of the machine while it runs on *links*."""
    values: dict[str, object] = {
        ".encoding": "UTF-8",
        "config.version": 8,
        "virtualHW.version": 10,
        "displayName": "office",
        "guestOS": "dos",
        "memsize": 64,
        "scsi0.present": "TRUE",
        "scsi0.virtualDev": "lsilogic",
    }
    for node, link in zip(_NODES, links, strict=False):
        values |= {f"{node}.present": "TRUE", f"{node}.fileName": link}
    return _dictionary(values)


def _list() -> bytes:
    values: dict[str, object] = {
        ".encoding": "UTF-8",
        "snapshot.lastUID": max(each.uid for each in SNAPSHOTS),
        "snapshot.current": _CURRENT,
        "snapshot.numSnapshots": len(SNAPSHOTS),
    }
    for index, each in enumerate(SNAPSHOTS):
        told: dict[str, object] = {"uid": each.uid, "filename": each.file_name}
        if each.parent is not None:
            told["parent"] = each.parent
        told |= {"displayName": each.name, "description": each.description}
        told["numDisks"] = len(each.links)
        for number, (node, link) in enumerate(zip(_NODES, each.links, strict=False)):
            told |= {f"disk{number}.fileName": link, f"disk{number}.node": node}
        values |= {f"snapshot{index}.{key}": value for key, value in told.items()}
    return _dictionary(values)


def _state(snapshot: SampleSnapshot) -> bytes:
    screen = Picture(*_SCREEN, snapshot.height_of_sun).png()
    return NewCheckpoint(__version__, _machine(snapshot.links), picture=screen).to_bytes()
