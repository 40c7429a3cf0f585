"""Consolidate: merge links into an older one of their chain.

The data is written in place, as the vendor's library and qemu-img do: a grain that the
older link stores is overwritten, others are appended. That is sound at every moment for
whoever reads through the merged links, for they still lie above and store every sector
that is being changed below. It is not for the older generations themselves, which cease to
exist: their bytes are lost, and no undo brings them back.

    content IDs (target, and the first merged link with it)     a Plan, inverse saved first
    data -> flush -> tables -> flush                            the disk reads as before
    children get the target as parent; the merged links are
    cut off: each says what it was merged into                  a Plan, inverse saved first

After a crash or a stop in the middle the disk reads as before, and the same call goes on
from there; after a crash in the last step the saved inverse has to be applied first. Only
between the two content IDs of the first step it opens with `allow_cid_mismatch` alone, or
after the saved inverse is applied; no data is changed yet.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from redoscope_core.chain.access import Policy
from redoscope_core.chain.chain import Chain
from redoscope_core.chain.family.record import lies_elsewhere, record_child
from redoscope_core.chain.outputs import refuse_output
from redoscope_core.chain.tip_writer import TipWriter, changed_content
from redoscope_core.errors import CorruptVmdk, InvalidArgument
from redoscope_core.files.file import DiskFile
from redoscope_core.files.locks import hold_write_lock
from redoscope_core.files.names import real_path
from redoscope_core.format.content_id import format_content_id
from redoscope_core.link.link import Link
from redoscope_core.link.saved_plan import MergedLinks
from redoscope_core.operations.consolidating.consolidation import (
    Consolidation,
    cut_off_edit,
    plan_consolidation,
)
from redoscope_core.operations.consolidating.merged import refuse_shared, remove_merged
from redoscope_core.operations.consolidating.merging import Merging
from redoscope_core.operations.edits.interrupted import take_back, undo_name
from redoscope_core.operations.edits.plan import Plan, drop_saved
from redoscope_core.operations.edits.reparent import descriptor_edit, reparent_edit

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Sequence

    from redoscope_core.leniency import Leniency
    from redoscope_core.link.edit import Edit
    from redoscope_core.progress import Progress

__all__ = ["Consolidated", "Consolidation", "consolidate", "plan_consolidation"]


@dataclass(frozen=True, slots=True)
class Consolidated:
    """What became of a consolidation."""

    new_cid: int
    """The content ID of the target now."""
    undo: Path | None
    """Where the inverse of the last step is saved: it makes the merged links part of the
    chain again, for as long as their files are kept. None if they were deleted."""


def consolidate(
    chain: Chain,
    plan: Consolidation,
    *,
    policy: Policy | None = None,
    undo: Path | None = None,
    delete: bool = False,
    names: Sequence[Edit] = (),
) -> Generator[Progress, None, Consolidated]:
    """Do what *plan*, made by `plan_consolidation` of this *chain*, says; then close the chain.

    Progress is in bytes of the merged areas. Closing the generator stops between two
    steps; the disk reads as before then. *undo* is a new file, by default beside the
    newest link; what a call that was stopped left half made is taken back first. With *delete*
    the files of the merged links are removed in the end. *names* are edits of other texts that
    name a merged link: they are made with the last step, when the target holds all.

    Raises:
        AlreadyExists: *undo* is there already.
        InvalidArgument: The plan is of another chain.
        InUse: Another program holds a lock.
        CorruptVmdk: A file changed since the plan was made, or can't be read.
        DiskFull: No room; the disk reads as before.
        FileRefused: With *delete*: a file of a merged link is one of another disk too.
    """
    edited = (plan.target, *plan.merged, *plan.children, *(edit.path for edit in names))
    _take_back(chain.path, undo)
    undo = undo or undo_name(chain.path, edited)
    refuse_output(undo)
    policy = policy or Policy()
    allowed = policy.allowed
    index = len(chain.links) - 1 - len(plan.merged)
    _refuse_other(chain, plan, index)
    if delete:
        refuse_shared(plan.target, plan.merged, plan.redundant_files)
    newer = Chain(chain.links[index + 1 :], owner=False)
    with ExitStack() as opened:
        target = opened.enter_context(Link.open(plan.target, writable=True, allowed=allowed))
        _hold(opened, target, [*plan.merged, *plan.children])
        _refuse_changed(target, plan)
        cid = _mark_changed(target, newer.links[0], undo)
        below = Chain([*chain.links[:index], target], owner=False)
        writer = TipWriter(below, has_new_content_id=True)
        try:
            yield from Merging(newer, target, writer).run()
        finally:
            writer.finish()
        for child in plan.children:
            # Beforehand: after a crash behind the last step nobody would do it any more.
            if lies_elsewhere(plan.target, child):
                record_child(plan.target, child)
        _hand_over(plan, cid, undo, allowed, names)
    if delete:
        remove_merged(undo, policy, {real_path(k.path): k.all_files for k in newer.links})
    return Consolidated(cid, None if delete else undo)


def _refuse_other(chain: Chain, plan: Consolidation, index: int) -> None:
    names = tuple(link.path for link in chain.links[max(0, index) :])
    if names != (plan.target, *plan.merged):
        raise InvalidArgument(
            "a plan that is not of this chain",
            path=chain.path,
            found=", ".join(path.name for path in (plan.target, *plan.merged)),
            expected=", ".join(path.name for path in names),
            cure="make the plan again",
        )


def _refuse_changed(target: Link, plan: Consolidation) -> None:
    if target.descriptor.cid != plan.old_cid:
        raise CorruptVmdk(
            "the link was changed since the plan was made",
            path=plan.target,
            where="descriptor key CID",
            found=format_content_id(target.descriptor.cid),
            expected=format_content_id(plan.old_cid),
            cure="make the plan again",
        )


def _take_back(disk: Path, undo: Path | None) -> None:
    """Take back what a call that was stopped left half made; what was planned on that is void."""
    taken_back = take_back(disk, undo)
    if taken_back is not None:
        raise CorruptVmdk(
            "the disk was left half changed by a call that was stopped, and is put back now",
            path=disk,
            found=f"its saved inverse {taken_back.name}, which was applied",
            cure="open the disk again and make the plan anew",
        )


def _hold(opened: ExitStack, target: Link, others: Iterable[Path]) -> None:
    """Lock all that is going to be written until the end."""
    files = [target.descriptor_file, *target.disk_files]
    files += [opened.enter_context(DiskFile(path, writable=True)) for path in others]
    for file in {file.identity: file for file in files}.values():
        hold_write_lock(file)


def _mark_changed(target: Link, first: Link, undo: Path) -> int:
    """Give *target* a new content ID before its content changes, and keep *first* its child.

    Once that is done the inverse would call changed content by its old name: it goes.
    """
    text = changed_content(target.descriptor)
    digits = format_content_id(text.cid)
    Plan.of(
        [
            *descriptor_edit(target, text, f"the CID becomes {digits}: new content").by_lines(),
            _parent_cid_edit(first, text.cid),
        ],
        kept=False,
    ).apply(undo=undo, locked=True)
    drop_saved(undo)
    return text.cid


def _hand_over(
    plan: Consolidation,
    cid: int,
    undo: Path,
    allowed: frozenset[Leniency],
    names: Sequence[Edit],
) -> None:
    """Make the children of the newest merged link children of the target, and cut off the rest.

    Before that the *names* are changed: the target reads as what they named. The oldest merged
    link is cut off first: above it nothing opens any more, and the target does.
    """
    edits: list[Edit] = [*names]
    for child in plan.children:
        with Link.open(child, allowed=allowed) as link:
            edits.append(reparent_edit(link, plan.target, cid))
    for path in plan.merged:
        with Link.open(path, allowed=allowed) as link:
            made_from = plan.old_cid if path == plan.merged[0] else link.descriptor.parent_cid
            edits.append(cut_off_edit(link, plan.target, made_from))
    merged = MergedLinks(plan.target, cid, plan.merged)
    Plan.of(edits, merged=merged).apply(undo=undo, locked=True)


def _parent_cid_edit(link: Link, cid: int) -> Edit:
    digits = format_content_id(cid)
    changed = link.descriptor.with_value("parentCID", digits)
    return descriptor_edit(link, changed, f"parentCID becomes {digits}")
