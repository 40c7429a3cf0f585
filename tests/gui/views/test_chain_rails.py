"""Rails of the chain tree."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from tests.core.chain.groves import Twig, grove, groves

from redoscope_gui.views.chain.rails import Row, lay_out


def drawn(rows: tuple[Row, ...]) -> list[tuple[str, int]]:
    return [(str(row.path), row.rail) for row in rows]


def test_a_chain_is_one_rail() -> None:
    rows = lay_out(grove(base=None, c1="base", c2="c1"))
    assert drawn(rows) == [("base", 0), ("c1", 0), ("c2", 0)]
    assert [row.generation for row in rows] == [0, 1, 2]


def test_the_taller_child_keeps_the_rail_and_the_other_branches_off_right_below() -> None:
    rows = lay_out(grove(base=None, a="base", b="base", b1="b"))
    assert drawn(rows) == [("base", 0), ("a", 1), ("b", 0), ("b1", 0)]
    assert [row.branch for row in rows] == [False, True, False, False]


def test_of_equal_children_the_older_keeps_the_rail() -> None:
    rows = lay_out(grove(base=None, older="base", newer="base"))
    assert drawn(rows) == [("base", 0), ("newer", 1), ("older", 0)]


def test_a_rail_is_free_again_after_its_tip() -> None:
    rows = lay_out(grove(base=None, a="base", a1="a", b="a", c="base"))
    assert max(row.rail for row in rows) == 1


def test_a_loop_of_parents_is_drawn_without_end() -> None:
    nodes = {
        Path("a"): Twig(Path("b"), (Path("b"),)),
        Path("b"): Twig(Path("a"), (Path("a"),)),
    }
    assert {str(row.path) for row in lay_out(nodes)} == {"a", "b"}


@given(groves())
def test_every_link_has_one_row_below_its_parent(nodes: dict[Path, Twig]) -> None:
    places = {row.path: number for number, row in enumerate(lay_out(nodes))}
    assert set(places) == set(nodes)
    for path, node in nodes.items():
        assert node.parent is None or places[node.parent] < places[path]


@given(groves())
def test_no_line_runs_through_a_node_and_every_line_arrives(nodes: dict[Path, Twig]) -> None:
    rows = lay_out(nodes)
    places = {row.path: number for number, row in enumerate(rows)}
    for number, row in enumerate(rows):
        assert row.rail not in {edge.rail for edge in row.through}
        for edge in row.through:
            assert places[edge.parent] < number < places[edge.child]
        if row.below is not None:
            child = rows[places[row.below.child]]
            assert child.rail == row.rail
            for between in rows[number + 1 : places[row.below.child]]:
                assert row.below in between.through
