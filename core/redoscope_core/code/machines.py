"""Machines and their snapshots, which the vendor changes by another library: VIX."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from redoscope_core.code.c_text import CFunction, block
from redoscope_core.code.deed import Deed
from redoscope_core.code.opening import STRICTLY, Opening
from redoscope_core.code.quoting import c_string, python_path, python_text, unmistakable
from redoscope_core.overriding import override

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = [
    "DeleteAllSnapshots",
    "DeleteSnapshot",
    "MergeUnnamed",
    "RevertSnapshot",
    "ShowCheckpoint",
    "ShowMachine",
    "TakeSnapshot",
]

_VIX = ("stddef.h", "vix.h")
_HOST = "VixHandle host"
_FOUND = (
    "VIX knows snapshots by their names, and paths of names where two are called the same; here "
    "uids do as well."
)
_IN_VSPHERE = "With VIX, of Workstation; in vSphere it is {} of the web service."


def _on_machine(
    path: Path, lines: Sequence[str], declared: Sequence[str] = ("VixHandle job;",)
) -> list[str]:
    """Return what opens the machine *path* of `host`, does *lines* with it, and lets go of it."""
    result = "VIX_PROPERTY_JOB_RESULT_HANDLE, &machine, VIX_PROPERTY_NONE"
    return [
        "VixHandle machine = VIX_INVALID_HANDLE;",
        *declared,
        "VixError error;",
        "",
        f"job = VixVM_Open(host, {c_string(path)}, NULL, NULL);",
        f"error = VixJob_Wait(job, {result});",
        "Vix_ReleaseHandle(job);",
        *block("if (VIX_SUCCEEDED(error))", [*lines, "Vix_ReleaseHandle(machine);"]),
        "return error;",
    ]


def _waited(call: str) -> list[str]:
    """Return what starts *call* and waits for it."""
    return [
        f"job = {call};",
        "error = VixJob_Wait(job, VIX_PROPERTY_NONE);",
        "Vix_ReleaseHandle(job);",
    ]


def _on_snapshot(path: Path, name: str, call: str) -> list[str]:
    """Return what finds the snapshot called *name* and does *call* to it."""
    done = [*_waited(call), "Vix_ReleaseHandle(snapshot);"]
    found = f"error = VixVM_GetNamedSnapshot(machine, {c_string(name)}, &snapshot);"
    lines = [found, *block("if (VIX_SUCCEEDED(error))", done)]
    return _on_machine(path, lines, ("VixHandle snapshot = VIX_INVALID_HANDLE, job;",))


def _machine(path: Path, opening: Opening) -> tuple[str, ...]:
    """Return the lines of Python that make the machine of *path* ready for a change."""
    ready = f"core.ready_machine({python_path(path)}{opening.argument})"
    return (*opening.lines, f"machine, _taken_back = {ready}")


def _run(opening: Opening) -> str:
    given = "" if opening.is_strict else "policy"
    return f"core.finished(plan.switch.run({given}))"


@dataclass(frozen=True, slots=True)
class ShowMachine(Deed):
    """Show machines: disks, snapshots, the links that each froze."""

    path: Path
    """A .vmx, or a folder of machines."""
    opening: Opening = STRICTLY

    @override
    def c(self) -> CFunction:
        remark = (
            "VIX tells the tree of snapshots, by VixVM_GetNumRootSnapshots, VixVM_GetRootSnapshot "
            "and VixSnapshot_GetChild; in vSphere it is the property snapshot of the virtual "
            "machine. Neither tells the links on files that no host runs."
        )
        return CFunction("show_machine", remark=remark)

    @override
    def words(self) -> Sequence[str]:
        return ("vm", unmistakable(self.path), *self.opening.options)

    @override
    def python(self) -> Sequence[str]:
        found = f"core.machines_at({python_path(self.path)}{self.opening.argument})"
        return (
            *self.opening.lines,
            f"for machine in {found}:",
            "    for disk in machine.disks:",
            "        print(disk.named.node, disk.named.file_name)",
            "    for snapshot in machine.snapshots:",
            "        print(snapshot.entry.uid, snapshot.entry.name, snapshot.only_bytes)",
        )


@dataclass(frozen=True, slots=True)
class TakeSnapshot(Deed):
    """Take a snapshot: freeze the links, go on with children."""

    machine: Path
    name: str = ""
    description: str = ""
    opening: Opening = STRICTLY

    @override
    def c(self) -> CFunction:
        given = f"machine, {c_string(self.name)}, {c_string(self.description)}"
        call = f"VixVM_CreateSnapshot({given}, 0, VIX_INVALID_HANDLE, NULL, NULL)"
        remark = _IN_VSPHERE.format("CreateSnapshot_Task")
        lines = _on_machine(self.machine, _waited(call))
        return CFunction("take_snapshot", lines, remark, _HOST, _VIX)

    @override
    def words(self) -> Sequence[str]:
        name = (f"--name={self.name}",) if self.name else ()
        more = (f"--description={self.description}",) if self.description else ()
        machine = unmistakable(self.machine)
        return ("vm", "snapshot", "take", machine, *name, *more, *self.opening.options)

    @override
    def python(self) -> Sequence[str]:
        name = f", name={python_text(self.name)}" if self.name else ""
        more = f", description={python_text(self.description)}" if self.description else ""
        return (
            *_machine(self.machine, self.opening),
            f"plan = core.plan_take(machine{name}{more}{self.opening.argument})",
            _run(self.opening),
        )


def _called(name: str, uid: int | None) -> str:
    """Return the word by which a command finds the snapshot."""
    return name if uid is None else str(uid)


def _uid(name: str, uid: int | None) -> str:
    """Return the expression of Python for the uid of the snapshot."""
    return f"core.snapshot_called(machine, {python_text(_called(name, uid))}).entry.uid"


@dataclass(frozen=True, slots=True)
class RevertSnapshot(Deed):
    """Go back to a snapshot: new children of what it froze."""

    machine: Path
    name: str
    uid: int | None = None
    """By which it is found, if its name does not do."""
    disks_only: bool = False
    """Whether to go back without the memory that it holds."""
    settings: bool = False
    """Whether the machine's text of then is put back too."""
    opening: Opening = STRICTLY

    @override
    def c(self) -> CFunction:
        given = "machine, snapshot, VIX_VMPOWEROP_NORMAL, VIX_INVALID_HANDLE, NULL, NULL"
        lines = _on_snapshot(self.machine, self.name, f"VixVM_RevertToSnapshot({given})")
        remark = f"{_IN_VSPHERE.format('RevertToSnapshot_Task')} {_FOUND}"
        return CFunction("revert_snapshot", lines, remark, _HOST, _VIX)

    @override
    def words(self) -> Sequence[str]:
        asked = (("--disks-only", self.disks_only), ("--settings", self.settings))
        options = (*(option for option, so in asked if so), *self.opening.options)
        named = (unmistakable(self.machine), _called(self.name, self.uid))
        return ("vm", "snapshot", "revert", *options, "--", *named)

    @override
    def python(self) -> Sequence[str]:
        disks = ", disks_only=True" if self.disks_only else ""
        settings = ", settings=True" if self.settings else ""
        given = f"machine, uid{disks}{settings}{self.opening.argument}"
        return (
            *_machine(self.machine, self.opening),
            f"uid = {_uid(self.name, self.uid)}",
            f"plan = core.plan_revert({given})",
            _run(self.opening),
        )


