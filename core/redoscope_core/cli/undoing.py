"""The command that takes an edit back: undo."""

from __future__ import annotations

from pathlib import Path

import click

from redoscope_core.cli.parameters import DISK, as_json
from redoscope_core.cli.printing import print_json, say

__all__ = ["undo"]


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
    the undo is saved first.
    """
    from redoscope_core.operations.edits.interrupted import free_name
    from redoscope_core.operations.edits.plan import Plan, drop_saved

    plan = Plan.read(saved)
    if not json_output:
        say(*plan.describe().split("\n"))
    plan.check()
    if not dry_run:
        redo = redo or free_name(_redo_name(saved), plan)
        plan.apply(undo=redo)
        drop_saved(saved)
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
                "redo": None if dry_run else str(redo),
            }
        )
    else:
        say("nothing was written" if dry_run else f"done; the inverse is saved in {redo}")


def _redo_name(saved: Path) -> Path:
    stem = saved.name.removesuffix(".json")
    if stem.endswith(".redo"):
        return saved.with_name(f"{stem.removesuffix('.redo')}.undo.json")
    return saved.with_name(f"{stem.removesuffix('.undo')}.redo.json")
