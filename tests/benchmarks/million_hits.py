"""Measure a list of a million hits in the window: until it is seen, while it grows, scrolled."""

from __future__ import annotations

import time
from functools import partial
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF

from redoscope_core import Hits
from redoscope_gui.views.search import SearchView
from tests.benchmarks.stage import Figures, PaintWatch, Stage, beaten, turn_wheel

__all__ = ["measure_hits"]

_SEARCHES = 3
_SCROLLS = 40
_ZEROS = "00 00"
"""What the chain of 2 TiB holds: a million of them are found wherever it is searched."""
_HEX = 1


def measure_hits(stage: Stage) -> list[Figures]:
    """Find a million places a few times; then scroll and jump through the list of the last."""
    first = Figures("search: first hit found until painted", 100, 100)
    lag = Figures("event loop: lag while a million hits come", 16, 99)
    stage.window.commands.run("go.find")
    view = stage.window.panes.guests.search_view
    view.form.kind.setCurrentIndex(_HEX)
    view.form.pattern.setText(_ZEROS)
    stage.wait_quiet()
    for _ in range(_SEARCHES):
        first.taken.append(_searched(stage, view, lag))
    frames = _scrolled(stage, view)
    stage.wait_quiet()
    return [first, lag, frames]


def _searched(stage: Stage, view: SearchView, lag: Figures) -> float:
    """Search; return the milliseconds from the first hit until its row was painted."""
    found: list[float] = []
    painted: list[float] = []
    add = Hits.add

    def noted(
        hits: Hits,
        spelling: int,
        offset: NDArray[np.int64],
        length: NDArray[np.int64],
        generation: int,
    ) -> NDArray[np.int64]:
        rows = add(hits, spelling, offset, length, generation)
        if not found and len(rows):
            found.append(time.perf_counter())
        return rows

    def is_first() -> bool:
        if view.rows.rowCount() and found and not painted:
            painted.append(time.perf_counter())
        return True

    with patch.object(Hits, "add", noted):
        watch = PaintWatch(view.table.viewport(), is_first)
        with beaten(lag):
            view.search()
            stage.wait(lambda: bool(painted) and not view.is_running)
        watch.setParent(None)
    return (painted[0] - found[0]) * 1000


def _scrolled(stage: Stage, view: SearchView) -> Figures:
    """Turn the wheel at the beginning, in the middle and at the end; then jump about by the bar."""
    frames = Figures("a million hits: a scroll frame", 16)
    port, bar = view.table.viewport(), view.table.verticalScrollBar()
    watch = PaintWatch(port)
    places = (0, bar.maximum() // 2, bar.maximum() - 4 * _SCROLLS)
    for place in places:
        bar.setValue(place)
        stage.wait_quiet()
        turn = partial(turn_wheel, port, QPointF(40, 40), -1)
        frames.taken += [_frame(stage, watch, turn) for _ in range(_SCROLLS)]
    for number in range(_SCROLLS):
        jump = partial(bar.setValue, number * bar.maximum() // _SCROLLS)
        frames.taken.append(_frame(stage, watch, jump))
    return frames


def _frame(stage: Stage, watch: PaintWatch, act: partial[None]) -> float:
    before = watch.paints
    return stage.timed(act, lambda: watch.paints > before)
