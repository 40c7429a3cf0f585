"""Put a theme on the application: Fusion, a palette of our own and a short style sheet."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from PySide6.QtCore import QEvent
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from redoscope_gui.theme.colours import ROLES, colour, use_scheme
from redoscope_gui.theme.fonts import load_fonts, ui_font, use_zoom

__all__ = ["GAP", "HALF", "STEP", "apply_theme", "dressed", "is_dressing", "palette"]

STEP = 8
"""Pixels of the rhythm: margins and gaps are this."""
HALF = 4
"""Half of it, for gaps inside a group."""
GAP = "\N{EN SPACE}"
"""Put before the word of a button, it keeps 6 pixels free beside the icon."""

_PALETTE: dict[QPalette.ColorRole, str] = {
    QPalette.ColorRole.Window: "panel",
    QPalette.ColorRole.WindowText: "text",
    QPalette.ColorRole.Base: "field",
    QPalette.ColorRole.AlternateBase: "panel",
    QPalette.ColorRole.Text: "text",
    QPalette.ColorRole.PlaceholderText: "faint",
    QPalette.ColorRole.Button: "raised",
    QPalette.ColorRole.ButtonText: "text",
    QPalette.ColorRole.BrightText: "danger",
    QPalette.ColorRole.ToolTipBase: "raised",
    QPalette.ColorRole.ToolTipText: "text",
    QPalette.ColorRole.Highlight: "selection",
    QPalette.ColorRole.HighlightedText: "selection_text",
    QPalette.ColorRole.Accent: "accent",
    QPalette.ColorRole.Link: "accent",
    QPalette.ColorRole.LinkVisited: "accent",
    QPalette.ColorRole.Light: "hover",
    QPalette.ColorRole.Midlight: "line",
    QPalette.ColorRole.Mid: "line",
    QPalette.ColorRole.Dark: "line",
    QPalette.ColorRole.Shadow: "window",
}
_DRESSED = "redoscope_dressed"
_CLOTHES = (QEvent.Type.FontChange, QEvent.Type.PaletteChange, QEvent.Type.StyleChange)
_state = {"dressing": False}
_TEXTS = (
    QPalette.ColorRole.WindowText,
    QPalette.ColorRole.Text,
    QPalette.ColorRole.ButtonText,
    QPalette.ColorRole.HighlightedText,
)

_SHEET = """
QMainWindow { background: @window; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QMainWindow::separator { background: @line; width: 3px; height: 3px; }
QMainWindow::separator:hover { background: @accent; }
QMenuBar { background: @window; padding: 2px 4px; }
QMenuBar::item { padding: 4px 8px; border-radius: 4px; background: transparent; }
QMenuBar::item:selected { background: @hover; }
QMenu { background: @raised; border: 1px solid @line_strong; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 12px; border-radius: 3px; }
QMenu::item:selected { background: @selection; color: @selection_text; }
QMenu::item:disabled { color: @faint; }
QMenu::separator { height: 1px; background: @line; margin: 4px 8px; }
QMenu::icon { padding-left: 8px; }
QToolBar { background: @window; border: none; border-bottom: 1px solid @line;
    padding: 4px 8px; spacing: 2px; }
QToolBar QToolButton { padding: 4px 6px; border-radius: 4px; border: 1px solid transparent; }
QToolBar QToolButton[popupMode="2"] { padding-right: 18px; }
QToolBar QToolButton::menu-indicator { subcontrol-position: right center; right: 4px; }
QToolBar QToolButton:hover { background: @hover; }
QToolBar QToolButton:pressed { background: @selection; }
QToolBar QToolButton:checked { background: @selection_idle; }
QToolBar QToolButton:focus { border-color: @accent; }
QToolBar QToolButton#qt_toolbar_ext_button { padding: 0; border: none; }
QToolBar QToolButton#qt_toolbar_ext_button::menu-indicator { image: none; }
QToolBar::separator { background: @line; width: 1px; margin: 4px 6px; }
QStatusBar { background: @window; border-top: 1px solid @line; }
QStatusBar::item { border: none; }
QDockWidget { titlebar-close-icon: none; }
QToolTip { background: @raised; color: @text; border: 1px solid @line_strong; padding: 4px; }
QHeaderView { background: @panel; }
QHeaderView::section { background: @panel; color: @dim; border: none;
    border-bottom: 1px solid @line; padding: 4px 6px; }
QTabBar::tab { background: transparent; color: @dim; padding: 5px 12px; border: none;
    border-bottom: 2px solid transparent; }
QTabBar::tab:selected { color: @text; border-bottom: 2px solid @accent; }
QTabBar::tab:hover { color: @text; }
QTabBar::tab:focus { background: @hover; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle { background: @line_strong; border-radius: 4px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: @faint; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QLineEdit, QSpinBox { background: @field; border: 1px solid @line; border-radius: 4px;
    padding: 3px 6px; selection-background-color: @selection;
    selection-color: @selection_text; }
QLineEdit:focus, QSpinBox:focus { border-color: @accent; }
QPlainTextEdit[readOnly="false"] { background: @field; border: 1px solid @line; border-radius: 4px;
    padding: 2px 4px; }
QPlainTextEdit[readOnly="false"]:focus { border-color: @accent; }
QPushButton { background: @raised; border: 1px solid @line_strong; border-radius: 4px;
    padding: 4px 14px; }
QPushButton:hover { background: @hover; }
QPushButton:pressed { background: @selection; }
QPushButton:default { border-color: @accent; }
QPushButton:focus { border-color: @accent; }
QPushButton:disabled { background: @panel; color: @faint; border-color: @line; }
QPushButton:flat { background: transparent; border: 1px solid transparent; }
QPushButton:flat:hover { background: @hover; }
QPushButton:flat:focus { border-color: @accent; }
QPushButton#palette_button { background: @field; border: 1px solid @line; }
#palette { background: @raised; border: 1px solid @line_strong; border-radius: 6px; }
#palette QListView { background: @raised; }
QDialog QComboBox { background: @field; border: 1px solid @line; border-radius: 4px;
    padding: 3px 6px; }
QDialog QComboBox:focus { border-color: @accent; }
QDialog QComboBox:disabled { background: @panel; color: @faint; }
QDialog QComboBox::drop-down { border: none; width: 22px; }
QDialog QComboBox::down-arrow { image: url("@choose_file"); width: 14px; height: 14px; }
QDialog QComboBox QAbstractItemView { background: @raised; border: 1px solid @line_strong;
    selection-background-color: @selection; selection-color: @selection_text; }
QDialog QTableView { outline: 0; }
QDialog QTableView::item { padding: 0 4px; }
QCheckBox { spacing: 8px; }
QCheckBox::indicator { width: 14px; height: 14px; background: @field;
    border: 1px solid @line_strong; border-radius: 3px; }
QCheckBox::indicator:focus { border-color: @accent; }
QCheckBox::indicator:checked { background: @ticked; border: 1px solid @accent;
    image: url("@tick_file"); }
QCheckBox::indicator:disabled { background: @panel; border-color: @line; }
QCheckBox::indicator:checked:disabled { background: @faint; border-color: @line; }
QCheckBox:focus { color: @accent; }
#drag_hint { background: @raised; border: 1px solid @line_strong; border-radius: 4px; }
QProgressBar { background: @field; border: 1px solid @line; border-radius: 3px;
    text-align: center; }
QProgressBar::chunk { background: @accent; border-radius: 2px; }
"""


def palette() -> QPalette:
    """Return the palette of the theme in use."""
    made = QPalette()
    for role, name in _PALETTE.items():
        made.setColor(role, colour(name))
    faded = QColor(colour("faint"))
    for role in _TEXTS:
        made.setColor(QPalette.ColorGroup.Disabled, role, faded)
    idle = QPalette.ColorGroup.Inactive
    made.setColor(idle, QPalette.ColorRole.Highlight, colour("selection_idle"))
    made.setColor(idle, QPalette.ColorRole.HighlightedText, colour("text"))
    return made


def _drawn(name: str) -> str:
    """Return the path of an icon: a style sheet takes pictures from files only, as they are.

    So the tick of a checked box is black on `ticked`, a light colour in both themes, and the arrow
    of a box to choose from is there once for each theme.
    """
    folder = Path(str(resources.files("redoscope_resources")))
    return (folder / "icons" / f"{name}.svg").as_posix()


def _sheet(scheme: str) -> str:
    """Return the style sheet in the colours of *scheme*, which are those in use."""
    sheet = _SHEET
    for name in sorted(ROLES, key=len, reverse=True):
        sheet = sheet.replace(f"@{name}", colour(name).name())
    sheet = sheet.replace("@choose_file", _drawn(f"choose-{scheme}"))
    return sheet.replace("@tick_file", _drawn("check"))


def is_dressing() -> bool:
    """Return whether a theme is being put on: what is laid out now is laid out once more."""
    return _state["dressing"]


def dressed(event: QEvent) -> bool:
    """Return whether *event* tells a widget that its fonts or colours are other ones now.

    While a theme is being put on Qt says so up to five times, each time of another half of it;
    that is passed over, and when the theme is whole every widget of ours is told once.
    """
    return event.type() in _CLOTHES and not _state["dressing"]


def _listens(kind: type) -> bool:
    """Return whether widgets of *kind* follow the theme by more than Qt does for them."""
    ours = (each for each in kind.__mro__ if not each.__module__.startswith("PySide6"))
    return any("changeEvent" in vars(each) for each in ours)


def apply_theme(app: QApplication, scheme: str, zoom: float = 1.0) -> None:
    """Dress *app* in *scheme* with texts *zoom* times as large.

    Widgets learn of it by the usual palette and font changes and then repaint themselves.
    """
    load_fonts()
    use_scheme(scheme)
    use_zoom(zoom)
    if app.property(_DRESSED) is None:  # to set a style anew takes each widget through it
        app.setStyle("Fusion")
        app.setProperty(_DRESSED, True)
    _state["dressing"] = True
    try:
        # One that takes the place of another costs twice as much as its end and a new one do.
        app.setStyleSheet("")
        app.setFont(ui_font())
        app.setPalette(palette())
        app.setStyleSheet(_sheet(scheme))
    finally:
        _state["dressing"] = False
    # A new style sheet takes back the fonts that widgets gave themselves: they are told once more.
    # Those that do nothing about it would only be laid out again.
    widgets = app.allWidgets()
    listens = {kind: _listens(kind) for kind in set(map(type, widgets))}
    for widget in widgets:
        if listens[type(widget)]:
            QApplication.sendEvent(widget, QEvent(QEvent.Type.FontChange))
