"""Machines of a folder: which links they run on, and what of that is missing or will break.

A .vmx was often copied from another host with its disks, so a name that leads through a datastore,
a drive or the root of that host is taken for the link that its last folders or its name lead to
here. Nothing outside the folder that was listed is opened for a machine, unless that is allowed.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from redoscope_core.chain.family.candidates import disks_called, namesakes
from redoscope_core.chain.family.pieces import data_named_after
from redoscope_core.errors import FileMissing, FileRefused, VmdkError
from redoscope_core.files.file import DiskFile
from redoscope_core.files.names import is_there, possible_names, real_path, same_file
from redoscope_core.findings import Finding, Kind
from redoscope_core.format.dictionary import MAX_DICTIONARY
from redoscope_core.format.vmx import MachineText
from redoscope_core.leniency import Leniency

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from redoscope_core.chain.access import Policy
    from redoscope_core.chain.family.neighbours import Neighbours
    from redoscope_core.errors import Candidate
    from redoscope_core.format.vmx import NamedDisk
    from redoscope_core.survey.nodes import Node

__all__ = [
    "Machine",
    "MachineFile",
    "Surroundings",
    "joined_with_links",
    "link_named",
    "outside_disks",
    "read_machines",
]


@dataclass(frozen=True, slots=True)
class Machine:
    """A virtual machine, and the links that it runs on."""

    path: Path
    """Its .vmx."""
    runs_on: tuple[Path, ...] = ()
    """Those of its disks that are links here, in the order of their controllers."""
    is_encrypted: bool = False
    name: str = ""
    """What it is called; empty if its text does not say."""
    findings: tuple[Finding, ...] = ()
    """Disks that are not there, links that it must not run on, what its text lacks."""


@dataclass(frozen=True, slots=True)
class MachineFile:
    """A .vmx that was read."""

    path: Path
    text: MachineText
    error: VmdkError | None = None
    """Why it could not be read."""

    @property
    def codec(self) -> str:
        """Python's name of the encoding that its names are in."""
        return self.text.text.codec


_OF_DISKS = frozenset({Kind.LONG_TEXT, Kind.UNKNOWN_ENCODING, Kind.BYTES_OF_NO_CHARACTER})
"""What may be odd about a text that keeps its disks from being known."""


class Surroundings(NamedTuple):
    """What lies around a machine."""

    folder: Path
    """The one that is open."""
    nodes: Mapping[Path, Node]
    """The links in it, and their kin."""
    policy: Policy
    neighbours: Neighbours


def read_machines(paths: Sequence[Path]) -> list[MachineFile]:
    """Read the .vmx texts at *paths*."""
    found = []
    for path in paths:
        try:
            with DiskFile(path) as file:
                data = file.read_at(
                    0, min(file.file_bytes, MAX_DICTIONARY + 1), what="the .vmx text"
                )
            found.append(MachineFile(path, MachineText.parse(data)))
        except VmdkError as error:
            found.append(MachineFile(path, MachineText.parse(b""), error))
    return found


def outside_disks(machine: MachineFile, folder: Path) -> list[Path]:
    """Return the disks that *machine* names, and that are there, outside *folder*."""
    root = real_path(folder)
    places = (
        place
        for named in machine.text.disks
        for place in _named_places(machine, named)
        if not real_path(place).is_relative_to(root) and is_there(place)
    )
    return list(dict.fromkeys(places))


def joined_with_links(machine: MachineFile, around: Surroundings) -> Machine:
    """Return which of the links *around* it *machine* runs on."""
    if machine.error is not None:
        return Machine(machine.path, findings=(Finding.of_error(machine.error, machine.path),))
    text = machine.text
    findings = list(_about_text(machine))
    runs_on: list[Path] = []
    for named in text.disks:
        link = link_named(machine, named, around.nodes, around.neighbours)
        if link is None:
            findings.append(Finding.of_error(_missing(machine, named, around)))
        elif link not in runs_on:
            runs_on.append(link)
            findings += _with_children(machine, around.nodes[link])
    encrypted = bool(text.encrypted_by)
    return Machine(machine.path, tuple(runs_on), encrypted, text.name, tuple(findings))


def _about_text(machine: MachineFile) -> Iterator[Finding]:
    """Yield what may keep the disks of *machine* from being known."""
    if machine.text.encrypted_by:
        yield Finding.of(Kind.MACHINE_ENCRYPTED, machine.path)
    if not machine.text.text.values:
        yield Finding.of(Kind.MACHINE_EMPTY, machine.path)
    for odd in machine.text.text.findings:
        if odd.kind in _OF_DISKS:
            yield odd.at(machine.path)


