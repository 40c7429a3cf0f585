"""Results: figures and verdicts as plain values, kept in a file from run to run."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["Figure", "Result", "Verdict", "keep", "kept"]


@dataclass(frozen=True, slots=True)
class Figure:
    """What one program needed."""

    program: str
    median: float
    """Seconds, or what *unit* of a result without times says."""
    least: float
    most: float
    runs: int
    rate: float = 0.0
    """Of the trial's unit in a second; 0 if that says nothing."""
    is_limit: bool = False
    at: float = 0.0
    """Where it stands on the axis, for figures that show how cost grows."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a goal was met."""

    goal: str
    reached: str
    met: bool
    missed_by: str = ""


@dataclass(slots=True)
class Result:
    """What became of a piece of work."""

    row: str
    work: str
    how: str
    unit: str = "B"
    """What rates count; "MiB", "ms" or the like if the figures are no times at all."""
    figures: list[Figure] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def met(self) -> bool:
        """Whether every goal was met."""
        return all(each.met for each in self.verdicts)


def keep(path: Path, results: dict[str, list[Result]], machine: dict[str, str]) -> None:
    """Write the results of each row, and what they were measured on, to *path*."""
    rows = {row: [asdict(each) for each in some] for row, some in results.items()}
    text = json.dumps({"machine": machine, "rows": rows}, indent=1, ensure_ascii=False)
    path.write_text(f"{text}\n", encoding="utf-8")


def kept(path: Path) -> dict[str, list[Result]]:
    """Return what `keep` wrote to *path*; nothing if it is not there."""
    if not path.exists():
        return {}
    rows = json.loads(path.read_text(encoding="utf-8"))["rows"]
    return {row: [_result(each) for each in some] for row, some in rows.items()}


def _result(value: dict[str, Any]) -> Result:
    figures = [Figure(**each) for each in value.pop("figures")]
    verdicts = [Verdict(**each) for each in value.pop("verdicts")]
    return Result(**value, figures=figures, verdicts=verdicts)
