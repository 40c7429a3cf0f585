"""Which link of a folder is shown first, and that finding it out takes no long time."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.gui.endurance.damage import SOUND as SOUND_LINKS
from tests.gui.endurance.damage import make_damaged_folder
from tests.judges import handmade
from tests.judges.handmade import SparsePlan

from redoscope_core import Forest, Leniency, Policy
from redoscope_gui.requests import ForestOpened, OpenChain, OpenForest
from redoscope_gui.requests import opening as asked

SOUND = SparsePlan(2048, grains={0: b"a" * 65536, 2: b"c" * 65536})


def opened(folder: Path) -> ForestOpened:
    """Open *folder*, close what was opened, and return what was said."""
    answer = OpenForest(folder).run()
    answer.close()
    return answer


def link(path: Path, *, when: int, damaged: bool = False, parent: Path | None = None) -> Path:
    """Write a sparse link; a *damaged* one has a table entry past the end of its file."""
    hint = parent.name if parent is not None else None
    parent_cid = 5 if parent is not None else handmade.NO_PARENT
    handmade.sparse_link(path, SOUND, cid=5, parent_cid=parent_cid, hint=hint)
    if damaged:
        handmade.patch_u32(path, SOUND.table_entry(2), 2**20)
    os.utime(path, (when, when))
    return path


def test_a_tip_with_damaged_tables_is_not_shown_if_another_can_be_read(tmp_path: Path) -> None:
    link(tmp_path / "damaged.vmdk", when=200, damaged=True)
    link(tmp_path / "sound.vmdk", when=100)
    answer = opened(tmp_path)
    assert answer.wanted == tmp_path / "sound.vmdk"
    assert answer.opened is not None


def test_a_damaged_disk_alone_is_shown(tmp_path: Path) -> None:
    link(tmp_path / "one.vmdk", when=200, damaged=True)
    link(tmp_path / "two.vmdk", when=100, damaged=True)
    assert opened(tmp_path).wanted == tmp_path / "one.vmdk"


def test_the_longer_chain_is_shown_though_a_shorter_one_is_newer(tmp_path: Path) -> None:
    base = link(tmp_path / "base.vmdk", when=100)
    link(tmp_path / "child.vmdk", when=101, parent=base)
    link(tmp_path / "lone.vmdk", when=200)
    assert opened(tmp_path).wanted == tmp_path / "child.vmdk"


def test_a_damaged_link_that_is_asked_for_is_shown(tmp_path: Path) -> None:
    wanted = link(tmp_path / "damaged.vmdk", when=100, damaged=True)
    link(tmp_path / "sound.vmdk", when=200)
    assert opened(wanted).wanted == wanted


def test_a_child_with_a_fault_is_not_tried_unless_it_is_allowed(tmp_path: Path) -> None:
    base = link(tmp_path / "base.vmdk", when=100)
    handmade.sparse_link(tmp_path / "child.vmdk", SOUND, cid=7, parent_cid=6, hint="base.vmdk")
    for allowed, links in ((False, 1), (True, 2)):
        policy = Policy(allowed=frozenset({Leniency.CID_MISMATCH} if allowed else ()))
        forest = Forest.scan(tmp_path, policy=policy)
        answer = OpenChain(forest, base, policy).run()
        answer.close()
        assert len(answer.chain.links) == links
        assert answer.above is None
        assert answer.generation == 0


def test_one_candidate_is_not_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The window shows its tree before the tables of a large disk are read."""
    link(tmp_path / "one.vmdk", when=100)
    monkeypatch.setattr(asked, "_doubt", None)
    assert opened(tmp_path).wanted == tmp_path / "one.vmdk"


def test_the_search_ends_when_its_time_is_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link(tmp_path / "damaged.vmdk", when=200, damaged=True)
    link(tmp_path / "sound.vmdk", when=100)
    monkeypatch.setattr(asked, "_PATIENCE", -1.0)
    assert opened(tmp_path).wanted == tmp_path / "damaged.vmdk"


def test_an_empty_folder_has_nothing_to_show(tmp_path: Path) -> None:
    answer = opened(tmp_path)
    assert (answer.wanted, answer.opened, answer.error) == (None, None, None)


@pytest.mark.parametrize("seed", range(3))
def test_a_folder_of_damage_opens_on_a_chain_without_any(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(asked, "_PATIENCE", 60.0)  # on a busy machine too
    answer = OpenForest(make_damaged_folder(tmp_path / "vm", seed=seed)).run()
    assert answer.opened is not None
    chain = answer.opened.chain
    assert [link.path.name for link in chain.links if link.is_damaged] == []
    assert len(chain.links) == SOUND_LINKS
    answer.close()
