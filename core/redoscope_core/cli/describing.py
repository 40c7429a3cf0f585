"""Commands that describe: tree, info, map, owner."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from redoscope_core.cli.parameters import DISK, SECTORS, as_json, opening, policy_of
from redoscope_core.cli.printing import human_size, noted, print_json, say
from redoscope_core.cli.track_text import track_document, track_line
from redoscope_core.errors import printable

if TYPE_CHECKING:
    from pathlib import Path

    from redoscope_core.chain.chain import Chain
    from redoscope_core.chain.forest import Forest
    from redoscope_core.link.link import Link
    from redoscope_core.link.lookup import Lookup, LookupStep

__all__ = ["info", "map_areas", "owner", "print_tree", "tree"]

_WIDE = 4096
"""Columns where nobody looks."""


@click.command()
@click.argument("path", type=DISK, metavar="FOLDER|DISK|VMX")
@opening
@as_json
def tree(path: Path, search: tuple[Path, ...], allow_cid_mismatch: bool, json_output: bool) -> None:
    """Show links, parents, children and faults."""
    from redoscope_core.chain.forest import Forest

    policy = policy_of(search, allow_cid_mismatch=allow_cid_mismatch)
    forest = Forest.scan(path, policy=policy, tables=True)
    if json_output:
        print_json(_tree_document(forest))
    else:
        print_tree(forest)


def _tree_document(forest: Forest) -> dict[str, object]:
    links = [
        {
            "path": str(node.path),
            "parent": None if node.parent is None else str(node.parent),
            "children": [str(child) for child in node.children],
            "cid": None if node.cid is None else f"{node.cid:08x}",
            "parent_cid": None if node.parent_cid is None else f"{node.parent_cid:08x}",
            "capacity": node.capacity,
            "kind": node.kind,
            "faults": [{"code": f.code, "text": f.text, "cure": f.cure} for f in node.faults],
            "comment": node.comment,
            "stored_bytes": node.stored_bytes,
            "in_use": node.in_use,
            "leaf": node.path == forest.leaf,
            "form": None if node.form is None else node.form.value,
            "change_track": None if node.track is None else track_document(node.track),
        }
        for node in forest.nodes.values()
    ]
    return {
        "links": links,
        "roots": [str(path) for path in forest.roots],
        "loose_change_tracks": [track_document(track) for track in forest.loose_tracks],
    }


def _shown(text: str) -> str:
    from rich.markup import escape

    return escape(printable(text))


def print_tree(forest: Forest) -> None:
    """Print *forest* as a tree for people."""
    from rich.console import Console
    from rich.tree import Tree

    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=_WIDE)  # whole lines for files and other programs
    console.print(f"[bold]{_shown(str(forest.folder))}[/]")
    if not forest.nodes:
        console.print("no virtual disks here")
    branches: dict[Path, Tree] = {}
    for path, node in forest.nodes.items():
        size = "" if node.capacity is None else human_size(node.capacity * 512)
        words = [f"[bold]{_shown(path.name)}[/]", _shown(node.kind or "unreadable"), size]
        words += [f"CID {node.cid:08x}"] if node.cid is not None else []
        words += [f"stores {human_size(node.stored_bytes)}"]
        words += ["[cyan]in use[/]"] if node.in_use else []
        words += ["[green]the machine runs on this[/]"] if path == forest.leaf else []
        label = "  ".join(word for word in words if word)
        if node.track is not None:
            label += f"\n[dim]{_shown(track_line(node.track))}[/]"
        if node.comment:
            label += f"\n[dim]{_shown(node.comment)}[/]"
        for fault in node.faults:
            label += f"\n[red]fault:[/] {_shown(fault.text)}\n[red]cure:[/]  {_shown(fault.cure)}"
        above = branches.get(node.parent) if node.parent is not None else None
        branches[path] = Tree(label, guide_style="dim") if above is None else above.add(label)
    for path in forest.roots:
        console.print(branches[path])
    for track in forest.loose_tracks:
        console.print(_shown(f"{track_line(track)}; no link here names it"))


@click.command()
@click.argument("disk", type=DISK)
@opening
@as_json
def info(disk: Path, search: tuple[Path, ...], allow_cid_mismatch: bool, json_output: bool) -> int:
    """Tell all about one link and its chain.

    Descriptor, header, content IDs, capacity and counts.
    """
    from redoscope_core.chain.chain import Chain

    policy = policy_of(search, allow_cid_mismatch=allow_cid_mismatch)
    with Chain.open(disk, policy=policy) as chain, noted(chain):
        if json_output:
            print_json(_info_document(chain))
        else:
            _print_info(chain)
        return _refuse_damage(chain)


def _info_document(chain: Chain) -> dict[str, object]:
    return {
        "path": str(chain.path),
        "capacity": chain.capacity,
        "bytes": chain.capacity * 512,
        "links": [_link_document(link) for link in chain.links],
        "notes": list(chain.notes),
        "descriptor": chain.tip.descriptor.text,
    }


def _link_document(link: Link) -> dict[str, object]:
    from redoscope_core.link.areas import State
    from redoscope_core.link.extents import SparseExtent

    track = link.change_track
    descriptor, stored = link.descriptor, link.stored
    headers = [
        {
            "file": str(extent.file.path),
            "version": extent.header.version,
            "flags": extent.header.flags,
            "grain_size": extent.header.grain_size,
            "gtes_per_gt": extent.header.gtes_per_gt,
            "gd_offset": extent.header.gd_offset,
            "rgd_offset": extent.header.rgd_offset,
            "overhead": extent.header.overhead,
            "unclean": extent.header.unclean,
        }
        for extent in link.extents
        if isinstance(extent, SparseExtent)
    ]
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
        "headers": headers,
        "data_sectors": stored.sectors_in(State.DATA),
        "zero_sectors": stored.sectors_in(State.ZERO),
        "unreadable_sectors": stored.sectors_in(State.UNREADABLE),
        "stored_bytes": link.stored_bytes,
        "change_track": None if track is None else track_document(track),
        "notes": list(link.notes),
    }


def _print_info(chain: Chain) -> None:
    say(f"{chain.path}: {human_size(chain.capacity * 512)}, {chain.capacity} sectors,")
    say(f"a chain of {len(chain.links)} links, base disk first:")
    for index, link in enumerate(chain.links):
        facts = _link_document(link)
        say(f"\n  {index}  {link.path}")
        if facts["comment"]:
            say(f"     {facts['comment']}")
        say(f"     {facts['kind']}, CID {facts['cid']}, parentCID {facts['parent_cid']}")
        say(
            f"     stores {facts['data_sectors']} sectors of data,"
            f" {facts['zero_sectors']} of zeros, in grains of {facts['grain_size']} sectors;"
            f" {human_size(link.stored_bytes)} on the storage"
        )
        for line in link.extents:
            say(f"     {line.line.text}")
        _print_track(link)
    say(f"\nDescriptor of {chain.path}:\n")
    say(chain.tip.descriptor.text.rstrip("\n"))


def _print_track(link: Link) -> None:
    track = link.change_track
    if track is not None:
        say(f"     {track_line(track)}")
    for row in track.header.rows if track is not None and track.header is not None else ():
        meaning = f" ({row.meaning})" if row.meaning else ""
        say(f"       byte {row.offset:2}  {row.name}: {row.value}{meaning}")


def _refuse_damage(chain: Chain) -> int:
    """Tell what can't be read, on stderr, and return the exit status."""
    for index, link in enumerate(chain.links):
        if link.is_damaged:
            stored = link.stored
            first = int(stored.start[stored.state == 3][0])  # noqa: PLR2004 - State.UNREADABLE
            say(f"redoscope: {chain.unreadable(index, first)}", err=True)
            return 2
    return 0