@dataclass(frozen=True, slots=True)
class DeleteSnapshot(Deed):
    """Delete one snapshot; all others read as before."""

    machine: Path
    name: str
    uid: int | None = None
    """By which it is found, if its name does not do."""
    opening: Opening = STRICTLY

    @override
    def c(self) -> CFunction:
        call = "VixVM_RemoveSnapshot(machine, snapshot, 0, NULL, NULL)"
        lines = _on_snapshot(self.machine, self.name, call)
        remark = f"{_IN_VSPHERE.format('RemoveSnapshot_Task')} {_FOUND}"
        return CFunction("delete_snapshot", lines, remark, _HOST, _VIX)

    @override
    def words(self) -> Sequence[str]:
        named = (unmistakable(self.machine), _called(self.name, self.uid))
        return ("vm", "snapshot", "delete", *self.opening.options, "--", *named)

    @override
    def python(self) -> Sequence[str]:
        given = self.opening.argument
        return (
            *_machine(self.machine, self.opening),
            f"uid = {_uid(self.name, self.uid)}",
            f"plan = core.plan_delete(machine, uid{given})",
            f"core.finished(core.delete_snapshots(plan{given}))",
        )


@dataclass(frozen=True, slots=True)
class DeleteAllSnapshots(Deed):
    """Delete all snapshots; keep the state of now alone."""

    machine: Path
    opening: Opening = STRICTLY

    @override
    def c(self) -> CFunction:
        call = "VixVM_RemoveSnapshot(machine, snapshot, VIX_SNAPSHOT_REMOVE_CHILDREN, NULL, NULL)"
        each = [
            "error = VixVM_GetRootSnapshot(machine, 0, &snapshot);",
            *block(
                "if (VIX_SUCCEEDED(error))",
                [*_waited(call), "Vix_ReleaseHandle(snapshot);"],
            ),
        ]
        lines = [
            "error = VixVM_GetNumRootSnapshots(machine, &roots);",
            *block("while (VIX_SUCCEEDED(error) && roots-- > 0)", each),
        ]
        declared = ("VixHandle snapshot = VIX_INVALID_HANDLE, job;", "int roots = 0;")
        remark = _IN_VSPHERE.format("RemoveAllSnapshots_Task")
        body = _on_machine(self.machine, lines, declared)
        return CFunction("delete_all_snapshots", body, remark, _HOST, _VIX)

    @override
    def words(self) -> Sequence[str]:
        machine = unmistakable(self.machine)
        return ("vm", "snapshot", "delete-all", machine, *self.opening.options)

    @override
    def python(self) -> Sequence[str]:
        given = self.opening.argument
        return (
            *_machine(self.machine, self.opening),
            f"plan = core.plan_delete_all(machine{given})",
            f"core.finished(core.delete_snapshots(plan{given}))",
        )


