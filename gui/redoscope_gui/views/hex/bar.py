"""The bar above the bytes: where to go, and how addresses and rows are written."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QWidget

from redoscope_core import NoPlace, PlaceFault
from redoscope_gui import plain, theme
from redoscope_gui.views.hex.position import COLUMN_CHOICES, AddressUnit

__all__ = ["HexBar"]


class HexBar(QWidget):
    """Go-to box, steps to changed grains, address unit and columns."""

    destination_entered = Signal(str)
    """A place was typed; carries the text."""
    change_wanted = Signal(bool)
    """The next (True) or previous changed grain is wanted."""
    unit_chosen = Signal(object)
    """Addresses are to be counted in another AddressUnit."""
    columns_chosen = Signal(int)
    """Another number of bytes a row; carries it, 0 for as many as fit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.box = QLineEdit(self)
        self.box.setPlaceholderText(self.tr("Go to: 0x2A0000, s5376, g42, 50%, end, +512"))
        plain.set_name(self.box, self.tr("Go to"))
        plain.set_tip(
            self.box,
            self.tr("A byte (0x2A0000, 2752512, 2M), a sector (s5376), a grain (g42),"),
            self.tr("a share (50%), end, or a sum of them (g42 + s3);"),
            self.tr("a sign first counts from the cursor. Ctrl+G"),
            self.tr("A bare number is a byte here, and a sector in the commands"),
        )
        self.box.setClearButtonEnabled(True)
        self.box.returnPressed.connect(lambda: self.destination_entered.emit(self.box.text()))
        self.box.textEdited.connect(lambda _text: self.show_fault(None))
        self.units = QComboBox(self)
        plain.set_name(self.units, self.tr("Address unit"))
        plain.set_tip(self.units, self.tr("What the addresses at the left count"))
        for unit, name in (
            (AddressUnit.BYTE, self.tr("Bytes")),
            (AddressUnit.SECTOR, self.tr("Sectors")),
            (AddressUnit.GRAIN, self.tr("Grains")),
        ):
            plain.add_item(self.units, name, unit)
        self.units.activated.connect(lambda _index: self.unit_chosen.emit(self.units.currentData()))
        self.widths = QComboBox(self)
        plain.set_name(self.widths, self.tr("Bytes a row"))
        plain.set_tip(self.widths, self.tr("Bytes in one row; Auto shows as many as fit"))
        plain.add_item(self.widths, self.tr("Auto"), 0)
        for columns in COLUMN_CHOICES:
            plain.add_item(self.widths, str(columns), columns)
        self.widths.activated.connect(
            lambda _index: self.columns_chosen.emit(self.widths.currentData())
        )
        self.fault = plain.Label(self)
        self.fault.setVisible(False)
        self._place()

    def show_fault(self, error: NoPlace | None) -> None:
        """Say under the mouse and beside the box why a text leads nowhere."""
        words = {
            PlaceFault.EMPTY: self.tr("Type a place"),
            PlaceFault.NOT_UNDERSTOOD: self.tr("Not understood"),
            PlaceFault.NOT_WHOLE: self.tr("Not a whole number of bytes"),
            PlaceFault.BEFORE_START: self.tr("Before the first byte"),
            PlaceFault.PAST_END: self.tr("Past the last byte"),
        }
        self.fault.setVisible(error is not None)
        self.fault.setText("" if error is None else words[error.fault])
        self.fault.setStyleSheet(f"color: {theme.colour('danger').name()}")

    def _place(self) -> None:
        line = QHBoxLayout(self)
        line.setContentsMargins(theme.STEP, theme.HALF, theme.STEP, theme.HALF)
        line.setSpacing(theme.HALF)
        line.addWidget(self.box, 1)
        line.addWidget(self.fault)
        change = self.change_wanted.emit
        for icon, name, key, wish in (
            ("chevron-left", self.tr("Previous changed grain"), "[", lambda: change(False)),
            ("chevron-right", self.tr("Next changed grain"), "]", lambda: change(True)),
        ):
            button = theme.IconButton(icon, name, key, self)
            button.clicked.connect(wish)
            line.addWidget(button)
        line.addSpacing(theme.HALF)
        line.addWidget(self.units)
        line.addWidget(self.widths)
