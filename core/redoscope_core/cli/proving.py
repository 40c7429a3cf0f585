"""Commands that look after backups: verify, prune."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from redoscope_core.cli.backing_up import POINT
from redoscope_core.cli.driving import drive
from redoscope_core.cli.finding_document import finding_document
from redoscope_core.cli.parameters import DISK, NUMBER, as_json
from redoscope_core.cli.point_text import point_facts, point_line
from redoscope_core.cli.printing import human_size, print_json, say
from redoscope_core.findings import Finding
from redoscope_core.phrases import counted

if TYPE_CHECKING:
    from redoscope_core.operations.backup.prune import Pruning
    from redoscope_core.operations.backup.verify import PointProved

__all__ = ["prune", "verify"]


@click.command()
@click.argument("source", type=DISK, metavar="FOLDER|FILE")
@POINT
@click.option("--list", "listing", is_flag=True, help="Read the manifests alone: list the points.")
@as_json
def verify(source: Path, point: str | None, listing: bool, json_output: bool) -> int:
    """Prove backups without restoring them.

    Of each point the checksums of manifest and stream, each grain of the stream, and that with all
    that it builds on it comes to the disk that it names. Exit status 1 if any is not sound.
    """
    from redoscope_core.operations.backup.verify import PointVerdict
    from redoscope_core.operations.backup.verify import verify as prove

    found = drive("proving", prove(source, point, listing=listing))
    good = {PointVerdict.SOUND, PointVerdict.LISTED}
    sound = all(each.verdict in good for each in found)
    if json_output:
        print_json(
            {"disk": str(source), "sound": sound, "points": [_document(each) for each in found]}
        )
    else:
        for each in found:
            _print(each, listing=listing)
    return 0 if sound else 1


def _document(proved: PointProved) -> dict[str, object]:
    point, error = proved.point, proved.error
    return {
        "name": proved.name,
        "manifest": str(proved.manifest),
        "verdict": proved.verdict.value,
        "finding": None if error is None else finding_document(Finding.of_error(error)),
        "point": None if point is None else point_facts(point.head, point.end),
    }


def _print(proved: PointProved, *, listing: bool) -> None:
    point = proved.point
    told = "" if point is None else f": {point_line(point.head, point.end)}"
    say(f"{proved.name}{told}" if listing else f"{proved.verdict.value} {proved.name}{told}")
    if proved.error is not None:
        say(f"  {proved.error}")


@click.command()
@click.argument("folder", type=DISK, metavar="FOLDER")
@click.option(
    "--keep", type=NUMBER, default=None, metavar="N", help="Keep the newest N points of each disk."
)
@click.option(
    "--drop",
    multiple=True,
    metavar="POINT",
    help="Remove this point: its number, its name or its change id. May be repeated.",
)
@click.option("--dry-run", is_flag=True, help="Tell what would be removed, and stop.")
@as_json
def prune(
    folder: Path, keep: int | None, drop: tuple[str, ...], dry_run: bool, json_output: bool
) -> None:
    """Remove points of a backup folder.

    What a point that is kept builds on stays, and is told. A call that was stopped goes on if it
    is made again; what it had removed is told as gone. No number is given twice.
    """
    from redoscope_core.operations.backup.prune import plan_pruning
    from redoscope_core.operations.backup.prune import prune as remove

    if keep is None and not drop:
        raise click.UsageError("say how many points to --keep, or which to --drop")
    if dry_run:
        plan = plan_pruning(folder, keep=keep, drop=drop)
    else:
        plan = drive("pruning", remove(folder, keep=keep, drop=drop))
    if json_output:
        print_json(_pruned(folder, plan, applied=not dry_run))
        return
    verb = "would remove" if dry_run else "removed"
    for point in plan.removed:
        say(f"{verb} {point.name}: {point_line(point.head, point.end)}")
    for name in plan.finished:
        say(f"{verb} {name}: an earlier call had begun to")
    for name in plan.gone:
        say(f"gone {name}: an earlier call removed it")
    for name, by in plan.needed.items():
        say(f"stays {name}: {by} builds on it")
    said = f"{counted(len(plan.kept), 'point')} kept, {human_size(plan.freed_bytes)}"
    say(f"{said} {'would be given' if dry_run else 'given'} back")


def _pruned(folder: Path, plan: Pruning, *, applied: bool) -> dict[str, object]:
    return {
        "disk": str(folder),
        "applied": applied,
        "removed": [*(point.name for point in plan.removed), *plan.finished],
        "gone": list(plan.gone),
        "kept": [point.name for point in plan.kept],
        "needed": [{"name": name, "by": by} for name, by in plan.needed.items()],
        "freed_bytes": plan.freed_bytes,
    }
