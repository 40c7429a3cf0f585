"""Deletion: what deleting snapshots merges, removes and changes, known before it is done.

    .vmsd                       does not name the snapshots any more, and says that links are to
                                be merged yet (`snapshot.needConsolidate`)
    links that nobody needs     removed
    each merging                the older link takes in what lies above it; then, in one plan with
                                what hangs on those, .vmx and .vmsd name it instead
    .vmsd                       says so no more, with the last merging

Every state in between is that of a machine that lacks the snapshots and reads as before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from redoscope_core.chain.chain import Chain
from redoscope_core.files.file import storage_of
from redoscope_core.format.snapshot_edits import renamed
from redoscope_core.format.units import SECTOR
from redoscope_core.format.vmsd import SnapshotText
from redoscope_core.format.vmx import MachineText
from redoscope_core.operations.consolidating.consolidation import plan_consolidation
from redoscope_core.operations.edits.interrupted import saved_for
from redoscope_core.operations.edits.text_edit import text_edit
from redoscope_core.operations.snapshots.dropping import files_of_links, length_of, state_files
from redoscope_core.operations.snapshots.refusals import refuse_faults
from redoscope_core.operations.snapshots.texts import about, name_beside

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from redoscope_core.chain.access import Policy
    from redoscope_core.format.dictionary import Dictionary
    from redoscope_core.link.edit import Edit
    from redoscope_core.machine.machine import MachineSnapshot, VirtualMachine
    from redoscope_core.operations.consolidating.consolidation import Consolidation
    from redoscope_core.operations.snapshots.fates import Fate

__all__ = ["Deletion", "Merge", "Wanted", "plan_deletion"]


class Wanted(NamedTuple):
    """Links that are to be merged: *tip* and all down to *target*, which takes them in."""

    target: Path
    tip: Path


@dataclass(frozen=True, slots=True)
class Merge:
    """A merging, and the edits of the texts that name what is merged."""

    plan: Consolidation
    edits: tuple[Edit, ...]

    @property
    def tip(self) -> Path:
        """The newest of the links that are merged."""
        return self.plan.merged[-1]

    @property
    def bytes(self) -> int:
        """Bytes of the areas that are merged."""
        return (self.plan.sectors + self.plan.zero_sectors) * SECTOR


@dataclass(frozen=True, slots=True)
class Deletion:
    """What deleting snapshots does."""

    machine: Path
    """The .vmx."""
    list: Path
    """The .vmsd."""
    uids: tuple[int, ...]
    """Of the snapshots."""
    first: Edit | None
    """Of the list, before anything else."""
    merges: tuple[Merge, ...]
    dropped: tuple[Path, ...]
    """Links that are removed, a child before its parent."""
    dropped_files: tuple[Path, ...]
    state_files: tuple[Path, ...]
    """Checkpoint files that are removed, and the memory beside them."""
    spent: tuple[Path, ...]
    """Saved inverses of what was done to the snapshots before: they go, for what was merged can't
    be taken back, nor what came before it."""
    kept: tuple[Fate, ...]
    """Links that stay though their snapshot goes, and who needs them."""
    freed_bytes: int
    """Bytes in all files that are removed: their lengths."""
    freed_storage_bytes: int
    """Bytes that these take on the storage, holes not counted."""
    grown_bytes: int
    """By how much the files that stay become longer, the texts of the machine too."""

    @property
    def removed_files(self) -> tuple[Path, ...]:
        """Every file that goes."""
        merged = (file for merge in self.merges for file in merge.plan.redundant_files)
        return (*self.dropped_files, *self.state_files, *self.spent, *merged)

    @property
    def copied_bytes(self) -> int:
        """Bytes of data that are carried from links into older ones."""
        return sum(merge.plan.sectors for merge in self.merges) * SECTOR

    @property
    def written_bytes(self) -> int:
        """Bytes of data in files that stay which change or are new."""
        return sum(merge.plan.written_bytes for merge in self.merges)

    @property
    def given_back_bytes(self) -> int:
        """By how much all files together become shorter; below 0 they become longer."""
        return self.freed_bytes - self.grown_bytes


class _Texts(NamedTuple):
    """The two texts as they are at a point of the deletion."""

    machine: MachineText
    listed: SnapshotText


def plan_deletion(
    machine: VirtualMachine,
    snapshots: Sequence[MachineSnapshot],
    first: Dictionary,
    *,
    wanted: Sequence[Wanted],
    dropped: Sequence[Path],
    kept: Sequence[Fate],
    policy: Policy,
) -> Deletion:
    """Return the deletion of *snapshots*, by which the list becomes *first* before the merging.

    Raises:
        VmdkError: A merging is refused, as by `plan_consolidation`, or a removal.
    """
    uids = tuple(snapshot.entry.uid for snapshot in snapshots)
    files = files_of_links(dropped, policy)
    states = state_files(machine, snapshots)
    spent = tuple(saved_for(machine.path))
    plans = [_consolidation(each, dropped, policy) for each in wanted]
    old = machine.snapshot_text.text.to_bytes()
    texts = _Texts(machine.text, SnapshotText.parse(first.to_bytes()))
    merges: list[Merge] = []
    for number, plan in enumerate(plans, 1):
        before = texts
        texts = _renamed(machine, uids, texts, plan, pending=number < len(plans))
        merges.append(Merge(plan, _edits(machine, before, texts)))
    ends = (texts.machine.text.to_bytes(), texts.listed.text.to_bytes())
    longer = len(b"".join(ends)) - len(machine.text.text.to_bytes()) - len(old)
    merged = [file for plan in plans for file in plan.redundant_files]
    told = ", ".join(str(uid) for uid in uids)
    why = f"the list is without {told}" if told else "the list tells what is to be merged"
    edit = text_edit(machine.snapshot_path, old, first.to_bytes(), why)
    return Deletion(
        machine=machine.path,
        list=machine.snapshot_path,
        uids=uids,
        first=edit if edit.narrowed() is not None else None,
        merges=tuple(merges),
        dropped=tuple(dropped),
        dropped_files=files,
        state_files=states,
        spent=spent,
        kept=tuple(kept),
        freed_bytes=length_of([*files, *states, *spent, *merged]),
        freed_storage_bytes=sum(map(storage_of, [*files, *states, *spent, *merged])),
        grown_bytes=longer + sum(plan.grown_bytes for plan in plans),
    )


def _consolidation(wanted: Wanted, dropped: Sequence[Path], policy: Policy) -> Consolidation:
    with Chain.open(wanted.tip, policy=policy) as chain:
        refuse_faults(chain)
        return plan_consolidation(chain, wanted.target, policy=policy, without=dropped)


def _renamed(
    machine: VirtualMachine,
    uids: tuple[int, ...],
    texts: _Texts,
    plan: Consolidation,
    *,
    pending: bool,
) -> _Texts:
    """Return *texts* in which whoever named a merged link of *plan* names its target."""
    target, merged = plan.target, set(plan.merged)
    nodes = {
        disk.named.node: name_beside(disk.named.file_name, disk.link, target, machine.path)
        for disk in machine.disks
        if disk.link in merged and disk.link is not None
    }
    names = {
        (each.entry.uid, disk.file_name): name_beside(
            disk.file_name, disk.link, target, machine.snapshot_path
        )
        for each in machine.snapshots
        for disk in each.disks
        if each.entry.uid not in uids and disk.link in merged and disk.link is not None
    }
    with about(machine.path):
        text = texts.machine.with_disks(nodes)
    with about(machine.snapshot_path):
        listed = renamed(texts.listed, names, pending=pending)
    return _Texts(MachineText.parse(text.to_bytes()), SnapshotText.parse(listed.to_bytes()))


def _edits(machine: VirtualMachine, before: _Texts, after: _Texts) -> tuple[Edit, ...]:
    pairs = (
        (machine.path, before.machine.text, after.machine.text),
        (machine.snapshot_path, before.listed.text, after.listed.text),
    )
    why = "names the link that took in what it named"
    return tuple(
        text_edit(path, old.to_bytes(), new.to_bytes(), why)
        for path, old, new in pairs
        if old.to_bytes() != new.to_bytes()
    )
