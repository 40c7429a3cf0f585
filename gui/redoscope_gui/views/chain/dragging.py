"""Drag a child onto a link: what the engine says of the pair, while the mouse is over it."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QMimeData, QObject, QRect, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from redoscope_gui import plain, theme
from redoscope_gui.requests import Verdict
from redoscope_gui.session import Session, from_error

__all__ = ["LINK_MIME", "AttachDrag", "DragHint", "dragged_link", "link_data", "name_tag"]

LINK_MIME = "application/x-redoscope-link"
_ICON = 16
_WIDEST_TAG = 320


def link_data(path: Path) -> QMimeData:
    """Return what is carried while link *path* is dragged."""
    data = QMimeData()
    data.setData(LINK_MIME, os.fsencode(path))
    return data


def dragged_link(data: QMimeData) -> Path | None:
    """Return the link that *data* carries, if it does carry one."""
    if not data.hasFormat(LINK_MIME):
        return None
    return Path(os.fsdecode(bytes(data.data(LINK_MIME).data())))


def name_tag(name: str, ratio: float) -> QPixmap:
    """Return the picture that goes along with the mouse: the name of the link on a tag."""
    metrics = QFontMetrics(theme.ui_font())
    name = plain.elided(metrics, name, Qt.TextElideMode.ElideMiddle, _WIDEST_TAG)
    width, height = metrics.horizontalAdvance(name) + theme.STEP * 2, metrics.height() + theme.STEP
    picture = QPixmap(round(width * ratio), round(height * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(theme.colour("selection"))
    painter = QPainter(picture)
    painter.setFont(theme.ui_font())
    painter.setPen(theme.colour("selection_text"))
    plain.draw(painter, QRect(0, 0, width, height), Qt.AlignmentFlag.AlignCenter, name)
    painter.end()
    return picture


class AttachDrag(QObject):
    """The pair under the mouse, and whether it can be attached. The engine is asked once a pair."""

    changed = Signal()
    """Another pair, or the answer came."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._verdicts: dict[tuple[Path, Path], Verdict] = {}
        self._refusal: Verdict | None = None
        """Why the pair that is hovered, or was last, does not fit."""
        self.child: Path | None = None
        self.target: Path | None = None

    @property
    def verdict(self) -> Verdict | None:
        """What the engine says of the pair; None while it is asked."""
        if self.child is None or self.target is None:
            return None
        return self._verdicts.get((self.child, self.target))

    @property
    def refused(self) -> bool:
        """Whether the pair is known not to fit."""
        if self.child is None or self.target is None or self.child == self.target:
            return True
        return self.verdict is not None and self.verdict.reason is not None

    def hover(self, child: Path, target: Path | None) -> None:
        """Say what the mouse carries, and over which link it is."""
        if (child, target) == (self.child, self.target):
            return
        self.child, self.target = child, target
        self._refusal = self._refused_one()
        asked = target is not None and target != child
        if asked and target is not None and self.verdict is None:
            self._session.why_not_attach(child, target, self._judge)
        self.changed.emit()

    def _refused_one(self) -> Verdict | None:
        verdict = self.verdict
        return verdict if verdict is not None and verdict.reason is not None else None

    def leave(self) -> None:
        """Forget the pair, and what was said: files may change until the next time."""
        self.child = self.target = None
        self._verdicts.clear()
        self.changed.emit()

    def let_go(self, *, over: bool) -> None:
        """Say why nothing came of it, if it was let go *over* a link that it does not fit.

        Qt lets a refused drop end like one that was given up, so the pair hovered last is asked.
        """
        verdict, self._refusal = self._refusal, None
        if over and verdict is not None and verdict.reason is not None:
            self._session.message.emit(refusal_words(verdict.child, verdict.parent, verdict.reason))

    def drop(self) -> None:
        """Attach the pair; if that is refused after all, the reason goes to Problems."""
        child, target, refused = self.child, self.target, self.refused
        self.leave()
        if child is not None and target is not None and not refused:
            self._session.attach(child, target)

    def _judge(self, verdict: Verdict) -> None:
        self._verdicts[verdict.child, verdict.parent] = verdict
        self._refusal = self._refused_one()
        self.changed.emit()


def refusal_words(child: Path, parent: Path, reason: Exception) -> str:
    """Return the sentence that says why *child* can't be attached to *parent*."""
    problem = from_error(reason)
    found = problem.finding.fact("found")
    why = problem.what
    if found is not None:
        why = tr("%s; found %s") % (why, found)
    return tr("%s does not fit %s: %s.") % (child.name, parent.name, why)


def tr(text: str) -> str:
    """Translate *text*; a sentence is no widget."""
    return QCoreApplication.translate("DragHint", text)


class DragHint(QFrame):
    """The words over the foot of the tree while something is dragged."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("drag_hint")
        self._icon = plain.Label(self)
        self._icon.setFixedWidth(_ICON)
        self.label = plain.Label(self)
        self.label.setWordWrap(True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.STEP, theme.STEP, theme.STEP, theme.STEP)
        layout.setSpacing(theme.STEP)
        layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self.label, 1)
        self.hide()

    def show_drag(self, drag: AttachDrag) -> None:
        """Say what would come of dropping now."""
        if drag.child is None:
            self.hide()
            return
        icon, role, text = self._words(drag)
        self._icon.setPixmap(theme.icon_pixmap(icon, _ICON, role, self.devicePixelRatioF()))
        self.label.setText(text)
        plain.set_name(self.label, text)
        self._place()
        self.show()
        self.raise_()

    def _words(self, drag: AttachDrag) -> tuple[str, str, str]:
        child, target, verdict = drag.child, drag.target, drag.verdict
        if child is None or target is None or child == target:
            return "link-2", "dim", self.tr("Drop it on the link that is to be its parent.")
        names = (child.name, target.name)
        if verdict is None:
            return "clock", "dim", self.tr("Can %s be attached to %s?") % names
        if verdict.reason is None:
            text = self.tr("Attach %s to %s. No file changes.") % names
            return "circle-check", "good", text
        return "circle-x", "danger", refusal_words(child, target, verdict.reason)

    def _place(self) -> None:
        around = self.parentWidget()
        if around is None:
            return
        width = around.width() - theme.STEP * 2
        layout = self.layout()
        height = layout.heightForWidth(width) if layout is not None else 0
        height = min(max(height, _ICON + theme.STEP * 2), around.height())
        self.setGeometry(theme.STEP, around.height() - height - theme.STEP, width, height)
