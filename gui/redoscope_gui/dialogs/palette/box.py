"""The palette itself: a field above a list, laid over the top of the window."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLineEdit,
    QListView,
    QMainWindow,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from redoscope_gui import plain, theme
from redoscope_gui.dialogs.palette.button import PaletteButton
from redoscope_gui.dialogs.palette.offers import Offer, Source, sorted_offers
from redoscope_gui.dialogs.palette.rows import OfferDelegate, OfferRows

__all__ = ["Palette"]

_WIDTH = 640
_LINES = 12
_REMEMBERED = 5
"""What was done last, that stands first before anything is typed."""
_STEPS = {
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_PageDown: _LINES - 1,
    Qt.Key.Key_PageUp: 1 - _LINES,
}


class Palette(QFrame):
    """Offers what its *sources* know. Enter does the chosen line; Escape or a click aside leave."""

    def __init__(self, window: QMainWindow, sources: Sequence[Source]) -> None:
        super().__init__(window)
        self._window = window
        self._sources = tuple(sources)
        self._before: QWidget | None = None
        self._used: list[str] = []
        """Titles of what was done last, newest first."""
        self.setObjectName("palette")
        plain.set_name(self, self.tr("Command palette"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.box = QLineEdit(self)
        plain.set_name(self.box, self.tr("Command, place or link"))
        self.box.setPlaceholderText(self.tr("A command, a place (s5376, g42, 0x2A0000), a link"))
        self.rows = OfferRows(self)
        self.list = QListView(self)
        plain.set_name(self.list, self.tr("Matches"))
        self.list.setModel(self.rows)
        self.list.setItemDelegate(OfferDelegate(self.list))
        self.list.setFrameShape(QListView.Shape.NoFrame)
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._nothing = plain.Label(
            self.tr("No command, place, link or problem is called that"), self
        )
        self._nothing.setForegroundRole(self._nothing.palette().ColorRole.PlaceholderText)
        self._nothing.setContentsMargins(theme.STEP, 0, theme.STEP, theme.HALF)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.STEP, theme.STEP, theme.STEP, theme.STEP)
        layout.setSpacing(theme.STEP)
        layout.addWidget(self.box)
        layout.addWidget(self.list)
        layout.addWidget(self._nothing)
        self.box.textChanged.connect(self._offer)
        self.box.installEventFilter(self)
        self.list.clicked.connect(self._do)
        self.list.selectionModel().currentChanged.connect(self._describe)
        self.hide()

    @property
    def chosen(self) -> Offer | None:
        """The line that Enter would do."""
        return self.rows.offer_at(self.list.currentIndex())

    def ask(self, needle: str = "") -> None:
        """Come forward with *needle* typed; if it is there already, go."""
        if self.isVisible():
            self.leave()
            return
        self._before = self._window.focusWidget()
        self.box.clear()
        self._offer("")
        self.box.setText(needle)
        self._place()
        self.show()
        self.raise_()
        self.box.setFocus(Qt.FocusReason.PopupFocusReason)
        self._window.installEventFilter(self)
        app = QApplication.instance()
        if app is not None:
            app.installEventFilter(self)

    def leave(self) -> None:
        """Go, and give the focus back to who had it."""
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)
        self._window.removeEventFilter(self)
        had_focus = self.box.hasFocus()
        self.hide()
        if had_focus and self._before is not None and self._before.isVisible():
            self._before.setFocus(Qt.FocusReason.PopupFocusReason)
        self._before = None

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.box and isinstance(event, QKeyEvent):
            return event.type() == QEvent.Type.KeyPress and self._press(event)
        if watched is self._window and event.type() == QEvent.Type.Resize:
            self._place()
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonPress:
            # The button that opens it closes it too, by itself.
            own = watched is self or isinstance(watched, PaletteButton)
            if isinstance(watched, QWidget) and not own and not self.isAncestorOf(watched):
                self.leave()
        return False

    def _press(self, event: QKeyEvent) -> bool:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._do(self.list.currentIndex())
        elif event.key() == Qt.Key.Key_Escape:
            self.leave()
        elif event.key() in {Qt.Key.Key_Tab, Qt.Key.Key_Backtab}:
            pass
        elif event.key() in _STEPS:
            self._step(_STEPS[Qt.Key(event.key())])
        else:
            return False
        return True

    def _step(self, delta: int) -> None:
        count = self.rows.rowCount()
        if count:
            row = self.list.currentIndex().row() + delta
            row = row % count if abs(delta) == 1 else min(max(row, 0), count - 1)
            self.list.setCurrentIndex(self.rows.index(row))

    def _offer(self, needle: str) -> None:
        needle = needle.strip()
        offers = sorted_offers(needle, self._sources)
        if not needle:
            last = [offer for name in self._used for offer in offers if offer.title == name]
            offers = [*last, *(offer for offer in offers if offer not in last)]
        self.rows.show_offers(offers)
        self.list.setVisible(bool(offers))
        self._nothing.setVisible(not offers)
        meant = bool(offers) and (not needle or offers[0].is_meant(needle))
        self.list.setCurrentIndex(self.rows.index(0) if meant else QModelIndex())
        self._place()

    def _describe(self, index: QModelIndex, _before: QModelIndex) -> None:
        """Have a screen reader say the chosen line while the focus stays in the field."""
        spoken = self.rows.data(index, Qt.ItemDataRole.AccessibleTextRole)
        plain.set_description(self.box, str(spoken or ""))

    def _do(self, index: QModelIndex) -> None:
        offer = self.rows.offer_at(index)
        if offer is not None and offer.enabled:
            self.leave()
            others = [title for title in self._used if title != offer.title]
            self._used = [offer.title, *others][:_REMEMBERED]
            offer.run()

    def _place(self) -> None:
        """Stand at the top of the window, in its middle, as high as the lines need."""
        window = self._window
        width = min(round(_WIDTH * theme.zoom()), window.width() - theme.STEP * 4)
        line = self.list.sizeHintForRow(0)
        lines = min(self.rows.rowCount(), _LINES)
        self.list.setFixedHeight(max(line, 1) * lines)
        top = window.menuBar().height() + theme.STEP
        self.setGeometry((window.width() - width) // 2, top, width, 0)
        height = min(self.sizeHint().height(), window.height() - top - theme.STEP)
        self.resize(width, height)
