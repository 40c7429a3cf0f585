"""The rows of the table, by name: each gives trials (work that programs do) or results."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.benchmarks.judging import Trial
from tests.benchmarks.results import Result
from tests.benchmarks.workloads.ground import Ground

__all__ = ["Row"]

Row = Callable[[Ground], Iterator[Trial | Result]]
"""Yields as it goes, so that its scratch files live while they are measured."""