@click.command(name="map")
@click.argument("disk", type=DISK)
@click.option("--link", "link_only", is_flag=True, help="Only what this one link stores.")
@opening
@as_json
def map_areas(
    disk: Path,
    link_only: bool,
    search: tuple[Path, ...],
    allow_cid_mismatch: bool,
    json_output: bool,
) -> int:
    """List the areas of a disk.

    Start and length in sectors, state, depth (0 is the disk named), link, and the byte
    offset in its file.
    """
    from redoscope_core.chain.chain import Chain
    from redoscope_core.link.link import Link

    policy = policy_of(search, allow_cid_mismatch=allow_cid_mismatch)
    if link_only:
        with Link.open(disk, trust=policy.trust) as link, Chain([link], owner=False) as chain:
            _write(chain, json_output=json_output)
            return _refuse_damage(chain)
    with Chain.open(disk, policy=policy) as chain, noted(chain):
        _write(chain, json_output=json_output)
        return _refuse_damage(chain)


def _write(chain: Chain, *, json_output: bool) -> None:
    """Write the areas of *chain* to the output, past its text layer: there may be millions."""
    from redoscope_core.cli.area_text import write_areas

    out = sys.stdout
    out.flush()
    write_areas(out.buffer, chain, json_output=json_output, encoding=out.encoding)


