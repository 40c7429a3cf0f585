"""The command that lists the files of a disk: files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from redoscope_core.cli.driving import drive
from redoscope_core.cli.generation import at_link, generation, named
from redoscope_core.cli.parameters import DISK, as_json, opening, policy_of, salvaging
from redoscope_core.cli.printing import print_json, say
from redoscope_core.cli.unread_text import tell_unread, unread_documents
from redoscope_core.cli.views import seen_document, seen_words, view_named, with_view
from redoscope_core.cli.volume_choice import chosen_volumes, with_volume

if TYPE_CHECKING:
    from redoscope_core.operations.attributing.indexing import Examining
    from redoscope_core.operations.attributing.listing import FileFound

__all__ = ["files"]


@click.command()
@click.argument("disk", type=DISK)
@click.option(
    "--deleted", is_flag=True, help="Deleted entries too, as far as they are still there."
)
@with_volume
@at_link
@with_view
@opening
@salvaging
@as_json
def files(
    disk: Path, deleted: bool, volume: int | None, at: str | None, view: str, json_output: bool
) -> int:
    """List the files of every file system on a disk: size, time of change, number, path.

    ext2 to ext4, FAT, exFAT, NTFS, HFS+ and ISO 9660, each parsed in a process of its own. Of each
    it is told whether its journal is dirty, and in which view it is shown. $LogFile of NTFS is
    never replayed. Exit status 1 if a file system can't be parsed, there is none, or with --salvage
    something can't be read.
    """
    from redoscope_core.chain.unread import Unread
    from redoscope_core.operations.attributing.indexing import Examined, examine
    from redoscope_core.operations.attributing.listing import list_files

    policy = policy_of()
    with generation(disk, policy, at) as chain:
        wanted = [(chain, each) for each in chosen_volumes(chain, volume)]
        found = drive("parsing", examine(wanted, policy, view_named(view)))
        listed = [
            [] if each.index is None else list_files(each.index, deleted=deleted) for each in found
        ]
        unread = Unread(chain)
        if json_output:
            pairs = zip(found, listed, strict=True)
            told = {"view": view, "volumes": [_document(*pair) for pair in pairs]}
            unseen = {"not_looked_at": unread_documents([unread])}
            print_json(named(disk, chain) | told | unseen)
        else:
            for each, rows in zip(found, listed, strict=True):
                _print(each, rows)
        status = tell_unread(unread)
    states = {each.state for each in found}
    return status if Examined.EXAMINED in states and Examined.FAILED not in states else 1


def volume_document(each: Examining) -> dict[str, object]:
    """Return what JSON says of a volume."""
    failed = each.failed
    return {
        "number": each.volume.number,
        "start_sector": each.volume.start,
        "sectors": each.volume.sectors,
        "file_system": each.volume.holding.value,
        "state": each.state.value,
        "failed": None if failed is None else {"why": failed.why.value, "detail": failed.detail},
        **seen_document(each),
    }


def _document(each: Examining, rows: list[FileFound]) -> dict[str, object]:
    return volume_document(each) | {
        "complete": each.index is not None and each.index.is_whole,
        "files": [
            {
                "path": row.path,
                "kind": row.kind,
                "deleted": row.deleted,
                "number": row.number,
                "size": row.size,
                "modified": row.modified,
                "sectors": row.sectors,
                "streams": [{"name": name, "size": size} for name, size in row.streams],
            }
            for row in rows
        ],
    }


def _print(each: Examining, rows: list[FileFound]) -> None:
    number = "-" if each.volume.number is None else each.volume.number
    more = "" if each.failed is None else f" ({each.failed.why.value})"
    say(
        f"volume {number} at sector {each.volume.start}: {each.volume.holding.value}, "
        f"{each.state.value}{more}{seen_words(each)}"
    )
    for row in rows:
        mark = " (deleted)" if row.deleted else ""
        modified = "-" if row.modified is None else row.modified
        say(f"{row.size} {modified} {row.number} {row.path}{mark}")
        for name, size in row.streams:
            say(f"{size} - {row.number} {row.path}:{name}{mark}")
