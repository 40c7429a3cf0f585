"""The ``.vmx`` text of a virtual machine: its disks, and what it says that matters to them.

    scsi0:0.present = "TRUE"
    scsi0:0.fileName = "[datastore1] web/web-000001.vmdk"

Names stand as the machine's own host spells them: from the text's folder on, or the whole way
there, in the manner of ESX, of Windows or of Unix.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from redoscope_core.format.dictionary import Dictionary

if TYPE_CHECKING:
    from typing import Self

__all__ = ["MachineText", "NamedDisk"]

_DISK = re.compile(r"((scsi|ide|sata|nvme)(\d{1,3}):(\d{1,3}))\.filename")
_CONTROLLERS = ("scsi", "sata", "nvme", "ide")
_INDEPENDENT = "independent"
_LINKS = re.compile(r"\.vmdk$|\.redo(_[^./\\]*)?$", re.IGNORECASE)
"""How the names of links end."""
_DATASTORE = re.compile(r"\[[^\]]*\]\s*")
_DRIVE = re.compile(r"[A-Za-z]:(?=/)")


@dataclass(frozen=True, slots=True)
class NamedDisk:
    """A disk as a machine names it."""

    node: str
    """Where it is plugged in: ``scsi0:0``."""
    key: str
    """The key that names its file, in lower case."""
    file_name: str
    """The link that the machine runs on, from the folder of the text."""
    mode: str
    """Empty, or ``independent-persistent`` and such, in lower case."""

    @property
    def is_independent(self) -> bool:
        """Whether snapshots leave it out."""
        return self.mode.startswith(_INDEPENDENT)

    @property
    def is_from_elsewhere(self) -> bool:
        """Whether it is the whole way there on some host: its datastore, its drive, its root."""
        way = self.file_name.replace("\\", "/")
        return way.startswith("/") or bool(_DATASTORE.match(way) or _DRIVE.match(way))

    @property
    def parts(self) -> tuple[str, ...]:
        """The folders on the way and the file, without datastore, drive or root."""
        way = _DATASTORE.sub("", self.file_name.replace("\\", "/"), count=1)
        way = _DRIVE.sub("", way, count=1)
        return tuple(part for part in PurePosixPath(way).parts if part.strip("/"))

    @property
    def last_part(self) -> str:
        """The name of the file alone, without the way there."""
        return self.parts[-1] if self.parts else self.file_name


@dataclass(frozen=True, slots=True)
class MachineText:
    """The text of a machine, and what it says of disks and snapshots."""

    text: Dictionary
    disks: tuple[NamedDisk, ...]
    """In the order of their controllers. One that is not present is none."""

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read *data*; any bytes are a machine, if need be one without disks."""
        text = Dictionary.parse(data)
        return cls(text, _disks(text))

    @property
    def name(self) -> str:
        """What the machine is called; empty if it says nothing."""
        return self.text.get("displayName") or ""

    @property
    def suspended_to(self) -> str:
        """The checkpoint file that it resumes from; empty if it is not suspended."""
        return self.text.get("checkpoint.vmState") or ""

    @property
    def encrypted_by(self) -> str:
        """The key that says that part of the text is encrypted; empty if none does."""
        for key in self.text.values:
            if key in {"encryption.keysafe", "encryption.data"}:
                return key
        return ""

    @property
    def links_folder(self) -> str:
        """The folder that new links go to; empty if that is the one of their parents."""
        apart = self.text.is_set("snapshot.redoNotWithParent")
        return (self.text.get("workingDir") or "") if apart else ""

    def with_disks(self, names: dict[str, str]) -> Dictionary:
        """Return the text in which each node of *names* names another file."""
        keys = {disk.node: disk.key for disk in self.disks}
        return self.text.changed({keys[node]: name for node, name in names.items()})


def _disks(text: Dictionary) -> tuple[NamedDisk, ...]:
    """Return the disks; a device whose ``.present`` is not TRUE is absent, as VMware has it.

    GSX and ESX 2 name the redo log that a disk is written into beside the disk: then that is what
    the machine runs on.
    """
    found = []
    for named in text.values:
        match = _DISK.fullmatch(named)
        if match is None:
            continue
        redo = f"{match[1]}.redo"
        key = redo if text.values.get(redo) else named
        name = text.values[key]
        if _LINKS.search(name) and text.is_set(f"{match[1]}.present"):
            mode = (text.get(f"{match[1]}.mode") or "").lower()
            place = (_CONTROLLERS.index(match[2]), int(match[3]), int(match[4]))
            found.append((*place, NamedDisk(match[1], key, name, mode)))
    return tuple(disk for *_, disk in sorted(found, key=lambda each: each[:3]))
