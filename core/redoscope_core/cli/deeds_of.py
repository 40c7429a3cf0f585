"""What calls of the commands would do, as deeds that can be shown as code."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from redoscope_core import code as shown
from redoscope_core.cli.generation import generation
from redoscope_core.cli.parameters import policy_of
from redoscope_core.cli.places import sector_at, sectors_in

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from redoscope_core.code import Deed, Opening

__all__ = ["DEEDS", "Asked"]

_PIPE = Path("-")
_PAIR = 2


class Asked:
    """What a call was given; it remembers what of it was asked for, and so is in the code."""

    def __init__(self, given: Mapping[str, Any], behind: Sequence[str] = ()) -> None:
        """Take what was *given*, by the names of the parameters, and what stood *behind* them."""
        self._given = given
        self.behind = tuple(map(Path, behind))
        """Paths that belong to no parameter."""
        self.used: set[str] = set()

    def __call__(self, name: str) -> Any:
        """Return what was given as *name*."""
        self.used.add(name)
        return self._given[name]

    def file(self, name: str) -> Path:
        """Return the file that was given as *name*; a pipe is in no code."""
        path: Path = self(name)
        if path == _PIPE:
            raise click.UsageError("a pipe is shown in no code; name a file")
        return path

    @property
    def opening(self) -> Opening:
        """How forgiving disks are to be opened."""
        policy = policy_of()
        return shown.Opening(policy.allowed, policy.search)

    @property
    def disk(self) -> Path:
        """The disk, or the link of it as it is to be read at."""
        return self.at(self("disk"))

    def at(self, disk: Path, name: str = "at") -> Path:
        """Return the link of *disk* that was given as *name*, else *disk*."""
        named = self(name)
        if named is None:
            return disk
        with generation(disk, policy_of(), named) as chain:
            return chain.path

    def window(self, disk: Path, start: str, count: str | None) -> tuple[int, int]:
        """Return first sector and count of what is meant by *start* and *count*."""
        with generation(disk, policy_of()) as chain:
            first = sector_at(start, chain)
            return first, 0 if count is None else sectors_in(count, chain, first)


def _create(asked: Asked) -> Sequence[Deed]:
    given = asked("disk"), asked("capacity"), asked("kind"), asked("adapter")
    return [shown.CreateDisk(*given, asked("grain"), asked("zeroed_grains"), asked("comment"))]


def _child(asked: Asked) -> Sequence[Deed]:
    given = asked("parent"), asked("child_path"), asked("kind"), asked("grain")
    more = asked("zeroed_grains"), asked("comment"), asked.opening
    return [shown.CreateChild(*given, *more)]


def _clone(asked: Asked) -> Sequence[Deed]:
    source = asked.at(asked("source"))
    return [shown.CloneDisk(source, asked.file("target"), asked("kind"), asked.opening)]


def _for_each(kind: Callable[..., Deed], name: str) -> Callable[[Asked], Sequence[Deed]]:
    """Return what makes a deed of *kind* of each of what is given as *name*."""

    def deeds(asked: Asked) -> Sequence[Deed]:
        each = asked(name)
        paths = each if name != "disks" else [asked.at(path) for path in each]
        return [kind(path, opening=asked.opening) for path in paths]

    return deeds


def _owner(asked: Asked) -> Sequence[Deed]:
    disk = asked.disk
    sector, _count = asked.window(disk, asked("place"), None)
    return [shown.FindOwner(disk, sector, asked.opening)]


def _allocated(asked: Asked) -> Sequence[Deed]:
    return [shown.ShowAllocated(asked.disk, asked("chunk"), asked.opening)]


def _growth(asked: Asked) -> Sequence[Deed]:
    return [shown.MeasureGrowth(asked.disk, asked("identical"), asked.opening)]


def _dump(asked: Asked) -> Sequence[Deed]:
    disk = asked.disk
    window = asked.window(disk, asked("start"), asked("count"))
    return [shown.DumpSectors(disk, *window, asked.opening)]


def _read(asked: Asked) -> Sequence[Deed]:
    disk = asked.disk
    window = asked.window(disk, asked("start"), asked("count"))
    return [shown.ReadSectors(disk, *window, asked.file("out"), asked.opening)]


def _check(asked: Asked) -> Sequence[Deed]:
    data, opening = asked("data"), asked.opening
    return [shown.CheckDisk(path, data, opening) for path in asked("paths")]


def _compare(asked: Asked) -> Sequence[Deed]:
    first, second = asked("first"), asked("second")
    older, newer = asked.at(first), asked.at(second or first, "b_at")
    if older == newer:
        raise click.UsageError("compare is shown of two disks, or with --b-at")
    return [shown.CompareDisks(older, newer, asked.opening)]


def _report(asked: Asked) -> Sequence[Deed]:
    out, disks = asked("out"), asked.behind
    if out is None or len(disks) != _PAIR:
        raise click.UsageError("a report is shown of OLD and NEW, with --out FOLDER")
    formats = tuple(word for each in asked("formats").split(",") if (word := each.strip()))
    said = asked("title"), asked("case_number"), asked("examiner")
    more = asked("beside_evidence"), asked("trail"), asked.opening
    return [shown.ReportChanges(disks[0], disks[1], out, formats, *said, *more)]


def _changes(asked: Asked) -> Sequence[Deed]:
    return [shown.ChangesSince(asked.disk, asked("since"), asked.opening)]


def _audit(asked: Asked) -> Sequence[Deed]:
    return [shown.AuditList(asked.disk, asked("listed"), asked("since"), asked.opening)]


def _hash(asked: Asked) -> Sequence[Deed]:
    algorithm, opening = asked("algorithm"), asked.opening
    return [shown.HashDisk(asked.at(disk), algorithm, opening) for disk in asked("disks")]


def _search(asked: Asked) -> Sequence[Deed]:
    encodings = asked("encoding") or ("utf-8",)
    disk, text, fold = asked.disk, asked("pattern"), asked("ignore_case")
    return [shown.SearchDisk(disk, text, each, fold, asked.opening) for each in encodings]


def _write(asked: Asked) -> Sequence[Deed]:
    disk, source, fill = asked("disk"), asked("source"), asked("fill")
    if (source is None) == (fill is None):
        raise click.UsageError("give either --in FILE, or --fill BYTE with --count N")
    start, count = asked.window(disk, asked("start"), asked("count"))
    if source is not None:
        return [shown.WriteFile(disk, start, asked.file("source"), asked.opening)]
    return [shown.FillSectors(disk, start, count, fill, asked.opening)]


def _attach(asked: Asked) -> Sequence[Deed]:
    pair = asked("child_path"), asked("parent"), asked.opening
    if asked("why_not"):
        return [shown.AskAttach(*pair)]
    return [shown.AttachForGood(*pair) if asked("persist") else shown.Attach(*pair)]


def _consolidate(asked: Asked) -> Sequence[Deed]:
    disk = asked("disk")
    into = None if asked("into") is None else asked.at(disk, "into")
    return [shown.Consolidate(disk, into, asked("delete"), asked.opening)]


def _backup(asked: Asked) -> Sequence[Deed]:
    folder = asked.file("target")
    if folder.suffix.lower() == ".vmdk":
        raise click.UsageError("a backup is shown into a folder; to a file it is shown in no code")
    return [shown.BackUp(asked.disk, folder, asked("kind") or "", asked.opening)]


def _restore(asked: Asked) -> Sequence[Deed]:
    given = asked("source"), asked.file("target"), asked("point") or "", asked("kind")
    return [shown.Restore(*given)]


def _take(asked: Asked) -> Sequence[Deed]:
    given = asked("machine"), asked("name"), asked("description")
    return [shown.TakeSnapshot(*given, asked.opening)]


def _snapshot(asked: Asked) -> tuple[Path, str, int]:
    """Return the machine, and name and uid of the snapshot that is meant."""
    from redoscope_core.machine.machine import machine_at
    from redoscope_core.operations.snapshots.refusals import snapshot_called

    machine: Path = asked("machine")
    entry = snapshot_called(machine_at(machine, policy=policy_of()), asked("named")).entry
    return machine, entry.name, entry.uid


def _revert(asked: Asked) -> Sequence[Deed]:
    given = (*_snapshot(asked), asked("disks_only"), asked("settings"))
    return [shown.RevertSnapshot(*given, asked.opening)]


def _delete(asked: Asked) -> Sequence[Deed]:
    return [shown.DeleteSnapshot(*_snapshot(asked), asked.opening)]


DEEDS: Mapping[str, Callable[[Asked], Sequence[Deed]]] = {
    "tree": _for_each(shown.ShowTree, "paths"),
    "info": _for_each(shown.ShowInfo, "disks"),
    "map": _for_each(shown.MapDisk, "disks"),
    "vm": lambda asked: [shown.ShowMachine(path, asked.opening) for path in asked.behind],
    "vm state": lambda asked: [shown.ShowCheckpoint(asked("file"), asked("picture"))],
    "vm snapshot take": _take,
    "vm snapshot revert": _revert,
    "vm snapshot delete": _delete,
    "vm snapshot delete-all": lambda asked: [
        shown.DeleteAllSnapshots(asked("machine"), asked.opening)
    ],
    "vm snapshot consolidate": lambda asked: [shown.MergeUnnamed(asked("machine"), asked.opening)],
    "owner": _owner,
    "dump": _dump,
    "read": _read,
    "check": _check,
    "compare": _compare,
    "report": _report,
    "changes": _changes,
    "allocated": _allocated,
    "growth": _growth,
    "audit": _audit,
    "hash": _hash,
    "search": _search,
    "create": _create,
    "child": _child,
    "clone": _clone,
    "backup": _backup,
    "restore": _restore,
    "verify": lambda asked: [shown.VerifyBackups(asked("source"), asked("point") or "")],
    "prune": lambda asked: [
        shown.PruneBackups(asked("folder"), asked("keep"), tuple(asked("drop")))
    ],
    "write": _write,
    "attach": _attach,
    "consolidate": _consolidate,
    "undo": lambda asked: [shown.UndoEdits(asked("saved"))],
}
"""For each command that is shown as code, what its call would do."""
