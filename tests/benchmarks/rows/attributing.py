"""Attributing: what became of 60,000 files between two generations, beside who compares files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.judging import OURS, Goal, Trial
from tests.benchmarks.measuring import Contender, process
from tests.benchmarks.programs.presence import REDOSCOPE, has_program
from tests.benchmarks.results import Figure, Result, Verdict
from tests.benchmarks.rows.memory import peak_mebibytes
from tests.benchmarks.workloads.ground import Ground
from tests.benchmarks.workloads.planted_files import can_plant

__all__ = ["changed_files"]

_MOST_MEBIBYTES = 300
_KINDS = frozenset({"added", "deleted", "renamed", "modified", "metadata"})


def changed_files(ground: Ground) -> Iterator[Trial | Result]:
    """Three volumes of 20,000 files, of which 1,000 changed in each: told, all of them rightly."""
    if not can_plant():
        return
    planted = ground.planted
    with ground.scratch() as scratch:
        out = scratch / "told.json"
        words: list[str | Path] = [*REDOSCOPE, "files-diff", planted.old, planted.new, "--json"]
        contenders: list[Contender] = [
            process(OURS, words, out=out, answer=lambda: _told(out), statuses=(1,))
        ]
        goals = [Goal(seconds=6)]
        if has_program("target-diff"):
            other = ["target-diff", "-q", "fs", "-s", planted.old, planted.new]
            contenders.append(process("target-diff", other, out=scratch / "records"))
            goals.append(Goal(20, "target-diff"))
        yield Trial(
            "three volumes: what became of their files",
            "whole process",
            tuple(contenders),
            tuple(goals),
            truth=planted.truth,
            notes=(
                "target-diff knows no renaming, no metadata alone, no stream, and believes times",
            ),
        )
    # The most that the command or one of its parsers ever had.
    most = peak_mebibytes(words, (1,))
    met = most <= _MOST_MEBIBYTES
    goal, missed = (
        f"under {_MOST_MEBIBYTES} MiB",
        "" if met else f"{most / _MOST_MEBIBYTES - 1:.0%}",
    )
    yield Result(
        "",
        "three volumes: memory for what became of their files",
        "whole process",
        "MiB",
        [Figure(OURS, most, most, most, 1)],
        [Verdict(goal, f"{most:.0f} MiB", met, missed)],
    )


def _told(out: Path) -> dict[str, dict[str, list[str]]]:
    """Return the paths of each volume by what became of them."""
    found: dict[str, dict[str, list[str]]] = {}
    for volume in json.loads(out.read_bytes())["volumes"]:
        kinds: dict[str, list[str]] = {kind: [] for kind in _KINDS}
        for change in volume["changes"]:
            if change["kind"] in _KINDS:
                kinds[change["kind"]].append(change["path"])
        found[str(volume["start_sector"])] = {kind: sorted(paths) for kind, paths in kinds.items()}
    return found
