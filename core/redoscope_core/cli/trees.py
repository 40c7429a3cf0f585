"""The command that shows who is whose parent: tree."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from redoscope_core import sentences
from redoscope_core.cli.finding_document import finding_document
from redoscope_core.cli.leftover_text import leftover_documents, leftover_line
from redoscope_core.cli.parameters import DISK, as_json, opening, policy_of
from redoscope_core.cli.printing import human_size, say
from redoscope_core.cli.several import for_each
from redoscope_core.cli.track_text import track_document, track_line
from redoscope_core.cli.unseen import unseen_documents
from redoscope_core.cli.ways_out import advised_cure
from redoscope_core.errors import printable
from redoscope_core.format.units import SECTOR

if TYPE_CHECKING:
    from redoscope_core.findings import Finding
    from redoscope_core.survey.forest import Forest, Node
    from redoscope_core.survey.machines import Machine

__all__ = ["print_tree", "tree"]

_WIDE = 4096
"""Columns where nobody looks."""


@click.command()
@click.argument("paths", type=DISK, metavar="FOLDER|DISK|VMX...", nargs=-1, required=True)
@opening
@as_json
def tree(paths: tuple[Path, ...], json_output: bool) -> int:
    """Show links, parents, children and faults.

    "Stored" is what the tables of a link hold as data; "on the storage" is what its files
    take there.
    """
    from redoscope_core.chain.leftovers import leftovers
    from redoscope_core.survey.forest import Forest

    policy = policy_of()

    def one(path: Path) -> tuple[int, object]:
        forest = Forest.scan(path, policy=policy, tables=True)
        left = leftovers(path) if path.is_dir() else ()
        if json_output:
            return 0, _tree_document(path, forest) | {"leftovers": leftover_documents(left)}
        if path != paths[0]:
            say("")
        print_tree(forest)
        for leftover in left:
            say(f"leftover: {leftover_line(leftover)}")
        return 0, None

    return for_each(paths, one, json_output=json_output)


def _tree_document(path: Path, forest: Forest) -> dict[str, object]:
    return {
        "disk": str(path),
        "folder": str(forest.folder),
        "links": [_node_document(node, forest) for node in forest.nodes.values()],
        "roots": [str(path) for path in forest.roots],
        "machines": [_machine_document(machine) for machine in forest.machines],
        "not_looked_at": unseen_documents(forest.unseen),
        "loose_change_tracks": [track_document(track) for track in forest.loose_tracks],
    }


def _machine_document(machine: Machine) -> dict[str, object]:
    return {
        "path": str(machine.path),
        "runs_on": [str(path) for path in machine.runs_on],
        "encrypted": machine.is_encrypted,
        "findings": [finding_document(finding) for finding in machine.findings],
    }


def _node_document(node: Node, forest: Forest) -> dict[str, object]:
    return {
        "path": str(node.path),
        "parent": None if node.parent is None else str(node.parent),
        "children": [str(child) for child in node.children],
        "cid": None if node.cid is None else f"{node.cid:08x}",
        "parent_cid": None if node.parent_cid is None else f"{node.parent_cid:08x}",
        "capacity": node.capacity,
        "kind": node.kind,
        "faults": [finding_document(fault) for fault in node.faults],
        "comment": node.comment,
        "data_sectors": node.data_sectors,
        "stored_bytes": node.stored_bytes,
        "in_use": node.in_use,
        "leaf": node.path in forest.running,
        "form": None if node.form is None else node.form.value,
        "change_track": None if node.track is None else track_document(node.track),
    }


def _shown(text: str) -> str:
    from rich.markup import escape

    return escape(printable(text))


def print_tree(forest: Forest) -> None:
    """Print *forest* with its faults."""
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
        label = _label(node, forest)
        above = branches.get(node.parent) if node.parent is not None else None
        branches[path] = Tree(label, guide_style="dim") if above is None else above.add(label)
    for path in forest.roots:
        console.print(branches[path])
    for finding in forest.about_machines:
        word, cure = "fault" if finding.is_fault else "note", _cure(finding)
        console.print(f"[red]{word}:[/] {_shown(sentences.line(finding))}\n[red]cure:[/]  {cure}")
    for error in forest.unseen:
        console.print(f"[red]not looked at:[/] {_shown(str(error))}")
    for track in forest.loose_tracks:
        console.print(_shown(f"{track_line(track)}; no link here names it"))


def _label(node: Node, forest: Forest) -> str:
    """Return what is said of one link, in rich's markup."""
    size = "" if node.capacity is None else human_size(node.capacity * SECTOR)
    words = [f"[bold]{_shown(node.path.name)}[/]", _shown(node.kind or "unreadable"), size]
    words += [f"CID {node.cid:08x}"] if node.cid is not None else []
    words.append(_amount(node))
    words += ["[cyan]in use[/]"] if node.in_use else []
    words += ["[green]the machine runs on this[/]"] if node.path in forest.running else []
    label = "  ".join(word for word in words if word)
    if node.track is not None:
        label += f"\n[dim]{_shown(track_line(node.track))}[/]"
    if node.comment:
        label += f"\n[dim]{_shown(node.comment)}[/]"
    for fault in node.faults:
        label += f"\n[red]fault:[/] {_shown(_told(fault, node))}\n[red]cure:[/]  {_cure(fault)}"
    return label


def _cure(finding: Finding) -> str:
    return _shown(advised_cure(finding, click.get_current_context().command))


def _told(fault: Finding, node: Node) -> str:
    """Return the words for *fault*, and its file if that is not the one of *node*."""
    return sentences.text(fault) if fault.path == node.path else sentences.line(fault)


def _amount(node: Node) -> str:
    """Return what the link's tables store, or what its file takes where they were not read."""
    if node.data_sectors is None:
        return f"{human_size(node.stored_bytes)} on the storage"
    return f"{human_size(node.data_sectors * SECTOR)} stored"
