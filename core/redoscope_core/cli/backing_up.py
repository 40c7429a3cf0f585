"""Commands that back a disk up and bring it back: backup, restore."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from redoscope_core.cli.choices import CLONE_KIND
from redoscope_core.cli.data_output import data_output
from redoscope_core.cli.driving import drive
from redoscope_core.cli.dropped import refuse_dropped
from redoscope_core.cli.generation import at_link, generation, named
from redoscope_core.cli.making import GRAIN
from redoscope_core.cli.parameters import DISK, as_json, opening, policy_of
from redoscope_core.cli.point_text import point_facts, point_line
from redoscope_core.cli.printing import print_json, print_notes, say

if TYPE_CHECKING:
    from collections.abc import Generator

    from redoscope_core.chain.chain import Chain
    from redoscope_core.format.backup_manifest import BackupKind
    from redoscope_core.operations.backup.backup import BackupMade
    from redoscope_core.progress import Progress

__all__ = ["POINT", "backup", "restore"]

_FULL, _DIFFERENTIAL = "full", "differential"

POINT = click.option(
    "--point",
    default=None,
    metavar="POINT",
    help="Which: its number, its name, its change id, or latest.  [default: latest]",
)


@click.command()
@click.argument("disk", type=DISK)
@click.option(
    "--to",
    "target",
    type=DISK,
    required=True,
    metavar="FOLDER|FILE|-",
    help="A folder of backups, a file that ends in .vmdk, or - for standard output.",
)
@click.option("--full", "kind", flag_value=_FULL, default=None, help="All that is stored.")
@click.option(
    "--incremental",
    "kind",
    flag_value="incremental",
    help="What changed since the last backup of any kind.  [default, if there is one]",
)
@click.option(
    "--differential",
    "kind",
    flag_value=_DIFFERENTIAL,
    help="What changed since the last full backup.",
)
@click.option(
    "--since",
    default=None,
    metavar="POINT|MANIFEST|LINK|CHANGEID",
    help="What it builds on: a point of FOLDER, or the manifest of one; or a link, as for --at.",
)
@click.option(
    "--manifest",
    type=DISK,
    default=None,
    metavar="MANIFEST",
    help="With FILE or -: where the manifest goes.  [default: beside FILE, with - nowhere]",
)
@at_link
@click.option("--force", is_flag=True, help="Write bytes even to a terminal.")
@opening
@as_json
def backup(
    disk: Path,
    target: Path,
    kind: str | None,
    since: str | None,
    manifest: Path | None,
    at: str | None,
    force: bool,
    json_output: bool,
) -> None:
    """Back a generation up: all of it, or what changed.

    Into a folder, which keeps a series: a stream and its manifest for each backup. The stream is
    a streamOptimized disk; a full one opens in any program. Only what changed is read for an
    incremental or a differential one, and only where the disk was not written to since.
    """
    _refuse_wrong(target, kind, since, manifest, json_output=json_output)
    with generation(disk, policy_of(), at) as chain:
        steps = _steps(chain, target, kind, since, manifest)
        if steps is None:
            _to_pipe(chain, kind, since, manifest, force=force)
            return
        made = drive("backing up", steps)
        document = named(disk, chain)
    if made.passed_over:
        names = ", ".join(point.name for point in made.passed_over)
        print_notes([f"not built on {names}: of another state, or written to or lost since"])
    if json_output:
        files = {"stream": _path(made.stream), "manifest": _path(made.manifest)}
        facts = point_facts(made.head, made.end)
        print_json(document | files | {"point": facts, "already": made.already})
        return
    verb = "done already:" if made.already else "made"
    say(f"{verb} {made.stream or target}: {point_line(made.head, made.end)}")


def _refuse_wrong(
    target: Path, kind: str | None, since: str | None, manifest: Path | None, *, json_output: bool
) -> None:
    piped = str(target) == "-"
    if kind == _FULL and since is not None:
        raise click.UsageError("a full backup builds on nothing: leave out --full or --since")
    if piped and json_output:
        raise click.UsageError("--json and a stream can't both go to standard output")
    if not piped and _is_folder(target):
        if manifest is not None:
            raise click.UsageError("in a folder the manifest lies beside its stream")
    elif kind not in {None, _FULL} and since is None:
        raise click.UsageError(f"--{kind} to a file or a pipe needs --since MANIFEST")


def _is_folder(target: Path) -> bool:
    return target.is_dir() or (target.suffix.lower() != ".vmdk" and not target.exists())


def _steps(
    chain: Chain, target: Path, kind: str | None, since: str | None, manifest: Path | None
) -> Generator[Progress, None, BackupMade] | None:
    """Return what makes the backup; None if it goes to standard output."""
    from redoscope_core.operations.backup.backup import backup_to_file, backup_to_folder

    if str(target) == "-":
        return None
    if _is_folder(target):
        return backup_to_folder(chain, target, _kind(kind), since=since)
    return backup_to_file(chain, target, manifest, since=since, kind=_kind(kind))


def _to_pipe(
    chain: Chain, kind: str | None, since: str | None, manifest: Path | None, *, force: bool
) -> None:
    from redoscope_core.operations.backup.backup import backup_to_sink

    with data_output(force=force) as stream:
        steps = backup_to_sink(chain, stream, manifest, since=since, kind=_kind(kind))
        made = drive("backing up", steps)
    print_notes([point_line(made.head, made.end)])
    if manifest is None:
        print_notes(["no manifest was kept, so nothing can build on this: --manifest FILE"])


def _kind(kind: str | None) -> BackupKind | None:
    from redoscope_core.format.backup_manifest import BackupKind

    return None if kind is None else BackupKind(kind)


def _path(path: Path | None) -> str | None:
    return None if path is None else str(path)


@click.command()
@click.argument("source", type=DISK, metavar="FOLDER|FILE")
@click.argument("target", type=DISK, metavar="DST")
@POINT
@click.option(
    "--type",
    "kind",
    type=CLONE_KIND,
    default="monolithicSparse",
    show_default=True,
    help="How the new disk is stored.",
)
@GRAIN
@as_json
def restore(
    source: Path, target: Path, point: str | None, kind: str, grain: int, json_output: bool
) -> None:
    """Restore a point of a backup to a new disk.

    FOLDER is one of backups, FILE a stream or a manifest in one. All streams and manifests that
    are needed are proved first: what is missing or damaged is named, and nothing is written. A call
    that was stopped can be made again; if DST is that very disk already, it says so.
    """
    from redoscope_core.operations.backup.restore import restore as bring_back
    from redoscope_core.operations.making.pieces import CHILD_KINDS

    if kind not in CHILD_KINDS:
        refuse_dropped(kind, "grain")
    steps = bring_back(source, target, kind, point=point, grain_size=grain)
    restored, already = drive("restoring", steps)
    if json_output:
        point_document = point_facts(restored.head, restored.end)
        print_json(
            {
                "disk": str(target),
                "kind": kind,
                "name": restored.name,
                "point": point_document,
                "already": already,
            }
        )
        return
    line = point_line(restored.head, restored.end)
    told = f"{target}: {kind}, {restored.name}, {line}"
    say(f"done already: {told}" if already else f"made {told}")
