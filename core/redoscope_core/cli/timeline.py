"""The command that tells the times of all files, as mactime reads them: timeline."""

from __future__ import annotations

import sys
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from redoscope_core.cli.driving import drive
from redoscope_core.cli.file_list import volume_document
from redoscope_core.cli.generation import at_link, generation, named
from redoscope_core.cli.parameters import DISK, as_json, opening, policy_of, salvaging
from redoscope_core.cli.printing import print_json, print_notes, say
from redoscope_core.cli.views import is_worth_telling, seen_words, view_named, with_view
from redoscope_core.cli.volume_choice import chosen_volumes, with_volume

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from redoscope_core.operations.attributing.indexing import Examining

__all__ = ["timeline"]

_LINES = 1000
"""Lines that are printed at once."""


@click.command()
@click.argument("disk", type=DISK)
@click.option(
    "--deleted", is_flag=True, help="Deleted entries too, as far as they are still there."
)
@click.option("--out", type=DISK, default=None, metavar="FILE", help="Where to.  [default: stdout]")
@click.option("--force", is_flag=True, help="Replace FILE if it is no disk.")
@with_volume
@at_link
@with_view
@opening
@salvaging
@as_json
def timeline(
    disk: Path,
    deleted: bool,
    out: Path | None,
    force: bool,
    volume: int | None,
    at: str | None,
    view: str,
    json_output: bool,
) -> int:
    r"""Tell the times of all files of a generation as a bodyfile, which mactime sorts.

    MD5|name|inode|mode|UID|GID|size|atime|mtime|ctime|crtime, as `fls -m` of The Sleuth Kit prints
    it. A name begins with the link's file name and the number of the partition. Of NTFS also
    streams and the times beside names. | and what does no terminal good is spelled as \xNN. Exit
    status 1 if a file system can't be parsed, or there is none.
    """
    from redoscope_core.operations.attributing.bodyfile import bodyfile_lines, save_bodyfile
    from redoscope_core.operations.attributing.indexing import Examined, examine

    if json_output and out is None:
        raise click.UsageError("a bodyfile and --json can't both go to standard output: name --out")
    policy = policy_of()
    with generation(disk, policy, at) as chain:
        wanted = [(chain, each) for each in chosen_volumes(chain, volume)]
        steps = examine(wanted, policy, view_named(view), with_names=True)
        found = drive("parsing", steps)
        lines = 0
        if out is None:
            _print(bodyfile_lines(chain, found, deleted=deleted))
        else:
            saving = save_bodyfile(chain, found, out, deleted=deleted, force=force)
            lines = drive("writing", saving)
        if json_output:
            told = {"view": view, "out": str(out), "lines": lines}
            print_json(named(disk, chain) | told | {"volumes": [_document(v) for v in found]})
    _tell(found)
    states = {each.state for each in found}
    return 0 if Examined.EXAMINED in states and Examined.FAILED not in states else 1


def _print(lines: Iterator[str]) -> None:
    while some := list(islice(lines, _LINES)):
        sys.stdout.write("\n".join([*some, ""]))


def _document(each: Examining) -> dict[str, object]:
    complete = each.index is not None and each.index.is_whole
    return volume_document(each) | {"complete": complete}


def _tell(found: Sequence[Examining]) -> None:
    """Tell, on stderr, of the volumes that no line, or not every line, tells of."""
    from redoscope_core.operations.attributing.indexing import Examined

    if not found:
        say("redoscope: there is no volume", err=True)
    for each in found:
        what = f"the volume at sector {each.volume.start}, {each.volume.holding.value}"
        if each.failed is not None:
            say(f"redoscope: {what}: {each.state.value} ({each.failed.why.value})", err=True)
        elif each.state is not Examined.EXAMINED:
            print_notes([f"{what}: {each.state.value}"])
        elif each.index is not None and not each.index.is_whole:
            say(f"redoscope: {what}: some files may be lacking, it contradicts itself", err=True)
        if is_worth_telling(each):
            print_notes([f"{what}{seen_words(each)}"])
