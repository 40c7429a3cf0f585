"""Everything that takes the focus has a name that a screen reader can say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QApplication, QLineEdit, QTabWidget, QWidget
from tests.gui.session.test_session import spoil_cid

from redoscope_gui.window.layouts import Layout

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from redoscope_gui.window import MainWindow

_DEEPEST = 24


def walk(node: QAccessibleInterface, depth: int = 0) -> Iterator[QAccessibleInterface]:
    """Yield *node* and all below it, as a screen reader finds them."""
    yield node
    if depth < _DEEPEST:
        for number in range(min(node.childCount(), 300)):
            child = node.child(number)
            if child.isValid():
                yield from walk(child, depth + 1)


def nameless(widget: QWidget) -> list[str]:
    """Return what can take the focus under *widget* and says no name, by either way of asking."""
    found = []
    for node in walk(QAccessible.queryAccessibleInterface(widget)):
        state = node.state()
        # A list or a tree tells its rows one by one; an empty cell of a table has nothing to say.
        cell = node.role() in {QAccessible.Role.Cell, QAccessible.Role.TreeItem}
        if state.focusable and not state.invisible and not cell:
            about = node.object()
            if not node.text(QAccessible.Text.Name) and _reachable(about):
                found.append(f"{node.role()} {about!r}")
    for child in [widget, *widget.findChildren(QWidget)]:
        interface = QAccessible.queryAccessibleInterface(child)
        if _reachable(child) and not interface.text(QAccessible.Text.Name):
            found.append(f"{type(child).__name__} {child.objectName()} in {child.parent()}")
    return found


def _reachable(about: object) -> bool:
    return (
        isinstance(about, QWidget)
        and bool(about.focusPolicy() & Qt.FocusPolicy.TabFocus)
        and about.isVisible()
    )


def test_a_field_without_a_name_is_caught(qtbot: QtBot) -> None:
    form = QWidget()
    qtbot.addWidget(form)
    QLineEdit(form)
    form.show()
    assert any("QLineEdit" in line for line in nameless(form))


def test_everything_that_takes_the_focus_has_a_name(explorer: MainWindow) -> None:
    assert nameless(explorer) == []


def test_everything_on_the_welcome_page_has_a_name(window: MainWindow) -> None:
    assert nameless(window) == []


PANES = (
    *("chain", "problems", "jobs", "hex", "inspector", "compare", "search", "machine", "changes"),
    *("backups", "growth", "done", "structures", "entropy", "files", "history", "beside"),
    "case",
)


def test_every_pane_is_looked_at(explorer: MainWindow) -> None:
    assert [pane.name for pane in explorer.panes] == list(PANES)


@pytest.mark.parametrize("name", PANES)
def test_everything_in_every_pane_has_a_name(explorer: MainWindow, name: str) -> None:
    explorer.session.hash_generation()
    pane = next(pane for pane in explorer.panes if pane.name == name)
    if not pane.in_front:
        explorer.commands.run(f"window.{name}")
    assert pane.in_front
    for tabs in [None, *pane.findChildren(QTabWidget)]:
        for page in range(tabs.count() if tabs is not None else 1):
            if tabs is not None:
                tabs.setCurrentIndex(page)
            assert nameless(pane) == []


@pytest.mark.parametrize("layout", list(Layout))
@pytest.mark.parametrize("size", [(1024, 640), (1680, 940)])
def test_names_stay_in_every_layout(
    explorer: MainWindow, layout: Layout, size: tuple[int, int]
) -> None:
    explorer.resize(*size)
    explorer.panes.arrange(layout)
    assert nameless(explorer) == []


def test_a_window_full_of_problems_has_names(window: MainWindow, own_sample: Path) -> None:
    spoil_cid(own_sample / "office-000002.vmdk")
    (own_sample / "office.vmdk").unlink()
    window.open_path(own_sample)
    assert window.session.problems
    assert nameless(window) == []


def test_the_palette_has_names(qtbot: QtBot, explorer: MainWindow) -> None:
    with qtbot.waitActive(explorer):
        explorer.activateWindow()
    explorer.commands.run("go.command")
    assert explorer.palette_box.isVisible()
    assert nameless(explorer) == []
    rows = explorer.palette_box.rows
    for row in range(rows.rowCount()):
        assert rows.index(row).data(Qt.ItemDataRole.AccessibleTextRole)


@pytest.mark.parametrize(
    "command",
    ["chain.create_child", "chain.attach", "file.new_disk", "help.shortcuts", "help.about"],
)
def test_everything_in_a_dialog_has_a_name(explorer: MainWindow, command: str) -> None:
    explorer.commands.run(command)
    dialog = QApplication.activeModalWidget()
    assert dialog is not None
    assert nameless(dialog) == []
    dialog.close()
