"""Text that is shown is plain: never markup, never a control character, never a hidden mark.

Names, comments, hints and the words of errors come from disks. Qt guesses of every label and every
tool tip whether it is HTML, opens the files that it names, and draws what bidi marks ask for. So
the window has its texts shown by what is here and by nothing else (`tests/gui/test_plain_calls.py`
forbids Qt's own calls elsewhere): labels are plain by their class, tool tips hold no text that Qt
takes for markup, and what cannot be seen is spelled out.
"""

from __future__ import annotations

from PySide6 import QtGui
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QAction, QFontMetrics, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QComboBox,
    QLabel,
    QMessageBox,
    QStatusBar,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QWidget,
)
from typing_extensions import override

from redoscope_core import printable

__all__ = [
    "ComboBox",
    "Label",
    "MessageBox",
    "Shown",
    "add_item",
    "breakable",
    "breakable_every",
    "caption",
    "draw",
    "draw_at",
    "elided",
    "lines",
    "set_description",
    "set_name",
    "set_status_tip",
    "set_tip",
    "set_title",
    "shortened",
    "show_message",
    "spelled",
    "tip",
]

_OUR_SPACES = frozenset("\u202f\N{EN SPACE}")
"""Spaces that our own words hold: between the digits of a number, beside an icon."""
_NO_TAG = "\N{WORD JOINER}"
"""Takes no room and ends what Qt would take for the name of a tag."""
_MAY_BREAK = "\N{ZERO WIDTH SPACE}"
_LONGEST = 60
"""Letters of a name that stands in a row of controls; its tool tip has the whole."""
_WIDEST_TIP = 160
"""Characters of a line of a tool tip, which would be as wide as its text."""
_LONGEST_TIP = 4000
_AROUND = 8
"""Pixels that a style keeps free around the words of a box."""


class Shown(str):
    """Text that was spelled out: its line ends and the places where it may break are ours."""

    __slots__ = ()


def spelled(text: str) -> Shown:
    """Return *text* on one line, with all that cannot be seen in it spelled out."""
    if type(text) is Shown:
        return text
    if text.isprintable():
        return Shown(text)
    return Shown("".join(char if char in _OUR_SPACES else printable(char) for char in text))


def lines(*texts: str) -> Shown:
    """Return one text of several lines, each spelled out."""
    return Shown("\n".join(spelled(text) for text in texts))


def breakable(text: str, mark: str) -> Shown:
    """Return *text* spelled out, that may be wrapped behind each *mark*."""
    return Shown(spelled(text).replace(mark, f"{mark}{_MAY_BREAK}"))


def breakable_every(text: str, count: int) -> Shown:
    """Return *text* spelled out, that may be wrapped behind every *count* letters."""
    told = spelled(text)
    return Shown(_MAY_BREAK.join(told[at : at + count] for at in range(0, len(told), count)))


def shortened(text: str) -> Shown:
    """Return *text* spelled out, cut in its middle where it is too long for a row of controls."""
    told = spelled(text)
    if len(told) <= _LONGEST:
        return told
    return Shown(f"{told[: _LONGEST // 2]}…{told[-_LONGEST // 2 :]}")


def caption(text: str) -> Shown:
    """Return *text* for a button or a menu, where a single & would underline what follows."""
    return Shown(spelled(text).replace("&", "&&"))


def tip(*texts: str) -> Shown:
    """Return what a tool tip of these lines is to be: no markup for Qt, and no wider than a screen.

    What Qt takes for markup depends on its first line alone, so one joiner at each of its signs
    is enough; nothing is seen of it.
    """
    text = lines(*texts)[:_LONGEST_TIP]
    rows = [row[at : at + _WIDEST_TIP] for row in text.split("\n") for at in _starts(row)]
    text = "\n".join(rows)
    if QtGui.Qt.mightBeRichText(text):
        text = text.replace("<", f"<{_NO_TAG}").replace("&", f"&{_NO_TAG}")
    return Shown(text)


