"""Branches are told apart: links of one generation on two branches have two colours and marks."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot
from tests.gui.sight import SIGHTS, apart

from redoscope_gui import theme
from redoscope_gui.session import branch_numbers
from redoscope_gui.views.chain.rows import LinkRow
from redoscope_gui.window import MainWindow

GENERATIONS = range(1, 9)


@pytest.mark.parametrize(("scheme", "sight"), list(product(theme.SCHEMES, SIGHTS)))
def test_branches_have_colours_that_every_sight_tells_apart(scheme: str, sight: str) -> None:
    theme.use_scheme(scheme)
    try:
        for generation, branch in product(GENERATIONS, (1, 2, 3)):
            own = theme.link_colour(generation, branch)
            assert apart(own, theme.link_colour(generation, 0), sight) >= 20
            below = theme.link_colour(generation - 1, 0)
            assert apart(own, below, sight) >= 15
    finally:
        theme.use_scheme(theme.DARK)


def row_of(window: MainWindow, name: str) -> LinkRow:
    rows = window.panes.chain_view.rows
    items = [rows.item_at(rows.index(n, 0)) for n in range(rows.rowCount())]
    return next(i for i in items if isinstance(i, LinkRow) and i.row.path.name == name)


def colours(window: MainWindow) -> set[str]:
    assert window.explorer.timeline_view is not None
    picture = window.explorer.timeline_view.track.grab().toImage()
    spots = product(range(picture.width()), range(picture.height()))
    return {QColor(picture.pixel(x, y)).name() for x, y in spots}


def test_tree_timeline_map_and_bytes_have_the_colour_of_the_branch(
    qtbot: QtBot, window: MainWindow, own_sample: Path
) -> None:
    branch, main = "office-000002-child1a.vmdk", "office-000003.vmdk"
    window.open_path(own_sample / branch)
    on_branch, on_main = row_of(window, branch), row_of(window, main)
    assert on_branch.row.generation == on_main.row.generation == 3
    assert (on_branch.branch, on_main.branch) == (1, 0)
    assert on_branch.tint != on_main.tint
    assert theme.link_colour(3) == on_branch.tint, "the chain on screen is the branch"
    assert on_branch.tint.name() in colours(window)
    assert on_main.tint.name() not in colours(window)
    view = window.explorer.map_view
    assert view is not None
    window.commands.run("map.owner")
    entries = {entry.name: entry.colour for entry in view.legend.entries}
    assert entries[f"3 {branch}"] == on_branch.tint

    window.session.select_link(own_sample / main)
    assert theme.link_colour(3) == on_main.tint
    qtbot.waitUntil(lambda: on_main.tint.name() in colours(window))


def test_each_child_beside_the_main_one_begins_a_branch(
    window: MainWindow, own_sample: Path
) -> None:
    window.open_path(own_sample)
    forest = window.session.forest
    assert forest is not None
    numbers = branch_numbers(forest.nodes)
    assert {path.name: number for path, number in numbers.items() if number} == {
        "office-000002-child1a.vmdk": 1
    }
    assert set(numbers) == set(forest.nodes)


def test_a_session_that_is_closed_leaves_no_branches_to_the_next(
    explorer: MainWindow, own_sample: Path
) -> None:
    explorer.session.select_link(own_sample / "office-000002-child1a.vmdk")
    generation = explorer.session.cursor.generation
    assert theme.branch_of(generation) > 0
    explorer.session.close()
    assert theme.branch_of(generation) == 0
    assert theme.link_colour(generation) == theme.link_colour(generation, branch=0)
