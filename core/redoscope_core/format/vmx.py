"""The ``.vmx`` text of a virtual machine: which disk files it names."""

from __future__ import annotations

import re

__all__ = ["disk_names", "parse_dictionary"]

_LINE = re.compile(r'^\s*([^#\s=][^=]*?)\s*=\s*"?(.*?)"?\s*$')
_DISK = re.compile(r"^((scsi|ide|sata|nvme)(\d{1,3}):(\d{1,3}))\.filename$")
_CONTROLLERS = ("scsi", "sata", "nvme", "ide")
_ESCAPE = re.compile(r"\|([0-9A-Fa-f]{2})")


def parse_dictionary(data: bytes) -> dict[str, str]:
    """Return value by key (in lower case) of a ``key = "value"`` text such as .vmx or .vmsd."""
    text = data.decode("utf-8", "surrogateescape")
    values = {}
    for line in text.splitlines():
        if match := _LINE.match(line):
            values[match[1].lower()] = _ESCAPE.sub(lambda code: chr(int(code[1], 16)), match[2])
    return values


def disk_names(data: bytes) -> tuple[str, ...]:
    """Return the disk files that the .vmx text *data* names, in the order of their controllers.

    A device whose ``.present`` is missing or not TRUE counts as absent, as VMware has it.
    """
    values = parse_dictionary(data)
    found = []
    for key, name in values.items():
        match = _DISK.match(key)
        if match is None or not name.lower().endswith(".vmdk"):
            continue
        if values.get(f"{match[1]}.present", "false").lower() == "true":
            found.append((_CONTROLLERS.index(match[2]), int(match[3]), int(match[4]), name))
    return tuple(name for *_, name in sorted(found))
