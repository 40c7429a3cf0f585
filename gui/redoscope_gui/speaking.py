"""What painted views say to a screen reader: an accessible interface with role, name and value.

Qt's own interface of a widget knows nothing of what the widget paints. A view that has
`spoken_role` and `spoken_value` gets one that does; it calls `value_spoken` when the value changes.
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleInterface, QAccessibleValueChangeEvent
from PySide6.QtWidgets import QAccessibleWidget, QWidget
from shiboken6 import isValid
from typing_extensions import override

from redoscope_gui import plain

__all__ = ["Speaking", "install", "value_spoken"]


@runtime_checkable
class Speaking(Protocol):
    """A widget that can say what stands at its cursor."""

    spoken_role: QAccessible.Role

    def spoken_value(self) -> str:
        """Return what stands at the cursor, in words."""


class _Interface(QAccessibleWidget):
    """The interface of a speaking widget."""

    def __init__(self, widget: QWidget, speaking: Speaking) -> None:
        super().__init__(widget, speaking.spoken_role)
        self._speaking = speaking

    @override
    def text(self, t: QAccessible.Text) -> str:
        if t is QAccessible.Text.Value:
            return plain.spelled(self._speaking.spoken_value())
        return super().text(t)


_kept: list[_Interface] = []
"""Qt holds interfaces by address alone. Those of widgets that are gone are dropped later."""
_state = {"installed": False}


def install() -> None:
    """Let Qt ask here for interfaces; a second call changes nothing."""
    if not _state["installed"]:
        _state["installed"] = True
        QAccessible.installFactory(_made)


def _made(_class_name: str, thing: QObject) -> QAccessibleInterface | None:
    if not isinstance(thing, QWidget) or not isinstance(thing, Speaking):
        return None
    _kept[:] = [each for each in _kept if isValid(each)]
    _kept.append(_Interface(thing, thing))
    return _kept[-1]


def value_spoken(widget: QWidget, value: str) -> None:
    """Tell a screen reader, if one listens, that the value of *widget* is another."""
    if QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleValueChangeEvent(widget, plain.spelled(value)))
