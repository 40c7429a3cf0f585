"""Random hands on the window for minutes: the sample, damaged links and the 2 TiB chain in turn.

    python -m tests.benchmarks.endurance --minutes 10 --seed 1 [--huge CHAIN_FOLDER]

Without `--huge` the 2 TiB chain is made in the folder of this run. First that chain is drawn in
every mode and read again, for the memory it takes. Prints every exception, every message of Qt
and every standstill of more than 500 ms with the stack it happened in and what the processor did
meanwhile; the exit status is 1 if there was one, or if a file of evidence is not what it was.
"""

from __future__ import annotations

import argparse
import os
import sys
import threading
import time
import traceback
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import TextIO

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from redoscope_core import make_sample
from redoscope_gui import theme
from redoscope_gui.engine import Sweeping
from redoscope_gui.maps import MapMode
from redoscope_gui.window.raising import tell_errors
from redoscope_gui.window.start import SWITCH_INTERVAL
from tests.benchmarks.huge_chain import make_huge_chain
from tests.benchmarks.stage import peak_mebibytes
from tests.gui.endurance.damage import make_damaged_folder
from tests.gui.endurance.fence import Fence, fenced, stay_open
from tests.gui.endurance.monkey import Monkey
from tests.gui.endurance.pulse import Hang, Pulse, watched
from tests.gui.endurance.stage import evidence, open_stage

__all__ = ["main"]

LIMIT = 0.5
_STRETCH = 20.0
"""Seconds of one window with one chain; then everything is closed and begun again."""
_QUIET = (
    "This plugin does not support",
    "OpenType support missing",
    "Populating font family",
    "QStandardPaths",
)
_MEBIBYTE = 1 << 20
_MEMORY = 600
"""MiB that the window may take with 2 TiB."""
_READ_AGAIN = 3
_TOLD = 8
"""So many of the times it was late are told."""


