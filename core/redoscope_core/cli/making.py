"""Commands that make and join disks: create, child, attach."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from redoscope_core import sentences
from redoscope_core.chain.access import ADVISED_LINKS
from redoscope_core.cli.choices import ADAPTER, CHILD_KIND, DISK_KIND
from redoscope_core.cli.dropped import refuse_dropped
from redoscope_core.cli.parameters import DISK, NUMBER, SECTORS, SIZE, as_json, opening, policy_of
from redoscope_core.cli.printing import print_json, print_notes, say, tell_taken_back
from redoscope_core.findings import Kind
from redoscope_core.leniency import Leniency
from redoscope_core.phrases import counted

if TYPE_CHECKING:
    from redoscope_core.chain.access import Policy
    from redoscope_core.chain.disk import Disk
    from redoscope_core.errors import VmdkError

__all__ = ["COMMENT", "GRAIN", "MAX_LINKS", "attach", "child", "create", "tell_made"]

GRAIN = click.option(
    "--grain", type=SECTORS, default=128, show_default=True, help="Sectors per grain."
)
_ZEROED = click.option(
    "--zeroed-grains",
    is_flag=True,
    help="Keep grains of zeros without storing them; some programs misread them.",
)
COMMENT = click.option("--comment", default="", help="One line about this generation.")
MAX_LINKS = click.option(
    "--max-links",
    type=NUMBER,
    default=ADVISED_LINKS,
    show_default=True,
    help="Longest chain allowed.",
)


@click.command()
@click.argument("disk", type=DISK)
@click.option("--capacity", type=SIZE, required=True, help="Size of the disk: 64M, 10G, 2T.")
@click.option(
    "--type",
    "kind",
    type=DISK_KIND,
    default="monolithicSparse",
    show_default=True,
    help="How it is stored.",
)
@click.option(
    "--adapter",
    type=ADAPTER,
    default="lsilogic",
    show_default=True,
    help="The controller that the disk is meant for.",
)
@GRAIN
@_ZEROED
@COMMENT
@as_json
def create(
    disk: Path,
    capacity: int,
    kind: str,
    adapter: str,
    grain: int,
    zeroed_grains: bool,
    comment: str,
    json_output: bool,
) -> None:
    """Make an empty base disk."""
    from redoscope_core.operations.making.create import create_disk
    from redoscope_core.operations.making.pieces import CHILD_KINDS

    if kind not in CHILD_KINDS:
        refuse_dropped(kind, "grain", "zeroed_grains")
    create_disk(
        disk,
        capacity,
        kind=kind,
        adapter=adapter,
        grain_size=grain,
        zeroed_grains=zeroed_grains,
        comment=comment,
    )
    tell_made(disk, json_output=json_output)


@click.command()
@click.argument("parent", type=DISK)
@click.argument("child_path", type=DISK, metavar="CHILD")
@click.option(
    "--type",
    "kind",
    type=CHILD_KIND,
    default="monolithicSparse",
    show_default=True,
    help="How it is stored.",
)
@GRAIN
@_ZEROED
@COMMENT
@MAX_LINKS
@opening
@as_json
def child(
    parent: Path,
    child_path: Path,
    kind: str,
    grain: int,
    zeroed_grains: bool,
    comment: str,
    max_links: int,
    json_output: bool,
) -> None:
    """Make an empty child of PARENT.

    On a link that has children already, the new child is a branch.
    """
    from redoscope_core.chain.chain import Chain
    from redoscope_core.operations.making.create import create_child

    policy = policy_of()
    with Chain.open(parent, policy=policy) as chain:
        older = (f for f in chain.findings if f.kind is Kind.OLDER_GENERATION)
        print_notes(f"{sentences.line(f)}; the new child is a branch" for f in older)
        create_child(
            chain,
            child_path,
            kind,
            grain_size=grain,
            zeroed_grains=zeroed_grains,
            comment=comment,
            max_links=max_links,
        )
    tell_made(child_path, json_output=json_output, more=_tell_elsewhere(parent, child_path))


def _tell_elsewhere(parent: Path, child_path: Path) -> dict[str, object]:
    """Say that a child is in another folder than its parent, and what follows; return the facts."""
    from redoscope_core.chain.family.record import is_recorded, lies_elsewhere, record_file

    if not lies_elsewhere(parent, child_path):
        return {"elsewhere": False, "recorded_in": None}
    record = record_file() if is_recorded(parent, child_path) else None
    told = f"{child_path} is not in the folder of its parent"
    if record is not None:
        kept = f"while it is there no write into {parent} is allowed"
        print_notes([f"{told}; that is recorded in {record}: {kept}"])
    else:
        print_notes([f"{told} and could not be recorded: a write into {parent} would break it"])
    return {"elsewhere": True, "recorded_in": None if record is None else str(record)}


def tell_made(path: Path, *, json_output: bool, more: dict[str, object] | None = None) -> None:
    """Tell that the disk *path* was made, with *more* in the document."""
    from redoscope_core.link.link import Link

    with Link.open(path) as link:
        capacity = link.capacity
        facts = {
            "disk": str(path),
            "path": str(path),
            "kind": link.descriptor.create_type,
            "cid": f"{link.descriptor.cid:08x}",
            "parent_cid": f"{link.descriptor.parent_cid:08x}",
            "capacity": link.capacity,
            "files": [str(file) for file in link.all_files],
            **(more or {}),
        }
    if json_output:
        print_json(facts)
    else:
        sectors = counted(capacity, "sector")
        say(f"made {path}: {facts['kind']}, {sectors}, CID {facts['cid']}")


@click.command()
@click.argument("child_path", type=DISK, metavar="CHILD")
@click.option(
    "--to", "parent", type=DISK, required=True, metavar="PARENT", help="The link to attach it to."
)
@click.option(
    "--why-not", is_flag=True, help="Only tell whether it could be attached, and why not."
)
@click.option(
    "--persist", is_flag=True, help="Write hint and parentCID of the child, after showing the plan."
)
@click.option("--dry-run", is_flag=True, help="With --persist: show the plan and stop.")
@click.option(
    "--undo",
    type=DISK,
    default=None,
    metavar="FILE",
    help="With --persist: where the undo is saved.",
)
@click.option(
    "--with-parents",
    is_flag=True,
    help="Open CHILD with the parents it has now, not as a single link; attach refuses that.",
)
@MAX_LINKS
@opening
@as_json
def attach(
    child_path: Path,
    parent: Path,
    why_not: bool,
    persist: bool,
    dry_run: bool,
    undo: Path | None,
    with_parents: bool,
    max_links: int,
    json_output: bool,
) -> int:
    """Join CHILD to the chain that ends at PARENT.

    CHILD is opened as a single link, and the vendor's rules decide. Without --persist
    nothing is written: the combined chain is opened, checked and told.
    """
    from redoscope_core.chain.access import Access
    from redoscope_core.chain.attach import attach as join
    from redoscope_core.chain.attach import can_attach
    from redoscope_core.chain.disk import Disk
    from redoscope_core.operations.edits.interrupted import take_back

    policy = policy_of()
    if persist and not dry_run:
        tell_taken_back(take_back(child_path, undo))
    with ExitStack() as opened:
        below = opened.enter_context(Disk.open(parent, access=Access.INSPECT, policy=policy))
        own = opened.enter_context(
            Disk.open(
                child_path, access=Access.INSPECT, single_link=not with_parents, policy=policy
            )
        )
        reason = can_attach(parent=below, child=own, max_links=max_links)
        if why_not:
            return _tell_reason(reason, child_path, parent, json_output=json_output)
        if persist and _may_persist(reason, policy):
            return _persist(child_path, below, undo, dry_run=dry_run, json_output=json_output)
        joined = join(parent=below, child=own, max_links=max_links)
        links = [str(link.path) for link in joined.chain.links]
    if json_output:
        print_json({"disk": str(child_path), "links": links})
    else:
        say("attached: " + " + ".join(Path(link).name for link in links))
        say("nothing was written; --persist would make it last")
    return 0


def _tell_reason(
    reason: VmdkError | None, child_path: Path, parent: Path, *, json_output: bool
) -> int:
    if json_output:
        print_json(
            {
                "disk": str(child_path),
                "possible": reason is None,
                "code": None if reason is None else int(reason.code),
                "name": None if reason is None else reason.code.vendor_name,
                "reason": None if reason is None else str(reason),
            }
        )
    elif reason is None:
        say(f"{child_path} can be attached to {parent}")
    else:
        say(f"no: {reason} ({reason.code.vendor_name}, {int(reason.code)})")
    return 0 if reason is None else 1


def _may_persist(reason: VmdkError | None, policy: Policy) -> bool:
    from redoscope_core.errors import ContentIdMismatch

    return reason is None or (
        policy.allows(Leniency.CID_MISMATCH) and isinstance(reason, ContentIdMismatch)
    )


def _persist(
    child_path: Path, below: Disk, undo: Path | None, *, dry_run: bool, json_output: bool
) -> int:
    from redoscope_core.chain.family.record import lies_elsewhere
    from redoscope_core.operations.edits.lasting import make_attach_last
    from redoscope_core.operations.edits.reparent import plan_reparent

    plan = plan_reparent(child_path, below.chain)
    if not json_output:
        say(*plan.describe().split("\n"))
    done = bool(plan.edits) and not dry_run
    if done:
        undo = make_attach_last(child_path, below.chain, plan, undo)
        if lies_elsewhere(below.path, child_path):
            _tell_elsewhere(below.path, child_path)
    if json_output:
        edits = [
            {"path": str(e.path), "offset": e.offset, "length": len(e.new), "why": e.why}
            for e in plan.edits
        ]
        saved = str(undo) if done else None
        facts = {"disk": str(child_path), "edits": edits, "applied": done, "undo": saved}
        print_json(facts)
    elif done:
        say(f"done; the inverse is saved in {undo}")
    return 0
