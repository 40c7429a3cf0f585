"""Killed before any of its changes, a call leaves a machine that reads as before, or as after."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from redoscope_core import (
    Chain,
    InvalidArgument,
    Kind,
    VmdkError,
    delete_snapshots,
    machine_findings,
    plan_delete,
    plan_delete_all,
    plan_merge_unnamed,
    plan_revert,
    plan_take,
    ready_machine,
)
from redoscope_core.progress import finished
from tests.core.cli.kills import Killed, stopped
from tests.core.operations.snapshots.machine_run import MachineRun

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

    from redoscope_core import VirtualMachine

NODES = ("scsi0:0", "scsi0:1")
STRIDE = 23
"""Killed before one of so many changes."""


def taking(run: MachineRun) -> Generator[object, None, object]:
    """Take a snapshot."""
    return plan_take(ready(run), now=1788442923920000).switch.run()


def reverting(run: MachineRun) -> Generator[object, None, object]:
    """Go back to the first."""
    return plan_revert(ready(run), 1).switch.run()


def deleting(uid: int) -> Callable[[MachineRun], Generator[object, None, object]]:
    """Delete the one of that *uid*, or what is left of that."""

    def steps(run: MachineRun) -> Generator[object, None, object]:
        machine = ready(run)
        if uid in machine.snapshot_text.by_uid:
            return delete_snapshots(plan_delete(machine, uid))
        return delete_snapshots(plan_merge_unnamed(machine))

    return steps


def deleting_all(run: MachineRun) -> Generator[object, None, object]:
    """Delete all."""
    return delete_snapshots(plan_delete_all(ready(run)))


def ready(run: MachineRun) -> VirtualMachine:
    """Return the machine, after what was begun is taken back."""
    return ready_machine(run.vmx)[0]


DEEDS = {
    "take": taking,
    "revert": reverting,
    "delete 1": deleting(1),
    "delete 2": deleting(2),
    "delete 3": deleting(3),
    "delete all": deleting_all,
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> MachineRun:
    """A machine with three snapshots on two branches, written since each."""
    return run_of("monolithicSparse", tmp_path_factory.mktemp("made") / "web")


def run_of(kind: str, folder: Path) -> MachineRun:
    """Return such a machine, of disks of that *kind*."""
    run = MachineRun(folder, kind=kind)
    for name in ("one", "two", "three"):
        if name == "three":
            run.revert(1)
        run.take(name)
        for node in NODES:
            run.write(node)
    return run


def without_list(run: MachineRun) -> MachineRun:
    """Return *run* after somebody removed its list: links that no snapshot names are left."""
    for path in (*run.folder.glob("*.vmsd"), *run.folder.glob("*.vmsn")):
        path.unlink()
    return run


def assert_reads(run: MachineRun, before: dict[str, bytes], after: dict[str, bytes]) -> None:
    """Check that the state is one of both, and that each snapshot reads as it has to."""
    assert run.state() in (before, after)
    listed = run.listed()
    assert {key: data for key, data in run.generations().items() if key in listed} == listed


@pytest.mark.parametrize("deed", DEEDS)
def test_killed_before_a_change_it_reads_as_before_or_as_after_and_can_be_gone_on_with(
    made: MachineRun, tmp_path: Path, deed: str
) -> None:
    point = 1 + list(DEEDS).index(deed)
    while killed(made, tmp_path, deed, point):
        point += STRIDE
    assert point > STRIDE


@pytest.mark.parametrize(
    ("kind", "deed"),
    [
        ("twoGbMaxExtentSparse", "revert"),
        ("twoGbMaxExtentSparse", "delete all"),
        ("monolithicFlat", "delete 3"),
        ("monolithicFlat", "delete all"),
    ],
)
def test_killed_a_machine_of_other_disks_goes_on_too(tmp_path: Path, kind: str, deed: str) -> None:
    made = run_of(kind, tmp_path / "made")
    point = 3
    while killed(made, tmp_path, deed, point):
        point += 2 * STRIDE
    assert point > STRIDE, "it was killed once at least"


def test_killed_while_links_that_nobody_names_are_merged_the_same_call_goes_on(
    tmp_path: Path,
) -> None:
    made = without_list(run_of("monolithicSparse", tmp_path / "made"))
    reads = made.state()
    for point in (5, 58, 94):
        run = made.copied(tmp_path / "killed")
        with pytest.raises(Killed), stopped(point):
            finished(delete_snapshots(plan_merge_unnamed(ready(run))))
        ready(run)  # a step that was cut in the middle is taken back
        assert run.state() == reads
        with suppress(InvalidArgument):  # all of it was done
            finished(delete_snapshots(plan_merge_unnamed(ready(run))))
        assert run.state() == reads
        assert not run.machine.snapshot_text.needs_consolidation
        assert all(len(disk.chain) == 1 for disk in run.machine.disks)


def test_a_split_link_of_which_a_kill_removed_a_part_goes_with_the_rest(tmp_path: Path) -> None:
    run = run_of("twoGbMaxExtentSparse", tmp_path / "web")
    run.revert(1)
    dropped = plan_delete_all(run.machine).dropped_files
    part = next(path for path in dropped if path.name.endswith("-s001.vmdk"))
    reads = run.state()
    part.unlink()
    rest = plan_delete_all(run.machine).dropped_files
    assert rest == tuple(path for path in dropped if path != part)
    run.delete_all()
    assert run.state() == reads
    assert not [path for path in rest if path.exists()]


def killed(made: MachineRun, folder: Path, deed: str, point: int) -> bool:
    """Kill *deed* before its change of that number and judge; tell whether it had so many."""
    whole = made.copied(folder / "whole")
    before = whole.state()
    finished(DEEDS[deed](whole))
    after = whole.state()
    run = made.copied(folder / "killed")
    is_over = False
    try:
        with stopped(point):
            finished(DEEDS[deed](run))
        is_over = True
    except Killed:
        pass
    ready(run)  # a step that was cut in the middle is taken back
    assert_reads(run, before, after)
    finished_again(run, deed)
    assert_reads(run, after, after)
    faults = [found for found in machine_findings(run.machine, 0) if found.is_fault]
    assert (point, faults) == (point, [])
    assert not run.machine.snapshot_text.needs_consolidation
    return not is_over


def finished_again(run: MachineRun, deed: str) -> None:
    """Call once more for what was stopped, unless all of it was done."""
    machine = run.machine
    uids = {each.entry.uid for each in machine.snapshots}
    pending = machine.snapshot_text.needs_consolidation
    done = {
        "take": len(uids) == 4,
        "revert": machine.snapshot_text.current == 1,
        "delete all": not uids and not pending,
    }.get(deed, f"delete {max(uids, default=0)}" != deed and len(uids) == 2 and not pending)
    if not done:
        finished(DEEDS[deed](run))


def test_half_a_step_of_a_merging_is_told_of_the_machine_with_the_undo(
    made: MachineRun, tmp_path: Path
) -> None:
    for point in range(26, 30):
        run = made.copied(tmp_path / "killed")
        with suppress(Killed), stopped(point):
            finished(DEEDS["delete all"](run))
        error = why_closed(run.leaf(NODES[0]))
        if error:
            told = [f for f in machine_findings(run.machine, 0) if f.kind is Kind.INTERRUPTED]
            undo = [str(dict(finding.facts)["undo"]) for finding in told]
            assert undo
            assert all(words in error for words in undo)
            return
    pytest.fail("no kill left a chain that does not open")


def why_closed(link: Path) -> str:
    """Return why the chain of *link* does not open; nothing if it does."""
    try:
        Chain.open(link).close()
    except VmdkError as error:
        return str(error)
    return ""