@dataclass(frozen=True, slots=True)
class MergeUnnamed(Deed):
    """Merge links that no snapshot names any more."""

    machine: Path
    opening: Opening = STRICTLY

    @override
    def c(self) -> CFunction:
        remark = (
            "VIX has no function for this. In vSphere it is ConsolidateVMDisks_Task of the web "
            "service, where the runtime of a machine says consolidationNeeded."
        )
        return CFunction("merge_unnamed", remark=remark)

    @override
    def words(self) -> Sequence[str]:
        machine = unmistakable(self.machine)
        return ("vm", "snapshot", "consolidate", machine, *self.opening.options)

    @override
    def python(self) -> Sequence[str]:
        given = self.opening.argument
        return (
            *_machine(self.machine, self.opening),
            f"plan = core.plan_merge_unnamed(machine{given})",
            f"core.finished(core.delete_snapshots(plan{given}))",
        )


@dataclass(frozen=True, slots=True)
class ShowCheckpoint(Deed):
    """Show what a checkpoint file holds, or save the picture of the screen."""

    path: Path
    picture: Path | None = None
    """A new file for the picture."""

    @override
    def c(self) -> CFunction:
        remark = (
            "No function of the vendor reads a checkpoint file. The screen of a machine that runs "
            "is VixVM_CaptureScreenImage, in vSphere CreateScreenshot_Task."
        )
        return CFunction("show_checkpoint", remark=remark)

    @override
    def words(self) -> Sequence[str]:
        picture = ("--picture", unmistakable(self.picture)) if self.picture is not None else ()
        return ("vm", "state", unmistakable(self.path), *picture)

    @override
    def python(self) -> Sequence[str]:
        path = python_path(self.path)
        head = f"with core.open_checkpoint({path}) as checkpoint:"
        if self.picture is None:
            rows = (
                "    for group in checkpoint.groups:",
                "        print(group.name, [tag.label for tag in group.tags])",
            )
            return (head, *rows)
        saved = f"checkpoint, tag, {python_path(self.picture)}, like={path}"
        return (
            head,
            '    tag = checkpoint.find("MKSVMX", "imageData")',
            "    if tag is not None:",
            f"        core.save_block({saved})",
        )
