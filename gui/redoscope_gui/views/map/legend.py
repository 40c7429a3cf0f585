"""The legend of the map: what each colour means and how much of the disk has it. Clicks hide it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QLinearGradient, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget
from typing_extensions import override

from redoscope_core import SECTOR
from redoscope_gui import plain, theme
from redoscope_gui.maps import MapClass
from redoscope_gui.views.map.colours import Entry
from redoscope_gui.views.map.flow import FlowLayout, Rooms

__all__ = ["Legend"]

_SWATCH = 12
_AROUND = 13
_LONGEST = 26
_PERCENT = 100
_AMOUNTS = ("00.0 MiB", "1000 MiB")
"""Amounts that no other is wider than."""


class _EntryButton(QAbstractButton):
    """One colour, its name and its amount; checked while it is shown."""

    def __init__(self, entry: Entry, parent: QWidget) -> None:
        super().__init__(parent)
        self.entry = entry
        self.amount = ""
        self.setCheckable(True)
        self.setChecked(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.show_entry(entry)

    def show_entry(self, entry: Entry) -> None:
        """Stand for another colour or name of the same class."""
        self.entry = entry
        plain.set_name(self, entry.name)
        self.update()

    def show_amount(self, sectors: int | None, capacity: int) -> None:
        """Say how much of the disk has this colour; None where classes are no amounts."""
        told: tuple[str, ...]
        if sectors is None:
            self.amount = ""
            told = (self.entry.name, self.tr("Click to hide or show it."))
        else:
            count = sectors * SECTOR
            self.amount = "" if self.entry.quiet or self.entry.later else theme.amount(count)
            share = sectors / max(1, capacity) * _PERCENT
            text = self.tr("{name}: {amount}, {share:.2f} % of the disk.").format(
                name=self.entry.name, amount=theme.exact_amount(count), share=share
            )
            told = (text, self.tr("Click to hide or show it."))
        if self.entry.later:
            told = (self.tr("{name} is newer than what is shown").format(name=self.entry.name),)
        plain.set_tip(self, *told)
        plain.set_description(self, plain.lines(*told))
        self.update()

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
        return _rooms_of(self, self.entry, amounts=True)[0]

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
                brush = QBrush(theme.colour("hatch"), Qt.BrushStyle.BDiagPattern)
                painter.fillRect(swatch, brush)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(theme.colour("line_strong"))
        painter.drawRect(swatch.adjusted(0, 0, -1, -1))
        left = swatch.right() + 7
        middle = Qt.AlignmentFlag.AlignVCenter
        stands = self.isChecked() and not self.entry.later
        painter.setPen(theme.colour("text" if stands else "faint"))
        box = QRect(left, 0, self.width() - left, self.height())
        plain.draw(painter, box, middle, _shown_name(self.entry))
        box.setLeft(left + self.fontMetrics().horizontalAdvance(f"{_shown_name(self.entry)}  "))
        painter.setPen(theme.colour("dim" if self.isChecked() else "faint"))
        if self.fontMetrics().horizontalAdvance(self.amount) <= box.width():
            plain.draw(painter, box, middle, self.amount)


def _shown_name(entry: Entry) -> str:
    name = entry.label or entry.name
    half = (_LONGEST - 1) // 2
    return name if len(name) <= _LONGEST else f"{name[:half]}…{name[-half:]}"


def _rooms_of(widget: QWidget, entry: Entry, *, amounts: bool) -> tuple[QSize, QSize]:
    """Return the room of an entry with that of the longest amount, and the least it takes.

    "unreadable" does without its amount where only that would begin another line.
    """
    metrics = widget.fontMetrics()
    text = _shown_name(entry)
    height = max(metrics.height(), _SWATCH) + 6
    least = _SWATCH + _AROUND + metrics.horizontalAdvance(text)
    if not amounts or entry.quiet:
        return QSize(least, height), QSize(least, height)
    longest = max(metrics.horizontalAdvance(amount) for amount in _AMOUNTS)
    widest = least + metrics.horizontalAdvance("  ") + longest
    if entry.kind != MapClass.UNREADABLE:
        least = widest
    return QSize(widest, height), QSize(least, height)


class _Note(QWidget):
    """Says that a paler colour is a smaller share, in the room that its line has left."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._long = self.tr("paler: less of the cell")
        self._short = self.tr("paler: less")
        told = self.tr(
            "A colour is full where its class fills the cell. Each halving makes it paler by the "
            "same step; a single grain is seen in a cell of any number."
        )
        plain.set_tip(self, told)
        plain.set_name(self, self._long)
        plain.set_description(self, told)

    def _room(self, text: str) -> QSize:
        metrics = self.fontMetrics()
        height = max(metrics.height(), _SWATCH) + 6
        return QSize(metrics.horizontalAdvance(text) + 2 * theme.HALF, height)

    @override
    def sizeHint(self) -> QSize:
        return self._room(self._long)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(1, self._room(self._short).height())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(theme.colour("dim"))
        box = self.rect().adjusted(theme.HALF, 0, 0, 0)
        for text in (self._long, self._short):
            if self._room(text).width() <= self.width():
                plain.draw(painter, box, Qt.AlignmentFlag.AlignVCenter, text)
                break


