"""The command that tells what each link of a chain adds to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from redoscope_core import Chain, Leniency, Policy, growth, identical_sectors
from redoscope_core.chain.unread import Unread
from redoscope_core.progress import finished
from tests.core.links import make_child, write_sector
from tests.judges import handmade
from tests.judges.handmade import SparsePlan

if TYPE_CHECKING:
    from pathlib import Path

    from tests.core.cli.conftest import Redoscope

GRAIN = 128
LOST = 2**31
"""A grain table entry behind the end of any file here."""


def figures(document: dict[str, list[dict[str, object]]], name: str) -> list[object]:
    """Return of each link what *document* has as *name*."""
    return [link[f"{name}_sectors"] for link in document["links"]]


def test_each_figure_is_the_engines_and_only_reading_tells_what_changes_no_byte(
    redoscope: Redoscope, chain3: list[Path]
) -> None:
    with Chain.open(chain3[-1]) as chain:
        found, identical = growth(chain), finished(identical_sectors(chain))
    told = redoscope("growth", chain3[-1], "--json").document
    assert figures(told, "stored") == [each.stored for each in found]
    assert figures(told, "alone") == [each.alone for each in found]
    assert figures(told, "shadowed") == [each.shadowed for each in found]
    assert figures(told, "zero") == [each.zero for each in found]
    assert figures(told, "identical") == [None] * len(found)
    assert told["not_looked_at"] == [{"what": "grain-bytes"}]
    whole = redoscope("growth", chain3[-1], "--json", "--identical").document
    assert figures(whole, "identical") == list(identical)
    assert whole["not_looked_at"] == []


def test_the_table_has_a_line_for_each_link_up_to_the_one_it_is_asked_at(
    redoscope: Redoscope, chain3: list[Path]
) -> None:
    head, *rows, total = redoscope("growth", chain3[-1], "--at", "1").out.splitlines()
    assert head.split() == ["generation", "stored", "alone", "shadowed", "zeros", "link"]
    assert [row.split()[-1] for row in rows] == [path.name for path in chain3[:2]]
    assert total.startswith("2 links, ")
    plain = redoscope("growth", chain3[-1], "--at", "1", "--no-heads", "--identical").out
    assert len(plain.splitlines()) == len(rows) + 1
    assert plain.endswith("changes no byte\n")


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    """A child of four grains, one as the parent's, over a parent of which an entry is lost."""
    own = {number: bytes([number + 1]) * GRAIN * 512 for number in range(4)}
    plan = SparsePlan(16 * GRAIN, grains=own)
    base = handmade.sparse_link(tmp_path / "base.vmdk", plan)
    child = make_child(base, "kid.vmdk")
    write_sector(child, 0, b"K")
    write_sector(child, 2 * GRAIN, b"K")
    entry = (plan.overhead + 2 * GRAIN).to_bytes(4, "little")
    text = base.read_bytes()
    for at in [at for at in range(512, plan.overhead * 512, 4) if text[at : at + 4] == entry]:
        handmade.patch_u32(base, at, LOST)
    return child


def test_what_can_not_be_read_is_refused_or_told_and_is_identical_to_nothing(
    redoscope: Redoscope, damaged: Path
) -> None:
    assert "--salvage" in redoscope.refused("growth", damaged)
    ran = redoscope("growth", damaged, "--salvage", "--identical", "--json")
    assert ran.status == 1
    (lost,) = ran.document["not_looked_at"]
    assert (lost["start"], lost["count"], lost["cause"]) == (256, GRAIN, "cut-off")
    assert figures(ran.document, "stored") == [3 * GRAIN, 2 * GRAIN]
    assert figures(ran.document, "alone") == [2 * GRAIN, 0], "the parent may have it there, too"
    assert figures(ran.document, "identical") == [0, GRAIN - 1]


def test_a_packed_grain_that_can_not_be_inflated_is_told_once(
    redoscope: Redoscope, tmp_path: Path, chain3: list[Path]
) -> None:
    base = tmp_path / "packed.vmdk"
    assert redoscope("clone", chain3[0], base, "--type", "streamOptimized").status == 0
    with Chain.open(base) as chain:
        first = int(chain.stored.start[0])
        offset = int(chain.stored.offset[0])
    tip = base
    for name in ("kid.vmdk", "grandchild.vmdk"):
        tip = make_child(tip, name)
        write_sector(tip, first, name.encode())
    with base.open("r+b") as file:
        file.seek(offset + 14)
        file.write(b"\xff" * 40)
    with Chain.open(tip, policy=Policy(allowed=frozenset({Leniency.SALVAGE}))) as chain:
        unread = Unread.of_links(chain)
        finished(identical_sectors(chain, unread))
        assert [(each.start, each.cause.value) for each in unread.areas()] == [(first, "bad-grain")]
    assert redoscope("growth", tip, "--salvage").status == 0, "tables alone are sound"
    ran = redoscope("growth", tip, "--salvage", "--identical")
    assert (ran.status, "can't be read" in ran.err) == (1, True)
