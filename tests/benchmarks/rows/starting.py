"""Small commands, whole: their time is that of starting, and what they import is looked at."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from statistics import median

from tests.benchmarks.judging import OURS, Trial
from tests.benchmarks.measuring import Contender, process
from tests.benchmarks.programs.presence import REDOSCOPE, has_program
from tests.benchmarks.results import Result, Verdict
from tests.benchmarks.workloads.ground import Ground

__all__ = ["small_commands"]

_TIMES, _FLOOR = 6.0, 0.15
_NEEDLESS = {
    # It counts what the tables of every link hold: arrays, as in dump.
    "info": ("PySide6", "pyqtgraph"),
    "owner": ("numpy", "PySide6", "pyqtgraph"),
    "dump": ("PySide6", "pyqtgraph"),
}
_MAIN = "import sys; from redoscope_gui.__main__ import command; command()"


def small_commands(ground: Ground) -> Iterator[Trial | Result]:
    """W1: info, owner and dump, beside `qemu-img info --backing-chain`."""
    tip = str(ground.w1.tip)
    sector = str(ground.scale.capacity // 3)
    commands = {
        "info": ["info", "--json", tip],
        "owner": ["owner", "--json", tip, sector],
        "dump": ["dump", tip, "--start", sector, "--count", "8"],
    }
    for name, words in commands.items():
        seen: dict[str, list[float]] = {}
        contenders = [process(OURS, [*REDOSCOPE, *words])]
        if has_program("qemu-img"):
            info = ["qemu-img", "info", "--backing-chain", "-f", "vmdk", tip]
            contenders.append(process("qemu-img info --backing-chain", info))
        bare = process("starting Python", [sys.executable, "-c", "pass"])
        yield Trial(
            f"W1: {name}",
            "whole process",
            tuple(_watched(each, seen) for each in contenders),
            limit=bare,
        )
        yield _verdict(name, words, seen)


def _watched(contender: Contender, seen: dict[str, list[float]]) -> Contender:
    """Return *contender*, whose seconds are also noted in *seen*."""

    def work() -> float:
        start = time.perf_counter()
        contender.work()
        took = time.perf_counter() - start
        seen.setdefault(contender.name, []).append(took)
        return took

    return Contender(contender.name, work)


def _verdict(name: str, words: list[str], seen: dict[str, list[float]]) -> Result:
    ours = median(seen[OURS][1:])
    others = [median(times[1:]) for other, times in seen.items() if other != OURS]
    wanted = max(_FLOOR, *(_TIMES * other for other in others)) if others else _FLOOR
    verdicts = [
        Verdict(
            "at most 6 times qemu-img info, or 150 ms",
            f"{ours * 1000:.0f} ms of {wanted * 1000:.0f}",
            ours <= wanted,
            "" if ours <= wanted else f"{ours / wanted - 1:.0%}",
        )
    ]
    imported = _imported(words)
    needless = [each for each in _NEEDLESS[name] if each in imported]
    verdicts.append(
        Verdict(
            f"without importing {', '.join(_NEEDLESS[name])}",
            f"imports {', '.join(needless)}" if needless else "imports none",
            not needless,
            "imports it" if needless else "",
        )
    )
    return Result("", f"W1: start of {name}", "whole process", verdicts=verdicts)


def _imported(words: list[str]) -> set[str]:
    command = [sys.executable, "-X", "importtime", "-c", _MAIN, *words]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    lines = (line.rpartition("|")[2].strip() for line in done.stderr.splitlines())
    return {line.partition(".")[0] for line in lines}
