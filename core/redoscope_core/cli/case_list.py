"""The command that shows what a case holds: case list; and the lines that tell of an entry."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from redoscope_core.cli.case_folder import FOLDER, told_head
from redoscope_core.cli.parameters import NUMBER, as_json
from redoscope_core.cli.printing import print_json, say
from redoscope_core.format.case_document import disk_document, entry_document
from redoscope_core.format.case_values import CaseEntryKind
from redoscope_core.phrases import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from redoscope_core.format.case_values import CaseDisk, CaseEntry, MarkedPlace, SavedSearch
    from redoscope_core.operations.casework.case import Case

__all__ = ["entry_lines", "list_entries"]


@click.command(name="list")
@FOLDER
@click.option(
    "--kind",
    type=click.Choice([each.value for each in CaseEntryKind]),
    help="Only entries of a kind.",
)
@click.option("--disk", type=NUMBER, metavar="N", help="Only entries about disk N of the case.")
@click.option("--tag", default=None, help="Only entries that have this tag.")
@as_json
def list_entries(
    folder: Path, kind: str | None, disk: int | None, tag: str | None, json_output: bool
) -> None:
    """Show the disks, bookmarks, notes and saved searches of a case."""
    from redoscope_core.operations.casework.case import Case

    case = Case.open(folder)
    document = case.document()
    shown = [
        each
        for each in document.entries
        if (kind is None or each.kind.value == kind)
        and (disk is None or (each.place is not None and each.place.disk == disk))
        and (tag is None or tag in each.tags)
    ]
    if json_output:
        facts = {
            "about": asdict(case.head),
            "disks": [disk_document(each) for each in document.disks],
            "entries": [entry_document(each) for each in shown],
            "head": document.trail_head,
        }
        print_json({"case": str(folder), "operation": "list", **facts})
        return
    _print(case, document.disks, shown)
    told_head(case.trail_head())


def _print(case: Case, disks: Iterable[CaseDisk], entries: Iterable[CaseEntry]) -> None:
    head = case.head
    say(f"case {head.uid}, made {head.made}")
    for what in ("title", "examiner", "exhibit"):
        if getattr(head, what):
            say(f"{what}: {getattr(head, what)}")
    for disk in disks:
        lacking = sum(file.digests is None for file in disk.files)
        hashed = f"{lacking} without digests" if lacking else "digests taken"
        links, files = counted(len(disk.links), "link"), counted(len(disk.files), "file")
        say(f"disk {disk.number}  {disk.path}  {links}, {files}, {hashed}")
    for entry in entries:
        say(*entry_lines(entry))


def entry_lines(entry: CaseEntry) -> list[str]:
    """Return the lines that tell of *entry*: no text of it begins one."""
    colour = "" if entry.colour is None else f" {entry.colour.value}"
    named = f"  {entry.name}" if entry.name else ""
    place = "" if entry.place is None else f"  {_place_words(entry.place)}"
    tags = "".join(f"  [{tag}]" for tag in entry.tags)
    lines = [f"{entry.number} {entry.kind.value}{colour}{named}{place}{tags}"]
    if entry.search is not None:
        lines.append(f"    {_call(entry.search)}")
    if entry.text:
        lines += [f"    {line}" for line in entry.text.split("\n")]
    return lines


def _place_words(place: MarkedPlace) -> str:
    words = f"disk {place.disk} at link {place.generation}"
    if place.start is not None and place.count is not None:
        last = place.start + place.count - 1
        words += f", sector {last}" if place.count == 1 else f", sectors {place.start} to {last}"
    return words if place.file is None else f"{words}, file {place.file}"


def _call(search: SavedSearch) -> str:
    """Return the call that makes a search, as one types it."""
    from shlex import quote

    words = ["redoscope search"]
    words += ["--hex"] * search.is_hex + ["--regex"] * search.regex
    words += ["--ignore-case"] * search.ignore_case
    words += [f"--encoding {quote(each)}" for each in search.encodings]
    return " ".join([*words, "--", "DISK", quote(search.pattern)])
