"""Measure the window on a chain of 2 TiB: start, map, timeline, bytes, lag, hits and memory.

    python -m tests.benchmarks.window [FOLDER]

FOLDER holds the chain of `huge_chain`, or gets it; without it a folder for the while is used. The
window is the real one over the real engine thread; without a display it is drawn offscreen.
Times are milliseconds from the event until the picture with the exact answer is painted.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication

from redoscope_core import Progress, make_sample
from redoscope_core.operations.examining.compare import compare
from redoscope_core.operations.examining.digest import digest
from redoscope_core.operations.examining.search import search
from redoscope_core.operations.making.clone import clone
from redoscope_gui.maps import MapMode
from tests.benchmarks.huge_chain import make_huge_chain
from tests.benchmarks.million_hits import measure_hits
from tests.benchmarks.stage import (
    Figures,
    PaintWatch,
    Stage,
    beaten,
    peak_mebibytes,
    raised,
    turn_wheel,
)

__all__ = ["main"]

_SECTOR = 512
_STARTS = 5
_FRAMES = 120
_ZOOMS = 12
_SCRUBS = 60
_SCROLLS = 20
_LOAD_SECONDS = 8.0
_WORKS = "hash, search, compare, export"
_MEMORY = 600


@dataclass(frozen=True)
class LongWork:
    """A long operation for the job lane, begun again whenever it is done."""

    steps: Callable[[int], Generator[Progress, None, object]]
    """Given how often it was done."""

    def run(self) -> Generator[Progress, None, None]:
        """Yield the steps without end; where all is holes the work may have none of its own."""
        for number in count():
            yield Progress(0, 0, "beginning")
            yield from self.steps(number)


def measure_start() -> list[Figures]:
    """Start the program on the sample chain a few times, the first time to warm up."""
    paint = Figures("start to first paint, sample", 1500, 100)
    first = Figures("start to first map, sample", 1500, 100)
    with TemporaryDirectory() as folder:
        for _ in make_sample(Path(folder) / "office"):
            pass
        tip = Path(folder) / "office" / "office-000005.vmdk"
        environment = {**os.environ, "XDG_CONFIG_HOME": folder, "XDG_STATE_HOME": folder}
        for number in range(_STARTS + 1):
            command = [sys.executable, "-m", "tests.benchmarks.first_sights", str(tip)]
            told = subprocess.run(
                [*command, repr(time.time())],
                env=environment,
                capture_output=True,
                check=True,
                text=True,
            )
            if number:
                seen = json.loads(told.stdout)
                paint.taken.append(seen["paint"])
                first.taken.append(seen["map"])
    return [paint, first]


def measure_opening(stage: Stage, disk: Path) -> list[Figures]:
    """Open the chain; then walk once to each older generation before anything is ready."""
    first = Figures("open to first map, 2 TiB", 2000, 100)
    fresh = Figures("first visit to a generation", 200, 100)

    def mapped() -> bool:
        view = stage.window.explorer.map_view
        return view is not None and view.canvas.asking.drawn is not None

    first.taken.append(stage.timed(lambda: stage.window.open_path(disk), mapped))
    watch = PaintWatch(stage.cells)
    for generation in (4, 1, 7, 3, 0, 6, 2, 5):
        fresh.taken.append(_scrub(stage, watch, generation, exact=True))
    return [first, fresh]


def _scrub(stage: Stage, watch: PaintWatch, generation: int, *, exact: bool) -> float:
    """Choose a generation; return when its map is painted, or with *exact* all of it is shown."""

    def shown() -> bool:
        drawn = stage.map.canvas.asking.drawn
        there = drawn is not None and drawn.scope.generation == generation
        if exact:
            there = there and stage.hex.surface.asking.generation == generation
            strip = stage.map.strip_drawn
            there = there and strip is not None and strip.scope.generation == generation
        return there and watch.paints > before

    before = watch.paints
    return stage.timed(lambda: stage.timeline.track.setValue(generation), shown)


def measure_timeline(stage: Stage) -> list[Figures]:
    """Scrub up and down."""
    frames = Figures("timeline: a frame", 16)
    exact = Figures("timeline: everything exact", 200, 100)
    watch = PaintWatch(stage.cells)
    stage.wait_quiet()
    newest = stage.timeline.track.maximum()
    way = [*range(newest - 1, -1, -1), *range(1, newest + 1)]
    for number in range(_SCRUBS):
        frames.taken.append(_scrub(stage, watch, way[number % len(way)], exact=False))
    stage.wait_quiet()
    for number in range(_SCRUBS):
        exact.taken.append(_scrub(stage, watch, way[number % len(way)], exact=True))
    return [frames, exact]


def measure_map(stage: Stage) -> list[Figures]:
    """Zoom in and out with the wheel, then pan."""
    figures = []
    for mode in (MapMode.CHANGED, MapMode.OWNER):
        stage.map.show_mode(mode)
        stage.wait_quiet()
        figures += [_zooming(stage, mode), _panning(stage, mode)]
    stage.wait_quiet()
    return figures


def _frame(stage: Stage, watch: PaintWatch, act: Callable[[], object]) -> float:
    """Return when the stretch that *act* asks for is painted."""
    asking, before = stage.map.canvas.asking, watch.paints

    def shown() -> bool:
        return asking.drawn_stretch == asking.stretch and watch.paints > before

    return stage.timed(act, shown)


def _zooming(stage: Stage, mode: MapMode) -> Figures:
    figures = Figures(f"map, {mode.value}: zoom", 16)
    cells, watch = stage.cells, PaintWatch(stage.cells)
    place = QPointF(cells.width() * 0.6, cells.height() * 0.4)
    for number in range(_FRAMES):
        notches = 1 if number % 24 < _ZOOMS else -1
        turn = partial(turn_wheel, cells, place, notches)
        figures.taken.append(_frame(stage, watch, turn))
    return figures


def _panning(stage: Stage, mode: MapMode) -> Figures:
    figures = Figures(f"map, {mode.value}: pan", 16)
    asking, watch = stage.map.canvas.asking, PaintWatch(stage.cells)
    for steps in (2, 3):
        asking.zoom(steps)
        stage.wait_quiet()
        for number in range(_FRAMES // 2):
            window = asking.stretch
            assert window is not None
            fresh = window.panned((number % 4 + 1) * window.columns)
            if fresh == window:
                fresh = window.starting_at(0)
            figures.taken.append(_frame(stage, watch, partial(asking.show_stretch, fresh)))
        asking.zoom(0)
        stage.wait_quiet()
    return figures


def measure_bytes(stage: Stage) -> list[Figures]:
    """Scroll event by event; then a hundred events, the last of which is timed."""
    frames = Figures("hex: a scroll frame", 16)
    settled = Figures("hex: right bytes after 100 scroll events", 100, 100)
    surface = stage.hex.surface
    chain = stage.session.chain
    assert chain is not None
    complete = partial(_is_complete, stage)
    watch = PaintWatch(surface.viewport(), complete)
    stage.wait_quiet()
    for start in (0, chain.capacity // 3, chain.capacity - 100_000):
        for notches in (-1, -10, 7):
            stage.session.go_to(start * _SECTOR)
            stage.wait_quiet()
            turn = partial(turn_wheel, surface.viewport(), QPointF(80, 80), notches)
            if notches < 0:
                frames.taken += [_scroll_frame(stage, watch, turn) for _ in range(_SCROLLS)]
            for _ in range(99):
                turn()
                stage.app.processEvents()
            settled.taken.append(stage.timed(turn, complete))
            offset = surface.scrolling.rows.first_offset(surface.scrolling.top)
            assert (
                surface.asking.byte_at(offset) == chain.read(offset // _SECTOR, 1)[offset % _SECTOR]
            )
    return [frames, settled]


def _is_complete(stage: Stage) -> bool:
    """Tell whether the bytes of the first and of the last row in sight are there."""
    surface = stage.hex.surface
    scrolling, rows = surface.scrolling, surface.scrolling.rows
    last = min(scrolling.top + scrolling.visible_rows(), rows.rows) - 1
    ends = (rows.first_offset(scrolling.top), rows.first_offset(last))
    return all(surface.asking.byte_at(offset) is not None for offset in ends)


def _scroll_frame(stage: Stage, watch: PaintWatch, turn: Callable[[], object]) -> float:
    """Return when the rows that *turn* leads to are painted with all their bytes."""
    before, top = watch.paints, stage.hex.surface.scrolling.top
    taken = stage.timed(turn, lambda: watch.paints > before)
    assert stage.hex.surface.scrolling.top != top
    return taken


def measure_lag(stage: Stage, folder: Path) -> list[Figures]:
    """Hash, search, compare and export at once while the bytes scroll: how late a beat comes."""
    lag = Figures(f"event loop: lag during {_WORKS}", 16, 99)
    chain = stage.session.chain
    assert chain is not None
    oldest = chain.up_to(0)
    works: dict[str, Callable[[int], Generator[Progress, None, object]]] = {
        "hash": lambda _number: digest(chain),
        "search": lambda _number: search(chain, b"nowhere on this disk"),
        "compare": lambda _number: compare(oldest, chain),
        "export": lambda number: clone(chain, folder / f"export{number}.vmdk"),
    }
    jobs = [
        stage.session.run_job(name, LongWork(steps), lambda _answer: None)
        for name, steps in works.items()
    ]
    _beat_for(stage, lag, _LOAD_SECONDS)
    cancelled = Figures(f"{_WORKS}: cancelled after", 100, 100)
    for job in jobs:
        end, over = partial(stage.session.cancel, job), partial(getattr, job, "over")
        cancelled.taken.append(stage.timed(end, over))
    return [lag, cancelled]


def _beat_for(stage: Stage, lag: Figures, seconds: float) -> None:
    """Scroll the bytes now and then for *seconds*; take down how late each beat was."""
    end = time.perf_counter() + seconds
    scrolling = stage.hex.surface.scrolling

    def scroll() -> None:
        if len(lag.taken) % 6 == 0:
            scrolling.scroll_to(scrolling.top + 1)

    with beaten(lag, scroll):
        stage.wait(lambda: time.perf_counter() > end)


def measure(folder: Path) -> tuple[list[Figures], float]:
    """Take all figures; the last is the memory, in MiB, of a window that shows nothing yet."""
    figures = measure_start()
    disk = make_huge_chain(folder)
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    with raised(app) as stage:
        stage.wait_quiet()
        rest = peak_mebibytes()
        figures += measure_opening(stage, disk)
        figures += measure_timeline(stage)
        figures += measure_map(stage)
        figures += measure_bytes(stage)
        with TemporaryDirectory() as exports:
            figures += measure_lag(stage, Path(exports))
        figures += measure_hits(stage)
    return figures, rest


def main() -> None:
    """Print the table."""
    if not any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    words = sys.argv[1:]
    with TemporaryDirectory() as temporary:
        figures, rest = measure(Path(words[0] if words else temporary))
    say = sys.stdout.write
    heads = "".join(f"{head:>10}" for head in ("p50", "p95", "p99", "max"))
    load = os.getloadavg()[0]
    say(f"{os.cpu_count()} processors; {load:.1f} processes wanted one in the last minute\n")
    say(f"{'milliseconds':52}{'times':>6}{heads}   goal\n")
    for each in figures:
        say(each.line())
    say(f"{'memory at rest, MiB':52}{rest:46.1f}\n")
    peak = peak_mebibytes()
    verdict = "met" if peak <= _MEMORY else "MISSED"
    say(f"{'memory at most, MiB':52}{peak:46.1f}   max <= {_MEMORY:5}  {verdict}\n")
    missed = [each.name for each in figures if not each.met]
    sys.exit(1 if missed or peak > _MEMORY else 0)


if __name__ == "__main__":
    main()
