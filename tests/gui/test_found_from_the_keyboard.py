"""Every deed is a command: it is found by its words, in a menu, and by its key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDialog, QMenu, QTableWidget

from redoscope_gui.dialogs.palette import Offer
from redoscope_gui.dialogs.palette.fuzzy import fit, fit_any
from redoscope_gui.dialogs.palette.offers import sorted_offers
from redoscope_gui.dialogs.shortcuts import ShortcutsDialog

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from redoscope_gui.window import MainWindow

TWELVE = {
    "matrix": "Chain matrix",
    "hilbert": "Hilbert curve",
    "heat": "Rewrite heat",
    "owner": "Owner of each cell",
    "difference": "Difference from A",
    "play": "Play the generations",
    "next changed": "Next changed grain",
    "copy": "Copy bytes as hex",
    "recent": "Open recent",
    "light": "Light",
    "salvage": "Open what can be read",
    "parent": "Locate the missing parent",
}


def typed(window: MainWindow, needle: str) -> list[Offer]:
    """Type *needle* into the palette and return what it offers."""
    palette = window.palette_box
    if not palette.isVisible():
        palette.ask()
    palette.box.setText(needle)
    rows = palette.rows
    offers = [rows.offer_at(rows.index(n)) for n in range(rows.rowCount())]
    return [offer for offer in offers if offer is not None]


def chosen(window: MainWindow) -> str:
    """Return the title of the line that Enter would do; empty if it would do none."""
    offer = window.palette_box.chosen
    return "" if offer is None else offer.title


@pytest.mark.parametrize(("needle", "title"), TWELVE.items())
def test_twelve_words_bring_the_right_command_first(
    explorer: MainWindow, needle: str, title: str
) -> None:
    assert typed(explorer, needle)[0].title == title
    explorer.palette_box.leave()


def test_a_missing_parent_is_located_by_its_word(window: MainWindow, own_sample: Path) -> None:
    (own_sample / "office-000002.vmdk").unlink()
    window.open_path(own_sample)
    first = typed(window, "parent")[0]
    assert first.title == "Locate the missing parent"
    assert first.enabled
    window.palette_box.leave()


def actions_in(menu: QMenu) -> list[QAction]:
    """Return the actions of *menu* and of the menus in it."""
    found = []
    for action in menu.actions():
        found.append(action)
        below = action.menu()
        if isinstance(below, QMenu):
            found += actions_in(below)
    return found


def test_each_command_is_reached_by_menu_palette_and_key(explorer: MainWindow) -> None:
    in_menus = {action.objectName() for action in actions_in_all(explorer)}
    for command in explorer.commands:
        assert command.id in in_menus | {"view.toggle"}, command.id
        if command.id != "go.command":
            titles = [offer.title for offer in typed(explorer, command.plain_title)]
            assert command.plain_title in titles, command.id
        action = explorer.commands.action(command.id)
        wanted = [QKeySequence(keys) for keys in command.shortcuts]
        assert action.shortcuts() == wanted, command.id
        assert not command.pane_keys or command.pane, command.id
    explorer.palette_box.leave()


def actions_in_all(window: MainWindow) -> list[QAction]:
    found = []
    for top in window.menuBar().actions():
        menu = top.menu()
        assert isinstance(menu, QMenu)
        found += actions_in(menu)
    return found


MAP_KEYS = {
    "map.hilbert": Qt.Key.Key_H,
    "map.zoom_in": Qt.Key.Key_Plus,
    "map.zoom_out": Qt.Key.Key_Minus,
    "map.whole": Qt.Key.Key_0,
    "map.next": Qt.Key.Key_BracketRight,
    "map.previous": Qt.Key.Key_BracketLeft,
}


def map_state(window: MainWindow) -> tuple[object, ...]:
    view = window.explorer.map_view
    assert view is not None
    stretch = view.canvas.asking.stretch
    cell = None if stretch is None else stretch.per_cell
    return view.bar.curve.isChecked(), cell, window.session.cursor


@pytest.mark.parametrize("name", MAP_KEYS)
def test_a_key_of_the_map_does_what_its_command_does(
    qtbot: QtBot, explorer: MainWindow, name: str
) -> None:
    view = explorer.explorer.map_view
    assert view is not None
    qtbot.waitUntil(lambda: view.canvas.asking.stretch is not None)
    assert set(MAP_KEYS) == {c.id for c in explorer.commands if c.pane == "map"}
    explorer.commands.run("map.zoom_in")
    explorer.session.go_to(0x800000)
    before = map_state(explorer)
    explorer.commands.run(name)
    by_command = map_state(explorer)
    assert by_command != before
    if name == "map.hilbert":
        explorer.commands.run(name)
    else:
        explorer.session.go_to(0x800000)
        view.canvas.asking.zoom(0)
        explorer.commands.run("map.zoom_in")
        explorer.session.go_to(0x800000)
    qtbot.keyClick(view.canvas, MAP_KEYS[name])
    assert map_state(explorer) == by_command


def test_modes_have_ticks_that_follow_the_map(explorer: MainWindow) -> None:
    view = explorer.explorer.map_view
    assert view is not None
    for name in ("owner", "heat", "matrix", "difference", "changed"):
        assert explorer.commands.run(f"map.{name}")
        assert view.mode.value == name
        ticked = [
            command.id
            for command in explorer.commands
            if command.id.startswith("map.") and explorer.commands.action(command.id).isChecked()
        ]
        assert ticked == [f"map.{name}"]
    view.bar.curve.toggle()
    assert explorer.commands.action("map.hilbert").isChecked()


def test_heat_offers_no_hash_and_a_hash_wants_its_first_letters(explorer: MainWindow) -> None:
    assert all("Hash" not in offer.title for offer in typed(explorer, "heat"))
    palette = explorer.palette_box
    assert typed(explorer, "generation")[0].title != "Hash this generation"
    assert {offer.heavy for offer in typed(explorer, "digest")} == {True}
    assert chosen(explorer) == ""
    typed(explorer, "has")
    assert chosen(explorer) == "Hash this generation"
    palette.leave()


def test_what_is_heavy_stands_last_unless_it_is_meant() -> None:
    def offers(_needle: str) -> list[Offer]:
        return [Offer("Scan all", print, heavy=True), Offer("All links", print)]

    assert [offer.title for offer in sorted_offers("all", [offers])] == ["All links", "Scan all"]
    assert sorted_offers("scan", [offers])[0].title == "Scan all"


@pytest.mark.parametrize(
    ("needle", "title"),
    [("heat", "Hash this generation"), ("ont", "Open the tip now"), ("x", "Hex"), ("tp", "Tip")],
)
def test_scattered_letters_are_no_fit(needle: str, title: str) -> None:
    assert fit(needle, title) is None


@pytest.mark.parametrize(
    ("needle", "title"),
    [("nex ch", "Next changed grain"), ("ncg", "Next changed grain"), ("ilbert", "Hilbert")],
)
def test_beginnings_and_pieces_are(needle: str, title: str) -> None:
    found = fit(needle, title)
    assert found is not None
    assert "".join(title[at] for at in found.places).casefold() == needle.replace(" ", "")


def test_other_words_for_the_same_count_less_than_its_title() -> None:
    by_words, by_title = fit_any("salvage", "Open", "salvage"), fit_any("open", "Open", "")
    assert by_words is not None
    assert by_title is not None
    assert by_words.places == ()
    assert fit_any("rescue", "Open", "salvage") is None


def test_digits_find_the_link_called_so_before_the_place(explorer: MainWindow) -> None:
    titles = [offer.title for offer in typed(explorer, "000003")]
    assert titles == ["office-000003.vmdk", "Go to 0x3"]
    assert typed(explorer, "0x000003")[0].title == "Go to 0x3"
    explorer.palette_box.leave()


def test_problems_recent_files_and_classes_of_the_legend_are_found(
    window: MainWindow, own_sample: Path
) -> None:
    (own_sample / "office-000002.vmdk").unlink()
    window.open_path(own_sample)
    assert any("can't be opened" in offer.title for offer in typed(window, "can't be"))
    recent = [offer for offer in typed(window, "recent:") if offer.title.startswith("Recent: ")]
    assert [offer.title for offer in recent] == [f"Recent: {own_sample.name}"]
    view = window.explorer.map_view
    assert view is not None
    hide = typed(window, "hide changed")[0]
    window.palette_box.leave()
    hide.run()
    assert view.legend.hidden
    assert typed(window, "show changed")[0].title == "Show changed in the map"
    window.palette_box.leave()


def test_what_was_done_last_stands_first(qtbot: QtBot, explorer: MainWindow) -> None:
    for needle in ("heat", "owner"):
        typed(explorer, needle)
        qtbot.keyClick(explorer.palette_box.box, Qt.Key.Key_Return)
    titles = [offer.title for offer in typed(explorer, "")]
    assert titles[:2] == ["Owner of each cell", "Rewrite heat"]
    assert len(titles) == len(set(titles))
    explorer.palette_box.leave()


def test_close_shows_the_first_page_and_recent_opens_again(
    qtbot: QtBot, explorer: MainWindow
) -> None:
    tip = explorer.session.source
    assert tip is not None
    qtbot.keyClick(explorer, Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)
    assert not explorer.commands.action("file.close").isEnabled()
    assert explorer.session.scene.chain is None
    assert explorer.session.problems == ()
    assert explorer.welcome.isVisible()
    assert not any(pane.isVisible() for pane in explorer.panes)
    menu = explorer.commands.action("file.recent").menu()
    assert isinstance(menu, QMenu)
    menu.aboutToShow.emit()
    assert [action.text() for action in menu.actions()] == [tip.name]
    menu.actions()[0].trigger()
    assert explorer.session.source == tip
    assert explorer.panes.chain.isVisible()


def test_the_theme_of_the_system_is_a_choice_with_a_tick(window: MainWindow) -> None:
    def ticked() -> list[str]:
        names = ("view.dark", "view.light", "view.system")
        return [name for name in names if window.commands.action(name).isChecked()]

    window.commands.run("view.light")
    assert ticked() == ["view.light"]
    window.commands.run("view.system")
    assert ticked() == ["view.system"]
    assert window.looks.follows_desktop
    window.commands.run("view.dark")


@pytest.mark.parametrize(("pane", "first"), [("map", "In the pane Map"), ("chain", "In the pane")])
def test_f1_lists_the_keys_of_the_pane_in_focus_first(
    qtbot: QtBot, explorer: MainWindow, pane: str, first: str
) -> None:
    with qtbot.waitActive(explorer):
        explorer.activateWindow()
    view = explorer.explorer.map_view
    assert view is not None
    widget = view.canvas if pane == "map" else explorer.panes.chain_view.tree
    widget.setFocus()
    qtbot.keyClick(widget, Qt.Key.Key_F1)
    dialog = explorer.findChild(QDialog)
    assert isinstance(dialog, ShortcutsDialog)
    rows = rows_of(dialog.table)
    assert rows[0][0].startswith(first)
    assert ("Hilbert curve", "H") in rows or pane != "map"
    assert ("Open", "Ctrl+O") in rows
    dialog.reject()


def rows_of(table: QTableWidget) -> list[tuple[str, str]]:
    found = []
    for row in range(table.rowCount()):
        a, b = table.item(row, 0), table.item(row, 1)
        found.append(("" if a is None else a.text(), "" if b is None else b.text()))
    return found
