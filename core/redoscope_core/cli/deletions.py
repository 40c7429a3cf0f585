"""The commands that delete snapshots: vm snapshot delete, delete-all and consolidate."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from redoscope_core.cli.driving import drive
from redoscope_core.cli.parameters import as_json, opening, policy_of
from redoscope_core.cli.printing import human_size, print_json, say
from redoscope_core.cli.snapshots import (
    DRY_RUN,
    MACHINE,
    NOTHING,
    SNAPSHOT,
    edit_documents,
    machine_to_change,
)
from redoscope_core.format.units import SECTOR

if TYPE_CHECKING:
    from collections.abc import Callable

    from redoscope_core.chain.access import Policy
    from redoscope_core.machine.machine import VirtualMachine
    from redoscope_core.operations.snapshots.deletion import Deletion
    from redoscope_core.operations.snapshots.fates import Fate

    Planned = Callable[[VirtualMachine, Policy], Deletion]

__all__ = ["amount_facts", "amounts", "consolidate", "delete", "delete_all"]


@click.command(name="delete")
@MACHINE
@SNAPSHOT
@DRY_RUN
@opening
@as_json
def delete(machine: Path, named: str, dry_run: bool, json_output: bool) -> None:
    """Delete one snapshot; all others read as before.

    The link that followed it is merged into the one that it froze; where several followed, that
    stays, and where none did, it goes. There is no undo of a merging. A call that was stopped has
    taken it off the list; `redoscope vm snapshot consolidate` goes on then.
    """
    from redoscope_core.operations.snapshots.delete import plan_delete
    from redoscope_core.operations.snapshots.refusals import snapshot_called

    def planned(found: VirtualMachine, policy: Policy) -> Deletion:
        return plan_delete(found, snapshot_called(found, named).entry.uid, policy=policy)

    _do(machine, "delete", planned, dry_run=dry_run, json_output=json_output)


@click.command(name="delete-all")
@MACHINE
@DRY_RUN
@opening
@as_json
def delete_all(machine: Path, dry_run: bool, json_output: bool) -> None:
    """Delete all snapshots; keep the state of now alone.

    All that the disks store goes into their oldest links; other branches are dropped. There is no
    undo. A call that was stopped goes on if it is made again.
    """
    from redoscope_core.operations.snapshots.delete import plan_delete_all

    def planned(found: VirtualMachine, policy: Policy) -> Deletion:
        return plan_delete_all(found, policy=policy)

    _do(machine, "delete-all", planned, dry_run=dry_run, json_output=json_output)


@click.command(name="consolidate")
@MACHINE
@DRY_RUN
@opening
@as_json
def consolidate(machine: Path, dry_run: bool, json_output: bool) -> None:
    """Merge links that no snapshot names any more.

    A deletion that was stopped leaves such, and says so in the list of snapshots; products of the
    vendor do too.
    """
    from redoscope_core.operations.snapshots.delete import plan_merge_unnamed

    def planned(found: VirtualMachine, policy: Policy) -> Deletion:
        return plan_merge_unnamed(found, policy=policy)

    _do(machine, "consolidate", planned, dry_run=dry_run, json_output=json_output)


def _do(
    machine: Path, operation: str, planned: Planned, *, dry_run: bool, json_output: bool
) -> None:
    from redoscope_core.operations.snapshots.delete import delete_snapshots

    policy = policy_of()
    found = machine_to_change(machine, policy, dry_run=dry_run)
    plan = planned(found, policy)
    if not json_output:
        names = [each.entry.name for each in found.snapshots if each.entry.uid in plan.uids]
        say(*_told(plan, names))
    if not dry_run:
        drive("merging", delete_snapshots(plan, policy=policy))
    if json_output:
        print_json(_document(machine, operation, plan, applied=not dry_run))
    else:
        say(NOTHING if dry_run else "done")


def _told(plan: Deletion, names: list[str]) -> list[str]:
    """Return the lines that tell what is going to happen."""
    lines = [
        f"snapshot {uid}  {name} goes" for uid, name in zip(plan.uids, names, strict=True)
    ] or ["no snapshot goes"]
    for merge in plan.merges:
        merged = ", ".join(path.name for path in merge.plan.merged)
        copied = human_size(merge.plan.sectors * SECTOR)
        lines.append(f"  {merge.plan.target}: takes in {merged}, {copied}")
        lines += [f"  {edit.path}: {edit.why}" for edit in merge.edits]
    lines += [f"  {link} is removed: nobody needs it" for link in plan.dropped]
    lines += [f"  {file} is removed" for file in plan.state_files]
    lines += [f"  {file.name} is removed: it can't be applied then" for file in plan.spent]
    lines += [f"  {fate.link} stays{_for_whom(fate)}" for fate in plan.kept]
    return [*lines, f"  {amounts(plan)}"]


def _for_whom(fate: Fate) -> str:
    others = [path.name for path in fate.kept_for if path != fate.link]
    if others:
        return f": {', '.join(others)} made from it"
    return ": it is named still" if fate.kept_for else ": it is a base disk"


def amounts(plan: Deletion) -> str:
    """Return in words what *plan* gives back and costs.

    Lengths are known to the byte, but tables are full of holes; how the storage keeps what is
    new to a file is its own affair.
    """
    given = plan.freed_storage_bytes - plan.grown_bytes
    about = human_size(abs(given))
    back = f"gives back about {about}" if given >= 0 else f"takes about {about} more"
    if not plan.merges:
        return f"{back}, copies nothing"
    copied, written = human_size(plan.copied_bytes), human_size(plan.written_bytes)
    return f"{back}, copies {copied}, writes {written}"


def amount_facts(plan: Deletion) -> dict[str, int]:
    """Return the same as a part of a document."""
    return {
        "given_back_bytes": plan.given_back_bytes,
        "freed_bytes": plan.freed_bytes,
        "freed_storage_bytes": plan.freed_storage_bytes,
        "grown_bytes": plan.grown_bytes,
        "copied_bytes": plan.copied_bytes,
        "written_bytes": plan.written_bytes,
    }


def _document(named: Path, operation: str, plan: Deletion, *, applied: bool) -> dict[str, object]:
    return {
        "disk": str(named),
        "operation": operation,
        "machine": str(plan.machine),
        "uids": list(plan.uids),
        "merges": [
            {
                "target": str(merge.plan.target),
                "merged": [str(path) for path in merge.plan.merged],
                "children": [str(path) for path in merge.plan.children],
                "edits": edit_documents(merge.edits),
            }
            for merge in plan.merges
        ],
        "removed_links": [str(link) for link in plan.dropped],
        "removed_files": [str(file) for file in plan.removed_files],
        "kept": [
            {"link": str(fate.link), "needed_by": [str(path) for path in fate.kept_for]}
            for fate in plan.kept
        ],
        "amounts": amount_facts(plan),
        "applied": applied,
    }
