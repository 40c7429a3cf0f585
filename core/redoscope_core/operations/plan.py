"""A plan: byte edits of existing files, shown before they are made, with their inverse saved first.

plan = Plan.of([...])
print(plan.describe())
plan.apply(undo=Path("undo.json"))
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from redoscope_core.errors import CorruptVmdk
from redoscope_core.link.file import DiskFile
from redoscope_core.link.new_file import NewFiles

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Edit", "Plan"]


@dataclass(frozen=True, slots=True)
class Edit:
    """Bytes of a file that are to be replaced by as many others."""

    path: Path
    offset: int
    """Bytes from the start of the file."""
    old: bytes
    new: bytes
    why: str
    """In plain words."""

    def narrowed(self) -> Edit:
        """Return the edit without the equal bytes at both ends."""
        if len(self.old) != len(self.new):
            raise ValueError(f"an edit in place of {len(self.old)} bytes by {len(self.new)}")
        # As numbers: what differs has a highest and a lowest bit that is set.
        differing = int.from_bytes(self.old, "big") ^ int.from_bytes(self.new, "big")
        first = len(self.old) - -(-differing.bit_length() // 8)
        lowest = (differing & -differing).bit_length() - 1
        last = len(self.old) - lowest // 8 if differing else first
        return Edit(
            self.path, self.offset + first, self.old[first:last], self.new[first:last], self.why
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """Edits that belong together, in the order they are made."""

    edits: tuple[Edit, ...]

    @classmethod
    def of(cls, edits: Sequence[Edit]) -> Plan:
        """Return the plan of *edits* without what they leave as it is."""
        return cls(tuple(edit for edit in (e.narrowed() for e in edits) if edit.new))

    @property
    def inverse(self) -> Plan:
        """The plan that takes this one back."""
        return Plan(
            tuple(
                Edit(e.path, e.offset, e.new, e.old, f"undo: {e.why}") for e in reversed(self.edits)
            )
        )

    def describe(self) -> str:
        """Return the edits as text, one line each."""
        if not self.edits:
            return "nothing to change"
        return "\n".join(
            f"{e.path}: bytes {e.offset} to {e.offset + len(e.new)}: {e.why}" for e in self.edits
        )

    def to_json(self) -> str:
        """Return the plan as a JSON document that `from_json` reads."""
        edits = [
            {
                "path": str(edit.path.absolute()),
                "offset": edit.offset,
                "old": base64.b64encode(edit.old).decode("ascii"),
                "new": base64.b64encode(edit.new).decode("ascii"),
                "why": edit.why,
            }
            for edit in self.edits
        ]
        body = json.dumps(edits)
        digest = hashlib.sha256(body.encode()).hexdigest()
        return json.dumps({"redoscope_plan": 1, "sha256": digest, "edits": edits}, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Plan:
        """Return the plan that `to_json` made *text* of.

        Raises:
            CorruptVmdk: It is no such document, or not all of it.
        """
        try:
            document = json.loads(text)
            edits = document["edits"]
            whole = hashlib.sha256(json.dumps(edits).encode()).hexdigest() == document["sha256"]
            plan = cls(
                tuple(
                    Edit(
                        Path(edit["path"]),
                        int(edit["offset"]),
                        base64.b64decode(edit["old"]),
                        base64.b64decode(edit["new"]),
                        str(edit["why"]),
                    )
                    for edit in edits
                )
            )
        except (ValueError, KeyError, TypeError) as error:
            raise CorruptVmdk("not a saved plan", found=repr(error)) from None
        if not whole:
            raise CorruptVmdk("a saved plan that was changed or cut", expected="its own checksum")
        return plan

    def check(self) -> None:
        """Raise `CorruptVmdk` if a file no longer holds what the plan expects there.

        What is as the plan wants it already is no fault: a plan that was stopped in the
        middle can be made again, and so can its inverse.
        """
        for edit in self.edits:
            with DiskFile(edit.path) as file:
                # A text that grows is planned with NULs behind its end.
                there = max(0, min(len(edit.old), file.file_bytes - edit.offset))
                found = file.read_at(edit.offset, there, what="the bytes to replace")
                found = found.ljust(len(edit.old), b"\0")
            if found not in (edit.old, edit.new):
                raise CorruptVmdk(
                    "the file was changed since the plan was made",
                    path=edit.path,
                    offset=edit.offset,
                    found=found[:32].hex(" "),
                    expected=edit.old[:32].hex(" "),
                    cure="make the plan again",
                )

    def apply(self, *, undo: Path) -> None:
        """Save the inverse to the new file *undo*, then make the edits, durably.

        Raises:
            CorruptVmdk: A file changed meanwhile; nothing was done.
            AlreadyExists: *undo* is there already.
        """
        self.check()
        with NewFiles([undo]) as (file,):
            file.write_at(0, self.inverse.to_json().encode())
        for edit in self.edits:
            with DiskFile(edit.path, writable=True) as target:
                target.write_at(edit.offset, edit.new)
                target.sync()