@click.command()
@click.argument("disk", type=DISK)
@click.argument("sector", type=SECTORS)
@opening
@as_json
def owner(
    disk: Path,
    sector: int,
    search: tuple[Path, ...],
    allow_cid_mismatch: bool,
    json_output: bool,
) -> int:
    """Explain how a sector is found, link by link."""
    from redoscope_core.chain.chain import Chain
    from redoscope_core.link.areas import State

    policy = policy_of(search, allow_cid_mismatch=allow_cid_mismatch)
    with Chain.open(disk, policy=policy) as chain, noted(chain):
        found = chain.owner(sector)
        if json_output:
            print_json(_lookup_document(chain, found))
        else:
            _print_lookup(found)
        if found.state is State.UNREADABLE and found.link_index is not None:
            raise chain.unreadable(found.link_index, sector)
    return 0


def _lookup_document(chain: Chain, found: Lookup) -> dict[str, object]:
    return {
        "sector": found.sector,
        "state": found.state.word,
        "depth": found.depth,
        "link": None if found.link_index is None else str(chain.links[found.link_index].path),
        "path": None if found.path is None else str(found.path),
        "offset": found.offset,
        "steps": [_step_document(step, len(chain.links)) for step in found.steps],
    }


def _step_document(step: LookupStep, links: int) -> dict[str, object]:
    return {
        "depth": links - 1 - step.link_index,
        "link": str(step.link_path),
        "file": None if step.file is None else str(step.file),
        "kind": step.kind,
        "state": step.state.word,
        "verdict": step.verdict,
        "gd_index": step.directory_index,
        "gde": step.directory_entry,
        "gt_sector": step.table_sector,
        "gte_index": step.table_index,
        "gte": step.table_entry,
        "gte_offset": step.entry_offset,
        "offset": step.data_offset,
    }


def _print_lookup(found: Lookup) -> None:
    from redoscope_core.link.areas import State

    say(f"sector {found.sector}:")
    for step in found.steps:
        say(f"  {step.link_path.name}")
        if step.directory_index is not None:
            say(f"    grain directory entry {step.directory_index} is {step.directory_entry}")
        if step.entry_offset is not None:
            say(
                f"    grain table at sector {step.table_sector}, entry {step.table_index}"
                f" (byte {step.entry_offset} of {step.file}) is {step.table_entry}"
            )
        say(f"    {step.verdict}")
    if found.state is State.DATA:
        say(f"so it is byte {found.offset} of {found.path}")
    elif found.state is State.ABSENT:
        say("so no link stores it: it reads as zeros")
    elif found.state is State.ZERO:
        say("so it reads as zeros")
