"""The line above the map: which generation is shown, and whether it is an older one."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget
from typing_extensions import override

from redoscope_gui import plain, theme
from redoscope_gui.session import Session

__all__ = ["GenerationHeading"]

_WIDE = 540
_NARROW = 380


class GenerationHeading(QWidget):
    """Always there and always as high, so that nothing jumps while generations are walked."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._mark = _Mark(self)
        self._name = _Name(self)
        self._which = plain.Label(self)
        self.state = plain.Label(self)
        self.to_tip = QPushButton(self.tr("Go to the tip"), self)
        plain.set_name(self.to_tip, self.tr("Go to the tip"))
        plain.set_tip(self.to_tip, self.tr("Show the newest generation of this chain"))
        self.to_tip.clicked.connect(self._go_to_tip)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.STEP * 2, theme.HALF, theme.STEP, theme.HALF)
        layout.setSpacing(theme.STEP)
        layout.addWidget(self._mark)
        layout.addWidget(self._name, 1)
        layout.addWidget(self._which)
        layout.addWidget(self.state)
        layout.addWidget(self.to_tip)
        session.chain_changed.connect(self._follow)
        session.generation_changed.connect(self._follow)
        session.forest_changed.connect(self._follow)
        self._follow()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if theme.dressed(event):
            self._follow()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """Drop words before the name has to be cut."""
        width = self.width() / theme.zoom()
        self.state.setVisible(self._session.chain is not None and width > _WIDE)
        self._which.setVisible(width > _NARROW or self._session.chain is None)

    def _follow(self) -> None:
        session = self._session
        chain, cursor = session.chain, session.cursor
        self._name.setFont(theme.title_font(1.1))
        self._name.show_text(cursor.path.name if cursor.path else "")
        self._mark.show_generation(cursor.generation if chain is not None else None)
        last = len(chain.links) - 1 if chain is not None else 0
        which = self.tr("generation %d of %d") % (cursor.generation, last)
        if session.is_alone:
            which = self.tr("this link alone")
        self._which.setText(which if chain is not None else self.tr("does not open"))
        _tint(self._which, "dim" if chain is not None else "danger")
        older = chain is not None and session.is_older_generation
        self._make_room()
        state = (
            self.tr("older generation, read-only") if older else self.tr("tip, opened read-only")
        )
        self.state.setText(self.tr("opened read-only") if session.is_alone else state)
        plain.set_tip(
            self.state,
            self.tr("Other links were made from this one; it is shown as it was then.")
            if older
            else self.tr("The newest generation of this chain. The window opens it for reading."),
        )
        _tint(self.state, "warning" if older else "dim")
        self.to_tip.setEnabled(chain is not None and cursor.generation < last)

    def _go_to_tip(self) -> None:
        if self._session.chain is not None:
            self._session.select_generation(len(self._session.chain.links) - 1)


class _Mark(QWidget):
    """The colour of the generation, as it is in every pane, with its number."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._generation: int | None = None
        self.setFixedSize(12, 12)
        plain.set_name(self, self.tr("Colour of the generation"))

    def show_generation(self, generation: int | None) -> None:
        self._generation = generation
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self._generation is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.link_colour(self._generation))
        box = QRectF(self.rect())
        if self._generation == 0:
            painter.drawRoundedRect(box, 2, 2)
        else:
            painter.drawEllipse(box)


class _Name(QWidget):
    """A name that gives way in its middle where there is no room for it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._text = ""

    def show_text(self, text: str) -> None:
        self._text = plain.spelled(text)
        plain.set_tip(self, text)
        plain.set_name(self, text)
        self.update()

    @override
    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self._text), metrics.height())

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.fontMetrics().height())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(theme.colour("text"))
        text = plain.elided(
            self.fontMetrics(), self._text, Qt.TextElideMode.ElideMiddle, self.width()
        )
        plain.draw(painter, self.rect(), Qt.AlignmentFlag.AlignVCenter, text)


def _tint(label: plain.Label, role: str) -> None:
    palette = label.palette()
    palette.setColor(label.foregroundRole(), theme.colour(role))
    label.setPalette(palette)
