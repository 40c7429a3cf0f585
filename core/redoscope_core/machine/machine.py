"""A virtual machine: its disks, its snapshots, and the links that each of them needs.

.vmx    which link each disk runs on          the state, "you are here"
.vmsd   which link each snapshot froze        generations that can be gone back to
links   which link was made from which        what both need to be read
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from redoscope_core.chain.access import Policy
from redoscope_core.chain.family.neighbours import Neighbours
from redoscope_core.errors import FileMissing, InvalidArgument
from redoscope_core.files.file import DiskFile, require_there
from redoscope_core.files.names import is_there, same_file
from redoscope_core.findings import Finding
from redoscope_core.format.dictionary import MAX_DICTIONARY
from redoscope_core.format.units import SECTOR
from redoscope_core.format.vmsd import Snapshot, SnapshotText
from redoscope_core.format.vmx import MachineText, NamedDisk
from redoscope_core.survey.forest import Forest
from redoscope_core.survey.machines import MachineFile, link_named, read_machines
from redoscope_core.survey.nodes import with_tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = [
    "FrozenLink",
    "MachineDisk",
    "MachineSnapshot",
    "VirtualMachine",
    "machine_at",
    "machines_at",
]


@dataclass(frozen=True, slots=True)
class MachineDisk:
    """A disk of a machine, as it runs now."""

    named: NamedDisk
    link: Path | None
    """The link that it runs on; None if that is not here."""
    chain: tuple[Path, ...]
    """All links that it is read from, base disk first."""


@dataclass(frozen=True, slots=True)
class FrozenLink:
    """A disk of a snapshot."""

    node: str
    """Where it was plugged in."""
    file_name: str
    """As the text names it."""
    link: Path | None
    """The link that was current then; None if it is not here."""
    chain: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class MachineSnapshot:
    """A snapshot, with its links."""

    entry: Snapshot
    disks: tuple[FrozenLink, ...]
    checkpoint: Path | None
    """Its checkpoint file; None if it is not there."""
    stored_bytes: int = 0
    """Bytes of data that the links it froze store themselves, without their parents."""
    only_bytes: int = 0
    """Bytes that files take which no other snapshot, and not the state of now, needs."""


@dataclass(frozen=True, slots=True)
class VirtualMachine:
    """One machine, with all that is known of it."""

    path: Path
    """Its .vmx."""
    text: MachineText
    snapshot_text: SnapshotText
    snapshot_path: Path
    """Its .vmsd, whether there is one or not."""
    disks: tuple[MachineDisk, ...]
    snapshots: tuple[MachineSnapshot, ...]
    forest: Forest
    findings: tuple[Finding, ...] = ()
    """What its texts and the survey found; `judging.machine_findings` adds the rest."""
    named_by_others: frozenset[Path] = frozenset()
    """Links that other machines of the folder run on, or that snapshots of theirs froze."""

    @property
    def needed(self) -> frozenset[Path]:
        """All links that the state of now or a snapshot is read from."""
        return frozenset(_links_of((*self.disks, *(d for s in self.snapshots for d in s.disks))))

    @property
    def named(self) -> frozenset[Path]:
        """The links that it runs on, and those that its snapshots froze."""
        links = [disk.link for disk in self.disks]
        links += [disk.link for snapshot in self.snapshots for disk in snapshot.disks]
        return frozenset(link for link in links if link is not None)

    @property
    def needed_by_others(self) -> frozenset[Path]:
        """All links that other machines of the folder need."""
        chains = (self.forest.chain_of(link) for link in self.named_by_others)
        return frozenset(link for chain in chains for link in chain)


def machines_at(path: Path, *, policy: Policy | None = None) -> tuple[VirtualMachine, ...]:
    """Return the machine of the .vmx *path*, or those of the folder *path*, with their snapshots.

    Raises:
        FileMissing: Nothing is there, or no machine.
        InvalidArgument: *path* is a file and no .vmx.
    """
    path = Path(path)
    require_there(path)
    if not path.is_dir() and path.suffix.lower() != ".vmx":
        raise InvalidArgument(
            "not a virtual machine",
            path=path,
            expected="a .vmx, or a folder that holds one",
            cure="`redoscope tree` shows disks without a machine",
        )
    folder = path if path.is_dir() else path.parent
    policy = policy or Policy()
    forest = Forest.scan(folder, policy=policy)
    files = read_machines([machine.path for machine in forest.machines])
    asked = [file for file in files if folder == path or same_file(file.path, path)]
    if not asked and folder != path:
        asked = read_machines([path])  # whatever its name is: it was asked for
    if not asked:
        raise FileMissing(
            "no .vmx is in the folder, or below",
            path=path,
            cure="`redoscope tree` shows disks without a machine",
        )
    for file in asked:
        if file.error is not None:
            raise file.error
    found = [_machine(file, forest) for file in (*asked, *(f for f in files if f not in asked))]
    judged = _with_tables(found[: len(asked)], forest, policy)
    return tuple(_counted(_among(machine, found), judged) for machine in found[: len(asked)])


def machine_at(path: Path, *, policy: Policy | None = None) -> VirtualMachine:
    """Return the machine of the .vmx *path*, or the only one of the folder *path*.

    Raises:
        InvalidArgument: There are several, or *path* is no .vmx.
        FileMissing: Nothing is there, or no machine.
    """
    machines = machines_at(path, policy=policy)
    if len(machines) > 1:
        raise InvalidArgument(
            "several machines are in the folder",
            path=path,
            found=", ".join(machine.path.name for machine in machines),
            expected="one",
            cure="name its .vmx",
        )
    return machines[0]


def _among(machine: VirtualMachine, machines: Iterable[VirtualMachine]) -> VirtualMachine:
    """Return *machine* with what the others of *machines* name."""
    others = (other.named for other in machines if other.path != machine.path)
    return replace(machine, named_by_others=frozenset().union(*others))


def _machine(file: MachineFile, forest: Forest) -> VirtualMachine:
    place = file.path.with_suffix(".vmsd")
    text = _read_snapshots(place)
    neighbours = Neighbours()

    def link_of(named: NamedDisk) -> tuple[Path | None, tuple[Path, ...]]:
        link = link_named(file, named, forest.nodes, neighbours)
        return link, () if link is None else forest.chain_of(link)

    disks = tuple(MachineDisk(named, *link_of(named)) for named in file.text.disks)
    snapshots = []
    for entry in text.snapshots:
        frozen = tuple(
            FrozenLink(
                disk.node, disk.file_name, *link_of(NamedDisk(disk.node, "", disk.file_name, ""))
            )
            for disk in entry.disks
        )
        checkpoint = file.path.parent / entry.file_name
        there = entry.file_name and "\0" not in entry.file_name and is_there(checkpoint)
        snapshots.append(MachineSnapshot(entry, frozen, checkpoint if there else None))
    about = next((m.findings for m in forest.machines if m.path == file.path), ())
    found = (*about, *(finding.at(place) for finding in text.findings))
    return VirtualMachine(file.path, file.text, text, place, disks, tuple(snapshots), forest, found)


def _with_tables(machines: Iterable[VirtualMachine], forest: Forest, policy: Policy) -> Forest:
    """Return *forest* with what the tables say of all links that *machines* are made of.

    Also of those that none of them needs but that stand on the same base disks; other disks in
    the folder may be many and large, and nothing depends on them.
    """
    roots = {forest.chain_of(link)[0] for machine in machines for link in machine.needed}
    nodes = {
        at: with_tables(node, policy) if forest.chain_of(at)[0] in roots else node
        for at, node in forest.nodes.items()
    }
    return replace(forest, nodes=nodes)


def _read_snapshots(place: Path) -> SnapshotText:
    """Return what the .vmsd *place* says; a machine that never had a snapshot may have none."""
    if not is_there(place):
        return SnapshotText.parse(b"")
    with DiskFile(place) as file:
        data = file.read_at(0, min(file.file_bytes, MAX_DICTIONARY + 1), what="the .vmsd text")
    return SnapshotText.parse(data)


def _links_of(disks: Iterable[MachineDisk | FrozenLink]) -> Iterator[Path]:
    for disk in disks:
        yield from disk.chain


def _counted(machine: VirtualMachine, forest: Forest) -> VirtualMachine:
    """Return *machine* with what each snapshot stores, and what is stored for it alone."""
    users: dict[Path, int] = dict.fromkeys(_links_of(machine.disks), 1)
    needs = [frozenset(_links_of(snapshot.disks)) for snapshot in machine.snapshots]
    for need in needs:
        for link in need:
            users[link] = users.get(link, 0) + 1
    counted = []
    for snapshot, need in zip(machine.snapshots, needs, strict=True):
        frozen = [disk.link for disk in snapshot.disks if disk.link is not None]
        stored = sum((forest.nodes[link].data_sectors or 0) * SECTOR for link in frozen)
        only = sum(forest.nodes[link].stored_bytes for link in need if users[link] == 1)
        counted.append(replace(snapshot, stored_bytes=stored, only_bytes=only))
    return replace(machine, snapshots=tuple(counted), forest=forest)
