"""The bar above the map: what its colours tell, and how far it is zoomed."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QSizePolicy,
    QToolButton,
    QWidget,
)
from typing_extensions import override

from redoscope_core import SECTOR
from redoscope_gui import plain, theme
from redoscope_gui.maps import COMPARING, MapMode, Older, OtherDisk

__all__ = ["MapBar"]

_LEFT_OUT = (("zoom-out", "zoom-in"), ("chevron-left", "chevron-right"), ("maximize",))
"""Icons of the buttons that go first, and of those that go next; the curve goes last."""
_NAME = 10
"""Letters of the name of generation A that stand at least."""
_OTHER = -2
"""In place of a generation: the one of another disk, which is chosen already."""
_WIDEST_CELL = "1 cell = 888 MiB"


class MapBar(QWidget):
    """Mode, generation A of a difference, zoom and steps to changed cells."""

    mode_chosen = Signal(object)
    """Another reading of the map; carries the MapMode."""
    since_chosen = Signal(object)
    """Another generation A of the difference; carries its index."""
    curve_chosen = Signal(bool)
    """Cells are to run along a Hilbert curve, or in rows."""
    zoom_wanted = Signal(int)
    """Cells of half (1) or twice (-1) the sectors are wanted; 0 for the whole disk."""
    change_wanted = Signal(bool)
    """The next (True) or the previous group of changed cells is wanted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._buttons: list[theme.IconButton] = []
        self._names: list[str] = []
        self.modes = QComboBox(self)
        plain.set_name(self.modes, self.tr("What the map shows"))
        for mode, name, hint in self._mode_words():
            plain.add_item(self.modes, name, mode, hint)
        self.modes.activated.connect(lambda _index: self.mode_chosen.emit(self.modes.currentData()))
        self.since = plain.ComboBox(self)
        plain.set_name(self.since, self.tr("Generation A of the difference"))
        self.since.setVisible(False)
        self.since.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.since.setMinimumContentsLength(_NAME)
        self.since.activated.connect(
            lambda _index: self.since_chosen.emit(self.since.currentData())
        )
        self.curve = QToolButton(self)
        self.curve.setText(self.tr("Hilbert"))
        self.curve.setCheckable(True)
        self.curve.setAutoRaise(True)
        self.curve.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        plain.set_name(self.curve, self.tr("Hilbert curve"))
        plain.set_tip(
            self.curve,
            self.tr("Lay the cells along a Hilbert curve, so that runs become patches (H)"),
        )
        self.curve.toggled.connect(self.curve_chosen)
        self.cell = plain.Label(self)
        self._place()
        self.modes.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.since.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def _mode_words(self) -> list[tuple[MapMode, str, str]]:
        return [
            (
                MapMode.CHANGED,
                self.tr("Changed by this link"),
                self.tr("What the chosen link decided, against what it takes from below"),
            ),
            (
                MapMode.OWNER,
                self.tr("Owner"),
                self.tr("The newest generation that owns a part of each cell"),
            ),
            (
                MapMode.HEAT,
                self.tr("Rewrite heat"),
                self.tr("How many generations decided the same place: the most in each cell"),
            ),
            (
                MapMode.DIFFERENCE,
                self.tr("Difference from"),
                self.tr("What was decided after generation A, up to the chosen one"),
            ),
            (
                MapMode.EXACT,
                self.tr("Bytes that differ from"),
                self.tr("What really differs from generation A, once both were compared"),
            ),
            (
                MapMode.MATRIX,
                self.tr("Chain matrix"),
                self.tr("One row per generation, addresses from left to right"),
            ),
            (
                MapMode.CONTENT,
                self.tr("Content"),
                self.tr("What sectors are for: files, directories, file systems, free space"),
            ),
        ]

    def show_generations(self, names: list[str], since: Older | None) -> None:
        """Offer the generations below the shown one as A; one of another disk stands last."""
        other = str(since) if isinstance(since, OtherDisk) else ""
        offered = [f"{index} {name}" for index, name in enumerate(names[:-1])]
        if [*offered, other] != self._names:
            self._names = [*offered, other]
            self.since.clear()
            for index, text in enumerate(offered):
                plain.add_item(self.since, text, index)
            if other:
                plain.add_item(self.since, other, _OTHER)
        if since is not None:
            self.since.setCurrentIndex(self.since.findData(_OTHER if other else since))
            plain.set_tip(self.since, self.tr("Generation A"), self.since.currentText())

    def show_mode(self, mode: MapMode) -> None:
        """Show which reading the map has."""
        self.modes.setCurrentIndex(self.modes.findData(mode))
        self.since.setVisible(mode in COMPARING)
        self.curve.setEnabled(mode is not MapMode.MATRIX)
        self._fit(self.width())

    def show_cell(self, sectors: int | None) -> None:
        """Say how much one cell holds."""
        if sectors is None:
            self.cell.clear()
            return
        count = sectors * SECTOR
        text = self.tr("1 cell = {amount}").format(amount=theme.amount(count))
        if text != self.cell.text():
            self.cell.setText(text)
            plain.set_tip(self.cell, theme.exact_amount(count))
            self._dress()

    def _dress(self) -> None:
        """Take the colours of the theme."""
        self.cell.setStyleSheet(f"color: {theme.colour('dim').name()}")

    def _place(self) -> None:
        line = QHBoxLayout(self)
        line.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)  # see `_fit`
        line.setContentsMargins(theme.STEP, theme.HALF, theme.STEP, theme.HALF)
        line.setSpacing(theme.HALF)
        line.addWidget(self.modes)
        line.addWidget(self.since)
        line.addStretch(1)
        line.addWidget(self.cell)
        line.addWidget(self.curve)
        line.addSpacing(theme.HALF)
        zoom = self.zoom_wanted.emit
        change = self.change_wanted.emit
        for icon, name, key, wish in (
            ("zoom-out", self.tr("Zoom out"), "-", lambda: zoom(-1)),
            ("maximize", self.tr("Show the whole disk"), "0", lambda: zoom(0)),
            ("zoom-in", self.tr("Zoom in"), "+", lambda: zoom(1)),
            (
                "chevron-left",
                self.tr("Previous group of changed cells"),
                "[",
                lambda: change(False),
            ),
            ("chevron-right", self.tr("Next group of changed cells"), "]", lambda: change(True)),
        ):
            button = theme.IconButton(icon, name, key, self)
            button.clicked.connect(wish)
            self._buttons.append(button)
            line.addWidget(button)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit(event.size().width())

    def _fit(self, room: int) -> None:
        """Show what has room: nothing is cut; what is left out has a key and the wheel."""
        spare = room - self._needed()
        wide = self.cell.fontMetrics().horizontalAdvance(_WIDEST_CELL) + 2 * theme.STEP
        self.cell.setVisible(spare >= wide)
        lots: list[list[QToolButton]] = [
            [button for button in self._buttons if button.icon_name in names] for names in _LEFT_OUT
        ]
        for going in (*lots, [self.curve]):
            for button in going:
                button.setVisible(spare >= 0)
            if spare < 0:
                spare += sum(button.sizeHint().width() + theme.HALF for button in going)

    def _needed(self) -> int:
        """Return the pixels that all but the label of the cell take."""
        widths = [part.sizeHint().width() for part in (self.modes, self.curve, *self._buttons)]
        if not self.since.isHidden():
            widths.append(self.since.minimumSizeHint().width())
        return sum(width + theme.HALF for width in widths) + 2 * theme.STEP + theme.HALF

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(self.modes.sizeHint().width(), super().minimumSizeHint().height())

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if theme.dressed(event):
            self._dress()
            self._fit(self.width())