def _with_children(machine: MachineFile, node: Node) -> Iterator[Finding]:
    if node.children:
        children = ", ".join(child.name for child in node.children)
        facts = {"machine": machine.path.name, "children": children}
        yield Finding.of(Kind.RUNS_ON_PARENT, node.path, **facts)


def _named_places(machine: MachineFile, named: NamedDisk) -> list[Path]:
    """Return where *named* leads on this host, by all that its bytes may mean."""
    folder = machine.path.parent
    places = []
    for name in possible_names(named.file_name, machine.codec):
        if "\0" in name:
            continue
        places.append(folder / name)
        if not named.is_from_elsewhere:
            places.append(folder / name.replace("\\", "/"))
        elif len(named.parts) > 1:
            # `[datastore1] web/web.vmdk` beside the machine's own folder.
            places.append(folder.parent.joinpath(*named.parts[-2:]))
    return list(dict.fromkeys(places))


def link_named(
    machine: MachineFile,
    named: NamedDisk,
    nodes: Mapping[Path, Node],
    neighbours: Neighbours,
) -> Path | None:
    """Return the link that *machine* calls by *named*; None if it is not among *nodes*."""
    places = _named_places(machine, named)
    if named.is_from_elsewhere and named.parts:
        places.append(machine.path.parent / named.last_part)
    for place in places:
        spelled = place if is_there(place) else neighbours.spelled_otherwise(place)
        if spelled is None:
            continue
        if spelled in nodes:
            return spelled
        for path in nodes:
            if path.name == spelled.name and same_file(path, spelled):
                return path
        link = next((path for path in nodes if same_file(path, spelled)), None)
        if link is not None:
            return link
    if named.is_from_elsewhere:
        alike = [path for path in nodes if _ends_alike(path, named.parts[-2:])]
        return alike[0] if len(alike) == 1 else None
    return None


def _ends_alike(path: Path, parts: Sequence[str]) -> bool:
    """Tell whether *path* ends in *parts*, a folder and a file; to Windows case is nothing."""
    own = [part.casefold() for part in path.parts[-2:]]
    return len(parts) > 1 and own == [part.casefold() for part in parts]


def _missing(machine: MachineFile, named: NamedDisk, around: Surroundings) -> VmdkError:
    """Return the error that the disk *named* is not there, or not here."""
    place = next((place for place in _named_places(machine, named) if is_there(place)), None)
    if place is not None:
        inside = real_path(place).is_relative_to(real_path(around.folder))
        return _no_disk(machine, named) if inside else _elsewhere(machine, named, place)
    missing = FileMissing(
        f"the machine runs on {named.file_name}, which is not there",
        path=machine.path,
        where=f"the key {named.key}",
        cure="put it back, with the files that it names",
    )
    missing.candidates = _instead(machine, named, around)
    return missing


def _instead(machine: MachineFile, named: NamedDisk, around: Surroundings) -> tuple[Candidate, ...]:
    """Return what the disk *named* may be, where no link is that *machine* could mean."""
    neighbours, search = around.neighbours, around.policy.search
    searched = [
        link
        for folder in search
        for link in (*neighbours.links_in(folder), *neighbours.links_below(folder).links)
    ]
    names = set(possible_names(named.last_part, machine.codec))
    # A disk whose descriptor is lost is a node too.
    here = [path for path in around.nodes if is_there(path)]
    called = disks_called(names, (*here, *searched))
    folders = dict.fromkeys((machine.path.parent, *(at.parent for at in around.nodes), *search))
    # The data of a disk that is there itself is no other candidate.
    left = [folder for folder in folders if folder not in {one.path.parent for one in called}]
    return (
        *called,
        *namesakes(names, folders, machine.path, neighbours),
        *(one for folder in left for one in data_named_after(folder, names, neighbours)),
    )


def _elsewhere(machine: MachineFile, named: NamedDisk, place: Path) -> VmdkError:
    refused = FileRefused(
        f"the machine runs on {named.file_name}, which is outside the folder and was not looked at",
        path=machine.path,
        where=f"the key {named.key}",
        found=place,
        cure="open the folder that holds both",
    )
    refused.outside, refused.leniency = real_path(place), Leniency.OUTSIDE
    return refused


def _no_disk(machine: MachineFile, named: NamedDisk) -> VmdkError:
    return FileRefused(
        f"the machine runs on {named.file_name}, which holds the data of a disk and is none itself",
        path=machine.path,
        where=f"the key {named.key}",
        cure="let it run on the descriptor that names this file",
    )
