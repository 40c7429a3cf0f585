"""What is wrong with a machine, or worth knowing: its texts against its links."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from redoscope_core.chain.access import ADVISED_LINKS
from redoscope_core.files.names import is_there
from redoscope_core.findings import Finding, Kind, Place
from redoscope_core.link.plans_beside import PlansBeside, undo_words
from redoscope_core.link.standing import Standing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from redoscope_core.machine.machine import MachineSnapshot, VirtualMachine

__all__ = ["ADVISED_HOURS", "machine_findings"]

ADVISED_HOURS = 72
"""Hours that a snapshot is advised to be kept at most (VDDK 6.4 of the project's notes)."""
_HOUR = 3600 * 10**6
_NUMBER = re.compile(r"-([0-9]{6})(?:-delta|-sesparse)?\.vmdk", re.IGNORECASE)


def machine_findings(machine: VirtualMachine, now: int) -> tuple[Finding, ...]:
    """Return all findings about *machine*; *now* is in microseconds since 1970, UTC."""
    found = [*machine.findings, *_stopped(machine)]
    found += [*_about_state(machine), *_about_links(machine)]
    for snapshot in machine.snapshots:
        found += _about_snapshot(machine, snapshot, now)
    return tuple(dict.fromkeys(found))


def _stopped(machine: VirtualMachine) -> Iterator[Finding]:
    """Yield that a call on the machine's snapshots was stopped, and what takes that back."""
    plans = PlansBeside()
    for text in (machine.path, machine.snapshot_path):
        for plan in plans.editing(text):
            standing = plan.standing()
            left = standing is Standing.NEW and any(is_there(path) for path in plan.removes)
            if left or standing is Standing.PART:
                yield Finding.of(Kind.INTERRUPTED, machine.path, undo=undo_words(plan.path))
    # Half a step of a merging: what is read through the link does not open.
    for link in sorted(machine.needed):
        for plan in plans.editing(link):
            if plan.standing() is Standing.PART:
                yield Finding.of(Kind.INTERRUPTED, link, undo=undo_words(plan.path))


def _about_state(machine: VirtualMachine) -> Iterator[Finding]:
    if machine.text.suspended_to:
        place = Place("checkpoint.vmState")
        yield Finding.of(Kind.SUSPENDED, machine.path, place, file=machine.text.suspended_to)
    frozen = {disk.link: s.entry for s in machine.snapshots for disk in s.disks}
    for disk in machine.disks:
        if disk.link is not None and disk.link in frozen:
            facts = {"link": disk.link.name, "uid": frozen[disk.link].uid}
            yield Finding.of(Kind.RUNS_ON_FROZEN, machine.path, Place(disk.named.key), **facts)
        if len(disk.chain) > ADVISED_LINKS:
            facts = {"links": len(disk.chain), "advised": ADVISED_LINKS}
            yield Finding.of(Kind.TOO_DEEP, disk.link, **facts)
        yield from _misnumbered(disk.chain)


def _misnumbered(chain: tuple[Path, ...]) -> Iterator[Finding]:
    """Yield links whose number in the name is lower than that of their parent."""
    for parent, child in pairwise(chain):
        older, newer = _NUMBER.search(parent.name), _NUMBER.search(child.name)
        if older and newer and int(newer[1]) < int(older[1]):
            yield Finding.of(Kind.NUMBER_LIES, child, parent=parent.name)


def _about_links(machine: VirtualMachine) -> Iterator[Finding]:
    """Yield links that nobody needs, and those that only stand between others."""
    if machine.snapshot_text.needs_consolidation:
        place = Place("snapshot.needConsolidate")
        yield Finding.of(Kind.NEEDS_CONSOLIDATION, machine.snapshot_path, place)
    used = machine.needed | machine.needed_by_others
    roots = {disk.chain[0] for disk in machine.disks if disk.chain}
    named = {disk.link for s in machine.snapshots for disk in s.disks}
    for path in machine.forest.nodes:
        if path not in used and machine.forest.chain_of(path)[0] in roots:
            yield Finding.of(Kind.NO_SNAPSHOT_NAMES, path)
    for disk in machine.disks:
        for link in disk.chain[:-1]:
            if link not in named:
                yield Finding.of(Kind.STANDS_BETWEEN, link, leaf=disk.chain[-1].name)


def _about_snapshot(
    machine: VirtualMachine, snapshot: MachineSnapshot, now: int
) -> Iterator[Finding]:
    entry = snapshot.entry
    key = f"snapshot{entry.index}"
    text = machine.snapshot_path
    for number, disk in enumerate(snapshot.disks):
        if disk.link is None:
            place = Place(f"{key}.disk{number}.fileName")
            facts = {"uid": entry.uid, "link": disk.file_name}
            yield Finding.of(Kind.SNAPSHOT_LINK_MISSING, text, place, **facts)
    if snapshot.checkpoint is None and entry.file_name:
        facts = {"uid": entry.uid, "file": entry.file_name}
        yield Finding.of(Kind.NO_CHECKPOINT, text, Place(f"{key}.filename"), **facts)
    for clone in entry.clones:
        yield Finding.of(Kind.HAS_CLONE, text, Place(key), uid=entry.uid, clone=clone)
    if entry.created is not None and now - entry.created > ADVISED_HOURS * _HOUR:
        hours = (now - entry.created) // _HOUR
        facts = {"uid": entry.uid, "hours": hours, "advised": ADVISED_HOURS}
        yield Finding.of(Kind.OLD_SNAPSHOT, text, Place(key), **facts)