def _starts(row: str) -> range:
    return range(0, max(len(row), 1), _WIDEST_TIP)


def set_tip(widget: QWidget | QAction, *texts: str) -> None:
    """Set the tool tip of *widget*, a line each."""
    widget.setToolTip(tip(*texts))


def set_status_tip(action: QAction, text: str) -> None:
    """Set what the status bar says of *action*."""
    action.setStatusTip(tip(text))


def set_title(window: QWidget, text: str) -> None:
    """Set the title of *window*; Qt would take "[*]" out of it."""
    window.setWindowTitle(spelled(text).replace("[*]", "[*][*]"))


def show_message(bar: QStatusBar, text: str, time: int) -> None:
    """Show *text* in the status bar for *time* milliseconds."""
    bar.showMessage(spelled(text), time)


def set_name(widget: QWidget, text: str) -> None:
    """Set the name that a screen reader says of *widget*."""
    widget.setAccessibleName(spelled(text))


def set_description(widget: QWidget, text: str) -> None:
    """Set what a screen reader tells of *widget* beside its name."""
    widget.setAccessibleDescription(spelled(text))


def add_item(box: QComboBox, text: str, data: object = None, hint: str = "") -> None:
    """Add a choice to *box*; *hint* is its tool tip."""
    box.addItem(spelled(text), data)
    if hint:
        box.setItemData(box.count() - 1, tip(hint), Qt.ItemDataRole.ToolTipRole)


def elided(
    metrics: QFontMetrics | QFontMetricsF, text: str, mode: Qt.TextElideMode, room: int
) -> Shown:
    """Return *text* spelled out, cut to *room* pixels."""
    return Shown(metrics.elidedText(spelled(text), mode, room))


def draw(painter: QPainter, box: QRect | QRectF, flags: int, text: str) -> None:
    """Paint *text* in *box*, spelled out."""
    if isinstance(box, QRect):
        painter.drawText(box, flags, spelled(text))
    else:
        painter.drawText(box, flags, spelled(text))


def draw_at(painter: QPainter, x: int, base: int, text: str) -> None:
    """Paint *text* from *x* on, on the line *base*, spelled out."""
    painter.drawText(x, base, spelled(text))


class Label(QLabel):
    """A label that shows every text as it is."""

    def __init__(self, text: str | QWidget | None = "", parent: QWidget | None = None) -> None:
        """Show *text* in *parent*, which may stand alone, as with Qt's own label."""
        alone = text is None or isinstance(text, QWidget)
        super().__init__(text if isinstance(text, QWidget) else parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        if not alone:
            self.setText(str(text))

    @override
    def setText(self, text: str, /) -> None:
        """Show *text*, spelled out; `lines` and `breakable` make one of several lines."""
        super().setText(spelled(text))


class ComboBox(QComboBox):
    """A box of choices that shortens with dots the one that stands in it."""

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter, option = QStylePainter(self), QStyleOptionComboBox()
        self.initStyleOption(option)
        part = QStyle.SubControl.SC_ComboBoxEditField
        kind = QStyle.ComplexControl.CC_ComboBox
        room = self.style().subControlRect(kind, option, part, self).width() - _AROUND
        whole = self.currentText()
        middle = Qt.TextElideMode.ElideMiddle
        option.currentText = elided(self.fontMetrics(), whole, middle, room)
        painter.drawComplexControl(kind, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)


class MessageBox(QMessageBox):
    """A box that shows every text as it is."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)

    @override
    def setText(self, text: str, /) -> None:
        super().setText(spelled(text))

    @override
    def setInformativeText(self, text: str, /) -> None:
        super().setInformativeText(spelled(text))
        for label in self.findChildren(QLabel):
            label.setTextFormat(Qt.TextFormat.PlainText)

    @override
    def setDetailedText(self, text: str, /) -> None:
        super().setDetailedText(lines(*text.split("\n")))
