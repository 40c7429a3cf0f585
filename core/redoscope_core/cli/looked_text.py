"""What a check has looked at, and what not, in words and as programs read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redoscope_core.cli.printing import human_size
from redoscope_core.phrases import counted

if TYPE_CHECKING:
    from redoscope_core.operations.examining.tally import Looked

__all__ = ["looked_document", "looked_words", "unlooked_documents"]


def looked_words(looked: Looked) -> str:
    """Return what was looked at and what not, as the end of a line."""
    if not looked.links:
        return "nothing more could be looked at"
    tables = "texts and tables" if not looked.copies else "texts, tables and redundant tables"
    seen = [f"{tables} of {counted(looked.links, 'link')}"]
    if looked.marks and not looked.data:
        seen.append(f"the marks of {counted(looked.marks, 'compressed grain')}")
    if looked.grains:
        inflated = counted(looked.grains, "compressed grain")
        seen.append(f"{inflated}, inflated and proved by checksum")
    if looked.bytes:
        seen.append(f"{human_size(looked.bytes)} of stored data, read")
    told = f"looked at {'; '.join(seen)}"
    return told if looked.data else f"{told}; not at the bytes of grains (--data reads them)"


def looked_document(looked: Looked) -> dict[str, object]:
    """Return what was looked at; bytes are those of what is stored uncompressed."""
    return {
        "links": looked.links,
        "redundant_tables": looked.copies,
        "marks": looked.marks,
        "grains": looked.grains,
        "bytes": looked.bytes,
    }


def unlooked_documents(looked: Looked) -> list[dict[str, object]]:
    """Return what was not looked at."""
    return [] if looked.data else [{"what": "grain-bytes"}]
