"""The list of what was opened last, each with what was seen of it then."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from redoscope_core import SECTOR
from redoscope_gui import plain, theme
from redoscope_gui.presence import is_folder, is_there
from redoscope_gui.session import Session, grouped
from redoscope_gui.settings import RecentFacts

__all__ = ["RecentList", "facts_of", "facts_words"]

_LISTED = 6
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def tr(text: str) -> str:
    """Translate *text* of the list."""
    return QCoreApplication.translate("WelcomePage", text)


def facts_of(session: Session) -> RecentFacts | None:
    """Return what is to be remembered of what is open; None if nothing is."""
    forest = session.forest
    if forest is None:
        return None
    capacity = session.chain.capacity if session.chain is not None else 0
    problems = len(grouped(session.problems))
    disks = sum(1 for path in forest.roots)
    return RecentFacts(disks, len(forest.nodes), capacity * SECTOR, problems, int(time.time()))


def facts_words(facts: RecentFacts, now: float) -> str:
    """Return *facts* in a few words: size, links, problems and age."""
    words = [tr("%d chains") % facts.disks] if facts.disks > 1 else []
    if facts.size:
        words.append(theme.amount(facts.size))
    words.append(tr("1 link") if facts.links == 1 else tr("%d links") % facts.links)
    if facts.problems:
        one = facts.problems == 1
        words.append(tr("1 problem") if one else tr("%d problems") % facts.problems)
    return ", ".join([*words, _age(max(0.0, now - facts.opened))])


def _age(seconds: float) -> str:
    for span, words in (
        (_DAY, tr("%d d ago")),
        (_HOUR, tr("%d h ago")),
        (_MINUTE, tr("%d min ago")),
    ):
        if seconds >= span:
            return words % (seconds // span)
    return tr("just now")


class RecentList(QWidget):
    """A button for each; what is gone is greyed."""

    chosen = Signal(object)
    """One of them is to be opened; carries a Path."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.HALF)

    def show_recent(self, listed: Sequence[tuple[Path, RecentFacts | None]]) -> None:
        """List these, newest first."""
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.setVisible(bool(listed))
        if not listed:
            return
        title = plain.Label(tr("Recent"), self)
        title.setFont(theme.title_font())
        self._column.addWidget(title)
        for path, facts in listed[:_LISTED]:
            self._column.addWidget(self._button(path, facts))
        self._column.addStretch(1)

    def _button(self, path: Path, facts: RecentFacts | None) -> QPushButton:
        there = is_there(path)
        button = QPushButton(self)
        button.setFlat(True)
        button.setIcon(theme.icon("folder" if is_folder(path) else "hard-drive", "dim"))
        told = "" if facts is None else facts_words(facts, time.time())
        folder = plain.elided(
            self.fontMetrics(), str(path.parent), Qt.TextElideMode.ElideMiddle, 220
        )
        missing = tr(" (missing)") if not there else ""
        button.setText(plain.caption(f"{path.name}{missing}   {told or folder}"))
        plain.set_tip(button, str(path))
        plain.set_name(button, tr("Open %s") % path)
        plain.set_description(button, told)
        button.setEnabled(there)
        button.setStyleSheet("text-align: left; padding: 4px;")
        button.clicked.connect(partial(self._open, path))
        return button

    def _open(self, path: Path, _checked: bool = False) -> None:  # noqa: FBT001, FBT002  of Qt
        self.chosen.emit(path)
