"""The command that writes files of a disk to a folder: export."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from redoscope_core.cli.driving import drive
from redoscope_core.cli.file_list import volume_document
from redoscope_core.cli.generation import at_link, generation, named
from redoscope_core.cli.parameters import DISK, as_json, opening, policy_of, salvaging
from redoscope_core.cli.printing import print_json, print_notes, say
from redoscope_core.cli.views import is_worth_telling, seen_words
from redoscope_core.phrases import counted

if TYPE_CHECKING:
    from redoscope_core.areas.runs import Runs
    from redoscope_core.operations.exporting.export import Exported, ExportedFile

__all__ = ["export"]

_TOLD = 4
"""Ranges that a line tells; --json tells all."""
_WORDS = {
    "symbolic-link": "a symbolic link, which is not made",
    "special": "a device, pipe or socket, which is not made",
    "internal": "the file system's own; ask for it by its path",
    "record-reused": "its record is another file's now",
    "no-data": "nothing is known that would be its bytes",
    "compressed-or-encrypted": "encrypted, or compressed, in a way that is not undone",
    "lost": "nothing tells where all of its bytes are",
    "larger-than-its-volume": "larger than its volume, so that nearly all of it is a hole",
    "unreadable": "sectors of it can't be read",
}


@click.command()
@click.argument("disk", type=DISK)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option(
    "--to",
    "folder",
    type=DISK,
    required=True,
    metavar="FOLDER",
    help="Where to; it is made if it is not there.",
)
@click.option(
    "--deleted", is_flag=True, help="Deleted files too, as far as something tells where they were."
)
@at_link
@opening
@salvaging
@as_json
def export(
    disk: Path,
    paths: tuple[str, ...],
    folder: Path,
    deleted: bool,
    at: str | None,
    json_output: bool,
) -> int:
    """Write files of a generation, and folders with all that is in them, to a folder.

    PATH is one that `files` lists, of every volume that has it; 2:/PATH is of volume 2 alone, / is
    all, /FILE:STREAM an alternate stream. Names are made safe, nothing is replaced, links and
    devices are not made. A file that can't be read whole is told, with its unreadable bytes, and
    not written: exit status 1.
    """
    from redoscope_core.operations.exporting.export import export_files

    policy = policy_of()
    with generation(disk, policy, at, older=True) as chain:
        steps = export_files(chain, paths, folder, deleted=deleted, policy=policy)
        done = drive("exporting", steps)
        if json_output:
            print_json(named(disk, chain) | {"to": str(folder)} | _document(done))
        else:
            _print(done, folder)
    return 0 if done.is_whole and any(each.why is None for each in done.files) else 1


def _document(done: Exported) -> dict[str, object]:
    return {
        "complete": done.is_whole,
        "volumes": [
            volume_document(each) | {"complete": each.index is not None and each.index.is_whole}
            for each in done.examined
        ],
        "files": [
            {
                "volume": each.volume.number,
                "start_sector": each.volume.start,
                "path": each.path,
                "stream": each.stream,
                "deleted": each.deleted,
                "size": each.size,
                "sha256": each.sha256,
                "written": None if each.written is None else str(each.written),
                "left_out": None if each.why is None else each.why.value,
                "detail": each.detail,
                "unknown": _ranges(each.unknown),
                "holes": _ranges(each.holes),
                "in_use_by_others": _ranges(each.taken),
            }
            for each in done.files
        ],
    }


def _ranges(runs: Runs) -> list[dict[str, int]]:
    return [
        {"start": start, "length": end - start}
        for start, end in zip(runs.start.tolist(), runs.end.tolist(), strict=True)
    ]


def _print(done: Exported, folder: Path) -> None:
    _tell_unsure(done)
    numbered = len({each.volume.number for each in done.files}) > 1
    for each in done.files:
        say(_line(each, numbered=numbered))
    written = [each for each in done.files if each.why is None]
    left = len(done.files) - len(written)
    total = counted(sum(each.size for each in written), "byte")
    more = f", {left} left out" if left else ""
    say(f"{counted(len(written), 'file')} with {total} written to {folder}{more}")


def _tell_unsure(done: Exported) -> None:
    """Tell on stderr which volumes may have more than is known of them."""
    for each in done.examined:
        whole = each.index is None or each.index.is_whole
        if each.failed is not None or not whole:
            why = "not all of its files are known" if each.failed is None else each.failed.why.value
            told = f"volume at sector {each.volume.start}, {each.volume.holding.value}"
            say(f"redoscope: {told}: {why}", err=True)
        if is_worth_telling(each):
            told = f"volume at sector {each.volume.start}, {each.volume.holding.value}"
            print_notes([f"{told}{seen_words(each, offering=False)}"])


def _line(each: ExportedFile, *, numbered: bool) -> str:
    path = f"{each.volume.number}:{each.path}" if numbered else each.path
    path += f":{each.stream}" if each.stream else ""
    path += " (deleted)" if each.deleted else ""
    if each.why is not None:
        where = f": {_told(each.unknown)}" if len(each.unknown.start) else ""
        detail = f" ({each.detail})" if each.detail else ""
        return f"left out {path}: {_WORDS[each.why.value]}{where}{detail}"
    notes = []
    if len(each.holes.start):
        notes.append(f"{counted(each.holes.total, 'byte')} of it in holes")
    if each.deleted:
        taken = each.taken.total
        now = f"{counted(taken, 'byte')} of it are where others are now: {_told(each.taken)}"
        notes.append(now if taken else "its clusters are free, and may have been written to since")
    more = f" ({'; '.join(notes)})" if notes else ""
    return f"{each.size} {each.sha256} {path} -> {each.written}{more}"


def _told(runs: Runs) -> str:
    """Return which bytes *runs* are, the first of them."""
    pairs = list(zip(runs.start.tolist(), runs.end.tolist(), strict=True))
    told = ", ".join(f"bytes {start} to {end - 1}" for start, end in pairs[:_TOLD])
    return told + (f" and {len(pairs) - _TOLD} more ranges" if len(pairs) > _TOLD else "")
