"""The text of a saved plan: a JSON document of byte edits, with a checksum over them.

    {"redoscope_plan": 2, "sha256": "...", "kept": true, "edits": [
      {"path": "disk.vmdk", "offset": 512, "old": "<base64>", "new": "<base64>",
       "longer": 0, "why": "..."}]}

The inverse of a consolidation's last step says also which links were merged, the oldest first,
into which link, and what content ID that has got, with a checksum of its own:

    "merged": {"into": "base.vmdk", "cid": "1a2b3c4d", "links": ["kid.vmdk"]},
    "merged_sha256": "..."

That of a snapshot names the files that were made for it: they go when it is taken back.

    "removes": ["web-000001.vmdk", "web-Snapshot1.vmsn"], "removes_sha256": "..."

Names are relative to the folder that the document is in, so that a folder may be moved or
copied with it. Version 1, of the first release, had absolute names.
"""

from __future__ import annotations

import binascii
import json
from typing import Any, NamedTuple, TypeGuard

from redoscope_core.errors import MalformedDocument, VmdkError
from redoscope_core.format.content_id import format_content_id, parse_content_id

__all__ = ["MAX_PLAN_TEXT", "EditText", "MergedText", "PlanText"]

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


class MergedText(NamedTuple):
    """Links that were merged, as the document names them."""

    into: str
    cid: int
    """The content ID that the link *into* has got by that."""
    links: tuple[str, ...]
    """The oldest first."""

    def to_document(self) -> dict[str, object]:
        """Return what stands in the document."""
        cid = format_content_id(self.cid)
        return {"into": self.into, "cid": cid, "links": list(self.links)}


class PlanText(NamedTuple):
    """What a document says."""

    edits: tuple[EditText, ...]
    kept: bool = True
    """Whether it is of use once its edits are made; if not, it only guards their making."""
    merged: MergedText | None = None
    removes: tuple[str, ...] = ()
    """Files that are removed once the edits are made, if nobody needs them."""

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
        document: dict[str, object] = {
            "redoscope_plan": _VERSIONS[-1],
            "sha256": _digest(edits),
            "kept": self.kept,
            "edits": edits,
        }
        if self.merged is not None:
            merged = self.merged.to_document()
            document |= {"merged": merged, "merged_sha256": _digest(merged)}
        if self.removes:
            names = list(self.removes)
            document |= {"removes": names, "removes_sha256": _digest(names)}
        return json.dumps(document, indent=1) + "\n"

    @classmethod
    def parse(cls, data: bytes) -> PlanText:
        """Return what the document *data* says.

        Raises:
            MalformedDocument: It is no such document, or not all of it.
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
            raise _changed()
        merged = _merged(document["merged"]) if document.get("merged") is not None else None
        if merged is not None and document.get("merged_sha256") != _digest(merged.to_document()):
            raise _changed()
        removes = _removes(document["removes"]) if document.get("removes") is not None else ()
        if removes and document.get("removes_sha256") != _digest(list(removes)):
            raise _changed()
        kept = document.get("kept", True)
        read = tuple(_edit(number, edit) for number, edit in enumerate(edits))
        return cls(read, kept is True, merged, removes)


def _edit(number: int, edit: dict[str, Any]) -> EditText:
    """Return the *edit* of that number, each of its values looked at."""
    name, offset, why = edit.get("path"), edit.get("offset"), edit.get("why")
    longer = edit.get("longer", 0)
    if not _is_name(name):
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


def _is_name(name: object) -> TypeGuard[str]:
    return isinstance(name, str) and name != "" and "\0" not in name


def _merged(merged: object) -> MergedText:
    found = merged if isinstance(merged, dict) else {}
    into, cid, links = (found.get(key) for key in ("into", "cid", "links"))
    names = tuple(link for link in links if _is_name(link)) if isinstance(links, list) else ()
    if not (_is_name(into) and isinstance(cid, str) and names) or list(names) != links:
        raise _no_plan("no names of links", where="the links that were merged")
    try:
        number = parse_content_id(cid, key="cid")
    except VmdkError:
        raise _no_plan("no content ID", where="the links that were merged") from None
    return MergedText(into, number, names)


def _removes(removes: object) -> tuple[str, ...]:
    names = tuple(name for name in removes if _is_name(name)) if isinstance(removes, list) else ()
    if not names or list(names) != removes:
        raise _no_plan("no names of files", where="the files that are removed")
    return names


def _bytes(number: int, text: object) -> bytes:
    try:
        return binascii.a2b_base64(text if isinstance(text, str) else "-", strict_mode=True)
    except ValueError:
        raise _no_plan("bytes that are not in base64", where=f"edit {number}") from None


def _base64(data: bytes) -> str:
    return binascii.b2a_base64(data, newline=False).decode("ascii")


def _changed() -> MalformedDocument:
    return MalformedDocument("a saved plan that was changed or cut", expected="its own checksum")


def _no_plan(found: str, *, where: str | None = None) -> MalformedDocument:
    return MalformedDocument("not a saved plan", where=where, found=found)


def _digest(said: object) -> str:
    import hashlib  # noqa: PLC0415 - takes longer to load than most commands to answer

    return hashlib.sha256(json.dumps(said).encode()).hexdigest()
