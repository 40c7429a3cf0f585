"""`attach`: who is joined, who is not and why, and what is written of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from redoscope_core import Chain, create_disk
from tests.core.links import make_chain, make_child
from tests.judges import handmade
from tests.judges.handmade import SparsePlan
from tests.judges.trees import fingerprints

if TYPE_CHECKING:
    from pathlib import Path

    from tests.core.cli.conftest import Redoscope

SECTOR = 512
REASONS = ["wrong CID", "wrong capacity", "base disk", "cycle", "with its parents"]


@pytest.mark.parametrize("reason", REASONS)
def test_attach_tells_why_not(redoscope: Redoscope, tmp_path: Path, reason: str) -> None:
    paths = make_chain(tmp_path, 3)
    child = make_child(paths[0], "child1a.vmdk")
    other = tmp_path / "other.vmdk"
    create_disk(other, 1024)
    plan = SparsePlan(2048)
    with Chain.open(paths[0]) as chain:
        base_cid = chain.tip.descriptor.cid
    large = handmade.sparse_link(tmp_path / "large.vmdk", plan, cid=base_cid)
    words, code, shown = {
        "wrong CID": ([child, "--to", other], 16008, f"{base_cid:08x}"),
        "wrong capacity": ([child, "--to", large], 16067, "2048"),
        "base disk": ([other, "--to", paths[0]], 16069, "base disk"),
        "cycle": ([paths[1], "--to", paths[2]], 16030, "link1.vmdk"),
        "with its parents": ([child, "--to", paths[0], "--with-parents"], 16068, "parents"),
    }[reason]
    before = fingerprints(tmp_path)
    ran = redoscope("attach", *words, "--why-not", "--json")
    assert ran.status == 1
    assert (ran.document["possible"], ran.document["code"]) == (False, code)
    assert ran.document["name"].startswith("VIX_E_DISK_")
    assert shown in ran.document["reason"]
    told = redoscope("attach", *words, "--why-not")
    assert told.status == 1
    assert str(code) in told.out
    assert shown in redoscope.refused("attach", *words)
    assert fingerprints(tmp_path) == before


def test_attach_joins_and_writes_nothing(redoscope: Redoscope, chain3: list[Path]) -> None:
    child = make_child(chain3[0], "child1a.vmdk")
    before = fingerprints(child.parent)
    ran = redoscope("attach", child, "--to", chain3[0], "--json")
    assert (ran.status, ran.document) == (
        0,
        {"disk": str(child), "links": [str(chain3[0]), str(child)]},
    )
    assert redoscope("attach", child, "--to", chain3[0], "--why-not").status == 0
    assert "link0.vmdk + child1a.vmdk" in redoscope("attach", child, "--to", chain3[0]).out
    assert fingerprints(child.parent) == before


def test_attach_persists_by_a_plan_that_can_be_undone(redoscope: Redoscope, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    base = tmp_path / "a" / "base.vmdk"
    create_disk(base, 1024)
    child = make_child(base, "child.vmdk").rename(tmp_path / "b" / "child.vmdk")
    before = fingerprints(tmp_path)
    redoscope.refused("read", child, "--out", "-")
    ran = redoscope("attach", child, "--to", base, "--persist", "--dry-run")
    assert ran.status == 0
    assert "../a/base.vmdk" in ran.out
    assert fingerprints(tmp_path) == before
    ran = redoscope("attach", child, "--to", base, "--persist", "--json")
    assert ran.status == 0
    assert ran.document["applied"] is True
    assert before["a/base.vmdk"] == fingerprints(tmp_path)["a/base.vmdk"]
    assert redoscope("read", child, "--out", "-").raw == bytes(1024 * SECTOR)
    assert (tmp_path / "b" / "child.vmdk.undo.json").exists()
