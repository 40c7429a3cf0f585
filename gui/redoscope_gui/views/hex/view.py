"""The hex pane: a bar, and the bytes of the generation at the cursor."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget
from typing_extensions import override

from redoscope_core import SECTOR, NoPlace, Standpoint, place_of
from redoscope_gui import plain
from redoscope_gui.copy_forms import CopyForm
from redoscope_gui.requests import FindChange, FindGeneration
from redoscope_gui.session import Session
from redoscope_gui.speaking import install, value_spoken
from redoscope_gui.text_cells import USUAL
from redoscope_gui.views.hex.bar import HexBar
from redoscope_gui.views.hex.copying import HexCopying
from redoscope_gui.views.hex.footer import HexFooter
from redoscope_gui.views.hex.position import AddressUnit
from redoscope_gui.views.hex.surface import HexSurface
from redoscope_gui.views.hex.words import copy_names

__all__ = ["HexView"]


class HexView(QWidget):
    """Shows, selects and copies bytes of any generation, over any capacity."""

    selection_changed = Signal(object)
    """Other bytes are selected; carries (first, last), or None if only the cursor stands."""
    columns_chosen = Signal(int)
    """The user chose bytes a row; carries them, 0 for as many as fit."""

    encoding_chosen = Signal(str)
    """The user chose what the text column is read as; carries the name."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._actions: tuple[QAction, ...] = ()
        self.bar = HexBar(self)
        install()
        self.surface = HexSurface(session, self)
        self.footer = HexFooter(self)
        self.copying = HexCopying(session, self)
        plain.set_name(self.surface, self.tr("Bytes"))
        plain.set_name(self, self.tr("Hex view"))
        self.setFocusProxy(self.surface)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.surface, 1)
        column.addWidget(self.footer)
        self.bar.destination_entered.connect(self.go_to_text)
        self.bar.change_wanted.connect(self.go_to_change)
        self.bar.unit_chosen.connect(self.show_unit)
        self.bar.columns_chosen.connect(self.show_columns)
        self.bar.columns_chosen.connect(self.columns_chosen)
        self.surface.selection_changed.connect(self.selection_changed)
        self.surface.selection_changed.connect(self._speak)
        self.surface.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.surface.customContextMenuRequested.connect(self._show_menu)
        self.surface.asking.bytes_shown.connect(self._describe)
        self.surface.fields.changed.connect(self._describe)
        self.surface.bookmarks.changed.connect(self._describe)
        self.surface.asking.generation_changed.connect(self._describe)
        session.cursor_changed.connect(self._describe)
        session.chain_changed.connect(self._describe)
        self._describe()

    # --- going -------------------------------------------------------------------------------

    def ask_destination(self) -> None:
        """Put the keyboard into the go-to box."""
        self.bar.box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.bar.box.selectAll()

    def go_to_text(self, text: str) -> None:
        """Go to the place that *text* names, or say why it names none."""
        chain = self._session.chain
        if chain is None:
            return
        standpoint = Standpoint(self.surface.hand.caret, chain.capacity * SECTOR, chain.grain_size)
        try:
            offset = place_of(text, standpoint)
        except NoPlace as error:
            self.bar.show_fault(error)
            return
        self.bar.show_fault(None)
        self._session.go_to(offset)
        self.surface.setFocus(Qt.FocusReason.OtherFocusReason)

    def go_to_change(self, forward: bool) -> None:  # noqa: FBT001 - a slot of Signal(bool)
        """Go to the next or the previous grain decided since A, or by the shown link."""
        chain = self._session.chain
        if chain is not None:
            sector = self.surface.hand.caret // SECTOR
            generation = self._session.cursor.generation
            step, since = chain.grain_size, self._session.generation_a
            request = FindChange(chain, generation, sector, step, forward, since)
            self._session.ask("hex-change", request, self._take_change)

    def go_to_generation(self, *, newer: bool) -> None:
        """Show the next newer or older generation that stores the grain at the cursor."""
        chain = self._session.chain
        if chain is not None:
            grain = chain.grain_size
            first = self.surface.hand.caret // SECTOR // grain * grain
            generation = self._session.cursor.generation
            request = FindGeneration(chain, generation, first, grain, newer)
            self._session.ask("hex-generation", request, self._take_generation)

    def _take_change(self, sector: int | None) -> None:
        if sector is None:
            self._session.message.emit(self.tr("No other changed grain that way"))
        else:
            self._session.go_to(sector * SECTOR)

    def _take_generation(self, generation: int | None) -> None:
        if generation is None:
            self._session.message.emit(self.tr("No other generation that way stores this grain"))
        else:
            self._session.select_generation(generation)

    def show_unit(self, unit: AddressUnit) -> None:
        """Count addresses in *unit*."""
        self.bar.units.setCurrentIndex(self.bar.units.findData(unit))
        self.surface.show_unit(unit)

    def show_columns(self, columns: int) -> None:
        """Show *columns* bytes a row, 0 for as many as fit."""
        self.bar.widths.setCurrentIndex(self.bar.widths.findData(columns))
        self.surface.show_columns(columns)

    def set_actions(self, actions: Sequence[QAction]) -> None:
        """Have *actions* of the window in the menu too."""
        self._actions = tuple(actions)

    def show_encoding(self, encoding: str) -> None:
        """Read the text column, and what is copied as text, as *encoding*."""
        self.copying.encoding = encoding
        self.surface.show_encoding(encoding)
        self.encoding_chosen.emit(encoding)

    # --- copying -----------------------------------------------------------------------------

    def copy(self, form: CopyForm = CopyForm.HEX) -> None:
        """Copy the selected bytes, or the one at the cursor."""
        self.copying.copy(form, *self.surface.hand.selection)

    def copy_as(self, form: str) -> None:
        """Copy the selected bytes in the form whose value is *form*."""
        self.copy(CopyForm(form))

    def _show_menu(self, point: QPoint) -> None:
        menu = self.menu()
        menu.popup(self.surface.viewport().mapToGlobal(point))

    def menu(self) -> QMenu:
        """Return the menu of what can be done with the selected bytes."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        names = copy_names()
        for form in (CopyForm.HEX, CopyForm.DUMP, CopyForm.TEXT):
            menu.addAction(names[form]).triggered.connect(partial(self._copy_from_menu, form))
        more = menu.addMenu(self.tr("Copy as"))
        for form in CopyForm:
            more.addAction(names[form]).triggered.connect(partial(self._copy_from_menu, form))
        self._add_encodings(menu.addMenu(self.tr("Text column as")))
        menu.addSeparator()
        menu.addActions(self._actions)
        menu.addSeparator()
        menu.addAction(self.tr("Select sector")).triggered.connect(lambda: self.select_whole(1))
        menu.addAction(self.tr("Select grain")).triggered.connect(
            lambda: self.select_whole(self._session.chain.grain_size if self._session.chain else 1)
        )
        menu.addSeparator()
        menu.addAction(self.tr("Go to…")).triggered.connect(self.ask_destination)
        menu.addAction(self.tr("Next changed grain")).triggered.connect(
            lambda: self.go_to_change(True)
        )
        menu.addAction(self.tr("Previous changed grain")).triggered.connect(
            lambda: self.go_to_change(False)
        )
        return menu

    def _copy_from_menu(self, form: CopyForm, _on: bool = False) -> None:  # noqa: FBT001, FBT002
        self.copy(form)

    def _add_encodings(self, menu: QMenu) -> None:
        """Offer the usual encodings, and the one that is shown."""
        shown = self.copying.encoding
        for encoding in dict.fromkeys((*USUAL, shown)):
            action = menu.addAction(plain.caption(encoding))
            action.setCheckable(True)
            action.setChecked(encoding == shown)
            action.triggered.connect(lambda _on=False, name=encoding: self.show_encoding(name))

    def select_all(self) -> None:
        """Select every byte of the disk."""
        self.surface.hand.select(0, max(0, self.surface.scrolling.rows.capacity - 1))

    def select_whole(self, sectors: int) -> None:
        """Select the sector or the grain that the cursor is in."""
        span = sectors * SECTOR
        first = self.surface.hand.caret // span * span
        self.surface.hand.select(first, min(first + span, self.surface.scrolling.rows.capacity) - 1)

    # --- keys and words ----------------------------------------------------------------------

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
            return
        if event.matches(QKeySequence.StandardKey.SelectAll):
            self.select_all()
            return
        if event.key() == Qt.Key.Key_G and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self.ask_destination()
            return
        if event.key() == Qt.Key.Key_Escape and self.bar.box.hasFocus():
            self.surface.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        text = event.text()
        if text in {"[", "]"}:
            self.go_to_change(text == "]")
        elif text in {"{", "}"}:
            self.go_to_generation(newer=text == "}")
        else:
            super().keyPressEvent(event)

    def _speak(self, _selection: object = None) -> None:
        words = self.surface.spoken_value()
        value_spoken(self.surface, words)
        self.footer.say(words)

    def _describe(self, _cursor: object = None) -> None:
        """Tell a screen reader what is at the cursor."""
        self._speak()
        if self._session.chain is None:
            plain.set_description(self.surface, self.tr("No disk is open"))
            return
        caret = self.surface.hand.caret
        byte = self.surface.asking.byte_at(caret)
        value = self.tr("being read") if byte is None else f"{byte:02X}"
        if self.surface.asking.unreadable_at(caret):
            value = self.tr("unreadable")
        text = self.tr("Offset 0x{offset:X}, byte {value}, {what}")
        what = self.surface.sheet.heading_of(caret // SECTOR).what
        plain.set_description(self.surface, text.format(offset=caret, value=value, what=what))
