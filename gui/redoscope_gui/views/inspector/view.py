"""The inspector pane: five pages about the place of the cursor."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QPlainTextEdit,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from redoscope_core import SECTOR, State
from redoscope_gui import plain, theme
from redoscope_gui.maps import OtherDisk
from redoscope_gui.requests import (
    BytesRead,
    DescribeLink,
    DescriptorRead,
    ExplainSector,
    FindStructure,
    LinkDescribed,
    ReadBytes,
    ReadDescriptor,
    SectorExplained,
    StructureFound,
)
from redoscope_gui.session import Session
from redoscope_gui.views.inspector import telling
from redoscope_gui.views.inspector.facts import plain_font
from redoscope_gui.views.inspector.table import FactsTable
from redoscope_gui.views.inspector.values import NEEDED, values_at
from redoscope_gui.views.inspector.whose import WhoseLine

__all__ = ["InspectorView"]

_STRUCTURE = 4
"""The page of fields."""


class InspectorView(QWidget):
    """Look-up, generations and values of the cursor's place, and properties of its link."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._explained: tuple[int, int, OtherDisk | None] | None = None
        self._answer: SectorExplained | None = None
        self._described: int | None = None
        plain.set_name(self, self.tr("Inspector"))
        self.whose = WhoseLine(session, self)
        self.summary = plain.Label(self)
        self.summary.setWordWrap(True)
        self._make_tables()
        self._make_pages()
        self._dress()
        self._asking = QTimer(self, singleShot=True, interval=0)
        self._asking.timeout.connect(self._ask)
        session.chain_changed.connect(self._take_chain)
        session.cursor_changed.connect(self._ask_soon)
        session.comparison_changed.connect(self._tell_sector)
        session.comparison_changed.connect(self._ask_soon)
        self.pages.currentChanged.connect(self._ask_soon)
        self._take_chain()

    def _make_tables(self) -> None:
        what, value = self.tr("What"), self.tr("Value")
        self.lookup = FactsTable(
            (self.tr("Asked"), self.tr("Answer")), self.tr("Look-up step by step"), (210,), self
        )
        self.generations = FactsTable(
            (
                self.tr("Generation"),
                self.tr("This link"),
                self.tr("Owner"),
                self.tr("SHA-256 of the sector"),
                self.tr("Change"),
            ),
            self.tr("The sector through all generations"),
            (150, 110, 60, 130),
            self,
            most=240,
        )
        self.generations.setRootIsDecorated(False)
        self.values = FactsTable(
            (self.tr("Read as"), self.tr("Little-endian"), self.tr("Big-endian")),
            self.tr("Values at the cursor"),
            (110, 280),
            self,
        )
        self.values.setRootIsDecorated(False)
        self.structure = FactsTable(
            (self.tr("Field"), value, self.tr("Byte")),
            self.tr("Fields of the structure at the cursor"),
            (170, 110),
            self,
        )
        self.structure.setRootIsDecorated(False)
        self.structure.offset_wanted.connect(self._session.go_to)
        self.link = FactsTable((what, value), self.tr("Properties of the link"), (150,), self)
        self.link.setRootIsDecorated(False)
        self.descriptor = QPlainTextEdit(self)
        self.descriptor.setReadOnly(True)
        self.descriptor.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        plain.set_name(self.descriptor, self.tr("Descriptor"))
        self.descriptor.setPlaceholderText(self.tr("The descriptor of the link"))
        self.descriptor.setTabChangesFocus(True)
        for table in (self.lookup, self.generations, self.values, self.link):
            table.sector_wanted.connect(self._go_to_sector)
            table.generation_wanted.connect(self._session.select_generation)

    def _make_pages(self) -> None:
        found = QWidget(self)
        column = QVBoxLayout(found)
        column.setContentsMargins(0, theme.STEP, 0, 0)
        column.setSpacing(theme.STEP)
        self.summary.setContentsMargins(theme.STEP, 0, theme.STEP, 0)
        column.addWidget(self.summary)
        column.addWidget(self.lookup, 1)
        link = QSplitter(self)
        link.addWidget(self.link)
        link.addWidget(self.descriptor)
        link.setStretchFactor(0, 3)
        link.setStretchFactor(1, 2)
        self.pages = QTabWidget(self)
        self.pages.setDocumentMode(True)
        for part in (self.pages, self.pages.tabBar()):
            plain.set_name(part, self.tr("Pages of the inspector"))
        self.pages.addTab(found, self.tr("Look-up"))
        self.pages.addTab(self.generations, self.tr("Generations"))
        self.pages.addTab(self.values, self.tr("Values"))
        self.pages.addTab(link, self.tr("Link"))
        self.pages.addTab(self._structure_page(), self.tr("Structure"))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.pages, 1)
        outer.addWidget(self.whose)
        self.setFocusProxy(self.pages)

    def _structure_page(self) -> QWidget:
        page = QWidget(self)
        self.structure_name = plain.Label(self.tr("Nothing is recognised here"), page)
        self.structure_name.setWordWrap(True)
        self.structure_name.setContentsMargins(theme.STEP, 0, theme.STEP, 0)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, theme.STEP, 0, 0)
        column.setSpacing(theme.STEP)
        column.addWidget(self.structure_name)
        column.addWidget(self.structure, 1)
        return page

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if theme.dressed(event):
            self._dress()

    def _dress(self) -> None:
        """Take the fonts of the theme."""
        self.summary.setFont(plain_font())
        self.descriptor.setFont(theme.hex_font(0.95))

    # --- asking ------------------------------------------------------------------------------

    def _take_chain(self) -> None:
        """Forget the chain before."""
        self._explained = None
        self._answer = None
        self._described = None
        if self._session.chain is None:
            words = self.tr("Open a disk to see how its sectors are found.")
            if self._session.chain_error is not None:
                words = self.tr("This chain does not open: see Problems")
            self.summary.setText(words)
            facts = (self.lookup, self.generations, self.values, self.link, self.structure)
            for table in facts:
                table.show_facts(())
            self.descriptor.clear()
            path = self._session.cursor.path
            if path is not None and self._session.chain_error is not None:
                self._session.ask("inspector-link", ReadDescriptor(path), self._show_descriptor)
        self._asking.start()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._asking.start()

    def _ask_soon(self, _what: object = None) -> None:
        """Ask once the present events are dealt with."""
        self._asking.start()

    def _ask(self) -> None:
        """Ask for what the page in front shows, if it may be another by now."""
        session = self._session
        chain = session.chain
        if chain is None or session.generation_chain is None or not self.isVisible():
            return
        offset, generation = max(0, session.cursor.offset), session.cursor.generation
        since = session.generation_a
        place = (generation, offset // SECTOR, since if isinstance(since, OtherDisk) else None)
        page = self.pages.currentIndex()
        if page in (0, 1) and place != self._explained:
            if offset // SECTOR >= session.generation_chain.capacity:
                self._say_past_end()
                return
            request = ExplainSector(chain, *place)
            session.ask("inspector-sector", request, self._show_sector, self._failed)
        elif page == self.pages.indexOf(self.values):
            read = ReadBytes(chain, generation, offset, NEEDED)
            session.ask("inspector-values", read, self._show_values, self._failed)
        elif page == _STRUCTURE:
            found = FindStructure(chain, generation, offset)
            session.ask("inspector-structure", found, self._show_structure, self._failed)
        elif page > 1 and generation != self._described:
            session.ask("inspector-link", DescribeLink(chain, generation), self._show_link)

    def _show_sector(self, answer: SectorExplained) -> None:
        self._explained = (answer.generation, answer.sector, answer.other)
        self._answer = answer
        self.lookup.show_facts(telling.lookup_facts(answer))
        self._tell_sector()

    def _tell_sector(self) -> None:
        """Tell how the sector is found, and how it compares with generation A."""
        answer, since = self._answer, self._session.generation_a
        if answer is None or answer.generation != self._session.cursor.generation:
            return  # the next answer tells it
        words = (telling.summary(answer), telling.comparison_words(answer, since))
        self.summary.setText(" ".join(filter(None, words)))
        self.generations.show_facts(telling.generation_facts(answer, since))

    def _say_past_end(self) -> None:
        self._explained = None
        self._answer = None
        self.summary.setText(self.tr("This generation ends before the cursor."))
        self.lookup.show_facts(())
        self.generations.show_facts(())

    def _show_values(self, answer: BytesRead) -> None:
        start = max(0, self._session.cursor.offset) - answer.offset
        unknown = answer.faults or (answer.asks_parent and State.ABSENT in answer.states)
        data = b"" if unknown else answer.data[start : start + NEEDED]
        self.values.show_facts(telling.value_facts(values_at(data)))

    def _show_structure(self, answer: StructureFound) -> None:
        if answer.structure is None:
            self.structure_name.setText(self.tr("Nothing is recognised here"))
        else:
            self.structure_name.setText(telling.structure_name(answer.structure))
        self.structure.show_facts(telling.structure_facts(answer.structure, answer.offset))

    def _show_link(self, answer: LinkDescribed) -> None:
        self._described = answer.generation
        self.link.show_facts(telling.link_facts(answer))
        self.descriptor.setPlainText(plain.lines(*answer.descriptor.split("\n")))

    def _show_descriptor(self, answer: DescriptorRead | None) -> None:
        if answer is not None:
            self.link.show_facts(telling.descriptor_facts(answer))
            self.descriptor.setPlainText(plain.lines(*answer.text.split("\n")))

    def _failed(self, error: Exception) -> None:
        """Say why there is no answer, here and in Problems."""
        self._session.report(error)
        self.summary.setText(str(error))

    def _go_to_sector(self, sector: int) -> None:
        self._session.go_to(sector * SECTOR)
