"""Deleting snapshots: what is merged, what goes, what stays, and what that gives back and costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from redoscope_core import (
    CorruptVmdk,
    HasChildren,
    InvalidArgument,
    create_child,
    delete_snapshots,
    machine_findings,
    plan_delete,
    plan_delete_all,
    plan_merge_unnamed,
)
from redoscope_core.chain.chain import Chain
from redoscope_core.findings import Kind
from redoscope_core.progress import finished
from tests.core.operations.snapshots.machine_run import MachineRun
from tests.judges.trees import fingerprints

if TYPE_CHECKING:
    from pathlib import Path

NODES = ("scsi0:0", "scsi0:1")


def grown(run: MachineRun, *names: str) -> MachineRun:
    """Take a snapshot for each of *names* and write after it."""
    for name in names:
        run.take(name)
        for node in NODES:
            run.write(node)
    return run


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> MachineRun:
    """A machine with three snapshots in a row, written since each."""
    return grown(MachineRun(tmp_path_factory.mktemp("made") / "web"), "one", "two", "three")


@pytest.fixture
def run(three: MachineRun, tmp_path: Path) -> MachineRun:
    """A copy of it."""
    return three.copied(tmp_path / "web")


def lengths(folder: Path) -> int:
    """Return the bytes in all files of *folder*."""
    return sum(path.stat().st_size for path in folder.rglob("*"))


def names(run: MachineRun) -> set[str]:
    return {path.name for path in run.folder.iterdir()}


def assert_sound(run: MachineRun, state: dict[str, bytes]) -> None:
    """Check that the machine and each snapshot in its list read as they have to."""
    assert run.state() == state
    assert run.generations() == run.listed()
    faults = [found for found in machine_findings(run.machine, 0) if found.is_fault]
    assert faults == []
    assert not run.machine.snapshot_text.needs_consolidation


@pytest.mark.parametrize("uid", [1, 2, 3])
def test_all_others_and_the_state_read_as_before(run: MachineRun, uid: int) -> None:
    state, before = run.state(), lengths(run.folder)
    plan = run.delete(uid)
    assert_sound(run, state)
    assert plan.given_back_bytes == before - lengths(run.folder)
    assert not (run.folder / f"web-Snapshot{uid}.vmsn").exists()
    assert {each.entry.uid for each in run.machine.snapshots} == {1, 2, 3} - {uid}
    assert all(len(disk.chain) == 3 for disk in run.machine.disks[:2])


def test_a_snapshot_names_the_link_that_took_its_own_in(run: MachineRun) -> None:
    run.delete(1)
    second = run.machine.snapshot_text.by_uid[2]
    assert second.parent is None
    assert [disk.file_name for disk in second.disks] == ["web.vmdk", "data.vmdk"]


def test_the_one_that_is_stood_on_hands_over_to_its_parent(run: MachineRun) -> None:
    run.delete(3)
    assert run.machine.snapshot_text.current == 2
    assert run.machine.disks[0].named.file_name == "web-000002.vmdk"


def test_where_two_branches_part_the_link_stays(run: MachineRun) -> None:
    run.revert(1)
    grown(run, "four")
    state, kept = run.state(), names(run)
    plan = run.delete(1)
    assert_sound(run, state)
    assert [fate.link.name for fate in plan.kept] == ["web.vmdk", "data.vmdk"]
    assert {each.name for each in plan.kept[0].kept_for} == {"web-000001.vmdk", "web-000004.vmdk"}
    assert (plan.merges, plan.copied_bytes, plan.written_bytes) == ((), 0, 0)
    gone = kept - names(run)
    assert {name for name in gone if not name.endswith(".undo.json")} == {"web-Snapshot1.vmsn"}


def test_the_end_of_a_branch_goes_with_what_was_left_there(run: MachineRun) -> None:
    run.revert(2)
    state, before = run.state(), lengths(run.folder)
    plan = run.delete(3)
    assert_sound(run, state)
    gone = {"web-000003.vmdk", "web-000002.vmdk", "data-000003.vmdk", "data-000002.vmdk"}
    assert {link.name for link in plan.dropped} == gone
    assert not gone & names(run)
    assert plan.given_back_bytes == before - lengths(run.folder)


def test_a_link_of_another_name_is_nobodys_and_stays(run: MachineRun) -> None:
    with Chain.open(run.folder / "web-000001.vmdk") as chain:
        create_child(chain, run.folder / "trial.vmdk")
    state = run.state()
    plan = run.delete(2)
    assert_sound(run, state)
    assert [fate.link.name for fate in plan.kept] == ["web-000001.vmdk"]
    assert (run.folder / "trial.vmdk").exists()
    with pytest.raises(HasChildren, match=r"trial\.vmdk"):
        plan_delete_all(run.machine)


def test_deleting_all_leaves_the_base_disks_alone(run: MachineRun) -> None:
    run.revert(1)
    grown(run, "four")
    state, before = run.state(), lengths(run.folder)
    plan = run.delete_all()
    assert_sound(run, state)
    texts = {"web.vmx", "web.vmsd", "web.nvram"}
    assert names(run) == {"web.vmdk", "data.vmdk", "apart.vmdk"} | texts
    assert (run.folder / "web.vmsd").read_text(encoding="utf-8").splitlines() == [
        '.encoding = "UTF-8"',
        'snapshot.lastUID = "4"',
        'snapshot.numSnapshots = "0"',
    ]
    assert plan.given_back_bytes == before - lengths(run.folder)
    assert run.take("again")[0] == 5


def test_the_state_alone_can_be_told_when_all_is_gone(run: MachineRun) -> None:
    run.delete_all()
    for plan in (plan_delete_all, plan_merge_unnamed):
        with pytest.raises(InvalidArgument):
            plan(run.machine)


@pytest.mark.parametrize("steps", [1, 2, 4, 7])
def test_stopped_in_the_middle_it_reads_as_before_and_is_gone_on_with(
    run: MachineRun, steps: int
) -> None:
    state = run.state()
    deleting = delete_snapshots(plan_delete(run.machine, 2))
    for _ in range(steps):
        next(deleting, None)
    deleting.close()
    assert run.state() == state
    assert run.generations() == run.listed()
    if run.machine.snapshot_text.needs_consolidation:
        finished(delete_snapshots(plan_merge_unnamed(run.machine)))
    assert_sound(run, state)
    assert all(len(disk.chain) == 3 for disk in run.machine.disks[:2])


def test_links_that_no_snapshot_names_are_merged_upon_asking(run: MachineRun) -> None:
    listed = run.folder / "web.vmsd"
    state = run.state()
    listed.write_text('snapshot.needConsolidate = "TRUE"\n', encoding="utf-8")
    finished(delete_snapshots(plan_merge_unnamed(run.machine)))
    assert_sound(run, state)
    assert [disk.named.file_name for disk in run.machine.disks][:2] == ["web.vmdk", "data.vmdk"]


def test_links_are_merged_also_where_there_is_no_list(run: MachineRun) -> None:
    state = run.state()
    (run.folder / "web.vmsd").unlink()
    finished(delete_snapshots(plan_merge_unnamed(run.machine)))
    assert_sound(run, state)
    assert all(len(disk.chain) == 1 for disk in run.machine.disks)
    assert (run.folder / "web.vmsd").read_bytes() == b""


def test_the_base_of_another_machine_is_not_touched(run: MachineRun) -> None:
    clone = run.folder / "clone.vmdk"
    with Chain.open(run.leaf("scsi0:0").with_name("web.vmdk")) as chain:
        create_child(chain, clone)
    (run.folder / "clone.vmx").write_text(
        'scsi0:0.present = "TRUE"\nscsi0:0.fileName = "clone.vmdk"\n', encoding="utf-8"
    )
    base = (run.folder / "web.vmdk").read_bytes()
    state = run.state()
    plan = run.delete(1)
    assert_sound(run, state)
    assert [fate.link.name for fate in plan.kept] == ["web.vmdk"]
    run.delete_all()
    assert run.state() == state
    assert (run.folder / "web.vmdk").read_bytes() == base
    assert len(run.machine.disks[0].chain) == 2


@pytest.mark.parametrize("uid", [1, 2])
def test_linked_clones_of_what_would_be_merged_are_a_refusal(run: MachineRun, uid: int) -> None:
    with (run.folder / "web.vmsd").open("a", encoding="utf-8") as text:
        text.write('snapshot1.numClones = "1"\nsnapshot1.clone0 = "/vms/kid/kid.vmx"\n')
    before = fingerprints(run.folder)
    with pytest.raises(HasChildren, match=r"clone0.*/vms/kid/kid\.vmx"):
        plan_delete(run.machine, uid)
    with pytest.raises(HasChildren):
        plan_delete_all(run.machine)
    assert fingerprints(run.folder) == before
    run.delete(3)


def test_a_machine_that_runs_below_its_newest_link_is_refused(run: MachineRun) -> None:
    text = run.vmx.read_text(encoding="utf-8")
    run.vmx.write_text(text.replace("web-000003", "web-000002"), encoding="utf-8")
    with pytest.raises(CorruptVmdk, match="snapshot froze"):
        plan_delete(run.machine, 1)
    with pytest.raises(CorruptVmdk, match="snapshot froze"):
        plan_delete_all(run.machine)


def test_what_a_list_calls_a_checkpoint_file_and_is_none_stays(run: MachineRun) -> None:
    listed = run.folder / "web.vmsd"
    text = listed.read_text(encoding="utf-8")
    for name in ("letter.vmsn", "../letter.vmsn", "web.vmx", "apart.vmdk"):
        (run.folder / name).parent.joinpath("letter.vmsn").write_bytes(b"dear")
        listed.write_text(text.replace("web-Snapshot2.vmsn", name), encoding="utf-8")
        assert plan_delete(run.machine, 2).state_files == ()


def test_a_text_that_was_changed_meanwhile_is_noticed_before_anything_is_done(
    run: MachineRun,
) -> None:
    plan = plan_delete(run.machine, 3)
    run.vmx.write_bytes(run.vmx.read_bytes().replace(b"web-000003", b"web-000009"))
    before = fingerprints(run.folder)
    with pytest.raises(CorruptVmdk, match="changed since"):
        finished(delete_snapshots(plan))
    assert fingerprints(run.folder) == before


def test_a_deletion_on_its_way_is_told_as_such(run: MachineRun) -> None:
    deleting = delete_snapshots(plan_delete(run.machine, 2))
    next(deleting)
    deleting.close()
    kinds = {found.kind for found in machine_findings(run.machine, 0)}
    assert Kind.NEEDS_CONSOLIDATION in kinds
