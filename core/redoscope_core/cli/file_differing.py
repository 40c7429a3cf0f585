"""The command that tells which files changed between two disks or generations: files-diff."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from redoscope_core.cli.driving import drive
from redoscope_core.cli.file_list import volume_document
from redoscope_core.cli.generation import generation, named
from redoscope_core.cli.parameters import DISK, as_json, opening, policy_of, salvaging
from redoscope_core.cli.printing import print_json, say
from redoscope_core.cli.unread_text import tell_unread, unread_documents
from redoscope_core.cli.views import seen_document, seen_words, view_named, with_view
from redoscope_core.phrases import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redoscope_core.areas.runs import Runs
    from redoscope_core.operations.attributing.by_file import FileSectors
    from redoscope_core.operations.attributing.difference import FilesDifference, VolumeDifference
    from redoscope_core.operations.attributing.file_changes import FileChange
    from redoscope_core.operations.attributing.sector_classes import SectorClass

__all__ = ["files_diff"]


@click.command(name="files-diff")
@click.argument("old", type=DISK)
@click.argument("new", type=DISK)
@with_view
@opening
@salvaging
@as_json
def files_diff(old: Path, new: Path, view: str, json_output: bool) -> int:
    """List what became of files from OLD to NEW, and what each changed sector is for.

    Files are added, deleted, renamed, modified, or changed in metadata only; notes tell of streams,
    of slack, of times that were set back, and of bytes that changed without a trace in metadata.
    With --view replayed files and changed sectors are those after the next mount of either; a
    dirty $LogFile of NTFS is never replayed. Told beside the changes: what was written again with
    the bytes that it had, what was changed and changed back in between, and whose sectors were
    that are free now. What can't be read is an error; with --salvage it is
    told, and files that have some of it are "unread", never equal. Exit status 1 if a sector
    differs or can't be read.
    """
    from redoscope_core.operations.attributing.difference import files_difference

    policy = policy_of()
    with ExitStack() as opened:
        one = opened.enter_context(generation(old, policy))
        other = opened.enter_context(generation(new, policy))
        steps = files_difference(one, other, (policy, policy), view_named(view))
        found = drive("comparing files", steps)
        if json_output:
            disks = [named(old, one), named(new, other)]
            print_json({"disks": disks, "view": view} | _document(found))
        else:
            _print(found)
        for name, unread in zip(("OLD", "NEW"), found.unread, strict=True):
            tell_unread(unread, of=f" of {name}")
    return 1 if found.sectors or found.is_partial else 0


def _document(found: FilesDifference) -> dict[str, object]:
    unseen: list[dict[str, object]] = []
    for name, unread in zip(("OLD", "NEW"), found.unread, strict=True):
        unseen += [{**area, "disk": name} for area in unread_documents([unread])]
    return {
        "changed_sectors": found.sectors,
        "sectors_by_class": _by_class(found.classes),
        "rewritten_same": _written_again(found.rewritten.same, found.same_classes),
        "changed_back": _written_again(found.rewritten.back, found.back_classes),
        "carried_along_sectors": found.rewritten.along.total,
        "volumes": [
            volume_document(each.examined)
            | {
                "state": each.state.value,
                "changed_sectors": each.sectors,
                "unread_sectors": each.unread,
                "complete": each.is_complete,
                "replaced": each.is_replaced,
                "generations": [
                    None if side is None else seen_document(side) for side in each.generations
                ],
                "changes": [_change_document(change) for change in each.changes],
                "rewritten_same": _by_file(each.rewritten_same),
                "changed_back": _by_file(each.changed_back),
                "freed": _by_file(each.freed),
            }
            for each in found.volumes
        ],
        "not_looked_at": unseen,
    }


def _by_file(files: Sequence[FileSectors]) -> list[dict[str, object]]:
    return [{"path": each.path, "sectors": each.sectors} for each in files]


def _by_class(classes: dict[SectorClass, int]) -> dict[str, int]:
    return {each.value: count for each, count in classes.items()}


def _written_again(runs: Runs, classes: dict[SectorClass, int]) -> dict[str, object]:
    return {"sectors": runs.total, "sectors_by_class": _by_class(classes)}


def _change_document(change: FileChange) -> dict[str, object]:
    told: dict[str, object] = {
        "kind": change.kind,
        "path": change.path,
        "notes": list(change.notes),
    }
    return told if change.old_path is None else told | {"old_path": change.old_path}


def _print(found: FilesDifference) -> None:
    for each in found.volumes:
        _print_volume(each)
    for kind, count in found.classes.items():
        if count:
            say(f"{count} {kind.value}")
    _print_unchanged(found)
    if found.sectors:
        say(f"{counted(found.sectors, 'sector')} changed")
    else:
        say("no sector differs in what could be compared" if found.is_partial else "equal")


def _print_unchanged(found: FilesDifference) -> None:
    """Say what links store although nothing in it differs; what a grain carries along is none."""
    for runs, classes, words in (
        (found.rewritten.same, found.same_classes, "written again with the same bytes"),
        (found.rewritten.back, found.back_classes, "changed and changed back in between"),
    ):
        if runs.total:
            told = ", ".join(f"{count} {kind.value}" for kind, count in classes.items() if count)
            say(f"{counted(runs.total, 'sector')} {words}: {told}")


def _print_volume(each: VolumeDifference) -> None:
    again = (
        (each.freed, "of it free now"),
        (each.rewritten_same, "written again with the same bytes"),
        (each.changed_back, "changed and changed back in between"),
    )
    untouched = not each.sectors and not each.unread and not each.changes
    if untouched and not any(files for files, _ in again):
        return
    volume, failed = each.volume, each.examined.failed
    number = "-" if volume.number is None else volume.number
    more = "" if failed is None else f" ({failed.why.value})"
    more += ", another file system than before" if each.is_replaced else ""
    more += f", {counted(each.unread, 'sector')} of it can't be read" if each.unread else ""
    more += "" if each.is_complete or failed else ", not all of its files are known"
    told = f"{volume.holding.value}, {each.state.value}{more}"
    say(f"volume {number} at sector {volume.start}: {told}")
    for side, words in zip(each.generations, ("older", "newer"), strict=True):
        if side is not None and side.index is not None:
            say(f"  {words} generation{seen_words(side)}")
    for change in each.changes:
        notes = f" ({', '.join(change.notes)})" if change.notes else ""
        was = "" if change.old_path is None else f"{change.old_path} -> "
        say(f"  {change.kind} {was}{change.path}{notes}")
    for files, words in again:
        for file in files:
            say(f"  {file.path}: {counted(file.sectors, 'sector')} {words}")
