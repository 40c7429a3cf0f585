"""Which way a chain goes on where it branches."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from redoscope_core import heights, main_child, path_through, tips_by_merit
from tests.core.chain.groves import Twig, grove, groves


def test_the_way_through_a_link_goes_on_to_the_tip_of_its_branch() -> None:
    nodes = grove(base=None, c1="base", c1a="c1", c2="c1", c3="c2")
    assert [str(path) for path in path_through(nodes, Path("c1"))] == ["base", "c1", "c2", "c3"]
    assert [str(path) for path in path_through(nodes, Path("c1a"))] == ["base", "c1", "c1a"]


def test_a_sound_chain_is_shown_before_a_longer_broken_one() -> None:
    nodes = grove(base=None, lone=None, c1="base", c2="c1")
    nodes[Path("c1")] = Twig(Path("base"), (Path("c2"),), faults=("wrong-cid",))
    assert tips_by_merit(nodes, [Path("c2"), Path("lone")]) == [Path("lone"), Path("c2")]


def test_a_loop_of_parents_is_walked_without_end() -> None:
    nodes = {
        Path("a"): Twig(Path("b"), (Path("b"),)),
        Path("b"): Twig(Path("a"), (Path("a"),)),
    }
    assert Path("a") in path_through(nodes, Path("a"))


def test_of_equal_tips_the_one_written_last_is_shown_first() -> None:
    old, new = Twig(None, modified=1.0), Twig(None, modified=2.0)
    nodes = {Path("old"): old, Path("new"): new}
    assert tips_by_merit(nodes, list(nodes)) == [Path("new"), Path("old")]


@given(groves())
def test_the_height_of_a_link_is_its_longest_way_to_a_tip(nodes: dict[Path, Twig]) -> None:
    tall = heights(nodes)
    for path, node in nodes.items():
        assert tall[path] == max((tall[child] + 1 for child in node.children), default=0)


@given(groves(), st.data())
def test_a_way_is_a_chain_from_a_base_disk_through_the_link_to_a_tip(
    nodes: dict[Path, Twig], data: st.DataObject
) -> None:
    path = data.draw(st.sampled_from(sorted(nodes)))
    way = path_through(nodes, path)
    assert path in way
    assert nodes[way[0]].parent is None
    assert nodes[way[-1]].children == ()
    assert all(nodes[child].parent == parent for parent, child in pairwise(way))


@given(groves(), st.data())
def test_the_way_of_a_link_and_of_what_goes_on_from_it_is_the_same(
    nodes: dict[Path, Twig], data: st.DataObject
) -> None:
    path = data.draw(st.sampled_from(sorted(nodes)))
    onward = main_child(nodes[path], heights(nodes))
    if onward is not None:
        assert path_through(nodes, onward) == path_through(nodes, path)
