"""The commands that change the snapshots of a machine: vm snapshot take, revert and the rest."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from redoscope_core.cli.driving import drive
from redoscope_core.cli.groups import Words
from redoscope_core.cli.making import MAX_LINKS
from redoscope_core.cli.parameters import DISK, as_json, opening, policy_of
from redoscope_core.cli.printing import print_json, print_notes, say, tell_taken_back

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import TypeVar

    from redoscope_core.chain.access import Policy
    from redoscope_core.link.edit import Edit
    from redoscope_core.machine.machine import VirtualMachine
    from redoscope_core.operations.snapshots.revert import Reverting
    from redoscope_core.operations.snapshots.switching import Switch
    from redoscope_core.operations.snapshots.take import Taking

    Command = TypeVar("Command", bound=Callable[..., object])

__all__ = [
    "DRY_RUN",
    "MACHINE",
    "NOTHING",
    "SNAPSHOT",
    "edit_documents",
    "machine_to_change",
    "snapshot",
]

NOTHING = "nothing was written"
MACHINE = click.argument("machine", type=DISK, metavar="FOLDER|VMX")
SNAPSHOT = click.argument("named", metavar="SNAPSHOT")
DRY_RUN = click.option("--dry-run", is_flag=True, help="Tell what would be done, and stop.")
_UNDO = click.option(
    "--undo",
    type=DISK,
    default=None,
    metavar="FILE",
    help="Where the inverse is saved.  [default: VMX.undo.json]",
)
_WORDS = {
    "take": "snapshots.take",
    "revert": "snapshots.revert",
    "delete": "deletions.delete",
    "delete-all": "deletions.delete_all",
    "consolidate": "deletions.consolidate",
}


@click.group(name="snapshot", cls=Words, words=_WORDS, no_args_is_help=False)
def snapshot() -> None:
    """Take, go back to and delete snapshots of a machine.

    Of one that is powered off; one that is suspended, locked or encrypted is refused. The texts
    are written as the vendor's products write them; that one of these goes on with what was made
    here was not tried. Children are sparse files as hosted products have them, on which ESXi does
    not run. SNAPSHOT is a uid, as `redoscope vm` shows them, or a name.
    """


def machine_to_change(path: Path, policy: Policy, *, dry_run: bool) -> VirtualMachine:
    """Return the machine at *path*; unless for a *dry_run*, take back first what was begun."""
    from redoscope_core.machine.machine import machine_at
    from redoscope_core.operations.snapshots.ready import ready_machine

    if dry_run:
        return machine_at(path, policy=policy)
    machine, taken_back = ready_machine(path, policy=policy)
    tell_taken_back(taken_back)
    return machine


@click.command(name="take")
@MACHINE
@click.option("--name", default="", help="What it is called.  [default: Snapshot and its uid]")
@click.option("--description", default="", help="More about it.")
@MAX_LINKS
@DRY_RUN
@_UNDO
@opening
@as_json
def take(
    machine: Path,
    name: str,
    description: str,
    max_links: int,
    dry_run: bool,
    undo: Path | None,
    json_output: bool,
) -> None:
    """Take a snapshot: freeze the links, go on with children.

    Each disk that is not independent gets a child; a checkpoint file keeps the machine's text,
    its NVRAM and its .vmxf. `redoscope undo` of the inverse takes all of it back, as long as
    nothing was written into the children.
    """
    from redoscope_core.operations.snapshots.take import plan_take

    policy = policy_of()
    found = machine_to_change(machine, policy, dry_run=dry_run)
    plan = plan_take(found, name=name, description=description, policy=policy, max_links=max_links)
    left = [disk.named.node for disk in plan.left_out]
    if left:
        print_notes([f"independent, so left out: {', '.join(left)}"])
    if not json_output:
        say(f"snapshot {plan.uid}  {plan.name}", *_told(plan.switch))
    done = None
    if not dry_run:
        done = drive("taking a snapshot", plan.switch.run(policy, undo))
    facts = {"snapshot": {"uid": plan.uid, "name": plan.name}, "left_out": left, "abandoned": []}
    _tell(machine, "take", plan, facts, done, json_output=json_output)


@click.command(name="revert")
@MACHINE
@SNAPSHOT
@click.option("--disks-only", is_flag=True, help="Go back without the memory that it holds.")
@click.option("--settings", is_flag=True, help="Put back the machine's text of then too.")
@MAX_LINKS
@DRY_RUN
@_UNDO
@opening
@as_json
def revert(
    machine: Path,
    named: str,
    disks_only: bool,
    settings: bool,
    max_links: int,
    dry_run: bool,
    undo: Path | None,
    json_output: bool,
) -> None:
    """Go back to a snapshot: new children of what it froze.

    The links that the machine ran on until now are kept, so that `redoscope undo` of the inverse
    brings them back; who deletes the snapshot below them drops them.
    """
    from redoscope_core.operations.snapshots.refusals import snapshot_called
    from redoscope_core.operations.snapshots.revert import plan_revert

    policy = policy_of()
    found = machine_to_change(machine, policy, dry_run=dry_run)
    plan = plan_revert(
        found,
        snapshot_called(found, named).entry.uid,
        disks_only=disks_only,
        settings=settings,
        policy=policy,
        max_links=max_links,
    )
    left = [disk.named.node for disk in plan.unchanged]
    if left:
        print_notes([f"not in the snapshot, so they stay as they are: {', '.join(left)}"])
    if not json_output:
        say(f"back to snapshot {plan.uid}  {plan.name}", *_told(plan.switch))
        say(*(f"  {link} is kept, though no snapshot names it" for link in plan.abandoned))
    done = None
    if not dry_run:
        done = drive("going back", plan.switch.run(policy, undo))
    abandoned = [str(link) for link in plan.abandoned]
    facts = {
        "snapshot": {"uid": plan.uid, "name": plan.name},
        "left_out": left,
        "abandoned": abandoned,
    }
    _tell(machine, "revert", plan, facts, done, json_output=json_output)


def _told(switch: Switch) -> list[str]:
    """Return the lines that tell what is going to happen."""
    lines = [
        f"  {link.parent.node}  {link.path} is made, a child of {link.parent.link.name}"
        for link in switch.links
    ]
    if switch.checkpoint is not None:
        lines.append(f"  {switch.checkpoint} is made, the state without memory")
    return [*lines, *(f"  {line}" for line in switch.plan.describe().split("\n"))]


def edit_documents(edits: Sequence[Edit]) -> list[dict[str, object]]:
    """Return *edits* as a part of a document."""
    return [
        {"path": str(e.path), "offset": e.offset, "length": len(e.new), "why": e.why} for e in edits
    ]


def _tell(
    named: Path,
    operation: str,
    plan: Taking | Reverting,
    facts: Mapping[str, object],
    undo: Path | None,
    *,
    json_output: bool,
) -> None:
    """Tell what became of *plan*."""
    switch = plan.switch
    if json_output:
        print_json(
            {
                "disk": str(named),
                "operation": operation,
                "machine": str(switch.machine),
                **facts,
                "links": [
                    {
                        "node": link.parent.node,
                        "parent": str(link.parent.link),
                        "path": str(link.path),
                        "file_name": link.file_name,
                        "kind": link.kind,
                    }
                    for link in switch.links
                ],
                "files": [str(path) for path in switch.new_files],
                "edits": edit_documents(switch.plan.edits),
                "applied": undo is not None,
                "undo": None if undo is None else str(undo),
            }
        )
    else:
        say(NOTHING if undo is None else f"done; the inverse is saved in {undo}")