@dataclass
class Troubles:
    """What nobody caught, counted by its text."""

    hangs: list[Hang] = field(default_factory=list)
    late: list[Hang] = field(default_factory=list)
    texts: Counter[str] = field(default_factory=Counter)
    trail: dict[str, str] = field(default_factory=dict)
    monkey: Monkey | None = None

    def note(self, text: str) -> None:
        """Count *text*, and keep what was done before it came for the first time."""
        self.texts[text] += 1
        if self.monkey is not None and text not in self.trail:
            self.trail[text] = "\n".join(list(self.monkey.trail)[-12:])

    def hook(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """Take what was raised and not caught."""
        text = "".join(traceback.format_exception(kind, error, trace))
        if text not in self.texts:
            sys.stderr.write(text)
        self.note(text)

    def hear(self, kind: QtMsgType, _context: object, text: str) -> None:
        """Take a message of Qt."""
        if kind is not QtMsgType.QtDebugMsg and not text.startswith(_QUIET):
            self.note(f"Qt says: {text}")

    def install(self) -> None:
        """Become the hook of everything."""
        sys.excepthook = self.hook
        threading.excepthook = lambda args: self.note(
            "".join(traceback.format_exception(args.exc_type, args.exc_value, args.exc_traceback))
        )
        sys.unraisablehook = lambda args: self.note(
            f"{args.err_msg} {args.object!r}: {args.exc_value!r}"
        )
        qInstallMessageHandler(self.hear)


@dataclass
class Hands:
    """Rounds of random actions, each on a new window."""

    folder: Path
    every: int
    """Milliseconds between two actions."""
    trail: TextIO | None
    troubles: Troubles
    done: int = 0

    def round(self, chain: Path, seed: int, seconds: float) -> None:
        """Open *chain* and act on it for *seconds*."""
        with open_stage(self.folder / "redoscope.ini") as stage:
            monkey = Monkey(stage.window, seed, _places(chain))
            self.troubles.monkey = monkey
            monkey.told = self.trail
            with stay_open(stage.window), watched(LIMIT) as pulse:
                stage.open(chain)
                self._act(monkey, pulse, seconds)
            monkey.stop()
            self.troubles.hangs += pulse.hangs
            self.troubles.late += pulse.late
            took = stage.leave()
        self.done += monkey.done
        sys.stdout.write(
            f"seed {seed} {chain.name}: {monkey.done} actions, longest "
            f"{pulse.longest * 1000:.0f} ms, left in {took * 1000:.0f} ms, {_mebibytes()} MiB; "
            f"so far {len(self.troubles.texts)} troubles, {len(self.troubles.hangs)} standstills\n"
        )
        sys.stdout.flush()

    def _act(self, monkey: Monkey, pulse: Pulse, seconds: float) -> None:
        loop = QEventLoop()
        QTimer.singleShot(int(seconds * 1000), loop.quit)
        teller = QTimer()
        teller.timeout.connect(
            lambda: setattr(pulse, "doing", " < ".join(list(monkey.trail)[:-4:-1]))
        )
        teller.start(0)
        monkey.start(self.every)
        loop.exec()
        teller.stop()


def main() -> int:
    """Run, print what was found, and return 1 if anything was."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.endurance")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--huge", type=Path, help="folder of the 2 TiB chain")
    parser.add_argument("--every", type=int, default=0, help="milliseconds between two actions")
    parser.add_argument("--trail", type=Path, help="write every action there before it is done")
    given = parser.parse_args()
    app = QApplication(["redoscope"])
    app.setQuitOnLastWindowClosed(False)
    theme.apply_theme(app, theme.DARK)
    troubles = Troubles()
    troubles.install()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="redoscope-endurance-")))
        chains = _make_chains(folder, given.huge)
        before = {chain: evidence(chain) for chain in chains}
        trail = stack.enter_context(given.trail.open("w", buffering=1)) if given.trail else None
        kept = [chain / name for chain in chains for name in before[chain]]
        fence = stack.enter_context(fenced(folder, kept))
        memory = _read_again(folder, chains[1])
        sys.setswitchinterval(SWITCH_INTERVAL)  # as the program does
        tell_errors("redoscope_gui", "pyqtgraph", "tests")
        sweeping = Sweeping()
        sweeping.start()
        stack.callback(sweeping.stop)
        hands = Hands(folder, given.every, trail, troubles)
        begun = time.monotonic()
        while (gone := time.monotonic() - begun) < given.minutes * 60:
            seed = given.seed * 1000 + int(gone / _STRETCH)
            try:
                hands.round(chains[seed % 3], seed, min(_STRETCH, given.minutes * 60))
            except AssertionError as error:
                troubles.hook(type(error), error, error.__traceback__)
        changed = [name for chain in chains for name in _changed(chain, before[chain])]
    files = sum(len(each) for each in before.values())
    sys.stdout.write(f"\n{hands.done} actions in {time.monotonic() - begun:.0f} s")
    return _report(troubles, fence, memory) | _tell_changed(changed, files)


def _make_chains(folder: Path, huge: Path | None) -> list[Path]:
    for _ in make_sample(folder / "office"):
        pass
    damaged = make_damaged_folder(folder / "damaged", seed=1)
    return [folder / "office", make_huge_chain(huge or folder / "huge").parent, damaged]


def _read_again(folder: Path, chain: Path) -> int:
    """Open the 2 TiB chain, draw every mode, read it again; return the most MiB it took."""
    with open_stage(folder / "redoscope.ini") as stage:
        stage.open(chain)
        view = stage.window.explorer.map_view
        assert view is not None
        for mode in MapMode:
            view.show_mode(mode)
            stage.settle()
        drawn = _mebibytes()
        for _ in range(_READ_AGAIN):
            stage.session.reload()
            stage.settle()
        most = round(peak_mebibytes())
        sys.stdout.write(
            f"{chain.name} drawn in every mode: {drawn} MiB; read again {_READ_AGAIN} times: "
            f"{_mebibytes()} MiB; at most {most} MiB (bound {_MEMORY})\n"
        )
        sys.stdout.flush()
    return most


def _mebibytes() -> int:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGESIZE") // _MEBIBYTE


def _places(chain: Path) -> list[Path]:
    disks = sorted(chain.glob("*.vmdk"))
    return [chain, *disks[:4], *disks[-2:]]


def _changed(folder: Path, before: dict[str, tuple[int, int, str]]) -> list[str]:
    after = evidence(folder)
    return [name for name, its in before.items() if after.get(name) != its]


def _report(troubles: Troubles, fence: Fence, memory: int) -> int:
    say = sys.stdout.write
    longest = max([hang.own for hang in troubles.late], default=0.0)
    say(
        f"; {len(troubles.hangs)} standstills of more than {LIMIT * 1000:.0f} ms; "
        f"{troubles.texts.total()} troubles; {len(set(fence.refused))} writes outside refused\n"
        f"{len(troubles.late)} times late by more than 250 ms, whoever had the processor; of its "
        f"own at most {longest * 1000:.0f} ms\n"
    )
    for text, times in troubles.texts.most_common():
        say(f"\n=== {times} times, after:\n{troubles.trail.get(text, '')}\n---\n{text}\n")
    for hang in troubles.hangs:
        say(f"\n=== stood still {hang}\n")
    for late in sorted(troubles.late, key=lambda late: -late.own)[:_TOLD]:
        say(f"\nlate {late}\n")
    for name, times in Counter(fence.refused).most_common():
        say(f"refused {times} times: {name}\n")
    return int(bool(troubles.texts or troubles.hangs) or memory > _MEMORY)


def _tell_changed(changed: list[str], files: int) -> int:
    sys.stdout.write(f"evidence: {files} files hashed, changed: {changed or 'none'}\n")
    return int(bool(changed))


if __name__ == "__main__":
    sys.exit(main())
