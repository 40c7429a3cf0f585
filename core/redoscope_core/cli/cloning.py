"""The command that copies a generation to a new disk: clone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from redoscope_core.cli.choices import CLONE_KIND
from redoscope_core.cli.data_output import data_output
from redoscope_core.cli.driving import drive
from redoscope_core.cli.dropped import refuse_dropped
from redoscope_core.cli.generation import at_link, generation
from redoscope_core.cli.making import COMMENT, GRAIN, tell_made
from redoscope_core.cli.parameters import (
    BYTE,
    DISK,
    as_json,
    is_salvaging,
    opening,
    policy_of,
    salvaging,
)
from redoscope_core.cli.printing import print_json, say
from redoscope_core.cli.unread_text import tell_unread
from redoscope_core.phrases import counted

if TYPE_CHECKING:
    from redoscope_core.chain.chain import Chain
    from redoscope_core.chain.unread import Unread

__all__ = ["clone"]

_RAW_SUFFIXES = (".raw", ".img", ".dd", ".bin", ".iso")


@click.command()
@click.argument("source", type=DISK, metavar="SRC")
@click.argument("target", type=DISK, metavar="DST|-")
@click.option(
    "--type",
    "kind",
    type=CLONE_KIND,
    default="monolithicSparse",
    show_default=True,
    help="How the copy is stored.",
)
@at_link
@GRAIN
@COMMENT
@click.option("--force", is_flag=True, help="Write bytes even to a terminal.")
@click.option(
    "--fill",
    type=BYTE,
    default=None,
    help="With --salvage: the byte that stands for what can't be read.  [default: 0]",
)
@click.option(
    "--log",
    type=DISK,
    default=None,
    metavar="FILE",
    help="With --salvage: where it is logged.  [default: DST.unreadable.json]",
)
@opening
@salvaging
@as_json
def clone(
    source: Path,
    target: Path,
    kind: str,
    at: str | None,
    grain: int,
    comment: str,
    force: bool,
    fill: int | None,
    log: Path | None,
    json_output: bool,
) -> int:
    """Copy a generation to a new disk without parents.

    DST may be - for a streamOptimized one: it is then written to standard output. With --salvage
    zeros, or --fill, stand for what can't be read. A list of these areas in JSON and a map for
    ddrescue are written beside the copy, and the exit status is 1 if there are any.
    """
    from redoscope_core.operations.making.clone import clone as copy

    _refuse_wrong(target, kind, json_output=json_output)
    _refuse_unused(kind)
    if not is_salvaging() and (fill is not None or log is not None):
        raise click.UsageError("--fill and --log are for what --salvage can't read")
    policy = policy_of()
    with generation(source, policy, at) as chain:
        if str(target) == "-":
            return _clone_to_pipe(chain, comment, fill or 0, log, force=force)
        steps = copy(
            chain, target, kind, grain_size=grain, comment=comment, fill=fill or 0, log=log
        )
        unread = drive("copying", steps)
        capacity = chain.capacity
        more = _logged(unread, target, log) if chain.salvages else {}
        status = tell_unread(unread)
    if kind != "raw":
        tell_made(target, json_output=json_output, more=more)
    elif json_output:
        facts = {"disk": str(target), "path": str(target), "kind": kind, "capacity": capacity}
        print_json(facts | more)
    else:
        say(f"made {target}: raw, {counted(capacity, 'sector')}")
    return status


def _refuse_wrong(target: Path, kind: str, *, json_output: bool) -> None:
    """Refuse a copy that can't go to *target*, with what was meant instead."""
    if str(target) == "-" and (kind != "streamOptimized" or json_output):
        raise click.UsageError(
            "a disk goes to a pipe with --type streamOptimized and without --json; "
            "raw bytes: read DISK --out -"
        )
    if kind != "raw" and target.suffix.lower() in _RAW_SUFFIXES:
        raise click.UsageError(
            f"{target} would be a {kind} disk, and the name of a disk ends in .vmdk; "
            "--type raw makes a file of raw bytes"
        )


def _refuse_unused(kind: str) -> None:
    """Refuse what a copy of the *kind* has no use for: the grains of a stream have one size."""
    from redoscope_core.operations.making.pieces import CHILD_KINDS

    if kind not in CHILD_KINDS:
        refuse_dropped(kind, "grain")
    if kind == "raw":
        refuse_dropped(kind, "comment")


def _logged(unread: Unread, target: Path, log: Path | None) -> dict[str, object]:
    """Return what a document says of a copy that was salvaged."""
    from redoscope_core.operations.making.damage_log import DamageLog, log_beside

    written = DamageLog(log or log_beside(target))
    return {
        "unreadable_sectors": unread.sectors,
        "log": str(written.path),
        "map": str(written.map_path),
    }


def _clone_to_pipe(chain: Chain, comment: str, fill: int, log: Path | None, *, force: bool) -> int:
    """Write a stream to standard output, and the log of what can't be read if one is named."""
    from redoscope_core.chain.unread import Unread
    from redoscope_core.operations.making.damage_log import DamageLog
    from redoscope_core.operations.making.write_stream import write_stream

    written = None if log is None else DamageLog(log, like=chain.all_files)
    if written is not None:
        written.refuse_taken()
    unread = Unread(chain)
    with data_output(force=force) as stream:
        drive("copying", write_stream(chain, stream, comment=comment, fill=fill, unread=unread))
    if written is not None:
        drive("logging", written.write(unread))
    return tell_unread(unread)
