"""The look-up of a sector, its history, and the description of a link."""

from __future__ import annotations

import hashlib
from collections.abc import Generator
from pathlib import Path

import pytest

from redoscope_core import Chain, State
from redoscope_gui.maps.generations import generation_of
from redoscope_gui.requests import DescribeLink, ExplainSector


@pytest.fixture
def chain(tip: Path) -> Generator[Chain]:
    """The main chain of the sample."""
    with Chain.open(tip) as chain:
        yield chain


@pytest.mark.parametrize("sector", [0, 2048, 2176, 2304, 4096, 8192, 17024, 83584, 131071])
def test_the_history_is_that_of_every_generation(chain: Chain, sector: int) -> None:
    answer = ExplainSector(chain, 5, sector).run()
    assert len(answer.generations) == 6
    before = b""
    for row in answer.generations:
        shown = chain.up_to(row.generation)
        data = shown.read(sector, 1)
        assert hashlib.sha256(data).hexdigest().startswith(row.digest)
        assert row.owner == shown.owner(sector).link_index
        assert row.changed == bool(row.generation and data != before)
        assert row.fault == ""
        before = data


def test_the_look_up_is_that_of_the_chosen_generation(chain: Chain) -> None:
    answer = ExplainSector(chain, 3, 35840).run()
    assert answer.lookup == chain.up_to(3).owner(35840)
    assert answer.lookup.link_index == 2


def test_a_sector_that_cannot_be_read_is_told_in_its_generation(own_sample: Path) -> None:
    damaged = own_sample / "office-000004.vmdk"
    with damaged.open("r+b") as file:
        file.truncate(damaged.stat().st_size - 300_000)
    with Chain.open(own_sample / "office-000005.vmdk") as chain:
        rows = ExplainSector(chain, 5, 16384).run().generations
    assert [bool(row.fault) for row in rows] == [False] * 4 + [True, True]
    assert rows[4].stored is State.UNREADABLE
    assert rows[4].digest == ""


def test_a_link_is_described_with_its_counts_and_content_ids(chain: Chain) -> None:
    answer = DescribeLink(chain, 3).run()
    stored = chain.links[3].stored
    assert answer.counts.data + answer.counts.zero == int(stored.count.sum())
    assert answer.counts.zero == 128
    assert answer.found_parent_cid == answer.parent_cid == chain.links[2].descriptor.cid
    assert answer.comment
    assert "createType" in answer.descriptor
    assert DescribeLink(chain, 0).run().found_parent_cid is None


def test_an_older_generation_is_kept_for_a_while(chain: Chain) -> None:
    assert generation_of(chain, 2) is generation_of(chain, 2)
    assert generation_of(chain, 5) is chain
    assert [link.path for link in generation_of(chain, 2).links] == [
        link.path for link in chain.links[:3]
    ]