class Legend(QWidget):
    """The entries of a mode, in lines; no line comes or goes with what a generation holds."""

    hidden_changed = Signal(object)
    """Other classes are hidden; carries a frozenset of them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        plain.set_name(self, self.tr("Legend of the map"))
        self.amounts = True
        """Whether entries have amounts."""
        self._fullest: Sequence[Entry] = ()
        self._buttons: list[_EntryButton] = []
        self._note = _Note(self)
        self._flow = FlowLayout(self, theme.HALF)
        self._flow.addWidget(self._note)
        self._note.hide()

    @property
    def hidden(self) -> frozenset[int]:
        """Classes that are not to be shown."""
        return frozenset(each.entry.kind for each in self._buttons if not each.isChecked())

    @property
    def entries(self) -> list[Entry]:
        """What it shows."""
        return [button.entry for button in self._buttons]

    def show_entries(
        self, entries: Sequence[Entry], fullest: Sequence[Entry] = (), *, amounts: bool = True
    ) -> None:
        """Show other entries; those of the same class keep whether they are hidden.

        Room is kept for *fullest*, the most that may come while this is shown.
        """
        if [each.kind for each in entries] != [each.kind for each in self.entries]:
            self._replace(entries)
        for button, entry in zip(self._buttons, entries, strict=True):
            button.show_entry(entry)
        self._note.setVisible(bool(entries))
        self._fullest = fullest or entries
        self.amounts = amounts
        self._keep_room()

    def _replace(self, entries: Sequence[Entry]) -> None:
        """Make other buttons, before the note."""
        hidden = self.hidden
        while self._flow.takeAt(0) is not None:
            pass
        for button in self._buttons:
            button.deleteLater()
        self._buttons = [_EntryButton(entry, self) for entry in entries]
        for button in self._buttons:
            button.setChecked(button.entry.kind not in hidden)
            button.toggled.connect(lambda _on: self.hidden_changed.emit(self.hidden))
            self._flow.addWidget(button)
            button.show()
        self._flow.addWidget(self._note)

    def show_amounts(self, sectors: Mapping[int, int], capacity: int) -> None:
        """Say how many sectors of the disk each class has, unless entries have no amounts."""
        for button in self._buttons:
            count = sectors.get(button.entry.kind, 0) if self.amounts else None
            button.show_amount(count, capacity)

    def _keep_room(self) -> None:
        """Keep the room of all that may come, so that the map stays where it is when it does."""
        self._flow.show_rooms(self._rooms(amounts=self.amounts), self._rooms(amounts=False))

    def _rooms(self, *, amounts: bool) -> Rooms:
        """Return the room of the entries, and of all that may come, the note last."""
        note = [(self._note.sizeHint(), self._note.minimumSizeHint())] if self._fullest else []
        here, fullest = (
            [_rooms_of(self, entry, amounts=amounts) for entry in entries] + note
            for entries in (self.entries, self._fullest)
        )
        return here, fullest

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._keep_room()
