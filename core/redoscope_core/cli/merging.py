"""The command that merges links: consolidate. It says what it will write before it does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from redoscope_core.cli.driving import drive
from redoscope_core.cli.parameters import DISK, as_json, opening, policy_of
from redoscope_core.cli.printing import human_size, print_findings, print_json, say, tell_taken_back
from redoscope_core.findings import Kind
from redoscope_core.format.units import SECTOR

if TYPE_CHECKING:
    from redoscope_core.chain.access import Policy
    from redoscope_core.operations.consolidating.consolidate import Consolidated, Consolidation
    from redoscope_core.operations.consolidating.merged import MergedBefore

__all__ = ["consolidate"]

_NOTHING = "nothing was written"
_BACK = "would make them part of the chain again, for as long as they are kept"


@click.command()
@click.argument("disk", type=DISK)
@click.option(
    "--into",
    default=None,
    metavar="LINK",
    help="An older link of the chain that takes it all in: its generation (0 is the base disk),"
    " base, its file's name or path.  [default: the parent of DISK]",
)
@click.option("--dry-run", is_flag=True, help="Tell what would be written, and stop.")
@click.option("--delete", is_flag=True, help="Remove the files of the merged links in the end.")
@click.option(
    "--undo",
    type=DISK,
    default=None,
    metavar="FILE",
    help="Where the inverse of the last step is saved.  [default: DISK.undo.json]",
)
@opening
@as_json
def consolidate(
    disk: Path,
    into: str | None,
    dry_run: bool,
    delete: bool,
    undo: Path | None,
    json_output: bool,
) -> None:
    """Merge a link into its parent, or into an older one.

    DISK and all links between are merged into its parent, or into LINK.
    The link that takes them in then reads as DISK does now, and so does every child of
    DISK; the older content of that link is lost. The merged links are kept, cut off from
    the chain, unless --delete is given. A call that was stopped anywhere goes on if it is
    made again; if all is done already, it says so.
    """
    from redoscope_core.chain.chain import Chain
    from redoscope_core.chain.naming import link_index
    from redoscope_core.operations.consolidating.consolidate import consolidate as merge
    from redoscope_core.operations.consolidating.consolidate import plan_consolidation
    from redoscope_core.operations.consolidating.merged import merged_before
    from redoscope_core.operations.edits.interrupted import take_back

    policy = policy_of()
    done = None
    if not dry_run:
        tell_taken_back(take_back(disk, undo))
    before = merged_before(disk, undo)
    if before is not None and _is_same_call(before, disk, into, policy, delete=delete):
        removed = _finish(before, policy, dry_run=dry_run, delete=delete)
        if json_output:
            facts = _facts_before(before, removed, dry_run=dry_run, delete=delete)
            print_json({"disk": str(disk)} | facts)
        else:
            say(*_told_before(before, removed, dry_run=dry_run, delete=delete))
        return
    with Chain.open(disk, policy=policy) as chain:
        print_findings(f for f in chain.findings if f.kind is not Kind.OLDER_GENERATION)
        target = None if into is None else chain.links[link_index(chain, into)].path
        plan = plan_consolidation(chain, target, policy=policy)
        if not json_output:
            say(*_told(plan))
        if not dry_run:
            steps = merge(chain, plan, policy=policy, undo=undo, delete=delete)
            done = drive("consolidating", steps)
    if json_output:
        print_json({"disk": str(disk)} | _facts(plan, done))
    elif done is not None:
        say(*_told_after(plan, done))
    else:
        say(_NOTHING)


def _is_same_call(
    before: MergedBefore, disk: Path, into: str | None, policy: Policy, *, delete: bool
) -> bool:
    """Tell whether this call asks for what *before* did, and can go on with it."""
    from redoscope_core.chain.chain import Chain
    from redoscope_core.chain.naming import link_index
    from redoscope_core.errors import InvalidArgument
    from redoscope_core.files.names import same_file

    if delete and before.saved is None:
        return False  # nobody knows any more whether the target is what it was
    if into is None:
        return len(before.links) == 1
    if same_file(disk.parent / into, before.target):
        return True
    with Chain.open(before.target, policy=policy) as chain:
        try:
            # Generations below the merged links are counted as they were.
            return into != "tip" and link_index(chain, into) == len(chain.links) - 1
        except InvalidArgument:
            return False


def _finish(
    before: MergedBefore, policy: Policy, *, dry_run: bool, delete: bool
) -> tuple[Path, ...]:
    """Remove what is left of the merged links if that is asked for; return their files."""
    from redoscope_core.operations.consolidating.merged import remove_merged

    if delete and not dry_run and before.saved is not None:
        return remove_merged(before.saved, policy)
    return before.left


def _told_before(
    before: MergedBefore, files: tuple[Path, ...], *, dry_run: bool, delete: bool
) -> list[str]:
    names = ", ".join(path.name for path in before.links)
    were = "was" if len(before.links) == 1 else "were"
    lines = [f"done already: {names} {were} merged into {before.target.name}"]
    listed = ", ".join(file.name for file in files)
    if dry_run:
        return [*lines, *([f"  would remove {listed}"] if delete and files else []), _NOTHING]
    if delete:
        return [*lines, f"  removed {listed}" if files else "  nothing is left of them"]
    if files:
        lines.append(f"  no longer needed: {listed}")
    if before.saved is not None and files:
        lines.append(f"  {before.saved} {_BACK}")
    return lines


def _facts_before(
    before: MergedBefore, files: tuple[Path, ...], *, dry_run: bool, delete: bool
) -> dict[str, object]:
    deleted = delete and not dry_run
    return {
        "target": str(before.target),
        "merged": [str(path) for path in before.links],
        "children": [],
        "written_files": [],
        "redundant_files": [str(file) for file in files],
        "sectors": 0,
        "zero_sectors": 0,
        "overwritten_sectors": 0,
        "appended_bytes": 0,
        "old_cid": None,
        "new_cid": None,
        "applied": not dry_run,
        "already": True,
        "deleted": deleted,
        "undo": None if deleted or before.saved is None else str(before.saved),
    }


def _told(plan: Consolidation) -> list[str]:
    """Return the lines that tell what is going to happen."""
    names = ", ".join(path.name for path in plan.merged)
    copied, replaced = plan.sectors * SECTOR, plan.overwritten_sectors * SECTOR
    size = f"  {human_size(copied)} of data written to it, {human_size(replaced)} of that over what"
    size += f" it stores now; its files grow by {human_size(plan.appended_bytes)}"
    lines = [f"{plan.target}: takes in {names}", size]
    lines.append("  its own content of today is lost, and it gets a new CID")
    if plan.zero_sectors:
        lines.append(f"  {human_size(plan.zero_sectors * SECTOR)} of it become zeros")
    lines += [f"{child}: gets {plan.target.name} as its parent" for child in plan.children]
    return lines


def _told_after(plan: Consolidation, done: Consolidated) -> list[str]:
    last = plan.merged[-1].name
    instead = ", ".join(path.name for path in plan.children) or plan.target.name
    if done.undo is None:
        lines = [f"done; removed {', '.join(path.name for path in plan.redundant_files)}"]
    else:
        lines = [
            "done; no longer needed: " + ", ".join(path.name for path in plan.redundant_files),
            f"  {done.undo} {_BACK}",
        ]
    if not plan.children:
        lines.append(f"  open {instead} from now on; a VM that names {last} has to name that")
    return lines


def _facts(plan: Consolidation, done: Consolidated | None) -> dict[str, object]:
    return {
        "target": str(plan.target),
        "merged": [str(path) for path in plan.merged],
        "children": [str(path) for path in plan.children],
        "written_files": [str(path) for path in plan.written_files],
        "redundant_files": [str(path) for path in plan.redundant_files],
        "sectors": plan.sectors,
        "zero_sectors": plan.zero_sectors,
        "overwritten_sectors": plan.overwritten_sectors,
        "appended_bytes": plan.appended_bytes,
        "old_cid": f"{plan.old_cid:08x}",
        "new_cid": None if done is None else f"{done.new_cid:08x}",
        "applied": done is not None,
        "already": False,
        "deleted": done is not None and done.undo is None,
        "undo": None if done is None or done.undo is None else str(done.undo),
    }
