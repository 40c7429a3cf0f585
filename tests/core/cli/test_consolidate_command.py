"""The commands consolidate and undo."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from redoscope_core import Chain
from redoscope_core.operations.consolidating.merging import Merging
from tests.core.links import make_chain, make_child
from tests.core.operations.consolidating.merges import content
from tests.judges.trees import fingerprints

if TYPE_CHECKING:
    from pathlib import Path

    from tests.core.cli.conftest import Redoscope

SECTOR = 512


@pytest.fixture
def chain4(tmp_path: Path) -> list[Path]:
    """Four links."""
    return make_chain(tmp_path, 4)


def test_it_says_what_it_will_write_and_then_does(redoscope: Redoscope, chain4: list[Path]) -> None:
    expected = content(chain4[3])
    ran = redoscope("consolidate", chain4[3], "--into", chain4[1])
    assert ran.status == 0
    assert ran.out.startswith(f"{chain4[1]}: takes in link2.vmdk, link3.vmdk\n")
    assert "64.0 KiB of that over what it stores now" in ran.out
    assert "no longer needed: link2.vmdk, link3.vmdk" in ran.out
    assert "open link1.vmdk from now on" in ran.out
    assert content(chain4[1]) == expected


def test_a_middle_link_tells_who_follows(redoscope: Redoscope, chain4: list[Path]) -> None:
    expected = content(chain4[3])
    ran = redoscope("consolidate", chain4[2], "--delete")
    assert ran.status == 0
    assert f"{chain4[3]}: gets link1.vmdk as its parent" in ran.out
    assert "removed link2.vmdk" in ran.out
    assert "from now on" not in ran.out
    assert "older generation" not in ran.err
    assert content(chain4[3]) == expected


@pytest.mark.parametrize("words", [["--json"], []])
def test_a_dry_run_writes_nothing(
    redoscope: Redoscope, chain4: list[Path], words: list[str]
) -> None:
    before = fingerprints(chain4[0].parent)
    ran = redoscope("consolidate", chain4[2], "--dry-run", *words)
    assert ran.status == 0
    assert fingerprints(chain4[0].parent) == before
    if not words:
        assert ran.out.endswith("nothing was written\n")


def test_the_document_has_every_fact(redoscope: Redoscope, chain4: list[Path]) -> None:
    dry = redoscope("consolidate", chain4[2], "--into", chain4[0], "--dry-run", "--json").document
    done = redoscope("consolidate", chain4[2], "--into", chain4[0], "--json").document
    undo = chain4[2].with_name("link2.vmdk.undo.json")
    assert dry == done | {"applied": False, "new_cid": None, "undo": None}
    with Chain.open(chain4[0]) as chain:
        cid = f"{chain.tip.descriptor.cid:08x}"
    assert done | {"old_cid": ""} == {
        "disk": str(chain4[2]),
        "target": str(chain4[0]),
        "merged": [str(chain4[1]), str(chain4[2])],
        "children": [str(chain4[3])],
        "written_files": [str(path) for path in chain4],
        "redundant_files": [str(chain4[1]), str(chain4[2])],
        "sectors": 128,
        "zero_sectors": 0,
        "overwritten_sectors": 128,
        "appended_bytes": 0,
        "old_cid": "",
        "new_cid": cid,
        "applied": True,
        "already": False,
        "deleted": False,
        "undo": str(undo),
    }


def test_a_refusal_is_one_line_that_names_the_branch(
    redoscope: Redoscope, chain4: list[Path]
) -> None:
    make_child(chain4[1], "branch.vmdk")
    line = redoscope.refused("consolidate", chain4[2], "--dry-run", "--json")
    assert "branch.vmdk made from it" in line
    assert "clone link2.vmdk instead" in line


def test_ctrl_c_leaves_a_disk_that_reads_as_before(
    redoscope: Redoscope, chain4: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = content(chain4[3])

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Merging, "run", stopped)
        ran = redoscope("consolidate", chain4[3])
    assert (ran.status, ran.err.splitlines()[-1]) == (130, "redoscope: stopped")
    assert content(chain4[3]) == expected


def test_undo_brings_the_merged_links_back(redoscope: Redoscope, chain4: list[Path]) -> None:
    expected = content(chain4[3])
    redoscope("consolidate", chain4[2], "--into", chain4[0])
    saved = chain4[2].with_name("link2.vmdk.undo.json")
    before = fingerprints(chain4[0].parent)
    ran = redoscope("undo", saved, "--dry-run")
    assert (ran.status, fingerprints(chain4[0].parent)) == (0, before)
    assert "cut off" in ran.out
    ran = redoscope("undo", saved, "--json")
    assert ran.document["applied"] is True
    assert not saved.exists()
    with Chain.open(chain4[3]) as chain:
        assert [link.path for link in chain.links] == chain4
        assert chain.read(0, chain.capacity) == expected
    assert redoscope("undo", chain4[2].with_name("link2.vmdk.redo.json")).status == 0
    with Chain.open(chain4[3]) as chain:
        assert [link.path for link in chain.links] == [chain4[0], chain4[3]]


def test_undo_refuses_what_is_no_saved_plan_or_was_overtaken(
    redoscope: Redoscope, chain4: list[Path]
) -> None:
    assert "not a saved plan" in redoscope.refused("undo", chain4[0])
    redoscope("consolidate", chain4[3])
    saved = chain4[3].with_name("link3.vmdk.undo.json")
    raw = chain4[3].read_bytes()
    chain4[3].write_bytes(raw.replace(b"merged into", b"merged INTO"))
    assert "changed since the plan was made" in redoscope.refused("undo", saved, "--json")
