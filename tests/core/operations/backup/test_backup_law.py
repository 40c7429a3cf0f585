"""Whatever was backed up, in whatever order, and pruned: each point that is kept comes back."""

from __future__ import annotations

import random
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redoscope_core import InvalidArgument, VmdkError
from redoscope_core.format.backup_manifest import BackupKind
from redoscope_core.operations.backup.prune import prune
from redoscope_core.operations.backup.series import Shelf
from tests.core.chains import ExtentPlan, LinkPlan, chain_plans
from tests.core.finished import finished
from tests.core.operations.backup.folders import (
    back_up,
    content,
    proved,
    restored,
    series_of,
    unsound,
)

if TYPE_CHECKING:
    from tests.core.chains import ChainPlan

KINDS = st.sampled_from([None, *BackupKind])


def some_backups(data: st.DataObject, paths: list[Path], folder: Path) -> dict[str, int]:
    """Make backups of any generation and kind; return the generation of each point that is kept."""
    made: dict[str, int] = {}
    for _ in range(data.draw(st.integers(1, 6))):
        index, kind = data.draw(st.integers(0, len(paths) - 1)), data.draw(KINDS)
        try:
            done = back_up(paths[index], folder, kind)
        except InvalidArgument:
            assert kind in {BackupKind.INCREMENTAL, BackupKind.DIFFERENTIAL}
            continue
        assert kind in {None, done.head.kind}
        assert done.stream is not None
        made[done.stream.stem] = index
        if data.draw(st.booleans()):
            dropped = data.draw(st.sets(st.sampled_from(sorted(made)), min_size=1))
            plan = finished(prune(folder, drop=sorted(dropped)))
            for point in plan.removed:
                del made[point.name]
            assert {point.name for point in plan.kept} == set(made)
    return made


@settings(max_examples=30, deadline=None)
@given(plan=chain_plans(max_links=4), data=st.data())
def test_every_point_that_is_kept_restores_to_its_generation(
    plan: ChainPlan, data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as place:
        paths = plan.build(Path(place) / "chain")
        folder = Path(place) / "backups"
        made = some_backups(data, paths, folder)
        if not made:
            return
        if data.draw(st.booleans()):
            (folder / "backups.sqlite").unlink()
        assert unsound(folder) == {}
        digests: dict[int, set[str | None]] = {}
        for point in Shelf.read(folder).points:
            index = made[point.name]
            target = Path(place) / "restored.raw"
            assert restored(folder, target, point.name) == plan.content(index)
            digests.setdefault(hash(plan.content(index)), set()).add(point.end.disk_tree_sha256)
        # Equal disks have one digest, however they were backed up.
        assert all(len(each) == 1 and None not in each for each in digests.values())


@settings(max_examples=15, deadline=None)
@given(plan=chain_plans(max_links=3), data=st.data())
def test_a_byte_that_was_changed_anywhere_is_named_before_anything_is_written(
    plan: ChainPlan, data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as place:
        paths = plan.build(Path(place) / "chain")
        folder = Path(place) / "backups"
        if not some_backups(data, paths, folder):
            return
        needed = {
            point.name: {file for each in series_of(folder, point.name)
                         for file in (each.stream, each.manifest)}
            for point in Shelf.read(folder).points
        }  # fmt: skip
        files = sorted(file for file in folder.iterdir() if file.suffix in {".vmdk", ".json"})
        for _ in range(4):
            file = data.draw(st.sampled_from(files))
            whole = file.read_bytes()
            at = data.draw(st.integers(0, 2**32)) % len(whole)
            changed = bytearray(whole)
            changed[at] ^= data.draw(st.integers(1, 255))
            file.write_bytes(changed)
            assert file in unsound(folder).values()
            for name, those in needed.items():
                if file not in those:
                    continue
                target = Path(place) / "restored.vmdk"
                with pytest.raises(VmdkError) as raised:
                    restored(folder, target, name, "monolithicSparse")
                assert raised.value.path == file
                assert sorted(Path(place).iterdir()) == sorted([folder, paths[0].parent])
            file.write_bytes(whole)
        assert unsound(folder) == {}


@pytest.mark.judge
@settings(max_examples=8, deadline=None)
@given(plan=chain_plans(max_links=4, cut=128), data=st.data())
def test_points_restore_to_what_qemu_makes_of_the_generation(
    plan: ChainPlan, data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as place:
        paths = plan.build(Path(place) / "chain")
        folder = Path(place) / "backups"
        made = some_backups(data, paths, folder)
        for name, index in made.items():
            judged = Path(place) / "judged.raw"
            subprocess.run(["qemu-img", "convert", "-O", "raw", paths[index], judged], check=True)
            assert restored(folder, Path(place) / "restored.raw", name) == judged.read_bytes()
        assert len(proved(folder) if made else ()) == len(made)


@settings(max_examples=8, deadline=None)
@given(
    capacities=st.lists(st.integers(1, 70_000), min_size=2, max_size=4),
    backed_up=st.sets(st.integers(0, 3), min_size=2),
    seed=st.integers(0, 99),
)
def test_links_of_other_capacities_come_back_as_they_read(
    capacities: list[int], backed_up: set[int], seed: int
) -> None:
    with tempfile.TemporaryDirectory() as place:
        paths: list[Path] = []
        chance = random.Random(seed)
        for index, capacity in enumerate(capacities):
            path = Path(place) / f"link{index}.vmdk"
            last = (capacity - 1) // 128
            plan = ExtentPlan(
                capacity,
                stored=frozenset({last, chance.randint(0, last)}),
                seed=seed + 1000 * index,
            )
            LinkPlan((plan,)).write(path, cid=0x1000 + index, parent=paths[-1] if paths else None)
            paths.append(path)
        folder = Path(place) / "backups"
        for index in sorted({index % len(paths) for index in backed_up}):
            back_up(paths[index], folder)
        assert unsound(folder) == {}
        for point in Shelf.read(folder).points:
            disk = Path(place) / point.head.link
            assert restored(folder, Path(place) / "back.raw", point.name) == content(disk)
            full = back_up(disk, Path(place) / "full", BackupKind.FULL)
            assert full.end.disk_tree_sha256 == point.end.disk_tree_sha256
