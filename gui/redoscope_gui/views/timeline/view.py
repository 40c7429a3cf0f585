"""The timeline pane: play, the slider over the generations, and what happened in the chosen one."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QToolButton, QVBoxLayout, QWidget
from typing_extensions import override

from redoscope_gui import plain, theme
from redoscope_gui.maps import own_generation
from redoscope_gui.session import Session
from redoscope_gui.views.timeline.comment import CommentLabel
from redoscope_gui.views.timeline.track import GenerationTrack

__all__ = ["TimelineView"]

_SPEEDS = (2, 4, 8)
_MILLISECONDS = 1000
_ICON = 18


class TimelineView(QWidget):
    """Steps and plays through the generations of the chosen chain; A|B picks two to compare."""

    since_chosen = Signal(object)
    """Generation A of the difference was chosen; carries its index, None for no difference."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        plain.set_name(self, self.tr("Timeline"))
        self.track = GenerationTrack(self)
        self.setFocusProxy(self.track)
        self.play = QToolButton(self)
        self.play.setAutoRaise(True)
        self.play.setCheckable(True)
        self.play.setIconSize(QSize(_ICON, _ICON))
        self.play.toggled.connect(self._play_toggled)
        self.speed = QComboBox(self)
        plain.set_name(self.speed, self.tr("Steps a second"))
        plain.set_tip(self.speed, self.tr("How many generations a second are played"))
        for steps in _SPEEDS:
            plain.add_item(self.speed, self.tr("{steps}/s").format(steps=steps), steps)
        self.speed.activated.connect(lambda _index: self._set_pace())
        self.compare = QToolButton(self)
        self.compare.setText(self.tr("A|B"))
        self.compare.setCheckable(True)
        self.compare.setAutoRaise(True)
        self.compare.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        plain.set_name(self.compare, self.tr("Difference of two generations"))
        plain.set_tip(
            self.compare,
            self.tr("Show what changed from generation A to generation B (D)."),
            self.tr("Shift+Left and Shift+Right move A, or drag it."),
        )
        self.compare.clicked.connect(self._compare_clicked)
        self.count = plain.Label(self)
        self.comment = CommentLabel(self)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._step)
        self._lay_out()
        self.track.valueChanged.connect(self._value_changed)
        self.track.since_wanted.connect(self.choose_since)
        session.chain_changed.connect(self._take_chain)
        session.generation_changed.connect(self._take_generation)
        session.forest_changed.connect(self._take_forest)
        session.comparison_changed.connect(self._take_comparison)
        self._show_play()
        self._take_chain()

    @property
    def playing(self) -> bool:
        """Whether generations are being played."""
        return self._timer.isActive()

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(theme.HALF)
        line.addWidget(self.play, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.speed, 0, Qt.AlignmentFlag.AlignTop)
        line.addSpacing(theme.HALF)
        line.addWidget(self.track, 1)
        line.addSpacing(theme.HALF)
        line.addWidget(self.compare, 0, Qt.AlignmentFlag.AlignTop)
        words = QHBoxLayout()
        words.setSpacing(theme.STEP)
        words.addWidget(self.count)
        words.addWidget(self.comment, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.STEP, theme.HALF, theme.STEP, theme.HALF)
        column.setSpacing(theme.HALF)
        column.addLayout(line)
        column.addLayout(words)

    # --- what is shown -----------------------------------------------------------------------

    def _take_chain(self) -> None:
        """Show the generations of another chain."""
        chain = self._session.chain
        self.play.setChecked(False)
        names = [link.path.name for link in chain.links] if chain else []
        self.track.show_generations(names, self._branches())
        self.track.setEnabled(len(names) > 1)
        self.play.setEnabled(len(names) > 1)
        self.speed.setEnabled(len(names) > 1)
        self.compare.setEnabled(len(names) > 1)
        self._take_comparison()

    def _take_forest(self) -> None:
        """Mark the branches of a folder that was read again."""
        chain = self._session.chain
        names = [link.path.name for link in chain.links] if chain else []
        self.track.show_generations(names, self._branches())
        self._take_generation()

    def _branches(self) -> frozenset[int]:
        """Return the generations that have children off this chain."""
        chain, forest = self._session.chain, self._session.forest
        if chain is None or forest is None:
            return frozenset()
        found = set()
        for index, link in enumerate(chain.links):
            node = forest.nodes.get(link.path)
            if node is not None and len(node.children) > 1:
                found.add(index)
        return frozenset(found)

    def _take_generation(self) -> None:
        """Show the chosen generation, its place and its comment."""
        chain = self._session.chain
        if chain is None:
            self.count.clear()
            words = self.tr("Open a disk to walk through its generations.")
            if self._session.chain_error is not None:
                words = self.tr("This chain does not open: see Problems")
            self.comment.setText(words)
            return
        index = min(self._session.cursor.generation, len(chain.links) - 1)
        self.track.blockSignals(True)
        self.track.setValue(index)
        self.track.blockSignals(False)
        self.track.update()
        self._show_count(index, len(chain.links) - 1)
        comment = " ".join(self._comment(index).split())
        self.comment.setText(comment)
        plain.set_tip(self.comment, comment)
        name = chain.links[index].path.name
        since = self._session.generation_a
        if since is not None:
            older = chain.links[since].path.name if isinstance(since, int) else since.path.name
            name = self.tr("{b}, compared with {a}").format(b=name, a=older)
        plain.set_description(self.track, f"{name}. {comment}" if comment else name)
        self._dress()

    def _show_count(self, index: int, last: int) -> None:
        """Say which generation is shown, or which two are compared."""
        if self._session.is_alone:
            text = self.tr("This link alone")
        elif self._session.generation_a is None:
            text = self.tr("Generation {index} of {last}").format(index=index, last=last)
        else:
            text = self.tr("Difference {a} to {b} of {last}")
            text = text.format(a=self._session.generation_a, b=index, last=last)
        self.count.setText(text)

    def _comment(self, index: int) -> str:
        """Return what was written down about a generation."""
        chain, forest = self._session.chain, self._session.forest
        if chain is None:
            return ""
        link = chain.links[index]
        node = forest.nodes.get(link.path) if forest is not None else None
        return node.comment if node is not None and node.comment else link.descriptor.comment

    def _dress(self) -> None:
        self.count.setFont(theme.number_font())

    # --- the difference ----------------------------------------------------------------------

    def _take_comparison(self) -> None:
        """Show generation A of the one comparison, or that nothing is compared."""
        self.track.show_since(own_generation(self._session.generation_a))
        self.compare.setChecked(self._session.comparison is not None)
        self._take_generation()

    def choose_since(self, index: int) -> None:
        """Make *index* generation A; B stays newer, so it moves up if it must."""
        chain = self._session.chain
        if chain is None or len(chain.links) < 2:  # noqa: PLR2004 - a difference needs two
            return
        index = min(max(index, 0), len(chain.links) - 2)
        if index >= self._session.cursor.generation:
            self._session.select_generation(index + 1, jump=False)
        self.since_chosen.emit(index)

    def _compare_clicked(self) -> None:
        if self.compare.isChecked():
            self.choose_since(self._session.cursor.generation - 1)
        else:
            self.since_chosen.emit(None)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text() == "d" and self.compare.isEnabled():
            self.compare.click()
        else:
            super().keyPressEvent(event)

    # --- playing -----------------------------------------------------------------------------

    def _value_changed(self, index: int) -> None:
        self._session.select_generation(index, jump=False)

    def _play_toggled(self, on: bool) -> None:  # noqa: FBT001 - a slot of Signal(bool)
        chain = self._session.chain
        if on and chain is not None:
            if self._session.cursor.generation >= len(chain.links) - 1:
                self._session.select_generation(0, jump=False)
            self._set_pace()
            self._timer.start()
        else:
            self._timer.stop()
        self._show_play()

    def _set_pace(self) -> None:
        self._timer.setInterval(_MILLISECONDS // int(self.speed.currentData()))

    def _step(self) -> None:
        """Show the next generation; the last one ends the play."""
        chain = self._session.chain
        if chain is None or self._session.cursor.generation >= len(chain.links) - 1:
            self.play.setChecked(False)
            return
        self._session.step_generation(1)

    def _show_play(self) -> None:
        playing = self.play.isChecked()
        name = self.tr("Pause") if playing else self.tr("Play the generations")
        self.play.setIcon(theme.icon("pause" if playing else "play"))
        plain.set_name(self.play, name)
        plain.set_tip(self.play, name)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if theme.dressed(event):
            self._show_play()
            self._dress()
