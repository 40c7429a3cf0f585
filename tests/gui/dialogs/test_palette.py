"""The command palette: letters, arrows, Enter and Escape; places, links and what can't be done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication

from redoscope_gui.dialogs.palette import Offer, Palette, PaletteButton
from redoscope_gui.dialogs.palette.fuzzy import fit
from redoscope_gui.dialogs.palette.rows import OfferRows

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from redoscope_gui.session import Session
    from redoscope_gui.window import MainWindow


def opened(qtbot: QtBot, window: MainWindow) -> Palette:
    """Open the palette by its keys."""
    with qtbot.waitActive(window):
        window.activateWindow()
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert window.palette_box.isVisible()
    assert window.palette_box.box.hasFocus()
    return window.palette_box


def titles(palette: Palette) -> list[str]:
    return [str(palette.rows.index(row).data()) for row in range(palette.rows.rowCount())]


@pytest.mark.parametrize(
    ("needle", "title", "places"),
    [
        ("cc", "Create child", (0, 7)),
        ("crch", "Create child", (0, 1, 7, 8)),
        ("open f", "Open folder", (0, 1, 2, 3, 5)),
        ("OF", "Open folder", (0, 5)),
    ],
)
def test_letters_are_found_where_they_were_meant(
    needle: str, title: str, places: tuple[int, ...]
) -> None:
    found = fit(needle, title)
    assert found is not None
    assert found.places == places


def test_letters_out_of_order_do_not_fit() -> None:
    assert fit("hc", "Create child") is None
    assert fit("xyz", "Create child") is None
    nothing = fit("", "Create child")
    assert nothing is not None
    assert nothing.places == ()


def test_beginnings_of_words_and_short_titles_come_first() -> None:
    def score(title: str) -> float:
        found = fit("cc", title)
        assert found is not None
        return found.score

    assert score("Create child") > score("Accuracy")
    assert score("Create child") > score("Create another child")


def test_the_list_keeps_the_rules_of_models() -> None:
    rows = OfferRows()
    QAbstractItemModelTester(rows, QAbstractItemModelTester.FailureReportingMode.Fatal)
    rows.show_offers([Offer("Quit", print, keys="Ctrl+Q"), Offer("Back", print, obstacle="no")])
    spoken = [rows.index(n).data(Qt.ItemDataRole.AccessibleTextRole) for n in range(2)]
    assert spoken == ["Quit, Ctrl+Q", "Back, no"]
    rows.show_offers([])


def test_letters_and_enter_run_a_command(qtbot: QtBot, explorer: MainWindow) -> None:
    palette = opened(qtbot, explorer)
    qtbot.keyClicks(palette.box, "older gen")
    assert titles(palette)[0] == "Older generation"
    qtbot.keyClick(palette.box, Qt.Key.Key_Return)
    assert explorer.session.cursor.generation == 4
    assert not palette.isVisible()


def test_shortcuts_are_shown(qtbot: QtBot, explorer: MainWindow) -> None:
    palette = opened(qtbot, explorer)
    offers = [palette.rows.offer_at(palette.rows.index(n)) for n in range(palette.rows.rowCount())]
    keys = {offer.title: offer.keys for offer in offers if offer is not None}
    assert keys["Create child"] == "Ctrl+N"
    assert len(keys) == len(list(explorer.commands)) - 1


def test_arrows_choose_and_go_round(qtbot: QtBot, explorer: MainWindow) -> None:
    palette = opened(qtbot, explorer)
    names = titles(palette)
    qtbot.keyClick(palette.box, Qt.Key.Key_Down)
    qtbot.keyClick(palette.box, Qt.Key.Key_Down)
    assert palette.chosen is not None
    assert palette.chosen.title == names[2]
    assert names[2] in palette.box.accessibleDescription()
    for _ in range(3):
        qtbot.keyClick(palette.box, Qt.Key.Key_Up)
    assert palette.chosen.title == names[-1]


def test_escape_leaves_everything_as_it_was(qtbot: QtBot, explorer: MainWindow) -> None:
    tree = explorer.panes.chain_view.tree
    with qtbot.waitActive(explorer):
        explorer.activateWindow()
    tree.setFocus()
    before = explorer.session.cursor
    palette = opened(qtbot, explorer)
    qtbot.keyClicks(palette.box, "s100")
    qtbot.keyClick(palette.box, Qt.Key.Key_Escape)
    assert not palette.isVisible()
    assert explorer.session.cursor == before
    assert tree.hasFocus()


@pytest.mark.parametrize(
    ("typed", "offset"),
    [("s5376", 5376 * 512), ("g42", 42 * 65536), ("0x2a0000", 0x2A0000), ("50%", 32 << 20)],
)
def test_a_place_leads_to_its_bytes(
    qtbot: QtBot, explorer: MainWindow, session: Session, typed: str, offset: int
) -> None:
    palette = opened(qtbot, explorer)
    qtbot.keyClicks(palette.box, typed)
    assert titles(palette)[0] == f"Go to 0x{offset:X}"
    qtbot.keyClick(palette.box, Qt.Key.Key_Return)
    assert session.cursor.offset == offset
    assert explorer.panes.hex_view is not None
    assert explorer.panes.hex_view.surface.hasFocus()


def test_a_place_past_the_end_is_told_and_not_gone_to(
    qtbot: QtBot, explorer: MainWindow, session: Session
) -> None:
    palette = opened(qtbot, explorer)
    qtbot.keyClicks(palette.box, "s99999999999")
    assert palette.chosen is not None
    assert "past the last byte" in palette.chosen.obstacle
    qtbot.keyClick(palette.box, Qt.Key.Key_Return)
    assert palette.isVisible()
    assert session.cursor.offset == 0


def test_a_link_is_chosen_by_its_name(qtbot: QtBot, explorer: MainWindow, session: Session) -> None:
    palette = opened(qtbot, explorer)
    qtbot.keyClicks(palette.box, "child1a")
    qtbot.keyClick(palette.box, Qt.Key.Key_Return)
    assert session.cursor.path is not None
    assert session.cursor.path.name == "office-000002-child1a.vmdk"


def test_what_can_not_be_done_says_why_and_is_never_run(qtbot: QtBot, window: MainWindow) -> None:
    palette = opened(qtbot, window)
    qtbot.keyClicks(palette.box, "create child")
    assert palette.chosen is not None
    assert palette.chosen.title == "Create child"
    assert palette.chosen.obstacle == "no chain is open"
    qtbot.keyClick(palette.box, Qt.Key.Key_Return)
    assert palette.isVisible()
    assert QApplication.activeModalWidget() is None
    spot = palette.list.visualRect(palette.rows.index(0)).center()
    qtbot.mouseClick(palette.list.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert palette.isVisible()


def test_what_can_be_done_stands_above_what_can_not(qtbot: QtBot, window: MainWindow) -> None:
    palette = opened(qtbot, window)
    offers = [palette.rows.offer_at(palette.rows.index(n)) for n in range(palette.rows.rowCount())]
    enabled = [offer.enabled for offer in offers if offer is not None]
    assert enabled == sorted(enabled, reverse=True)
    assert {True, False} == set(enabled)


def test_the_box_in_the_tool_bar_opens_it_and_a_click_runs_a_line(
    qtbot: QtBot, explorer: MainWindow, session: Session
) -> None:
    button = explorer.findChild(PaletteButton)
    assert button is not None
    assert button.isVisible()
    with qtbot.waitActive(explorer):
        explorer.activateWindow()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    palette = explorer.palette_box
    assert palette.isVisible()
    qtbot.keyClicks(palette.box, "base disk")
    spot = palette.list.visualRect(palette.rows.index(0)).center()
    qtbot.mouseClick(palette.list.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert session.cursor.generation == 0
    for shown in (True, False):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert palette.isVisible() is shown


def test_nothing_found_is_told(qtbot: QtBot, explorer: MainWindow) -> None:
    palette = opened(qtbot, explorer)
    qtbot.keyClicks(palette.box, "qqqq")
    assert titles(palette) == []
    assert palette._nothing.isVisible()
    qtbot.keyClick(palette.box, Qt.Key.Key_Return)
    assert palette.isVisible()


def test_a_click_aside_and_the_keys_again_leave(qtbot: QtBot, explorer: MainWindow) -> None:
    palette = opened(qtbot, explorer)
    QTest.mouseClick(explorer.explorer.heading, Qt.MouseButton.LeftButton, pos=QPoint(4, 4))
    assert not palette.isVisible()
    opened(qtbot, explorer)
    qtbot.keyClick(palette.box, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert not palette.isVisible()


@pytest.mark.parametrize("size", [(1024, 640), (1680, 940)])
def test_it_stays_within_the_window(
    qtbot: QtBot, explorer: MainWindow, size: tuple[int, int]
) -> None:
    palette = opened(qtbot, explorer)
    explorer.resize(*size)
    assert explorer.rect().contains(palette.geometry())
