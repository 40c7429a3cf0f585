"""The legend of the map: what each colour means and how much of the disk has it. Clicks hide it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QFontMetrics, QLinearGradient, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget
from typing_extensions import override

from redoscope_core import SECTOR
from redoscope_gui import plain, theme
from redoscope_gui.maps import MapClass
from redoscope_gui.views.map.colours import Entry
from redoscope_gui.views.map.flow import FlowLayout, Room, Rooms

__all__ = ["Legend"]

_SWATCH = 12
_AROUND = 13
_LONGEST = 26
_PERCENT = 100
_EDGE = 0.001
"""Part of a swatch in which one of its colours gives way to the next."""
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
        tints = self.entry.tints
        for index, tint in enumerate(tints):
            ramp.setColorAt(index / len(tints), tint)
            ramp.setColorAt((index + 1) / len(tints) - _EDGE, tint)
        if tints:
            return QBrush(ramp)
        ramp.setColorAt(0, self.entry.faintest)
        ramp.setColorAt(1, self.entry.colour)
        return QBrush(ramp)

    @override
    def sizeHint(self) -> QSize:
        room = _room_of(self.fontMetrics(), self.entry, amounts=True)
        return QSize(room.widest, room.height)

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
        name = _shown_name(self.entry)
        if self.entry.brief and self.fontMetrics().horizontalAdvance(name) > box.width():
            name = self.entry.brief
        plain.draw(painter, box, middle, name)
        box.setLeft(left + self.fontMetrics().horizontalAdvance(f"{name}  "))
        painter.setPen(theme.colour("dim" if self.isChecked() else "faint"))
        if self.fontMetrics().horizontalAdvance(self.amount) <= box.width():
            plain.draw(painter, box, middle, self.amount)


def _shown_name(entry: Entry) -> str:
    name = entry.label or entry.name
    half = (_LONGEST - 1) // 2
    return name if len(name) <= _LONGEST else f"{name[:half]}…{name[-half:]}"


def _room_of(metrics: QFontMetrics, entry: Entry, *, amounts: bool, brief: bool = False) -> Room:
    """Return the room of an entry with that of the longest amount, and the least it takes.

    "unreadable" does without its amount where only that would begin another line.
    """
    text = (brief and entry.brief) or _shown_name(entry)
    height = max(metrics.height(), _SWATCH) + 6
    least = _SWATCH + _AROUND + metrics.horizontalAdvance(text)
    if not amounts or entry.quiet:
        return Room(least, least, height)
    longest = max(metrics.horizontalAdvance(amount) for amount in _AMOUNTS)
    widest = least + metrics.horizontalAdvance("  ") + longest
    return Room(widest, least if entry.kind == MapClass.UNREADABLE else widest, height)


class Legend(QWidget):
    """The entries of a mode, in lines; none comes or goes with mode, generation or amounts."""

    hidden_changed = Signal(object)
    """Other classes are hidden; carries a frozenset of them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        plain.set_name(self, self.tr("Legend of the map"))
        self.amounts = True
        """Whether entries have amounts."""
        self._kept: Sequence[Sequence[Entry]] = ()
        self._buttons: list[_EntryButton] = []
        self._measured: dict[tuple[object, ...], Room] = {}
        self._measured_in = self.font().key()
        self._flow = FlowLayout(self, theme.HALF)

    @property
    def hidden(self) -> frozenset[int]:
        """Classes that are not to be shown."""
        return frozenset(each.entry.kind for each in self._buttons if not each.isChecked())

    @property
    def entries(self) -> list[Entry]:
        """What it shows."""
        return [button.entry for button in self._buttons]

    def toggle(self, kind: int) -> None:
        """Hide the class *kind* in the map, or show it again."""
        for button in self._buttons:
            if button.entry.kind == kind:
                button.toggle()

    def show_entries(
        self,
        entries: Sequence[Entry],
        kept: Sequence[Sequence[Entry]] = (),
        *,
        amounts: bool = True,
    ) -> None:
        """Show other entries; those of the same class keep whether they are hidden.

        Room is kept for each of *kept*, all that may come when another mode is shown or more is
        found: so the map below stays where it is.
        """
        if [each.kind for each in entries] != [each.kind for each in self.entries]:
            self._replace(entries)
        for button, entry in zip(self._buttons, entries, strict=True):
            button.show_entry(entry)
        self._kept = kept or (entries,)
        self.amounts = amounts
        self._keep_room()

    def _replace(self, entries: Sequence[Entry]) -> None:
        """Make other buttons."""
        hidden = self.hidden
        while self._flow.takeAt(0) is not None:
            pass
        for button in self._buttons:
            button.hide()
            button.deleteLater()
        self._buttons = [_EntryButton(entry, self) for entry in entries]
        for button in self._buttons:
            button.setChecked(button.entry.kind not in hidden)
            button.toggled.connect(lambda _on: self.hidden_changed.emit(self.hidden))
            self._flow.addWidget(button)
            button.show()

    def show_amounts(self, sectors: Mapping[int, int], capacity: int) -> None:
        """Say how many sectors of the disk each class has, unless entries have no amounts."""
        for button in self._buttons:
            count = sectors.get(button.entry.kind, 0) if self.amounts else None
            button.show_amount(count, capacity)

    def _keep_room(self) -> None:
        """Keep the room of all that may come, so that the map stays where it is when it does."""
        self._flow.show_rooms(
            self._rooms(amounts=True), self._rooms(amounts=False), self._rooms(brief=True)
        )

    def _rooms(self, *, amounts: bool = False, brief: bool = False) -> Rooms:
        """Return the room of the entries, and of all that may come."""
        told = amounts and self.amounts
        here = [self._room(entry, amounts=told, brief=brief) for entry in self.entries]
        kept = [
            [self._room(entry, amounts=amounts, brief=brief) for entry in entries]
            for entries in self._kept
        ]
        return here, kept

    def _room(self, entry: Entry, *, amounts: bool, brief: bool) -> Room:
        """Return the room of an entry, measured once: entries come again with each generation."""
        key = entry.kind, entry.name, entry.label, entry.brief, entry.quiet, amounts, brief
        if key not in self._measured:
            self._measured[key] = _room_of(self.fontMetrics(), entry, amounts=amounts, brief=brief)
        return self._measured[key]

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if theme.dressed(event):
            if self._measured_in != self.font().key():
                self._measured_in = self.font().key()
                self._measured.clear()
            self._keep_room()
