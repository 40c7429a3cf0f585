"""Consolidations run by tests: all at once, or so far and no further."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redoscope_core import Chain, consolidate, plan_consolidation
from tests.core.finished import finished

if TYPE_CHECKING:
    from pathlib import Path

    from redoscope_core import Consolidated, Consolidation

__all__ = ["content", "merge", "planned", "stop_after"]


def content(path: Path) -> bytes:
    """Return every byte of the disk at *path*."""
    with Chain.open(path) as chain:
        return chain.read(0, chain.capacity)


def planned(disk: Path, into: Path | None = None) -> Consolidation:
    """Return the plan alone."""
    with Chain.open(disk) as chain:
        return plan_consolidation(chain, into)


def merge(
    disk: Path, into: Path | None = None, *, undo: Path | None = None, delete: bool = False
) -> Consolidated:
    """Consolidate to the end."""
    with Chain.open(disk) as chain:
        plan = plan_consolidation(chain, into)
        return finished(consolidate(chain, plan, undo=undo, delete=delete))


def stop_after(disk: Path, into: Path, count: int) -> bool:
    """Close the consolidation after *count* steps; tell whether it came to its end before."""
    with Chain.open(disk) as chain:
        steps = consolidate(chain, plan_consolidation(chain, into))
        ended = any(True for _ in range(count) if next(steps, None) is None)
        steps.close()
    return ended
