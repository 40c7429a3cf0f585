"""The bar of a long operation, drawn while the operation stands still at a known place."""

from __future__ import annotations

import io
import re
from contextlib import contextmanager, redirect_stderr
from threading import Condition
from typing import TYPE_CHECKING

import pytest
from typing_extensions import override

from redoscope_core.cli.progress_bar import progress_bar
from redoscope_core.progress import Progress, Unit

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

PATIENCE = 60
"""Seconds that a frame may take before the test gives up on it."""
STEPS = 4
TOTAL = STEPS * 2**20


class Screen(io.StringIO):
    """A terminal that tells when something new is on it."""

    def __init__(self) -> None:
        super().__init__()
        self._changed = Condition()

    @override
    def write(self, text: str, /) -> int:
        with self._changed:
            written = super().write(text)
            self._changed.notify_all()
        return written

    def wait_for(self, text: str) -> None:
        """Return once *text* has been shown."""
        with self._changed:
            assert self._changed.wait_for(lambda: text in self.plain(), PATIENCE), self.plain()

    def plain(self) -> str:
        """Return all that was shown, without colours and moves of the cursor."""
        return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", self.getvalue())


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Screen:
    for name, value in {"TERM": "xterm-256color", "FORCE_COLOR": "1", "COLUMNS": "99"}.items():
        monkeypatch.setenv(name, value)
    return Screen()


@contextmanager
def bar_on(screen: Screen, title: str) -> Generator[Callable[[Progress], None]]:
    """Show a bar on *screen*, which is the standard error meanwhile."""
    with redirect_stderr(screen), progress_bar(title) as show:
        yield show


def test_each_step_moves_the_bar(screen: Screen) -> None:
    with bar_on(screen, "hashing") as show:
        for step in range(1, STEPS + 1):
            show(Progress(step * TOTAL // STEPS, TOTAL))
            screen.wait_for(f"{100 * step // STEPS:3d} % {step}.0 MiB of 4.0 MiB")


def test_a_rate_is_shown_once_a_single_step_was_measured(screen: Screen) -> None:
    with bar_on(screen, "hashing") as show:
        show(Progress(TOTAL // 2, TOTAL))
        screen.wait_for("iB/s")
    assert re.search(r" 50 % 2\.0 MiB of 4\.0 MiB +[1-9][0-9.]* .?i?B/s", screen.plain())


def test_a_job_that_ends_before_the_first_frame_shows_all_of_it_and_its_rate(
    screen: Screen,
) -> None:
    with bar_on(screen, "hashing") as show:
        show(Progress(TOTAL, TOTAL))
    assert re.search(r"100 % 4\.0 MiB of 4\.0 MiB +[1-9][0-9.]* .?i?B/s", screen.plain())


@pytest.mark.parametrize(("done", "unit"), [(0, Unit.BYTES), (1, Unit.LINKS), (1, Unit.STEPS)])
def test_no_rate_is_shown_of_nothing_done_or_of_what_is_not_bytes(
    done: int, unit: Unit, screen: Screen
) -> None:
    with bar_on(screen, "checking") as show:
        show(Progress(done, 5, unit=unit))
        screen.wait_for(f"{20 * done:3d} %")
        assert "/s" not in screen.plain()
