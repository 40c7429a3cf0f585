"""Frames: an index as bytes and back, for a pipe whose other end nobody trusts.

    magic | length of the head | head, JSON | arrays, one behind the other

The head says facts and how long each array is; which arrays there are, and of what type, both ends
know. Nothing of it is ever run.
"""

from __future__ import annotations

import json
import struct
from typing import IO, Any

import numpy as np

from redoscope_core.errors import CorruptVolume
from redoscope_core.volumes.columns import Columns
from redoscope_core.volumes.index import Entries, Extents, FileNames, Nodes, Streams, VolumeIndex
from redoscope_core.volumes.regions import Regions
from redoscope_core.volumes.views import LaidOver

__all__ = ["MOST_BYTES", "read_index", "write_failure", "write_index"]

_MAGIC = b"redoscope volume"
_HEAD = struct.Struct("<16sI")
_MOST_HEAD = 2**16
MOST_BYTES = 2**31
"""Bytes of all arrays together that are taken."""
_PARTS: dict[str, type[Columns]] = {
    "nodes": Nodes,
    "entries": Entries,
    "streams": Streams,
    "extents": Extents,
    "regions": Regions,
    "named": FileNames,
    "laid": LaidOver,
}
_BLOBS = ("names", "inside")
_FACTS: dict[str, type] = {
    "uuid": str,
    "cluster_sectors": int,
    "is_whole": bool,
    "view": str,
    "journal": str,
    "transactions": int,
    "fast_commits": bool,
}


def write_index(out: IO[bytes], index: VolumeIndex) -> None:
    """Write *index* to *out*."""
    lengths = {name: len(part) for name, part in index.parts().items()}
    lengths |= {name: len(getattr(index, name)) for name in _BLOBS}
    facts = {name: getattr(index, name) for name in _FACTS}
    _write_head(out, {"facts": facts, "lengths": lengths})
    for name, kind in _PARTS.items():
        part = getattr(index, name)
        for column, dtype in kind.types().items():
            out.write(np.ascontiguousarray(getattr(part, column), dtype).tobytes())
    for name in _BLOBS:
        out.write(np.ascontiguousarray(getattr(index, name), np.uint8).tobytes())


def write_failure(out: IO[bytes], cause: str, detail: str) -> None:
    """Write to *out* that there is no index, and why."""
    _write_head(out, {"failed": [cause, detail[:1000]]})


def _write_head(out: IO[bytes], head: dict[str, object]) -> None:
    raw = json.dumps(head).encode()
    out.write(_HEAD.pack(_MAGIC, len(raw)) + raw)


def read_index(source: IO[bytes], sectors: int) -> VolumeIndex | tuple[str, str]:
    """Return the index that *source* has, of a volume of so many *sectors*.

    Or why there is none, as it was written.

    Raises:
        CorruptVolume: These are no bytes that `write_index` writes.
    """
    head = _read_head(source)
    failed = head.get("failed")
    if isinstance(failed, list) and [type(each) for each in failed] == [str, str]:
        return failed[0], failed[1]
    facts = _checked(head.get("facts"), _FACTS)
    lengths = _checked(head.get("lengths"), dict.fromkeys((*_PARTS, *_BLOBS), int))
    _refuse_long(lengths)
    found: dict[str, Any] = dict(facts)
    for name, kind in _PARTS.items():
        columns = [_array(source, lengths[name], dtype) for dtype in kind.types().values()]
        found[name] = kind(*columns)
    for name in _BLOBS:
        found[name] = _array(source, lengths[name], np.dtype(np.uint8))
    index = VolumeIndex(**found)
    index.check(sectors)
    return index


def _read_head(source: IO[bytes]) -> dict[str, Any]:
    magic, length = _HEAD.unpack(_exactly(source, _HEAD.size))
    if magic != _MAGIC or length > _MOST_HEAD:
        raise CorruptVolume("a head that no index has")
    try:
        head = json.loads(_exactly(source, length))
    except (ValueError, RecursionError):
        raise CorruptVolume("a head that no index has") from None
    return head if isinstance(head, dict) else {}


def _checked(values: object, types: dict[str, type]) -> dict[str, Any]:
    """Return *values*, which are to have the names in *types*, and these types."""
    if not isinstance(values, dict) or set(values) != set(types):
        raise CorruptVolume("a head that no index has")
    if not all(type(each) is types[name] for name, each in values.items()):
        raise CorruptVolume("a head that holds what no index has")
    return values


def _refuse_long(lengths: dict[str, int]) -> None:
    width = {
        name: sum(each.itemsize for each in kind.types().values()) for name, kind in _PARTS.items()
    }
    total = sum(lengths[name] * width.get(name, 1) for name in lengths)
    if min(lengths.values()) < 0 or total > MOST_BYTES:
        raise CorruptVolume("an index too large to be taken", found=total, expected=MOST_BYTES)


def _array(source: IO[bytes], length: int, dtype: np.dtype[Any]) -> Any:
    return np.frombuffer(_exactly(source, length * dtype.itemsize), dtype)


def _exactly(source: IO[bytes], count: int) -> bytes:
    data = source.read(count)
    if len(data) != count:
        raise CorruptVolume("an index that ends too early", found=len(data), expected=count)
    return data
