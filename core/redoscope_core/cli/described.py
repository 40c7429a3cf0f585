"""What is told of a link that does not open: its descriptor, and which of its files are missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from redoscope_core.cli.printing import human_size, say
from redoscope_core.errors import FileMissing, VmdkError
from redoscope_core.format.units import SECTOR
from redoscope_core.phrases import counted

if TYPE_CHECKING:
    from pathlib import Path

    from redoscope_core.format.descriptor import Descriptor

__all__ = ["tell_described"]


def tell_described(disk: Path, error: VmdkError, *, json_output: bool) -> tuple[int, object]:
    """Tell what the descriptor of *disk* says, and the *error* that keeps the disk from opening.

    Return the exit status that the error means, and the JSON document if *json_output* asks.

    Raises:
        VmdkError: The *error*, where there is no descriptor.
    """
    from redoscope_core.cli.failure import failure_of
    from redoscope_core.link.link import descriptor_of

    try:
        descriptor = descriptor_of(disk)
    except VmdkError:
        raise error from None
    failure = failure_of(error, click.get_current_context().command)
    missing = _missing(error)
    document = None
    if json_output:
        document = _document(disk, descriptor, missing) | failure.document
    else:
        _print(disk, descriptor, missing)
    say(f"redoscope: {failure.line}", err=True)
    return failure.status, document


def _missing(error: VmdkError) -> dict[str, Path]:
    """Return where the files that *error* tells to be missing should be, by their names."""
    wanted = error.missing if isinstance(error, FileMissing) else ()
    return {each.name: each.path for each in wanted}


def _document(disk: Path, descriptor: Descriptor, missing: dict[str, Path]) -> dict[str, object]:
    extents = [
        {
            "line": line.text,
            "sectors": line.sectors,
            "missing": None if line.name not in missing else str(missing[line.name]),
        }
        for line in descriptor.extents
    ]
    return {
        "disk": str(disk),
        "at": str(disk),
        "path": str(disk),
        "capacity": descriptor.capacity,
        "bytes": descriptor.capacity * SECTOR,
        "unreadable_sectors": None,
        "links": [],
        "described": {
            "kind": descriptor.create_type,
            "cid": f"{descriptor.cid:08x}",
            "parent_cid": f"{descriptor.parent_cid:08x}",
            "parent_hint": descriptor.parent_hint,
            "comment": descriptor.comment,
            "extents": extents,
        },
        "notes": [],
        "descriptor": descriptor.text,
        "not_looked_at": [],
    }


def _print(disk: Path, descriptor: Descriptor, missing: dict[str, Path]) -> None:
    size = human_size(descriptor.capacity * SECTOR)
    say(f"{disk}: {size}, {counted(descriptor.capacity, 'sector')}")
    say("it does not open; this is what its descriptor says:", "")
    if descriptor.comment:
        say(f"     {descriptor.comment}")
    say(
        f"     {descriptor.create_type}, CID {descriptor.cid:08x},"
        f" parentCID {descriptor.parent_cid:08x}"
    )
    for line in descriptor.extents:
        place = missing.get(line.name or "")
        say(f"     {line.text}" + ("" if place is None else f": missing, {place}"))
    say("", f"Descriptor of {disk}:", "")
    say(*descriptor.text.rstrip("\n").split("\n"))
