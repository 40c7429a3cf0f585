"""The window: what `tests.benchmarks.window` measures, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.results import Figure, Result, Verdict
from tests.benchmarks.workloads.ground import Ground

__all__ = ["window"]

_MEMORY = 600.0
_PERCENT = 100


def window(ground: Ground) -> Iterator[Result]:
    """W2 in the window: first sights, frames, lag under load, memory."""
    command = [
        sys.executable,
        "-X",
        "faulthandler",
        "-m",
        "tests.benchmarks.rows.window",
        str(ground.w2[0].parent),
    ]
    environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ}
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    if done.returncode:
        raise RuntimeError(f"the window ended with {done.returncode}: {done.stderr[-2000:]}")
    told = json.loads(done.stdout.splitlines()[-1])
    for each in told["figures"]:
        yield _result(each)
    rest = told["rest"]
    resting = Figure("Redoscope", rest, rest, rest, 1)
    yield Result("", "window: memory at rest, nothing open", "whole process", "MiB", [resting])
    peak = told["peak"]
    missed = "" if peak <= _MEMORY else f"{peak / _MEMORY - 1:.0%}"
    verdict = Verdict("under 600 MiB", f"{peak:.0f} MiB", peak <= _MEMORY, missed)
    figure = Figure("Redoscope", peak, peak, peak, 1)
    yield Result("", "window: memory with W2 open", "whole process", "MiB", [figure], [verdict])


def _result(told: dict[str, float | str | bool]) -> Result:
    """Return the figures of one kind; they are milliseconds there and seconds here."""
    keys = ("least", "p50", "at", "max", "goal")
    least, p50, reached, most, goal = (float(told[key]) / 1000 for key in keys)
    share, met = int(told["share"]), bool(told["met"])
    of = "the slowest" if share == _PERCENT else f"p{share}"
    verdict = Verdict(
        f"{of} under {goal * 1000:g} ms",
        f"{reached * 1000:.1f} ms",
        met,
        "" if met else f"{reached / goal - 1:.0%}",
    )
    figures = [Figure("Redoscope", p50, least, most, int(told["times"]))]
    return Result("", f"window: {told['name']}", "in process", "s", figures, [verdict])


def main() -> None:
    """Measure here, and print one line of JSON."""
    from tests.benchmarks.stage import peak_mebibytes  # noqa: PLC0415 - needs Qt
    from tests.benchmarks.window import measure  # noqa: PLC0415 - needs Qt

    taken, rest = measure(Path(sys.argv[1]))
    figures = [
        {
            "name": each.name,
            "times": len(each.taken),
            "least": min(each.taken),
            "p50": each.at(50),
            "at": each.at(each.share),
            "max": each.at(_PERCENT),
            "share": each.share,
            "goal": each.goal,
            "met": each.met,
        }
        for each in taken
    ]
    told = {"figures": figures, "rest": rest, "peak": peak_mebibytes()}
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
