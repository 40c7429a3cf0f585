"""The panes of the window: which there are, where they stand, and their views when needed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import (
    QDockWidget,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QStackedWidget,
    QToolButton,
    QWidget,
)
from typing_extensions import override

from redoscope_gui import theme
from redoscope_gui.session import Session
from redoscope_gui.views.chain import ChainView
from redoscope_gui.views.problems import ProblemsView

if TYPE_CHECKING:
    from redoscope_gui.views.hex import HexView
    from redoscope_gui.views.inspector import InspectorView

__all__ = ["Pane", "Panes"]

_LEFT = Qt.DockWidgetArea.LeftDockWidgetArea
_RIGHT = Qt.DockWidgetArea.RightDockWidgetArea


class Pane(QDockWidget):
    """A pane at the side, with a quiet title."""

    def __init__(self, name: str, title: str, parent: QMainWindow) -> None:
        super().__init__(title, parent)
        self.setObjectName(f"pane {name}")
        self.setAccessibleName(title)
        self._title = _Title(title, self)
        self.setTitleBarWidget(self._title)
        self.setAutoFillBackground(True)

    def set_title(self, title: str) -> None:
        """Show *title* instead, say with a count."""
        self._title.show_text(title)


class Panes:
    """The docks around the map. Hex and inspector are made when something is opened."""

    def __init__(self, window: QMainWindow, session: Session) -> None:
        self._window = window
        self._session = session
        self.chain = Pane("chain", window.tr("Chain"), window)
        self.problems = Pane("problems", window.tr("Problems"), window)
        self.hex = Pane("hex", window.tr("Bytes"), window)
        self.inspector = Pane("inspector", window.tr("Inspector"), window)
        self.chain_view = ChainView(session, self.chain)
        self.problems_view = ProblemsView(session, self.problems)
        self.hex_view: HexView | None = None
        self.inspector_view: InspectorView | None = None
        self.chain.setWidget(self.chain_view)
        self.problems.setWidget(self.problems_view)
        for pane in self:
            pane.hide()
        self.reset()
        self.hide()

    def __iter__(self) -> Iterator[Pane]:
        yield from (self.chain, self.problems, self.hex, self.inspector)

    def build(self) -> None:
        """Make the views that need arrays; until now nothing imported numpy."""
        if self.hex_view is not None:
            return
        from redoscope_gui.views.hex import HexView  # noqa: PLC0415  imports numpy
        from redoscope_gui.views.inspector import InspectorView  # noqa: PLC0415  as above

        self.hex_view = HexView(self._session, self.hex)
        self.inspector_view = InspectorView(self._session, self.inspector)
        self.hex.setWidget(self.hex_view)
        self.inspector.setWidget(self.inspector_view)

    def reset(self) -> None:
        """Put every pane where it belongs."""
        window = self._window
        for pane in self:
            pane.setFloating(False)
        window.addDockWidget(_LEFT, self.chain)
        window.addDockWidget(_LEFT, self.problems)
        window.addDockWidget(_RIGHT, self.hex)
        window.addDockWidget(_RIGHT, self.inspector)
        window.splitDockWidget(self.chain, self.problems, Qt.Orientation.Vertical)
        window.splitDockWidget(self.hex, self.inspector, Qt.Orientation.Vertical)
        for pane in self:
            pane.show()
        self.share_room()

    def share_room(self) -> None:
        """Give each pane its part of the window."""
        window, width, height = self._window, self._window.width(), self._window.height()
        left = min(max(round(width * 0.21), 285), 360)
        right = min(max(round(width * 0.39), 440), 680)
        across, down = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        window.resizeDocks([self.hex], [right], across)
        window.resizeDocks([self.chain], [left], across)
        share = 0.36 if self._session.problems else 0.16
        low = max(round(height * share), 120)
        window.resizeDocks([self.chain, self.problems], [height - low, low], down)
        part = round(height * 0.46)
        window.resizeDocks([self.hex, self.inspector], [height - part, part], down)

    def hide(self) -> None:
        """Hide all panes: nothing is open."""
        for pane in self:
            pane.hide()

    def focus_next(self, step: int) -> None:
        """Give the focus to the next pane, or with -1 to the one before; the map is one of them."""
        pages = self._window.centralWidget()
        centre = pages.currentWidget() if isinstance(pages, QStackedWidget) else None
        around = [pane.widget() for pane in self if pane.isVisible()]
        entries = [
            (stop, entry)
            for stop in (*around[:1], centre, *around[1:])
            if stop is not None and (entry := _entry(stop)) is not None
        ]
        if not entries:
            return
        current = self._window.focusWidget()
        inside = [n for n, (stop, _) in enumerate(entries) if stop.isAncestorOf(current)]
        now = inside[0] if inside else -step
        entries[(now + step) % len(entries)][1].setFocus(Qt.FocusReason.TabFocusReason)


def _entry(pane: QWidget) -> QWidget | None:
    """Return what takes the focus when one comes into *pane*: what it names, else the first."""
    named = pane.focusProxy()
    for child in (*([named] if named is not None else []), *pane.findChildren(QWidget)):
        takes = child.focusPolicy() & Qt.FocusPolicy.TabFocus
        if takes and child.isEnabledTo(pane) and child.isVisibleTo(pane):
            return child
    return None


class _Title(QWidget):
    """The title of a pane: a small heading, and buttons to float and close it."""

    def __init__(self, title: str, pane: Pane) -> None:
        super().__init__(pane)
        self._label = QLabel(title, self)
        self._float = self._button("copy", self.tr("Float %s") % title)
        self._close = self._button("x", self.tr("Close %s") % title)
        self._float.clicked.connect(lambda: pane.setFloating(not pane.isFloating()))
        self._close.clicked.connect(pane.close)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.STEP, theme.HALF, theme.HALF, theme.HALF)
        layout.setSpacing(0)
        layout.addWidget(self._label, 1)
        layout.addWidget(self._float)
        layout.addWidget(self._close)
        self._dress()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._dress()

    def show_text(self, text: str) -> None:
        """Show *text* as the title."""
        self._label.setText(text)

    def _button(self, icon: str, name: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(icon)
        button.setAutoRaise(True)
        button.setIconSize(QSize(12, 12))
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setAccessibleName(name)
        button.setToolTip(name)
        return button

    def _dress(self) -> None:
        self._label.setFont(theme.title_font(0.95))
        for button in (self._float, self._close):
            button.setIcon(theme.icon(button.objectName(), "faint"))
