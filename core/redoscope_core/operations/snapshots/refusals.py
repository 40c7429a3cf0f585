"""Machines whose snapshots are not touched: each refusal names file, key and value.

Source: SNAPSHOTS A4 and VDDK 6.3 of the project's notes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from redoscope_core.errors import (
    BrokenChain,
    CorruptVmdk,
    FileMissing,
    HasChildren,
    InUse,
    InvalidArgument,
    UnsupportedVmdk,
)
from redoscope_core.files.file import DiskFile
from redoscope_core.files.locks import refuse_if_locked
from redoscope_core.files.names import is_there, typed
from redoscope_core.format.dictionary import MAX_DICTIONARY, whole_number
from redoscope_core.phrases import short

if TYPE_CHECKING:
    from pathlib import Path

    from redoscope_core.chain.chain import Chain
    from redoscope_core.machine.machine import MachineDisk, MachineSnapshot, VirtualMachine

__all__ = [
    "refuse_clones",
    "refuse_faults",
    "refuse_full_list",
    "refuse_leaves",
    "refuse_machine",
    "refuse_memory",
    "refuse_pending",
    "snapshot_called",
    "snapshot_of",
    "there",
]

_PHYSICAL = {"rawdisk", "scsi-passthru", "physicaldisk", "scsi-rawdisk"}
"""Values of deviceType, in lower case, of what is no file but a device of the host."""
_NO_OTHER = "do it in the product that it runs in"


def refuse_machine(machine: VirtualMachine) -> None:
    """Refuse a *machine* that runs, waits to go on, or keeps its state where nobody may look.

    Raises:
        InUse: It is suspended, or a text or a link that it runs on is locked.
        UnsupportedVmdk: It is encrypted, or has a device of the host for a disk.
        CorruptVmdk: Its list of snapshots contradicts itself, or a text is too long.
    """
    text = machine.text
    if text.encrypted_by:
        raise UnsupportedVmdk(
            "the machine is encrypted, so its text can't be changed",
            path=machine.path,
            where=f"the key {text.encrypted_by}",
            found=short(text.text.get(text.encrypted_by) or ""),
            cure=f"take the encryption away, or {_NO_OTHER}",
        )
    if text.suspended_to:
        raise InUse(
            "the machine is suspended, and its disks go with its memory",
            path=machine.path,
            where="the key checkpoint.vmState",
            found=text.suspended_to,
            expected="a machine that is powered off",
            cure="resume it and shut it down",
        )
    for path in (machine.path, machine.snapshot_path):
        if is_there(path):
            _refuse_text(path)
    for disk in machine.disks:
        kind = text.text.get(f"{disk.named.node}.deviceType") or ""
        if kind.lower() in _PHYSICAL and not disk.named.is_independent:
            raise UnsupportedVmdk(
                "a disk of the machine is a device of its host",
                path=machine.path,
                where=f"the key {disk.named.node}.deviceType",
                found=kind,
                expected="a disk in files",
                cure="take it out of the machine, or make it independent",
            )
        if disk.link is not None and not disk.named.is_independent:
            with DiskFile(disk.link) as file:
                refuse_if_locked(disk.link, [file])
    odd = next((found for found in machine.snapshot_text.findings if found.is_fault), None)
    if odd is not None:
        raise CorruptVmdk(
            "the list of snapshots contradicts itself",
            path=machine.snapshot_path,
            where=odd.place.where,
            found=odd.kind.value,
            cure="`redoscope vm` tells all that is wrong with it; mend it first",
        )


def _refuse_text(place: Path) -> None:
    """Refuse the text at *place* if somebody has it, or it is not read to its end."""
    with DiskFile(place) as file:
        refuse_if_locked(place, [file])
        if file.file_bytes > MAX_DICTIONARY:
            raise CorruptVmdk(
                "a text too long for one of a machine",
                path=place,
                found=f"{file.file_bytes} bytes",
                expected=f"at most {MAX_DICTIONARY}",
            )


def refuse_pending(machine: VirtualMachine) -> None:
    """Refuse a *machine* of which links are to be merged yet.

    Raises:
        BrokenChain: Its list says so.
    """
    if machine.snapshot_text.needs_consolidation:
        raise BrokenChain(
            "links of the machine are to be merged first",
            path=machine.snapshot_path,
            where="the key snapshot.needConsolidate",
            found=machine.snapshot_text.text.get("snapshot.needConsolidate"),
            cure=f"`redoscope vm snapshot consolidate {typed(machine.path)}` does that",
        )


def refuse_full_list(machine: VirtualMachine) -> None:
    """Refuse a *machine* that may not have one snapshot more.

    Raises:
        UnsupportedVmdk: Its text says so.
    """
    text, there = machine.text.text, len(machine.snapshots)
    most = text.number("snapshot.maxSnapshots")
    if text.is_set("snapshot.disabled"):
        key, what = "snapshot.disabled", "snapshots are turned off for the machine"
    elif most is not None and 0 <= most <= there:
        key, what = "snapshot.maxSnapshots", f"the machine has all {there} snapshots it may have"
    else:
        return
    raise UnsupportedVmdk(
        what,
        path=machine.path,
        where=f"the key {key}",
        found=text.get(key),
        cure="change that key if you may",
    )


def refuse_leaves(machine: VirtualMachine) -> None:
    """Refuse a *machine* that runs on a link which others hang on: nobody knows its state.

    Raises:
        CorruptVmdk: The link is frozen by a snapshot.
        HasChildren: Links were made from it.
    """
    frozen = {d.link: each.entry for each in machine.snapshots for d in each.disks}
    for disk in machine.disks:
        if disk.named.is_independent or disk.link is None:
            continue
        children = machine.forest.nodes[disk.link].children
        if disk.link in frozen:
            entry = frozen[disk.link]
            raise CorruptVmdk(
                "the machine runs on a link that a snapshot froze",
                path=machine.path,
                where=f"the key {disk.named.key}",
                found=disk.named.file_name,
                expected=f"a child of it; snapshot {entry.uid} has it",
                cure=f"`redoscope vm snapshot revert {typed(machine.path)} {entry.uid}` makes one",
            )
        if children:
            raise HasChildren(
                "the machine runs on a link that others were made from",
                path=machine.path,
                where=f"the key {disk.named.key}",
                found=f"{disk.named.file_name}; {', '.join(c.name for c in children)} made from it",
                expected="the newest link",
                cure="name the newest link there, or move the others away if nobody needs them",
            )


def snapshot_of(machine: VirtualMachine, uid: int) -> MachineSnapshot:
    """Return the snapshot *uid* of *machine*.

    Raises:
        InvalidArgument: There is none.
    """
    found = next((each for each in machine.snapshots if each.entry.uid == uid), None)
    if found is None:
        uids = ", ".join(str(each.entry.uid) for each in machine.snapshots)
        raise InvalidArgument(
            "no such snapshot",
            path=machine.snapshot_path,
            found=uid,
            expected=f"one of {uids}" if uids else "none, for the machine has no snapshot",
            cure=f"`redoscope vm {typed(machine.path)}` shows them",
        )
    return found


def snapshot_called(machine: VirtualMachine, word: str) -> MachineSnapshot:
    """Return the snapshot of *machine* that has the uid *word*, or is the only one called so.

    Raises:
        InvalidArgument: There is none, or there are several.
    """
    uid = whole_number(word)
    if uid is not None and any(each.entry.uid == uid for each in machine.snapshots):
        return snapshot_of(machine, uid)
    called = [each for each in machine.snapshots if each.entry.name == word]
    if len(called) == 1:
        return called[0]
    if not called and uid is not None:
        return snapshot_of(machine, uid)
    told = ", ".join(f"{each.entry.uid} {each.entry.name}".strip() for each in machine.snapshots)
    raise InvalidArgument(
        "several snapshots have that name" if called else "no such snapshot",
        path=machine.snapshot_path,
        found=word,
        expected=f"a uid or a name of: {told}" if told else "none, for the machine has no snapshot",
        cure="call it by its uid" if called else None,
    )


def refuse_memory(machine: VirtualMachine, snapshot: MachineSnapshot) -> None:
    """Refuse a *snapshot* that holds the memory of the running machine, which can't be resumed.

    Raises:
        UnsupportedVmdk: It does.
    """
    if snapshot.entry.has_memory:
        raise UnsupportedVmdk(
            "the snapshot holds the memory of the running machine, which can't be gone on with",
            path=machine.snapshot_path,
            where=f"the key snapshot{snapshot.entry.index}.type",
            found=snapshot.entry.kind,
            cure="with --disks-only the disks alone go back, as after a loss of power",
        )


def refuse_clones(machine: VirtualMachine, snapshots: tuple[MachineSnapshot, ...]) -> None:
    """Refuse if linked clones were made from one of *snapshots*: they would lose their base.

    Raises:
        HasChildren: So it is.
    """
    for snapshot in snapshots:
        if snapshot.entry.clones:
            raise HasChildren(
                f"snapshot {snapshot.entry.uid} has linked clones, which need its links",
                path=machine.snapshot_path,
                where=f"the key snapshot{snapshot.entry.index}.clone0",
                found=", ".join(snapshot.entry.clones),
                expected="no clone",
                cure="delete the clones, or make them whole (`redoscope clone`), first",
            )


def there(machine: VirtualMachine, disk: MachineDisk) -> Path:
    """Return the link that *disk* runs on.

    Raises:
        FileMissing: It is not there.
    """
    if disk.link is None:
        raise FileMissing(
            "a disk of the machine is not there",
            path=machine.path,
            where=f"the key {disk.named.key}",
            found=disk.named.file_name,
            cure="put it back, with the files that it names",
        )
    return disk.link


def refuse_faults(chain: Chain) -> None:
    """Refuse a *chain* in which bytes may be wrong or can't be read.

    Raises:
        CorruptVmdk: So it is.
    """
    fault = next((finding for finding in chain.findings if finding.is_fault), None)
    if fault is not None:
        raise CorruptVmdk(
            "the chain has a fault",
            path=fault.path or chain.path,
            where=fault.place.where,
            offset=fault.place.offset,
            found=fault.kind.value,
            cure=f"`redoscope check {typed(chain.path)}` tells more; mend it first",
        )
