"""Safe names: what files of other systems are called here, and harm nobody by being called so.

What a name may not have is spelled as `%XX`, byte for byte: separators, what Windows forbids,
control characters, characters that turn or hide text, bytes that are no UTF-8. So is what would
make a whole name mean something: a device of Windows, an option, a file that is half written.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import TYPE_CHECKING

from redoscope_core.files.new_file import is_part_name

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["SafeNames", "safe_name"]

_FORBIDDEN = frozenset('/\\:*?"<>|')
_AT_BEGIN, _AT_END = frozenset(" -"), frozenset(" .")
_LOOKS_SPELLED = re.compile("%(?=[0-9A-Fa-f]{2})")
_DEVICE = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\.|$)", re.IGNORECASE
)
_LONGEST = 200
"""Bytes: file systems have 255, and a file has a longer name until it is whole."""
_LONGEST_ENDING = 16
_UNNAMED = "unnamed"


def safe_name(name: bytes) -> str:
    """Return what a file that another system calls *name* may be called in a folder here.

    No two names that differ, and are not too long, become one.
    """
    text = _LOOKS_SPELLED.sub("%25", name.decode("utf-8", "surrogateescape"))
    last = len(text) - 1
    parts = [
        char
        if char.isprintable()
        and char not in _FORBIDDEN
        and not (at == 0 and char in _AT_BEGIN)
        and not (at == last and char in _AT_END)
        else _spelled(char)
        for at, char in enumerate(text)
    ]
    if text and (_DEVICE.match(text) or is_part_name(text)):
        parts[0] = _spelled(text[0])
    shown = "".join(parts) or _UNNAMED
    return shown if len(shown.encode()) <= _LONGEST else _shortened(parts, name)


def _spelled(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "surrogateescape"))


def _shortened(parts: list[str], name: bytes) -> str:
    """Return the begin of a name that is too long, its digest, and its ending if that is short."""
    ending = "".join(parts).rpartition(".")[2]
    behind = f"~{hashlib.sha256(name).hexdigest()[:12]}"
    if len(ending.encode()) <= _LONGEST_ENDING:
        behind += f".{ending}"
    room = _LONGEST - len(behind)
    begin = ""
    for part in parts:
        room -= len(part.encode())
        if room < 0:
            break
        begin += part
    return begin + behind


class SafeNames:
    """Names that are given in folders, none twice: nor to systems to which case means nothing."""

    def __init__(self) -> None:
        """Have given none."""
        self._given: dict[Path, dict[str, int]] = {}

    def given(self, folder: Path, name: bytes) -> Path:
        """Return the path in *folder* of a file that is called *name* elsewhere."""
        taken = self._given.setdefault(folder, {})
        shown = first = safe_name(name)
        while (key := _key(shown)) in taken:
            number = taken[_key(first)] = taken[_key(first)] + 1
            stem, dot, ending = first.rpartition(".")
            shown = f"{stem}~{number}{dot}{ending}" if stem else f"{first}~{number}"
        taken[key] = 1
        return folder / shown


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
