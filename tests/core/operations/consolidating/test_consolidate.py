"""Consolidation: what was read before is read afterwards, and what can't be kept is refused."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redoscope_core import (
    Access,
    Chain,
    Disk,
    Link,
    State,
    UnsupportedVmdk,
    VmdkError,
    WasMerged,
    create_disk,
    sentences,
)
from redoscope_core.operations.edits.plan import Plan
from redoscope_core.operations.examining.check import check
from tests.core.cli.kills import Killed, stopped
from tests.core.finished import finished
from tests.core.links import make_chain, make_child, write_sector
from tests.core.mixed import MixedChain, mixed_chains
from tests.core.operations.consolidating.merges import content, merge, planned, stop_after
from tests.core.outcomes import outcome
from tests.core.trees import BASE_KINDS, Tree
from tests.judges import dissect, libvmdk, qemu
from tests.judges.trees import fingerprints

if TYPE_CHECKING:
    from collections.abc import Sequence

SECTOR = 512
GRAIN = 128


def cid(path: Path) -> int:
    """Return the content ID in the file."""
    with Link.open(path) as link:
        return link.descriptor.cid


def faults(path: Path) -> list[str]:
    """Return what `check` finds wrong."""
    return [sentences.text(found) for found in finished(check(path)) if found.is_fault]


def read_by_libvmdk(path: Path) -> bytes | None:
    """Return what libvmdk reads; None if there are zero grains, which it takes for sector 1."""
    with Chain.open(path) as chain:
        if any((link.stored.state == State.ZERO).any() for link in chain.links):
            return None
        return libvmdk.read([link.path for link in chain.links])


def tree_of(folder: Path, kind: str, seed: int, links: int = 4) -> Tree:
    """Let qemu make and write a chain without branches."""
    tree = Tree(folder, seed=seed, capacity=4096)
    tree.grow_base(kind, zeroed_grains=seed % 2 == 0)
    for parent in range(links - 1):
        tree.grow_child(parent)
    return tree


@pytest.mark.judge
@pytest.mark.parametrize("kind", BASE_KINDS)
@pytest.mark.parametrize("into", [0, 1, 2])
def test_every_program_reads_the_disk_as_before_in_the_link_that_took_it_in(
    tmp_path: Path, kind: str, into: int
) -> None:
    tree = tree_of(tmp_path, kind, seed=into)
    paths, expected = [made.path for made in tree.links], tree.links[-1].content
    merge(paths[-1], paths[into])
    target = paths[into]
    assert content(target) == qemu.read(target) == expected
    assert dissect.read(target) == expected
    assert read_by_libvmdk(target) in {None, expected}
    qemu.check(target)
    assert faults(target) == []
    for made in tree.links[:into]:
        assert content(made.path) == qemu.read(made.path) == made.content


@pytest.mark.judge
@pytest.mark.parametrize("kind", BASE_KINDS)
def test_it_gives_the_bytes_that_qemus_commit_gives(tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "theirs"
    folder.mkdir()
    tree = tree_of(folder, kind, seed=7, links=5)
    ours = shutil.copytree(folder, tmp_path / "ours")
    names = [made.path.name for made in tree.links]
    for disk, into in ((names[4], names[3]), (names[3], names[0])):
        qemu.run("qemu-img", "commit", "-q", "-d", "-f", "vmdk", "-b", into, disk, cwd=folder)
        merge(ours / disk, ours / into)
        assert content(ours / into) == qemu.read(folder / into) == tree.links[-1].content


@pytest.mark.judge
@pytest.mark.parametrize("first", [1, 2])
def test_a_middle_link_goes_into_its_parent_and_its_child_follows(
    tmp_path: Path, first: int
) -> None:
    tree = tree_of(tmp_path, "monolithicSparse", seed=11, links=5)
    paths = [made.path for made in tree.links]
    result = merge(paths[first + 1], paths[first], delete=True)
    kept = [*paths[: first + 1], *paths[first + 2 :]]
    assert not paths[first + 1].exists()
    with Chain.open(paths[-1]) as chain:
        assert [link.path for link in chain.links] == kept
        assert chain.links[first].descriptor.cid == result.new_cid
    assert content(paths[-1]) == qemu.read(paths[-1]) == tree.links[-1].content
    assert dissect.read(paths[-1]) == tree.links[-1].content
    assert read_by_libvmdk(paths[-1]) in {None, tree.links[-1].content}
    assert content(paths[first]) == qemu.read(paths[first]) == tree.links[first + 1].content


def test_all_children_of_the_newest_merged_link_follow(chain3: list[Path]) -> None:
    branch = make_child(chain3[1], "branch.vmdk")
    write_sector(branch, 5, b"x")
    before = [content(chain3[2]), content(branch)]
    plan = planned(chain3[1])
    assert set(plan.children) == {chain3[2], branch}
    merge(chain3[1])
    assert [content(chain3[2]), content(branch)] == before
    for path in (chain3[2], branch):
        with Link.open(path) as link:
            assert link.descriptor.parent_hint == chain3[0].name


@settings(max_examples=60)
@given(plan=mixed_chains(), data=st.data())
def test_any_chain_reads_as_before_or_is_left_as_it_was(
    plan: MixedChain, data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory(prefix="redoscope-test-") as name:
        paths = plan.build(Path(name) / "disks")
        disk = data.draw(st.integers(1, len(paths) - 1), label="disk")
        into = data.draw(st.integers(0, disk - 1), label="into")
        before = fingerprints(Path(name))
        expected = plan.generations()
        result = outcome(lambda: merge(paths[disk], paths[into]))
        if isinstance(result, VmdkError):
            assert isinstance(result, UnsupportedVmdk)
            assert fingerprints(Path(name)) == before
            return
        assert content(paths[into]) == expected[disk]
        assert content(paths[-1] if disk < len(paths) - 1 else paths[into]) == expected[-1]
        for older in range(into):
            assert content(paths[older]) == expected[older]


@pytest.mark.parametrize("sizes", [(128, 8), (8, 128), (128, 128), (16, 64)])
def test_grains_of_other_sizes_are_filled_up_from_below(
    tmp_path: Path, sizes: tuple[int, int]
) -> None:
    paths = [tmp_path / f"link{number}.vmdk" for number in range(3)]
    create_disk(paths[0], 1000)
    with Disk.open(paths[0], access=Access.WRITE) as disk:
        disk.write(0, b"b" * SECTOR * 1000)
    for number, size in enumerate(sizes, start=1):
        make_child(paths[number - 1], paths[number], grain_size=size)
        with Disk.open(paths[number], access=Access.WRITE) as disk:
            disk.write(number * 30, bytes([48 + number]) * SECTOR * 3)
            disk.write(998, bytes([48 + number]) * SECTOR * 2)
            disk.write_zeros(400 + number, 200)
    expected = content(paths[2])
    merge(paths[2])
    assert content(paths[1]) == expected
    assert faults(paths[1]) == []


def test_the_plan_says_what_is_written_and_writes_nothing(tmp_path: Path) -> None:
    base, child = tmp_path / "base.vmdk", tmp_path / "child.vmdk"
    create_disk(base, 2048)
    with Disk.open(base, access=Access.WRITE) as disk:
        disk.write(0, b"b" * 4 * GRAIN * SECTOR)
    make_child(base, child, zeroed_grains=True)
    with Disk.open(child, access=Access.WRITE) as disk:
        disk.write(3 * GRAIN, b"c" * 4 * GRAIN * SECTOR)
        disk.write_zeros(10 * GRAIN, GRAIN)
    before, length, old = fingerprints(tmp_path), base.stat().st_size, cid(base)
    plan = planned(child)
    assert fingerprints(tmp_path) == before
    assert (plan.target, plan.merged, plan.children) == (base, (child,), ())
    assert (plan.sectors, plan.overwritten_sectors) == (4 * GRAIN, GRAIN)
    assert (plan.zero_sectors, plan.appended_bytes) == (GRAIN, 3 * GRAIN * SECTOR)
    assert (plan.written_files, plan.redundant_files) == ((base, child), (child,))
    assert plan.old_cid == old
    merge(child)
    assert base.stat().st_size - length == plan.appended_bytes


@settings(max_examples=30)
@given(plan=mixed_chains(children=("sparse", "split", "cowd")))
def test_the_plan_knows_how_much_the_files_grow(plan: MixedChain) -> None:
    with tempfile.TemporaryDirectory(prefix="redoscope-test-") as name:
        paths = plan.build(Path(name) / "disks")
        told = outcome(lambda: planned(paths[-1]))
        if isinstance(told, VmdkError):
            return
        with Link.open(paths[-2]) as target:
            files = target.all_files
        before = sum(path.stat().st_size for path in files)
        merge(paths[-1])
        grown = sum(path.stat().st_size for path in files) - before
        assert grown == told.grown_bytes


def test_zeros_over_a_part_of_a_grain_are_counted_as_a_new_grain(tmp_path: Path) -> None:
    create_disk(tmp_path / "base.vmdk", 769, kind="monolithicFlat")
    make_child(tmp_path / "base.vmdk", tmp_path / "old.vmdk", grain_size=512, zeroed_grains=True)
    make_child(tmp_path / "old.vmdk", tmp_path / "new.vmdk", grain_size=256, zeroed_grains=True)
    with Disk.open(tmp_path / "new.vmdk", access=Access.WRITE) as disk:
        disk.write_zeros(512, 256)
    told = planned(tmp_path / "new.vmdk")
    before = (tmp_path / "old.vmdk").stat().st_size
    merge(tmp_path / "new.vmdk", tmp_path / "old.vmdk")
    grown = (tmp_path / "old.vmdk").stat().st_size - before
    assert told.appended_bytes == 512 * 512
    assert told.appended_bytes <= grown < 2 * told.appended_bytes


def test_the_merged_links_are_kept_and_lead_nowhere(chain3: list[Path]) -> None:
    expected, old = content(chain3[2]), cid(chain3[0])
    result = merge(chain3[2], chain3[0])
    assert cid(chain3[0]) == result.new_cid != old
    for path in chain3[1:]:
        assert path.exists()
        with pytest.raises(WasMerged, match=r"merged into link0\.vmdk") as caught:
            Chain.open(path)
        assert caught.value.path == path
        assert "link2.vmdk.undo.json` takes it back" in str(caught.value)
    with Disk.open(chain3[0], access=Access.WRITE) as disk:
        assert disk.read(0, disk.capacity) == expected
        disk.write(7, b"n" * SECTOR)


def test_the_saved_inverse_makes_the_merged_links_part_of_the_chain_again(
    tmp_path: Path,
) -> None:
    paths = make_chain(tmp_path, 4)
    expected = content(paths[3])
    result = merge(paths[2], paths[0])
    assert result.undo == paths[2].with_name("link2.vmdk.undo.json")
    Plan.read(result.undo).apply(undo=tmp_path / "redo.json")
    with Chain.open(paths[3]) as chain:
        assert [link.path for link in chain.links] == paths
        assert chain.read(0, chain.capacity) == expected
    Plan.read(tmp_path / "redo.json").apply(undo=tmp_path / "again.json")
    with Chain.open(paths[3]) as chain:
        assert [link.path for link in chain.links] == [paths[0], paths[3]]
        assert chain.read(0, chain.capacity) == expected


def test_deleting_leaves_the_target_and_nothing_else(chain3: list[Path]) -> None:
    expected = content(chain3[2])
    result = merge(chain3[2], chain3[0], delete=True)
    assert result.undo is None
    assert list(chain3[0].parent.iterdir()) == [chain3[0]]
    assert content(chain3[0]) == expected


@pytest.fixture
def long_chain(tmp_path: Path) -> Sequence[Path]:
    """Three links of 96 MiB, the newer two of which store 64 MiB each: several steps."""
    paths = [tmp_path / f"link{number}.vmdk" for number in range(3)]
    for number, path in enumerate(paths):
        if number:
            make_child(paths[number - 1], path, zeroed_grains=number == 1)
        else:
            create_disk(path, 3 * 2**16)
        with Disk.open(path, access=Access.WRITE) as disk:
            for start in range(number * 2**15, number * 2**15 + 2**17, 1024):
                disk.write(start, bytes([65 + number]) * 1024 * SECTOR)
            disk.write_zeros(2**17 + 2**14, 2**14)
    return paths


@pytest.mark.parametrize("count", range(8))
def test_stopping_between_two_steps_leaves_a_disk_that_reads_as_before(
    long_chain: Sequence[Path], count: int
) -> None:
    expected = content(long_chain[2])
    ended = stop_after(long_chain[2], long_chain[0], count)
    assert list(long_chain[0].parent.glob("*.part")) == []
    if not ended:
        assert content(long_chain[2]) == expected
        assert faults(long_chain[2]) == []
        merge(long_chain[2], long_chain[0])
    assert content(long_chain[0]) == expected
    assert faults(long_chain[0]) == []


def test_a_call_that_was_stopped_goes_on_with_the_same_name_for_its_inverse(
    tmp_path: Path,
) -> None:
    (tmp_path / "made").mkdir()
    expected = content(make_chain(tmp_path / "made", 3)[2])
    folder = tmp_path / "copy"
    disk, base, undo = folder / "link2.vmdk", folder / "link0.vmdk", folder / "mine.json"
    point, over, left_and_ended = 0, False, 0
    while not over:
        point += 1
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(tmp_path / "made", folder)
        try:
            with stopped(point):
                merge(disk, base, undo=undo)
                over = True
        except Killed:
            pass
        left, said = undo.exists(), ""
        try:
            merge(disk, base, undo=undo)
        except WasMerged:
            pass  # the call before came to its end
        except VmdkError as error:
            said = str(error)
        assert "the name is taken" not in said, point
        assert ("mine.json" in said) == bool(said), point
        if not said:
            assert content(base) == expected, point
            left_and_ended += left and not over
    assert left_and_ended > 1
