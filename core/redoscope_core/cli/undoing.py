"""The command that takes an edit back: undo."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from redoscope_core.cli.parameters import DISK, as_json
from redoscope_core.cli.printing import print_json, say

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["undo"]

_NOTHING = "nothing was written"


@click.command()
@click.argument("saved", type=DISK, metavar="FILE")
@click.option("--dry-run", is_flag=True, help="Tell what would be written, and stop.")
@click.option(
    "--redo",
    type=DISK,
    default=None,
    metavar="FILE",
    help="Where the inverse of the undo is saved.  [default: redo for undo in the name]",
)
@as_json
def undo(saved: Path, dry_run: bool, redo: Path | None, json_output: bool) -> None:
    """Take back the edits of texts whose inverse is saved in FILE.

    Every file has to hold what the edit left there, or what was there before it: a command
    that was stopped in the middle can be taken back too. Only virtual disks and texts of
    virtual machines in the folder of FILE are edited. FILE is removed then; the inverse of
    the undo is saved first. What was made for a snapshot goes with it, unless something was
    written there since: then all of it is kept.
    """
    from redoscope_core.operations.edits.lasting import undo_saved
    from redoscope_core.operations.edits.plan import Plan

    plan = Plan.read(saved)
    removed: tuple[Path, ...] = ()
    if not json_output:
        say(*plan.describe().split("\n"))
    plan.check()
    if not dry_run:
        _, removed, redo = undo_saved(saved, redo)
    if json_output:
        edits = [
            {"path": str(e.path), "offset": e.offset, "length": len(e.new), "why": e.why}
            for e in plan.edits
        ]
        print_json(
            {
                "disk": str(saved),
                "edits": edits,
                "applied": not dry_run,
                "removed": [str(path) for path in removed],
                "redo": None if dry_run or redo is None else str(redo),
            }
        )
    else:
        say(*_told(plan.removes, removed, redo, dry_run=dry_run))


def _told(
    made: Sequence[Path], removed: Sequence[Path], redo: Path | None, *, dry_run: bool
) -> list[str]:
    if dry_run:
        names = ", ".join(path.name for path in made)
        return [*([f"would remove {names}, unless they are needed"] if made else []), _NOTHING]
    if redo is None:
        return [f"done; removed {', '.join(path.name for path in removed)}"]
    kept = [path.name for path in made]
    told = [f"kept, for something is in them or needs them: {', '.join(kept)}"] if kept else []
    return [*told, f"done; the inverse is saved in {redo}"]
