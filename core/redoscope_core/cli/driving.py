"""Driving: a long operation run to its end, with its progress shown as the call wants it."""

from __future__ import annotations

from contextlib import closing, contextmanager
from time import monotonic
from typing import TYPE_CHECKING

from redoscope_core.cli.printing import human_size, say
from redoscope_core.cli.stopping import stop_if_asked
from redoscope_core.cli.telling import Shown, shown_progress
from redoscope_core.progress import Unit

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from typing import TypeVar

    from redoscope_core.progress import Progress

    Answer = TypeVar("Answer")
    Show = Callable[[Progress], None]

__all__ = ["drive"]

_LINES_APART = 1.0
"""Seconds between two lines for people."""
_DOCUMENTS_APART = 0.1
"""Seconds between two lines for programs."""


def drive(title: str, steps: Generator[Progress, None, Answer]) -> Answer:
    """Run a long operation to its end, showing how far it is, and return its answer."""
    with closing(steps), _progress(title) as show:
        while True:
            try:
                progress = next(steps)
            except StopIteration as stop:
                answer: Answer = stop.value
                return answer
            stop_if_asked()
            show(progress)


@contextmanager
def _progress(title: str) -> Generator[Show]:
    """Give what shows the progress of the operation *title*."""
    shown = shown_progress()
    if shown is Shown.BAR:
        from redoscope_core.cli.progress_bar import progress_bar

        with progress_bar(title) as show:
            yield show
    elif shown is Shown.NOT:
        yield lambda _progress: None
    else:
        apart, words = (
            (_DOCUMENTS_APART, _document) if shown is Shown.JSON else (_LINES_APART, _line)
        )
        teller = _Teller(title, apart, words)
        yield teller.show
        teller.end()


class _Teller:
    """Writes a line on the error output now and then, and one for the end."""

    def __init__(
        self, title: str, apart: float, words: Callable[[str, Progress, float], str]
    ) -> None:
        """Write of *title* what *words* says, *apart* seconds apart at least."""
        self._title, self._apart, self._words = title, apart, words
        self._begun = monotonic()
        self._told: float | None = None
        self._last: Progress | None = None

    def show(self, progress: Progress) -> None:
        """Tell *progress*, unless that was done a moment ago."""
        self._last = progress
        now = monotonic()
        if self._told is None or now - self._told >= self._apart:
            self._told = now
            self._say(progress)

    def end(self) -> None:
        """Tell that all is done."""
        if self._last is not None:
            whole = max(self._last.total, self._last.done)
            self._say(type(self._last)(whole, whole, "done", self._last.unit))

    def _say(self, progress: Progress) -> None:
        say(self._words(self._title, progress, monotonic() - self._begun), err=True)


def _document(title: str, progress: Progress, seconds: float) -> str:
    """Return *progress* as one line of JSON; rate is in units a second, null if unknown."""
    from json import dumps

    rate = progress.done / seconds if seconds > 0 else 0.0
    left = (progress.total - progress.done) / rate if rate and progress.total else None
    facts = {
        "operation": title,
        "note": progress.note,
        "done": progress.done,
        "total": progress.total or None,
        "unit": progress.unit.value,
        "seconds": round(seconds, 3),
        "rate": round(rate, 1) if rate else None,
        "seconds_left": None if left is None else round(max(0.0, left), 1),
    }
    return dumps({"progress": facts})


def _line(title: str, progress: Progress, seconds: float) -> str:
    """Return *progress* as a line for people, as it goes into a log."""
    is_bytes = progress.unit is Unit.BYTES
    done = human_size(progress.done) if is_bytes else str(progress.done)
    total = human_size(progress.total) if is_bytes else f"{progress.total} {progress.unit.value}"
    parts = [f"{done} of {total}" if progress.total else f"{done} so far"]
    if progress.total:
        parts.insert(0, f"{100 * progress.done // progress.total} %")
    if progress.done and seconds > 0:
        rate = progress.done / seconds
        if is_bytes:
            parts.append(f"{human_size(int(rate))}/s")
        if progress.total > progress.done:
            parts.append(f"{(progress.total - progress.done) / rate:.0f} s left")
    note = f", {progress.note}" if progress.note not in {"", title} else ""
    return f"redoscope: {title}{note}: {', '.join(parts)}"
