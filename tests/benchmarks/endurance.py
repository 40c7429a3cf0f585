"""Random hands on the window for minutes: the sample, damaged links and the 2 TiB chain in turn.

    python -m tests.benchmarks.endurance --minutes 10 --seed 1 [--huge CHAIN_FOLDER]

Without `--huge` the 2 TiB chain is made in the folder of this run. Prints every exception, every
message of Qt and every standstill of more than 500 ms with the stack it happened in; the exit
status is 1 if there was one, or if a file of evidence is not what it was.
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

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from redoscope_core import make_sample
from redoscope_gui import theme
from tests.benchmarks.huge_chain import make_huge_chain
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


@dataclass
class Troubles:
    """What nobody caught, counted by its text."""

    hangs: list[Hang] = field(default_factory=list)
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
        self.note("".join(traceback.format_exception(kind, error, trace)))

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


def main() -> int:
    """Run, print what was found, and return 1 if anything was."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.endurance")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--huge", type=Path, help="folder of the 2 TiB chain")
    parser.add_argument("--every", type=int, default=0, help="milliseconds between two actions")
    parser.add_argument("--loud", action="store_true", help="print every action before it is done")
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
        fence = stack.enter_context(fenced(folder))
        begun = time.monotonic()
        done = 0
        while time.monotonic() - begun < given.minutes * 60:
            turn = done and int((time.monotonic() - begun) / _STRETCH)
            seed = given.seed * 1000 + turn
            try:
                done += _stretch(given, folder, chains, seed, troubles)
            except AssertionError as error:
                troubles.hook(type(error), error, error.__traceback__)
        changed = [name for chain in chains for name in _changed(chain, before[chain])]
    return _report(done, time.monotonic() - begun, troubles, fence, changed)


def _make_chains(folder: Path, huge: Path | None) -> list[Path]:
    for _ in make_sample(folder / "office"):
        pass
    damaged = make_damaged_folder(folder / "damaged", seed=1)
    return [folder / "office", make_huge_chain(huge or folder / "huge").parent, damaged]


def _stretch(
    given: argparse.Namespace,
    folder: Path,
    chains: list[Path],
    seed: int,
    troubles: Troubles,
) -> int:
    """Act on a new window for a while; return how many things were done."""
    chain = chains[seed % len(chains)]
    with open_stage(folder / "redoscope.ini") as stage, stay_open(stage.window):
        stage.open(chain)
        monkey = Monkey(stage.window, seed, _places(chain))
        troubles.monkey = monkey
        monkey.loud = given.loud
        with watched(LIMIT) as pulse:
            _run(given, monkey, pulse)
        monkey.stop()
        troubles.hangs += pulse.hangs
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    memory = pages * os.sysconf("SC_PAGESIZE") // _MEBIBYTE
    sys.stdout.write(
        f"seed {seed} {chain.name}: {monkey.done} actions, longest {pulse.longest * 1000:.0f} ms, "
        f"{len(troubles.texts)} troubles, {len(troubles.hangs)} standstills, {memory} MiB\n"
    )
    sys.stdout.flush()
    return monkey.done


def _run(given: argparse.Namespace, monkey: Monkey, pulse: Pulse) -> None:
    loop = QEventLoop()
    QTimer.singleShot(int(min(_STRETCH, given.minutes * 60) * 1000), loop.quit)
    teller = QTimer()
    teller.timeout.connect(lambda: setattr(pulse, "doing", " < ".join(list(monkey.trail)[:-4:-1])))
    teller.start(0)
    monkey.start(given.every)
    loop.exec()
    teller.stop()


def _places(chain: Path) -> list[Path]:
    disks = sorted(chain.glob("*.vmdk"))
    return [chain, *disks[:4], *disks[-2:]]


def _changed(folder: Path, before: dict[str, tuple[int, int, str]]) -> list[str]:
    after = evidence(folder)
    return [name for name, its in before.items() if after.get(name) != its]


def _report(
    done: int,
    seconds: float,
    troubles: Troubles,
    fence: Fence,
    changed: list[str],
) -> int:
    say = sys.stdout.write
    for text, times in troubles.texts.most_common():
        say(f"\n=== {times} times, after:\n{troubles.trail.get(text, '')}\n---\n{text}\n")
    for hang in troubles.hangs:
        say(f"\n=== stood still {hang.own * 1000:.0f} ms of its own; {hang.doing}\n{hang.stack}\n")
    for name, times in Counter(fence.refused).most_common():
        say(f"\nrefused {times} times: {name}")
    say(
        f"\n{done} actions in {seconds:.0f} s; {len(troubles.hangs)} standstills of more than "
        f"{LIMIT * 1000:.0f} ms; {troubles.texts.total()} troubles; "
        f"{len(set(fence.refused))} writes outside refused; evidence changed: {changed or 'none'}\n"
    )
    return 1 if troubles.texts or troubles.hangs or changed else 0


if __name__ == "__main__":
    sys.exit(main())
