"""Delete: a snapshot is taken off the list, and what only it needed is merged or goes.

What was merged can't be taken back: the content of the older link is lost by it.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from redoscope_core.chain.access import Policy
from redoscope_core.chain.chain import Chain
from redoscope_core.errors import InvalidArgument, VmdkError
from redoscope_core.files.names import is_there, typed
from redoscope_core.files.new_file import NewFiles
from redoscope_core.files.removal import remove_files
from redoscope_core.format.snapshot_edits import with_pending, without_all, without_snapshot
from redoscope_core.operations.consolidating.consolidate import consolidate
from redoscope_core.operations.consolidating.consolidation import plan_consolidation
from redoscope_core.operations.edits.interrupted import undo_name
from redoscope_core.operations.edits.plan import Plan, drop_saved
from redoscope_core.operations.snapshots.deletion import Wanted, plan_deletion
from redoscope_core.operations.snapshots.fates import Fate, Kinship
from redoscope_core.operations.snapshots.refusals import (
    refuse_clones,
    refuse_leaves,
    refuse_machine,
    snapshot_of,
)
from redoscope_core.operations.snapshots.switching import held_texts
from redoscope_core.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from redoscope_core.format.dictionary import Dictionary
    from redoscope_core.machine.machine import MachineSnapshot, VirtualMachine
    from redoscope_core.operations.snapshots.deletion import Deletion, Merge

__all__ = ["delete_snapshots", "plan_delete", "plan_delete_all", "plan_merge_unnamed"]


@dataclass(slots=True)
class _Decided:
    """What becomes of the links."""

    wanted: dict[Path, Wanted]
    dropped: dict[Path, None]
    kept: list[Fate]

    def drop(self, links: tuple[Path, ...]) -> None:
        self.dropped.update(dict.fromkeys(links))


def plan_delete(machine: VirtualMachine, uid: int, *, policy: Policy | None = None) -> Deletion:
    """Return what deleting the snapshot *uid* of *machine* does; nothing is done.

    The other snapshots and the state of now keep reading as they do.

    Raises:
        InvalidArgument: There is no such snapshot.
        InUse: The machine is suspended or locked, or a link is.
        HasChildren: Linked clones need what is merged.
        VmdkError: A merging is refused, as by `plan_consolidation`.
    """
    snapshot = snapshot_of(machine, uid)
    refuse_machine(machine)
    refuse_leaves(machine)
    refuse_clones(machine, (snapshot,))
    kin = Kinship.after(machine, {uid})
    decided = _Decided({}, {}, [])
    for link in dict.fromkeys(disk.link for disk in snapshot.disks):
        if link is None:
            continue
        fate = kin.fate_of(link)
        decided.drop(fate.dropped)
        if fate.merged is not None:
            decided.wanted[link] = Wanted(link, fate.merged)
        elif link not in fate.dropped:
            decided.kept.append(fate)
    listed = without_snapshot(machine.snapshot_text, uid, pending=bool(decided.wanted))
    return _planned(machine, (snapshot,), listed, decided, policy)


def plan_delete_all(machine: VirtualMachine, *, policy: Policy | None = None) -> Deletion:
    """Return what deleting all snapshots of *machine* does; nothing is done.

    All that its disks store goes into their oldest links, and other branches go.

    Raises:
        InvalidArgument: There is no snapshot.
        VmdkError: As `plan_delete`.
    """
    if not machine.snapshots and not machine.snapshot_text.needs_consolidation:
        raise InvalidArgument(
            "the machine has no snapshot",
            path=machine.path,
            cure="`redoscope vm snapshot consolidate` merges links that no snapshot names",
        )
    refuse_machine(machine)
    refuse_leaves(machine)
    refuse_clones(machine, machine.snapshots)
    kin = Kinship.after(machine, {each.entry.uid for each in machine.snapshots})
    decided = _Decided({}, {}, [])
    for disk in machine.disks:
        chain = _own_part(machine, kin, disk.chain)
        for link in chain:
            others = [c for c in kin.nodes[link].children if c not in disk.chain]
            for child in filter(kin.may_go, others):
                decided.drop(kin.with_children(child))
        if len(chain) > 1:
            decided.wanted[chain[0]] = Wanted(chain[0], chain[-1])
    listed = without_all(machine.snapshot_text, pending=bool(decided.wanted))
    return _planned(machine, machine.snapshots, listed, decided, policy)


def plan_merge_unnamed(machine: VirtualMachine, *, policy: Policy | None = None) -> Deletion:
    """Return what merging the links of *machine* does that no snapshot names; nothing is done.

    That is what a deletion that was stopped has left to do, or a product of the vendor.

    Raises:
        InvalidArgument: There is no such link, and the list does not say so either.
        VmdkError: As `plan_delete`.
    """
    refuse_machine(machine)
    refuse_leaves(machine)
    kin = Kinship.after(machine, ())
    decided = _Decided({}, {}, [])
    for tip in sorted(kin.named - machine.named_by_others):
        chain = _own_part(machine, kin, machine.forest.chain_of(tip))
        for wanted, dropped in _unnamed_runs(kin, chain):
            decided.wanted[wanted.target] = wanted
            decided.drop(dropped)
    if not decided.wanted and not machine.snapshot_text.needs_consolidation:
        raise InvalidArgument(
            "no link of the machine waits to be merged",
            path=machine.path,
            expected="a link that no snapshot names, with one child",
        )
    listed = with_pending(machine.snapshot_text, pending=bool(decided.wanted))
    return _planned(machine, (), listed, decided, policy)


def _own_part(machine: VirtualMachine, kin: Kinship, chain: tuple[Path, ...]) -> tuple[Path, ...]:
    """Return the newest links of *chain* that are the machine's own, and no other one's."""
    others = machine.needed_by_others
    first = len(chain)
    while first and chain[first - 1].parent in kin.folders and chain[first - 1] not in others:
        first -= 1
    return chain[first:]


def _unnamed_runs(
    kin: Kinship, chain: tuple[Path, ...]
) -> Iterator[tuple[Wanted, tuple[Path, ...]]]:
    """Yield what of *chain* is merged into links that nobody names, and what goes for that."""
    at = 0
    while at < len(chain):
        target = chain[at]
        dropped: list[Path] = []
        while at < len(chain) - 1:
            fate = kin.fate_of(chain[at])
            if fate.merged != chain[at + 1]:
                break
            dropped += fate.dropped
            at += 1
        if chain[at] != target:
            yield Wanted(target, chain[at]), tuple(dropped)
        at += 1


def _planned(
    machine: VirtualMachine,
    snapshots: tuple[MachineSnapshot, ...],
    listed: Dictionary,
    decided: _Decided,
    policy: Policy | None,
) -> Deletion:
    wanted = tuple(decided.wanted.values())
    tips = {link for each in wanted for link in machine.forest.chain_of(each.tip)}
    tips -= {link for each in wanted for link in machine.forest.chain_of(each.target)}
    merged = tuple(e for e in machine.snapshots if any(disk.link in tips for disk in e.disks))
    refuse_clones(machine, merged)
    return plan_deletion(
        machine,
        snapshots,
        listed,
        wanted=wanted,
        dropped=tuple(decided.dropped),
        kept=tuple(decided.kept),
        policy=policy or Policy(),
    )


def delete_snapshots(
    plan: Deletion, *, policy: Policy | None = None
) -> Generator[Progress, None, None]:
    """Do what *plan*, of this machine as it is now, says.

    Progress is in bytes of the merged areas. Closing the generator stops between two steps: the
    machine lacks the snapshots then, reads as before, and its list says that links are to be
    merged yet; `plan_merge_unnamed` tells what is left to do.

    Raises:
        CorruptVmdk: A file was changed since the plan was made, or can't be read.
        InUse: Another program has the machine or one of its links.
        DiskFull: No room; the machine reads as before.
    """
    policy = policy or Policy()
    if not is_there(plan.list):
        with NewFiles([plan.list], like=[plan.machine]):
            pass  # an empty list is that of a machine without snapshots
    with held_texts(plan.machine, plan.list), _to_be_gone_on_with(plan):
        _check_text(plan)
        if plan.first is not None:
            guard = undo_name(plan.machine, [plan.list])
            Plan.of([plan.first], kept=False).apply(undo=guard, locked=True)
            # From here on it would bring back a snapshot whose links are being changed; so would
            # the inverses of all that was done to the snapshots before.
            for saved in (guard, *plan.spent):
                drop_saved(saved)
        remove_files(plan.state_files)
        remove_files(plan.dropped_files)
        done, total = 0, sum(merge.bytes for merge in plan.merges)
        yield Progress(done, total, "merging")
        for merge in plan.merges:
            for progress in _merging(merge, policy):
                yield Progress(done + progress.done, total, progress.note)
            done += merge.bytes


def _check_text(plan: Deletion) -> None:
    """Refuse if the .vmx, which is changed last, is not what it was when the plan was made."""
    edits = [edit for merge in plan.merges for edit in merge.edits if edit.path == plan.machine]
    Plan.of(edits[:1]).check()


def _merging(merge: Merge, policy: Policy) -> Generator[Progress, None, None]:
    with Chain.open(merge.tip, policy=policy) as chain:
        # Another merging may have changed what this chain hangs on.
        plan = plan_consolidation(chain, merge.plan.target, policy=policy)
        yield from consolidate(chain, plan, policy=policy, delete=True, names=merge.edits)


@contextmanager
def _to_be_gone_on_with(plan: Deletion) -> Generator[None]:
    """Let an error in the middle say what goes on from there."""
    try:
        yield
    except VmdkError as error:
        on = f"`redoscope vm snapshot consolidate {typed(plan.machine)}` goes on then"
        error.cure = f"{error.cure}; {on}" if error.cure else on
        raise
