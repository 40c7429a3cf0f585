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

    Every file has to hold what the edit left there. FILE is removed then; the inverse of
    the undo is saved first.
    """
    from redoscope_core.link.file import DiskFile
    from redoscope_core.link.locks import refuse_if_locked
    from redoscope_core.link.new_file import sync_folder
    from redoscope_core.operations.plan import Plan

    with DiskFile(saved) as file:
        raw = file.read_at(0, file.file_bytes, what="the saved plan")
    plan = Plan.from_json(raw.decode("utf-8", "replace"))
    redo = redo or _redo_name(saved)
    if not json_output:
        say(plan.describe())
    plan.check()
    if not dry_run:
        for path in dict.fromkeys(edit.path for edit in plan.edits):
            with DiskFile(path) as file:
                refuse_if_locked(path, [file])
        plan.apply(undo=redo)
        saved.unlink()
        sync_folder(saved.parent)
    if json_output:
        edits = [
            {"path": str(e.path), "offset": e.offset, "length": len(e.new), "why": e.why}
            for e in plan.edits
        ]
        print_json({"edits": edits, "applied": not dry_run, "redo": None if dry_run else str(redo)})
    else:
        say("nothing was written" if dry_run else f"done; the inverse is saved in {redo}")


def _redo_name(saved: Path) -> Path:
    stem = saved.name.removesuffix(".json").removesuffix(".undo")
    return saved.with_name(f"{stem}.redo.json")
