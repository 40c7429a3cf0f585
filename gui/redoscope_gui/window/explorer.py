"""The centre of the window: what is shown, the map, the timeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from redoscope_gui.session import Session
from redoscope_gui.window.banner import Banner
from redoscope_gui.window.heading import GenerationHeading

if TYPE_CHECKING:
    from redoscope_gui.views.map import MapView
    from redoscope_gui.views.timeline import TimelineView

__all__ = ["Explorer"]


class Explorer(QWidget):
    """Heading, map and timeline; map and timeline are made when something is opened."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.banner = Banner(session, self)
        self.heading = GenerationHeading(session, self)
        self.map_view: MapView | None = None
        self.timeline_view: TimelineView | None = None
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._layout.addWidget(self.banner)
        self._layout.addWidget(self.heading)
        self.setMinimumWidth(320)
        self.setAutoFillBackground(True)

    def build(self) -> MapView:
        """Make the views that need arrays and plots, and return the map."""
        if self.map_view is not None:
            return self.map_view
        from redoscope_gui.views.map import MapView  # noqa: PLC0415  imports numpy and pyqtgraph
        from redoscope_gui.views.timeline import TimelineView  # noqa: PLC0415  as above

        self.map_view = MapView(self._session, self)
        self.timeline_view = TimelineView(self._session, self)
        self.timeline_view.since_chosen.connect(self.map_view.show_difference)
        self._layout.addWidget(self.map_view, 1)
        self._layout.addWidget(self.timeline_view)
        self.setFocusProxy(self.map_view)
        return self.map_view
