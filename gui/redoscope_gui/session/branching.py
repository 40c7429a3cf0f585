"""Which branch of its family each link is on: a number, so that branches can be told apart."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from redoscope_core import heights, main_child

if TYPE_CHECKING:
    from redoscope_core import Grove

__all__ = ["branch_numbers"]


def branch_numbers(nodes: Grove) -> Mapping[Path, int]:
    """Return the branch of each link: 0 goes on from the base disk, each other child begins one."""
    tall, found = heights(nodes), dict[Path, int]()
    for start in [path for path, node in nodes.items() if node.parent not in nodes]:
        begun = 0
        waiting = [(start, 0)]
        while waiting:
            path, branch = waiting.pop()
            if path in found:
                continue
            found[path] = branch
            onward = main_child(nodes[path], tall)
            others = [c for c in nodes[path].children if c != onward and c in nodes]
            for child in others:
                begun += 1
                waiting.append((child, begun))
            if onward is not None and onward in nodes:
                waiting.append((onward, branch))
    return found
