"""The legend of the map: what each colour means and how much of the disk has it. Clicks hide it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QLinearGradient, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget
from typing_extensions import override

from redoscope_gui import theme
from redoscope_gui.requests import MapClass, MapMode
from redoscope_gui.views.map.colours import Entry, name_of
from redoscope_gui.views.map.flow import FlowLayout

__all__ = ["Legend"]

_SECTOR = 512
_SWATCH = 12
_AROUND = 13
_LONGEST = 26
_PERCENT = 100


class _EntryButton(QAbstractButton):
    """One colour, its name and its amount; checked while it is shown."""

    def __init__(self, entry: Entry, parent: QWidget) -> None:
        super().__init__(parent)
        self.entry = entry
        self.amount = ""
        self.setCheckable(True)
        self.setChecked(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(entry.name)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        if entry.kind == MapClass.UNREADABLE:
            self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_amount(self, sectors: int, capacity: int) -> None:
        """Say how much of the disk has this colour."""
        count = sectors * _SECTOR
        self.amount = theme.amount(count)
        share = sectors / max(1, capacity) * _PERCENT
        text = self.tr("{name}: {amount}, {share:.2f} % of the disk.\nClick to hide or show it.")
        told = text.format(name=self.entry.name, amount=theme.exact_amount(count), share=share)
        self.setToolTip(told)
        self.setAccessibleDescription(told)
        self.updateGeometry()
        self.update()

    def _name(self) -> str:
        name = self.entry.name
        half = (_LONGEST - 1) // 2
        return name if len(name) <= _LONGEST else f"{name[:half]}…{name[-half:]}"

    def _fill(self, swatch: QRect) -> QBrush:
        """Return the colour, or the way from the faintest to the full one."""
        if self.entry.faintest is None:
            return QBrush(self.entry.colour)
        ramp = QLinearGradient(swatch.topLeft(), swatch.topRight())
        ramp.setColorAt(0, self.entry.faintest)
        ramp.setColorAt(1, self.entry.colour)
        return QBrush(ramp)

    @override
    def sizeHint(self) -> QSize:
        return _room_of(self, f"{self._name()}  {self.amount}")

    @override
    def minimumSizeHint(self) -> QSize:
        return _room_of(self, self._name())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.underMouse() or self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            edge = theme.colour("accent") if self.hasFocus() else theme.colour("hover")
            painter.setPen(QPen(edge, 1))
            painter.setBrush(theme.colour("hover") if self.underMouse() else Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        swatch = QRect(4, (self.height() - _SWATCH) // 2, _SWATCH, _SWATCH)
        if self.isChecked():
            painter.fillRect(swatch, self._fill(swatch))
            if self.entry.kind == MapClass.UNREADABLE:
                brush = QBrush(theme.colour("text"), Qt.BrushStyle.BDiagPattern)
                painter.fillRect(swatch, brush)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(theme.colour("line_strong"))
        painter.drawRect(swatch.adjusted(0, 0, -1, -1))
        left = swatch.right() + 7
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(theme.colour("text" if self.isChecked() else "faint"))
        box = QRect(left, 0, self.width() - left, self.height())
        painter.drawText(box, middle, self._name())
        box.setLeft(left + self.fontMetrics().horizontalAdvance(f"{self._name()}  "))
        painter.setPen(theme.colour("dim" if self.isChecked() else "faint"))
        if self.fontMetrics().horizontalAdvance(self.amount) <= box.width():
            painter.drawText(box, middle, self.amount)


def _room_of(widget: QWidget, text: str) -> QSize:
    """Return the room of an entry that says *text*."""
    metrics = widget.fontMetrics()
    width = _SWATCH + _AROUND + metrics.horizontalAdvance(text)
    return QSize(width, max(metrics.height(), _SWATCH) + 6)


class Legend(QWidget):
    """The entries of a mode, in lines."""

    hidden_changed = Signal(object)
    """Other classes are hidden; carries a frozenset of them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Legend of the map"))
        self._entries: list[Entry] = []
        self._buttons: list[_EntryButton] = []
        self._flow = FlowLayout(self, theme.HALF)

    @property
    def hidden(self) -> frozenset[int]:
        """Classes that are not to be shown."""
        return frozenset(each.entry.kind for each in self._buttons if not each.isChecked())

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Show other entries; those with the same words keep whether they are hidden."""
        if [(e.kind, e.name, e.colour.rgb()) for e in entries] == [
            (e.kind, e.name, e.colour.rgb()) for e in self._entries
        ]:
            return
        hidden = self.hidden
        while self._flow.takeAt(0) is not None:
            pass
        for button in self._buttons:
            button.deleteLater()
        self._entries = list(entries)
        self._buttons = [_EntryButton(entry, self) for entry in entries]
        for button in self._buttons:
            button.setChecked(button.entry.kind not in hidden)
            button.toggled.connect(lambda _on: self.hidden_changed.emit(self.hidden))
            self._flow.addWidget(button)
            button.show()

    def show_amounts(self, sectors: Mapping[int, int], capacity: int) -> None:
        """Say how many sectors of the disk each class has."""
        for button in self._buttons:
            button.show_amount(sectors.get(button.entry.kind, 0), capacity)
        self._keep_room()

    def _keep_room(self) -> None:
        """Keep the room of "unreadable", so that the map stays where it is when that appears."""
        self._flow.spare = QSize()
        if self._buttons and all(e.kind != MapClass.UNREADABLE for e in self._entries):
            name = name_of(MapMode.CHANGED, MapClass.UNREADABLE, [])
            self._flow.spare = _room_of(self._buttons[0], name)
        self._flow.invalidate()

    def forget_amounts(self) -> None:
        """Show names alone: classes here are not amounts of the disk."""
        for button in self._buttons:
            button.amount = ""
            button.setToolTip(self.tr("Click to hide or show it"))
            button.updateGeometry()
            button.update()
        self._keep_room()
