"""The text of a saved plan: a JSON document of byte edits, with a checksum over them.

    {"redoscope_plan": 2, "sha256": "...", "kept": true, "edits": [
      {"path": "disk.vmdk", "offset": 512, "old": "<base64>", "new": "<base64>",
       "longer": 0, "why": "..."}]}

Names are relative to the folder that the document is in, so that a folder may be moved or
copied with it. Version 1, of the first release, had absolute names.
"""

from __future__ import annotations

import binascii
import json
from typing import TYPE_CHECKING, Any, NamedTuple

from redoscope_core.errors import CorruptVmdk

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["MAX_PLAN_TEXT", "EditText", "PlanText"]

MAX_PLAN_TEXT = 64 * 2**20
"""Bytes of a saved plan that are read at most: one edit of a text of 1 MiB has a twentieth."""
_VERSIONS = (1, 2)
_FURTHEST = 2**63 - 1


class EditText(NamedTuple):
    """One edit as the document has it."""

    name: str
    """The file: relative to the document's folder, or absolute in version 1."""
    offset: int
    """Bytes from the start of the file."""
    old: bytes
    new: bytes
    longer: int
    """Bytes by which the file becomes longer; below 0: shorter."""
    why: str


class PlanText(NamedTuple):
    """What a document says."""

    edits: tuple[EditText, ...]
    kept: bool = True
    """Whether it is of use once its edits are made; if not, it only guards their making."""

    def to_json(self) -> str:
        """Return the document."""
        edits = [
            {
                "path": edit.name,
                "offset": edit.offset,
                "old": _base64(edit.old),
                "new": _base64(edit.new),
                "longer": edit.longer,
                "why": edit.why,
            }
            for edit in self.edits
        ]
        document = {
            "redoscope_plan": _VERSIONS[-1],
            "sha256": _digest(edits),
            "kept": self.kept,
            "edits": edits,
        }
        return json.dumps(document, indent=1) + "\n"

    @classmethod
    def parse(cls, data: bytes) -> PlanText:
        """Return what the document *data* says.

        Raises:
            CorruptVmdk: It is no such document, or not all of it.
        """
        try:
            document = json.loads(data)
        except RecursionError:
            raise _no_plan("brackets in brackets, too deep to be one") from None
        except ValueError:
            raise _no_plan("what is no JSON") from None
        if not isinstance(document, dict) or document.get("redoscope_plan") not in _VERSIONS:
            raise _no_plan("no document with the key redoscope_plan, 1 or 2")
        edits = document.get("edits")
        if not isinstance(edits, list) or not all(isinstance(edit, dict) for edit in edits):
            raise _no_plan("no list of edits")
        if document.get("sha256") != _digest(edits):
            raise CorruptVmdk("a saved plan that was changed or cut", expected="its own checksum")
        kept = document.get("kept", True)
        return cls(tuple(_edit(number, edit) for number, edit in enumerate(edits)), kept is True)


def _edit(number: int, edit: dict[str, Any]) -> EditText:
    """Return the *edit* of that number, each of its values looked at."""
    name, offset, why = edit.get("path"), edit.get("offset"), edit.get("why")
    longer = edit.get("longer", 0)
    if not isinstance(name, str) or not name or "\0" in name:
        raise _no_plan("a path that names no file", where=f"edit {number}")
    if not isinstance(why, str):
        raise _no_plan("no reason", where=f"edit {number}")
    if type(offset) is not int or type(longer) is not int:
        raise _no_plan("a place that is no number", where=f"edit {number}")
    old, new = (_bytes(number, edit.get(key)) for key in ("old", "new"))
    if not old or len(old) != len(new):
        raise _no_plan(f"{len(old)} bytes that become {len(new)}", where=f"edit {number}")
    if not 0 <= offset <= _FURTHEST - len(old) or abs(longer) > len(old):
        raise _no_plan("a place outside any file", where=f"edit {number}")
    behind = old[len(old) - longer :] if longer >= 0 else new[longer:]
    if behind.strip(b"\0"):
        raise _no_plan("bytes behind the end of a file", where=f"edit {number}")
    return EditText(name, offset, old, new, longer, why)


def _bytes(number: int, text: object) -> bytes:
    try:
        return binascii.a2b_base64(text if isinstance(text, str) else "-", strict_mode=True)
    except ValueError:
        raise _no_plan("bytes that are not in base64", where=f"edit {number}") from None


def _base64(data: bytes) -> str:
    return binascii.b2a_base64(data, newline=False).decode("ascii")


def _no_plan(found: str, *, where: str | None = None) -> CorruptVmdk:
    return CorruptVmdk("not a saved plan", where=where, found=found)


def _digest(edits: Sequence[object]) -> str:
    import hashlib  # noqa: PLC0415 - takes longer to load than most commands to answer

    return hashlib.sha256(json.dumps(edits).encode()).hexdigest()
