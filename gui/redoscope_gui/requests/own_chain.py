"""A chain that long work opens for itself: the one on screen may be closed before it is over."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import redoscope_core as core
from redoscope_gui.requests.changing import AttachChild

if TYPE_CHECKING:
    from redoscope_core import Chain, Policy

__all__ = ["own_chain"]


@contextmanager
def own_chain(
    path: Path,
    generation: int,
    policy: Policy,
    joined: tuple[Path, Path] | None,
    *,
    alone: bool = False,
) -> Generator[Chain]:
    """Open the disk as it reads at link *path*, generation *generation*, and close it again.

    *joined* are child and parent that are attached for now only, if the generation holds the child.
    With *alone* it is the one link without its parents.
    """
    if alone:
        with core.Chain.open_alone(path, policy=policy) as chain:
            yield chain
        return
    if joined is None:
        with core.Chain.open(path, access=core.Access.INSPECT, policy=policy) as chain:
            yield chain
        return
    attached = AttachChild(*joined, policy).run()
    try:
        yield attached.chain.up_to(generation)
    finally:
        attached.close()
