"""A link looked at alone: what it stores, and nothing made up for what it asks its parent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redoscope_core import Chain, Leniency, PartialChain, State
from tests.core.chains import ChainPlan, chain_plans
from tests.core.links import make_chain, write_sector

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SECTOR = 512
FILL = 0xEE


@pytest.fixture
def fresh(tmp_path: Path) -> Callable[[], Path]:
    """Give a new name in the test's folder for each example of a property."""
    names = iter(range(10**6))
    return lambda: tmp_path / f"example{next(names)}"


def asking(chain: Chain) -> np.ndarray:
    """Return for each sector of the link whether it asks the parent."""
    areas = chain.areas()
    return np.repeat(areas.state == State.ABSENT, areas.count)


@given(plan=chain_plans(), data=st.data())
def test_the_links_alone_laid_over_each_other_are_the_chain(
    fresh: Callable[[], Path], plan: ChainPlan, data: st.DataObject
) -> None:
    paths = plan.build(fresh())
    whole = np.zeros((plan.capacity, SECTOR), np.uint8)
    fill = data.draw(st.integers(0, 255), label="fill")
    for path in paths:
        with Chain.open_alone(path) as link:
            buffer = bytearray(link.capacity * SECTOR)
            link.read_into(buffer, 0, fill=fill)
            rows, asks = np.frombuffer(buffer, np.uint8).reshape(-1, SECTOR), asking(link)
            assert link.asks_parent == (path != paths[0])
            assert (rows[asks] == (fill if link.asks_parent else 0)).all()
            whole[~asks] = rows[~asks]
    assert whole.tobytes() == plan.content(len(paths) - 1)


@given(plan=chain_plans(), data=st.data())
def test_a_read_is_refused_where_the_parent_is_asked_and_names_the_first_such_sector(
    fresh: Callable[[], Path], plan: ChainPlan, data: st.DataObject
) -> None:
    paths = plan.build(fresh())
    start = data.draw(st.integers(0, plan.capacity - 1), label="start")
    count = data.draw(st.integers(1, plan.capacity - start), label="count")
    with Chain.open(paths[-1]) as whole:
        link = whole.alone()
        asked = np.flatnonzero(asking(link)[start : start + count]) + start
        if not link.asks_parent or not len(asked):
            assert link.read(start, count) == whole.read(start, count)
            return
        for read in (link.read, lambda first, many: link.read_many([first], many)):
            with pytest.raises(PartialChain) as caught:
                read(start, count)
            assert caught.value.where == f"sector {asked[0]}"
            assert caught.value.leniency is Leniency.FILL


def test_a_link_opens_alone_where_its_parent_is_gone(tmp_path: Path) -> None:
    base, child = make_chain(tmp_path, 2)
    write_sector(child, 130, b"c")
    base.unlink()
    with Chain.open_alone(child) as link:
        assert [each.path for each in link.links] == [child]
        assert link.read(130, 1) == b"c" * SECTOR
        found = link.owner(link.capacity - 1)
        assert (found.state, found.link_index, len(found.steps)) == (State.ABSENT, None, 1)


def test_a_base_disk_alone_asks_nobody(tmp_path: Path) -> None:
    (base,) = make_chain(tmp_path, 1)
    with Chain.open_alone(base) as link, Chain.open(base) as chain:
        assert not link.asks_parent
        assert link.read(0, link.capacity) == chain.read(0, chain.capacity)


def test_a_link_alone_is_closed_with_the_chain_it_is_of(tmp_path: Path) -> None:
    with Chain.open(make_chain(tmp_path, 3)[-1]) as chain:
        link = chain.up_to(1).alone()
        assert link.path == chain.links[1].path
    with pytest.raises(Exception, match="closed"):
        link.read(0, 1)
