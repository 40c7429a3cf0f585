"""A small mark in the status bar that turns while answers are awaited."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from redoscope_gui import plain, theme
from redoscope_gui.session import Session

__all__ = ["BusyMark"]

PATIENCE = 200
"""Milliseconds; what is answered by then never shows the mark."""
LINGER = 300
"""Milliseconds that the mark stays once it is shown, so that it does not flicker."""
_TURN = 60
_SIDE = 16
_STEPS = 16


class BusyMark(QWidget):
    """Keeps its room while nothing turns, so that its neighbours stay where they are."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._step = 0
        self._busy = False
        self.turning = False
        self.setFixedSize(_SIDE + theme.STEP, _SIDE)
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE)
        self._patience.timeout.connect(self._begin)
        self._linger = QTimer(self, singleShot=True, interval=LINGER)
        self._linger.timeout.connect(self._end)
        self._turn = QTimer(self, interval=_TURN)
        self._turn.timeout.connect(self._advance)
        session.busy_changed.connect(self._follow)
        self._describe()

    def _follow(self, busy: bool) -> None:  # noqa: FBT001  a slot of the signal
        self._busy = busy
        if not busy:
            self._patience.stop()
        elif not self.turning and not self._patience.isActive():
            self._patience.start()
        if self.turning and not self._linger.isActive():
            self._end()

    def _begin(self) -> None:
        if not self.isVisible():
            return
        self.turning = True
        self._linger.start()
        self._turn.start()
        self._describe()

    def _end(self) -> None:
        if not self._busy:
            self.turning = False
            self._turn.stop()
            self._describe()

    def _advance(self) -> None:
        self._step = (self._step + 1) % _STEPS
        self.update()

    def _describe(self) -> None:
        text = self.tr("Working") if self.turning else self.tr("Idle")
        plain.set_name(self, text)
        plain.set_tip(self, text)
        self.update()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        for timer in (self._patience, self._linger, self._turn):
            timer.stop()
        self.turning = False
        super().hideEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.turning:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF((self.width() - _SIDE) / 2, 0, _SIDE, _SIDE).adjusted(2, 2, -2, -2)
        painter.setPen(QPen(theme.colour("line_strong"), 2))
        painter.drawEllipse(box)
        painter.setPen(
            QPen(theme.colour("accent"), 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        )
        painter.drawArc(box, -round(self._step / _STEPS * 360 * 16), 100 * 16)
