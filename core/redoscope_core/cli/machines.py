"""The command that shows virtual machines and their snapshots: vm, with vm state."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from redoscope_core import sentences
from redoscope_core.cli.deletions import amount_facts, amounts
from redoscope_core.cli.finding_document import finding_document
from redoscope_core.cli.groups import CommandAndWords
from redoscope_core.cli.parameters import as_json, opening, policy_of
from redoscope_core.cli.printing import human_size, say
from redoscope_core.cli.several import for_each
from redoscope_core.cli.unseen import unseen_documents
from redoscope_core.cli.ways_out import advised_cure
from redoscope_core.phrases import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from redoscope_core.findings import Finding
    from redoscope_core.machine.machine import MachineDisk, MachineSnapshot, VirtualMachine
    from redoscope_core.operations.snapshots.forecast import Forecast

__all__ = ["vm"]

_PER_SECOND = 10**6
_WORDS = {"state": "checkpoints.state", "snapshot": "snapshots.snapshot"}


@click.group(
    name="vm",
    cls=CommandAndWords,
    words=_WORDS,
    invoke_without_command=True,
    no_args_is_help=False,
    subcommand_metavar="FOLDER|VMX... | state FILE | snapshot WORD",
)
@opening
@as_json
@click.pass_context
def vm(context: click.Context, json_output: bool) -> int | None:
    """Show machines: disks, snapshots, links that each froze.

    Of each snapshot: what its links store, what is stored for it alone, and what deleting it would
    give back and cost; --json tells that to the byte, in lengths of files.

    Exit status 1 if bytes of a disk or of a snapshot can't be read, or will be changed that
    must not be. `redoscope vm state FILE` shows a checkpoint file (.vmsn, .vmss), `redoscope vm
    snapshot` takes snapshots, goes back to them and deletes them. A folder that is called as a
    word is named with a folder in front: ./state.
    """
    if context.invoked_subcommand is not None:
        return None
    paths = tuple(Path(path) for path in context.args)
    if not paths:
        raise click.UsageError("FOLDER|VMX... is missing", context)
    return for_each(paths, _one(json_output=json_output), json_output=json_output)


def _one(*, json_output: bool) -> Callable[[Path], tuple[int, object]]:
    from redoscope_core.machine.judging import machine_findings
    from redoscope_core.machine.machine import machines_at
    from redoscope_core.operations.snapshots.forecast import forecast_deletions

    policy = policy_of()

    def one(path: Path) -> tuple[int, object]:
        documents: list[object] = []
        status = 0
        machines = machines_at(path, policy=policy)
        for machine in machines:
            findings = machine_findings(machine, int(time.time() * _PER_SECOND))
            status = max(status, int(any(finding.is_fault for finding in findings)))
            forecasts = {each.uid: each for each in forecast_deletions(machine, policy=policy)}
            if json_output:
                documents.append(_document(machine, findings, forecasts))
            else:
                _print(machine, findings, forecasts)
        unseen = unseen_documents(machines[0].forest.unseen)
        return status, {"disk": str(path), "machines": documents, "not_looked_at": unseen}

    return one


def _document(
    machine: VirtualMachine, findings: tuple[Finding, ...], forecasts: Mapping[int, Forecast]
) -> dict[str, object]:
    text = machine.snapshot_text
    return {
        "path": str(machine.path),
        "name": machine.text.name,
        "suspended_to": machine.text.suspended_to or None,
        "encrypted": bool(machine.text.encrypted_by),
        "disks": [_disk_document(disk) for disk in machine.disks],
        "snapshots_file": str(machine.snapshot_path),
        "current": text.current,
        "last_uid": text.last_uid,
        "needs_consolidation": text.needs_consolidation,
        "snapshots": [
            _snapshot_document(snapshot, forecasts[snapshot.entry.uid])
            for snapshot in machine.snapshots
        ],
        "findings": [finding_document(finding) for finding in findings],
    }


def _disk_document(disk: MachineDisk) -> dict[str, object]:
    return {
        "node": disk.named.node,
        "file_name": disk.named.file_name,
        "independent": disk.named.is_independent,
        "link": None if disk.link is None else str(disk.link),
        "chain": [str(link) for link in disk.chain],
    }


def _snapshot_document(snapshot: MachineSnapshot, forecast: Forecast) -> dict[str, object]:
    entry, deletion = snapshot.entry, forecast.deletion
    return {
        "uid": entry.uid,
        "index": entry.index,
        "parent": entry.parent,
        "name": entry.name,
        "description": entry.description,
        "type": entry.kind,
        "created_microseconds": entry.created,
        "created": _when(entry.created),
        "file_name": entry.file_name,
        "checkpoint": None if snapshot.checkpoint is None else str(snapshot.checkpoint),
        "clones": list(entry.clones),
        "disks": [
            {
                "node": disk.node,
                "file_name": disk.file_name,
                "link": None if disk.link is None else str(disk.link),
            }
            for disk in snapshot.disks
        ],
        "stored_bytes": snapshot.stored_bytes,
        "only_bytes": snapshot.only_bytes,
        "deletion": None if deletion is None else amount_facts(deletion),
        "no_deletion": None if forecast.why_not is None else str(forecast.why_not),
    }


def _when(microseconds: int | None) -> str | None:
    """Return a time as ISO 8601 has it, to the microsecond; None for one of no calendar."""
    if microseconds is None:
        return None
    seconds, rest = divmod(microseconds, _PER_SECOND)
    try:
        return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest:06}Z"
    except (ValueError, OverflowError, OSError):
        return None


def _print(
    machine: VirtualMachine, findings: tuple[Finding, ...], forecasts: Mapping[int, Forecast]
) -> None:
    say(f"{machine.path}: {machine.text.name or 'without a name'}")
    for disk in machine.disks:
        kept = "  independent: snapshots leave it out" if disk.named.is_independent else ""
        links = counted(len(disk.chain), "link") if disk.chain else "not there"
        say(f"  disk {disk.named.node}  {disk.named.file_name}  {links}{kept}")
    _print_below(machine, forecasts, None, 0, set())
    for finding in findings:
        word = "fault" if finding.is_fault else "note"
        cure = advised_cure(finding, click.get_current_context().command)
        say(f"{word}: {finding.path}: {sentences.text(finding)}; {cure}")


def _print_below(
    machine: VirtualMachine,
    forecasts: Mapping[int, Forecast],
    uid: int | None,
    depth: int,
    told: set[int],
) -> None:
    """Print the snapshots that descend from *uid*, each below its parent, and the state of now."""
    text = machine.snapshot_text
    # Those whose parent is not there, or leads in a circle, would be told nowhere else.
    below = [s for s in machine.snapshots if _is_below(machine, s, uid) and s.entry.uid not in told]
    waiting = [(snapshot, depth) for snapshot in reversed(below)]
    while waiting:
        snapshot, level = waiting.pop()
        entry = snapshot.entry
        if entry.uid in told:
            continue
        told.add(entry.uid)
        indent = "  " * (level + 1)
        links = ", ".join(disk.file_name for disk in snapshot.disks) or "no disk"
        memory = ", with memory" if entry.has_memory else ""
        say(
            f"{indent}snapshot {entry.uid}  {entry.name}  {_when(entry.created) or 'no time'}"
            f"{memory}  froze {links}  {human_size(snapshot.stored_bytes)} stored,"
            f" {human_size(snapshot.only_bytes)} for it alone; {_deletion(forecasts[entry.uid])}"
        )
        if entry.uid == text.current:
            say(f"{indent}  you are here")
        children = [s for s in machine.snapshots if s.entry.parent == entry.uid]
        waiting += [(child, level + 1) for child in reversed(children)]
    left = [s for s in machine.snapshots if s.entry.uid not in told]
    if left and uid is None:
        _print_below(machine, forecasts, left[0].entry.parent, depth, told)
    if uid is None and text.current is None:
        say("  you are here, below no snapshot")


def _deletion(forecast: Forecast) -> str:
    """Return in words what deleting a snapshot would give back and cost."""
    if forecast.deletion is None:
        return f"can't be deleted: {'' if forecast.why_not is None else forecast.why_not.what}"
    return f"deleting it {amounts(forecast.deletion)}"


def _is_below(machine: VirtualMachine, snapshot: MachineSnapshot, uid: int | None) -> bool:
    parent = snapshot.entry.parent
    is_root = parent is None or parent not in machine.snapshot_text.by_uid
    return is_root if uid is None else parent == uid
