"""The command that tells all about one link and its chain: info."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from redoscope_core import sentences
from redoscope_core.cli.described import tell_described
from redoscope_core.cli.generation import at_link, generation, link_alone, named
from redoscope_core.cli.parameters import DISK, as_json, opening, policy_of, salvaging
from redoscope_core.cli.printing import human_size, say
from redoscope_core.cli.refusing import refuse_damage
from redoscope_core.cli.several import for_each
from redoscope_core.cli.track_text import track_document, track_line
from redoscope_core.cli.unseen import unseen_documents
from redoscope_core.errors import VmdkError
from redoscope_core.format.units import SECTOR
from redoscope_core.phrases import counted

if TYPE_CHECKING:
    from redoscope_core.chain.access import Policy
    from redoscope_core.chain.chain import Chain
    from redoscope_core.link.change_track import ChangeTrack
    from redoscope_core.link.link import Link

__all__ = ["info"]


@click.command()
@click.argument("disks", type=DISK, metavar="DISK...", nargs=-1, required=True)
@link_alone
@at_link
@opening
@salvaging
@as_json
def info(
    disks: tuple[Path, ...],
    alone: bool,
    at: str | None,
    json_output: bool,
) -> int:
    """Tell all about one link and its chain.

    Descriptor, header, content IDs, capacity and counts. "Stored" is what the tables of a
    link hold as data; "on the storage" is what its files take there. Of a disk that does not
    open the descriptor is told, which of its files are missing, and the error.
    """
    policy = policy_of()

    def opened(disk: Path) -> tuple[int, object]:
        with generation(disk, policy, at, older=True, alone=alone) as chain:
            document = named(disk, chain) | _info_document(chain, policy) if json_output else None
            if not json_output:
                if disk != disks[0]:
                    say("")
                _print_info(chain, policy)
            return refuse_damage(chain), document

    def one(disk: Path) -> tuple[int, object]:
        try:
            return opened(disk)
        except VmdkError as error:
            if disk != disks[0] and not json_output:
                say("")
            return tell_described(disk, error, json_output=json_output)

    return for_each(disks, one, json_output=json_output)


def _info_document(chain: Chain, policy: Policy) -> dict[str, object]:
    from redoscope_core.areas.areas import State

    return {
        "path": str(chain.path),
        "capacity": chain.capacity,
        "bytes": chain.capacity * SECTOR,
        "unreadable_sectors": chain.stored.sectors_in(State.UNREADABLE),
        **_asking_document(chain),
        "links": [_link_document(link, policy) for link in chain.links],
        "notes": list(sentences.lines(chain.findings)),
        "descriptor": None if chain.tip.is_bare else chain.tip.descriptor.text,
        "not_looked_at": unseen_documents(chain.unseen),
    }


def _asking_document(chain: Chain) -> dict[str, object]:
    """Return what is to be said of a link alone; nothing of a chain, which asks nobody."""
    return {"asks_parent_sectors": _asking(chain)} if chain.asks_parent else {}


def _asking(chain: Chain) -> int:
    """Return for how many sectors *chain* would ask a parent that is left out."""
    return chain.capacity - int(chain.stored.count.sum())


def _link_document(link: Link, policy: Policy) -> dict[str, object]:
    from redoscope_core.areas.areas import State

    track = _track(link, policy)
    descriptor, stored = link.descriptor, link.stored
    return {
        "path": str(link.path),
        "kind": descriptor.create_type,
        "cid": f"{descriptor.cid:08x}",
        "parent_cid": f"{descriptor.parent_cid:08x}",
        "parent_hint": descriptor.parent_hint,
        "comment": descriptor.comment,
        "capacity": link.capacity,
        "grain_size": link.grain_size,
        "extents": [extent.line.text for extent in link.extents],
        "files": [str(file) for file in link.files],
        "headers": _headers(link),
        "data_sectors": stored.sectors_in(State.DATA),
        "zero_sectors": stored.sectors_in(State.ZERO),
        "unreadable_sectors": stored.sectors_in(State.UNREADABLE),
        "stored_bytes": link.stored_bytes,
        "change_track": None if track is None else track_document(track),
        "notes": list(sentences.lines(link.findings)),
    }


def _headers(link: Link) -> list[dict[str, object]]:
    return [
        {"file": str(extent.file.path), **fields}
        for extent in link.extents
        if extent.file is not None and (fields := extent.header_fields) is not None
    ]


def _print_info(chain: Chain, policy: Policy) -> None:
    size, sectors = human_size(chain.capacity * SECTOR), counted(chain.capacity, "sector")
    say(f"{chain.path}: {size}, {sectors}")
    if chain.asks_parent:
        asking = _asking(chain)
        amount = f"{human_size(asking * SECTOR)}, {counted(asking, 'sector')}"
        say(f"this link alone; it asks the parent for {amount}")
    else:
        say(f"a chain of {counted(len(chain.links), 'link')}, base disk first:")
    if chain.lost_parent is not None:
        say("", "  -  the parent can't be used: what no link stores can't be read")
    for index, link in enumerate(chain.links):
        _print_link(index, link, policy)
    if chain.tip.is_bare:
        say("", "without a descriptor: it is lost, or in another file")
        return
    say("", f"Descriptor of {chain.path}:", "")
    say(*chain.tip.descriptor.text.rstrip("\n").split("\n"))


def _print_link(index: int, link: Link, policy: Policy) -> None:
    from redoscope_core.areas.areas import State

    descriptor, stored = link.descriptor, link.stored
    data, zero = stored.sectors_in(State.DATA), stored.sectors_in(State.ZERO)
    say("", f"  {index}  {link.path}")
    if descriptor.comment:
        say(f"     {descriptor.comment}")
    say(
        f"     {descriptor.create_type}, CID {descriptor.cid:08x},"
        f" parentCID {descriptor.parent_cid:08x}"
    )
    say(
        f"     {human_size(data * SECTOR)} stored: {counted(data, 'sector')} of data, {zero} of"
        f" zeros, in grains of {counted(link.grain_size, 'sector')};"
        f" {human_size(link.stored_bytes)} on the storage"
    )
    if lost := stored.sectors_in(State.UNREADABLE):
        say(f"     {human_size(lost * SECTOR)} can't be read: {counted(lost, 'sector')}")
    for extent in link.extents:
        say(f"     {extent.line.text}")
    _print_track(_track(link, policy))


def _track(link: Link, policy: Policy) -> ChangeTrack | None:
    """Return the change tracking file of *link*; if it is not there, with what it may be."""
    track = link.change_track
    if track is None or track.header is not None:
        return track
    from redoscope_core.chain.family.neighbours import Neighbours
    from redoscope_core.chain.family.tracks import track_of

    return track_of(link.path, link.descriptor, policy, Neighbours())


def _print_track(track: ChangeTrack | None) -> None:
    if track is not None:
        say(f"     {track_line(track)}")
    for row in track.header.rows if track is not None and track.header is not None else ():
        meaning = f" ({row.meaning})" if row.meaning else ""
        say(f"       byte {row.offset:2}  {row.name}: {row.value}{meaning}")
