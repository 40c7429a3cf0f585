"""The ``.vmx`` text of a virtual machine: its disks, and what it says that matters to them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from redoscope_core.format.dictionary import Dictionary

if TYPE_CHECKING:
    from typing import Self

__all__ = ["MachineText", "NamedDisk", "disk_names"]

_DISK = re.compile(r"((scsi|ide|sata|nvme)(\d{1,3}):(\d{1,3}))\.filename")
_CONTROLLERS = ("scsi", "sata", "nvme", "ide")
_INDEPENDENT = "independent"


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


def disk_names(data: bytes) -> tuple[str, ...]:
    """Return the disk files that the .vmx text *data* names, in the order of their controllers.

    A device whose ``.present`` is missing or not TRUE counts as absent, as VMware has it.
    """
    return tuple(disk.file_name for disk in MachineText.parse(data).disks)


def _disks(text: Dictionary) -> tuple[NamedDisk, ...]:
    found = []
    for key, name in text.values.items():
        match = _DISK.fullmatch(key)
        if match is None or not name.lower().endswith(".vmdk"):
            continue
        if text.is_set(f"{match[1]}.present"):
            mode = (text.get(f"{match[1]}.mode") or "").lower()
            place = (_CONTROLLERS.index(match[2]), int(match[3]), int(match[4]))
            found.append((*place, NamedDisk(match[1], key, name, mode)))
    return tuple(disk for *_, disk in sorted(found, key=lambda each: each[:3]))
