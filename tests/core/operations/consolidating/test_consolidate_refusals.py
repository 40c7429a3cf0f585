"""Consolidations that are refused: nothing is written, and the way out is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from redoscope_core import (
    Access,
    AlreadyExists,
    BrokenChain,
    CapacityMismatch,
    Chain,
    CorruptVmdk,
    Disk,
    HasChildren,
    InUse,
    InvalidArgument,
    Link,
    UnsupportedVmdk,
    consolidate,
    plan_consolidation,
)
from redoscope_core.link.rewrite import rewrite_descriptor
from tests.core.links import make_chain, make_child, write_sector
from tests.core.operations.consolidating.merges import merge
from tests.judges import handmade
from tests.judges.handmade import SparsePlan
from tests.judges.handmade_stream import StreamPlan, stream_link
from tests.judges.trees import fingerprints

if TYPE_CHECKING:
    from pathlib import Path

SECTOR = 512


def test_another_child_of_a_link_whose_content_is_lost_is_a_refusal_that_names_it(
    chain3: list[Path],
) -> None:
    branch = make_child(chain3[1], "branch.vmdk")
    before = fingerprints(chain3[0].parent)
    for into in (chain3[1], chain3[0]):
        with pytest.raises(HasChildren, match=r"branch\.vmdk") as caught:
            merge(chain3[2], into)
        assert "clone link2.vmdk" in (caught.value.cure or "")
    assert fingerprints(chain3[0].parent) == before
    assert branch.exists()


def test_a_child_that_does_not_fit_is_not_made_to_fit(chain3: list[Path]) -> None:
    with Link.open(chain3[1], writable=True) as link:
        rewrite_descriptor(link, link.descriptor.with_content_id(0x77))
    with pytest.raises(BrokenChain, match="other content"):
        merge(chain3[1])


@pytest.mark.parametrize(
    ("words", "index", "into"),
    [("a base disk has no parent", 0, None), ("not an older link", 1, 2), ("not an older", 1, 1)],
)
def test_only_an_older_link_of_the_chain_can_take_it_in(
    chain3: list[Path], words: str, index: int, into: int | None
) -> None:
    with pytest.raises(InvalidArgument, match=words):
        merge(chain3[index], None if into is None else chain3[into])


def test_a_stream_is_not_written_and_the_way_out_is_told(tmp_path: Path) -> None:
    base = stream_link(tmp_path / "base.vmdk", StreamPlan(1024, {0: b"s" * 65536}))
    child = make_child(base, "child.vmdk")
    write_sector(child, 3, b"c")
    before = fingerprints(tmp_path)
    with pytest.raises(UnsupportedVmdk, match=r"clone child\.vmdk instead"):
        merge(child)
    assert fingerprints(tmp_path) == before


def test_a_child_larger_than_its_parent_is_refused(tmp_path: Path) -> None:
    handmade.sparse_link(tmp_path / "base.vmdk", SparsePlan(1024), cid=5)
    child = handmade.sparse_link(
        tmp_path / "child.vmdk", SparsePlan(2048), cid=6, parent_cid=5, hint="base.vmdk"
    )
    before = fingerprints(tmp_path)
    with pytest.raises(CapacityMismatch, match="clone"):
        merge(child)
    assert fingerprints(tmp_path) == before


@pytest.mark.parametrize("held", [0, 1, 2, 3])
def test_a_link_in_use_is_left_alone_also_one_above(tmp_path: Path, held: int) -> None:
    paths = make_chain(tmp_path, 4)
    lock = paths[held].with_name(f"{paths[held].name}.lck")
    lock.mkdir()
    (lock / "M1.lck").touch()
    before = fingerprints(tmp_path)
    if held == 0:
        merge(paths[2], paths[1])  # a parent of the target is only read
        return
    with pytest.raises(InUse):
        merge(paths[2], paths[1])
    assert fingerprints(tmp_path) == before


def test_a_writer_in_this_program_is_noticed_too(chain3: list[Path]) -> None:
    with Disk.open(chain3[2], access=Access.WRITE) as disk:
        disk.write(1, b"w" * SECTOR)
        with pytest.raises(InUse):
            merge(chain3[1])


def test_a_plan_that_was_overtaken_is_not_carried_out(chain3: list[Path]) -> None:
    with Chain.open(chain3[2]) as chain:
        plan = plan_consolidation(chain)
        with pytest.raises(InvalidArgument, match="not of this chain"):
            next(consolidate(chain.up_to(1), plan))
        with Link.open(chain3[1], writable=True) as link:
            rewrite_descriptor(link, link.descriptor.with_content_id(0x77))
        before = fingerprints(chain3[0].parent)
        with pytest.raises(CorruptVmdk, match="changed since the plan was made"):
            next(consolidate(chain, plan))
    assert fingerprints(chain3[0].parent) == before


def test_a_name_for_the_undo_that_is_taken_stops_it_before_anything(chain3: list[Path]) -> None:
    (chain3[0].parent / "taken.json").write_text("mine")
    before = fingerprints(chain3[0].parent)
    with pytest.raises(AlreadyExists):
        merge(chain3[2], undo=chain3[0].parent / "taken.json")
    assert fingerprints(chain3[0].parent) == before
