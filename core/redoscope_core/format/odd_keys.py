"""Odd keys: what the values of a descriptor make one wonder about, though it can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redoscope_core.findings import Finding, Kind
from redoscope_core.format.content_id import format_content_id, is_long_content_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["odd_keys"]


def odd_keys(values: Mapping[str, str], cid: int) -> Iterator[Finding]:
    """Yield what is odd about *values*, by key in lower case, that give *cid*."""
    if "cid" not in values:
        yield Finding.of(Kind.NO_CID)
    if "parentcid" not in values:
        yield Finding.of(Kind.NO_PARENT_CID)
    for key in ("CID", "parentCID"):
        value = values.get(key.lower(), "0")
        if is_long_content_id(value):
            yield Finding.of(Kind.LONG_CID, key=key, value=value)
    if (version := values.get("version", "1")) not in {"1", "2", "3"}:
        yield Finding.of(Kind.UNKNOWN_VERSION, version=version)
    # Some of the keys that VirtualBox writes, without the parent's.
    if "ddb.uuid.modification" in values and "ddb.uuid.parent" not in values:
        yield Finding.of(Kind.LOST_FOREIGN_PARENT)
    # VDDK gives new disks and streams a long content ID, and leaves the CID as it was: 00000000
    # as a rule. That is so in every sample of theirs, and no sign of a change.
    is_stream = values.get("createtype", "").lower() == "streamoptimized"
    long_id = values.get("ddb.longcontentid")
    fits = not long_id or long_id.lower().endswith(format_content_id(cid))
    if not fits and cid and not is_stream:
        yield Finding.of(Kind.LONG_CONTENT_ID)
