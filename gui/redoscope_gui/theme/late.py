"""Panes that nobody sees are dressed when they come forward: most of a window is behind tabs.

A style sheet takes every widget through the style twice, and each that is laid out anew costs as
much as one on screen. So a dock that is hidden, or behind another, is left out:

    put off     its widgets count as not polished, and as having a style of their own
    caught up   they are polished by the style of the day, and told that it is another
"""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QDockWidget, QWidget

__all__ = ["catch_up", "is_in_front", "leave_out", "put_off", "tell_font"]

_POLISHED = Qt.WidgetAttribute.WA_WState_Polished
_STYLED = Qt.WidgetAttribute.WA_SetStyle
_LATE = "redoscope_dressed_late"


def is_in_front(dock: QDockWidget) -> bool:
    """Whether *dock* is seen: shown, and not behind another one in the same place."""
    return dock.isVisible() and not dock.visibleRegion().isEmpty()


def leave_out(root: QWidget) -> None:
    """Have the style pass by all that is in *root*."""
    for widget in root.findChildren(QWidget):
        widget.setAttribute(_POLISHED, on=False)
        widget.setAttribute(_STYLED, on=True)


def put_off(widgets: Iterable[QWidget]) -> None:
    """Leave out the docks among *widgets* that are not in front, until `catch_up`."""
    for dock in widgets:
        if isinstance(dock, QDockWidget) and not is_in_front(dock):
            dock.setProperty(_LATE, True)
            leave_out(dock)


def catch_up(dock: QDockWidget) -> None:
    """Dress what is in *dock* if it was left out."""
    if not dock.property(_LATE):
        return
    dock.setProperty(_LATE, None)
    late = [each for each in dock.findChildren(QWidget) if each.testAttribute(_STYLED)]
    for widget in late:
        widget.setAttribute(_STYLED, on=False)
        if sheet := widget.styleSheet():
            widget.setStyleSheet(sheet)
        else:
            widget.style().polish(widget)
        widget.setAttribute(_POLISHED, on=True)
    for widget in late:
        QApplication.sendEvent(widget, QEvent(QEvent.Type.StyleChange))
        tell_font(widget)


def tell_font(widget: QWidget) -> None:
    """Have *widget* give itself its fonts again, which a new style sheet takes back.

    Those of Qt give themselves none, and would only be laid out again.
    """
    if not type(widget).__module__.startswith("PySide6"):
        QApplication.sendEvent(widget, QEvent(QEvent.Type.FontChange))
