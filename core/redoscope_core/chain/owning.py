"""Who supplies a sector: the links are asked, from the newest down, until one decides."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from redoscope_core.areas.areas import State
from redoscope_core.extents.lookup import Answer, Lookup, LookupStep
from redoscope_core.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redoscope_core.errors import VmdkError
    from redoscope_core.link.link import Link

__all__ = ["look_up"]


def look_up(links: Sequence[Link], sector: int, lost_parent: VmdkError | None = None) -> Lookup:
    """Return which of *links*, base disk first, supplies *sector*, and what each said.

    A *lost_parent* of the first of them can't be asked: what none of them stores is unreadable.
    """
    steps: list[LookupStep] = []
    for index in range(len(links) - 1, -1, -1):
        link = links[index]
        if sector >= link.capacity:
            ended = Answer(file=None, kind="none", state=State.ABSENT, verdict=Verdict.ENDED)
            steps.append(LookupStep.of(index, link.path, ended))
            return Lookup(sector, State.ABSENT, None, None, None, None, tuple(steps))
        step = LookupStep.of(index, link.path, link.explain(sector))
        if step.state is State.ABSENT:
            step = step.asking_next(has_parent=link.is_child)
        steps.append(step)
        if step.state is not State.ABSENT:
            depth = len(links) - 1 - index
            path = step.file if step.state is State.DATA else None
            return Lookup(sector, step.state, index, depth, path, step.data_offset, tuple(steps))
    if lost_parent is None:
        return Lookup(sector, State.ABSENT, None, None, None, None, tuple(steps))
    where = Path(links[0].descriptor.parent_hint or links[0].path)
    lost = Answer(
        file=None,
        kind="lost",
        state=State.UNREADABLE,
        verdict=Verdict.LOST,
        cause=lost_parent,
    )
    steps.append(LookupStep.of(-1, where, lost))
    return Lookup(sector, State.UNREADABLE, None, len(links), None, None, tuple(steps))
