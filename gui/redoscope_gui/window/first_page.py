"""What the first page has done: lessons of the sample, its picture, and what is remembered."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject

from redoscope_gui.engine import Lane
from redoscope_gui.requests.sampling import DescribeSample
from redoscope_gui.session import Session
from redoscope_gui.settings import Settings, sample_folder
from redoscope_gui.window.lessons import answer
from redoscope_gui.window.panes import Panes
from redoscope_gui.window.recents import facts_of
from redoscope_gui.window.sample_card import Question
from redoscope_gui.window.welcome import WelcomePage

__all__ = ["FirstPage"]


class FirstPage(QObject):
    """Fills the page, and does what is asked for there once something is open."""

    def __init__(
        self, welcome: WelcomePage, session: Session, settings: Settings, panes: Panes
    ) -> None:
        super().__init__(welcome)
        self._welcome = welcome
        self.session = session
        self.panes = panes
        self._settings = settings
        self._once: Callable[[], None] | None = None
        self.show_recent()

    def show_recent(self) -> None:
        """List what was opened last, with what was seen of it."""
        settings = self._settings
        self._welcome.show_recent([(path, settings.facts(path)) for path in settings.recent])

    def note_facts(self) -> None:
        """Remember what is seen of what is open."""
        facts, source = facts_of(self.session), self.session.source
        if facts is not None and source is not None:
            self._settings.note_facts(source, facts)

    def once_open(self, deed: Callable[[], None] | None) -> None:
        """Do *deed* when the next thing is open; None for nothing."""
        self._once = deed

    def opened(self) -> None:
        """Something is open: remember it, and do what was to be done then."""
        self.note_facts()
        self.show_recent()
        deed, self._once = self._once, None
        if deed is not None:
            deed()

    def open_lesson(self, question: Question | None) -> None:
        """Open the sample chain, where *question* is answered."""
        self.once_open(partial(answer, self, question))
        self.session.open_sample(sample_folder())

    def draw_sample(self) -> None:
        """Have the picture of the sample drawn, while nothing else is done."""
        request, show = DescribeSample(sample_folder()), self._welcome.card.show_sample
        self.session.asking.submit(Lane.JOB, "sample-picture", request, show, _keep_quiet)


def _keep_quiet(_error: Exception) -> None:
    """Let the page be without its picture; who opens the sample is told why."""
