"""Texts are shown by `redoscope_gui.plain` alone: Qt's own calls are forbidden elsewhere."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import redoscope_gui

ROOT = Path(redoscope_gui.__file__).parent
ALLOWED = {ROOT / "plain.py", ROOT / "printing" / "sheets.py"}
"""Who shows texts as they are, and who lays out the engine's own pages."""
CLASSES = {
    *("QLabel", "QMessageBox", "QErrorMessage", "QInputDialog", "QProgressDialog"),
    *("QTextEdit", "QTextBrowser", "QTextDocument", "QStaticText", "QToolTip", "QWhatsThis"),
    *("QGraphicsTextItem", "QSplashScreen", "QSystemTrayIcon", "QWizard", "QListWidgetItem"),
}
CALLS = {
    *("setToolTip", "setStatusTip", "setWhatsThis", "setWindowTitle", "setItemData"),
    *("setAccessibleName", "setAccessibleDescription", "setTextFormat", "setWindowIconText"),
    *("setHtml", "insertHtml", "appendHtml", "setMarkdown", "setDefaultStyleSheet"),
    *("drawText", "drawStaticText", "drawItemText", "elidedText", "showText", "showMessage"),
}
BOXES = {"_layout", "_box"}
"""Plots and layouts, whose `addItem` takes no text."""
LABEL_MAKERS = {"addRow"}
"""Calls that make a label of Qt's own of a text."""


def bare_calls(source: str) -> list[str]:
    """Return what *source* uses of Qt that might show a text as markup, with its line."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.alias) and node.name in CLASSES:
            found.append(f"{node.lineno}: {node.name}")
        elif isinstance(node, ast.Attribute) and node.attr in CLASSES | CALLS:
            found.append(f"{node.lineno}: {node.attr}")
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            name = node.func.attr
            if name in LABEL_MAKERS and node.args and not _is_ours(node.args[0]):
                found.append(f"{node.lineno}: {name}")
            if name == "addItem" and not _takes_no_text(node.func.value):
                found.append(f"{node.lineno}: {name}")
    return found


def _is_ours(text: ast.expr) -> bool:
    """Whether it is a label of ours, or nothing."""
    if isinstance(text, ast.Call):
        return ast.unparse(text.func) == "plain.Label"
    return (isinstance(text, ast.Name) and text.id == "label") or ast.unparse(text) == "''"


def _takes_no_text(owner: ast.expr) -> bool:
    if isinstance(owner, ast.Name):
        return owner.id == "plain"
    return isinstance(owner, ast.Attribute) and owner.attr in BOXES


@pytest.mark.parametrize("file", sorted(ROOT.rglob("*.py")), ids=lambda file: file.stem)
def test_no_text_is_shown_past_the_one_place(file: Path) -> None:
    if file not in ALLOWED:
        assert bare_calls(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "bad",
    [
        "from PySide6.QtWidgets import QLabel",
        "from PySide6 import QtWidgets\nQtWidgets.QMessageBox.warning(None, name, text)",
        "button.setToolTip(path.name)",
        "put = button.setToolTip",
        "self.setWindowTitle(name)",
        "painter.drawText(box, name)",
        "box.addItem(path.name)",
        "form.addRow(path.name, field)",
        "form.addRow(self.tr('Name'), field)",
    ],
)
def test_a_bare_call_is_found(bad: str) -> None:
    assert bare_calls(bad) != []
