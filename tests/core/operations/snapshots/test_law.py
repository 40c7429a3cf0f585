"""Whatever is done to a machine, each snapshot in its list reads as it did when it was taken."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from redoscope_core import VmdkError, forecast_deletions, machine_findings
from tests.core.operations.snapshots.machine_run import NODES, MachineRun, texts_of

if TYPE_CHECKING:
    from redoscope_core import Deletion

DEEDS = ("take", "take", "revert", "delete", "undo a taking", "undo a revert", "delete all")


def lengths(folder: Path) -> int:
    """Return the bytes in all files of *folder*."""
    return sum(path.stat().st_size for path in folder.iterdir())


def told(run: MachineRun, uid: int) -> Deletion | None:
    """Return what `vm` tells of the deletion of *uid*."""
    return next(each.deletion for each in forecast_deletions(run.machine) if each.uid == uid)


def done(run: MachineRun, deed: str, chance: int) -> None:
    """Do *deed* to one of the snapshots, and check what it is to keep and what was told of it."""
    uids = sorted(each.entry.uid for each in run.machine.snapshots)
    texts, state, before = texts_of(run.folder), run.state(), lengths(run.folder)
    uid = uids[chance % len(uids)] if uids else 0
    if deed == "take":
        run.take()
    elif deed == "undo a taking":
        run.undone(run.take()[1])
        assert texts_of(run.folder) == texts
    elif uids and deed == "undo a revert":
        run.undone(run.revert(uid))
        assert texts_of(run.folder) == texts
    elif uids and deed == "revert":
        run.revert(uid)
        state = {node: run.known[uid, node] for node in NODES}
    elif uids and deed == "delete":
        forecast = told(run, uid)
        assert forecast is not None
        plan = run.delete(uid)
        # What files take on the storage may settle meanwhile.
        assert forecast == replace(plan, freed_storage_bytes=forecast.freed_storage_bytes)
        assert plan.given_back_bytes == before - lengths(run.folder)
    elif uids and deed == "delete all":
        plan = run.delete_all()
        assert plan.given_back_bytes == before - lengths(run.folder)
        assert all(len(disk.chain) == 1 for disk in run.machine.disks)
    assert run.state() == state


@settings(max_examples=3, deadline=None)
@given(
    deeds=st.lists(st.tuples(st.sampled_from(DEEDS), st.integers(0, 9)), min_size=3, max_size=6),
    seed=st.integers(0, 2**16),
    kind=st.sampled_from(["monolithicSparse", "monolithicFlat", "twoGbMaxExtentSparse"]),
)
def test_every_snapshot_reads_as_when_it_was_taken_and_deletions_do_what_was_told(
    deeds: list[tuple[str, int]], seed: int, kind: str
) -> None:
    with tempfile.TemporaryDirectory(prefix="redoscope-test-") as name:
        run = MachineRun(Path(name) / "web", seed=seed, kind=kind)
        run.take()
        for deed, chance in deeds:
            run.write(NODES[chance % 2], times=2)
            try:
                done(run, deed, chance)
            except VmdkError as error:
                raise AssertionError(deeds, deed, str(error)) from error
            assert run.generations() == run.listed()
            findings = machine_findings(run.machine, 0)
            assert [found for found in findings if found.is_fault] == []
