"""Words and documents for what programs that were killed left in a folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redoscope_core.cli.printing import human_size
from redoscope_core.errors import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from redoscope_core.chain.leftovers import Leftover

__all__ = ["leftover_documents", "leftover_line"]


def leftover_documents(found: Iterable[Leftover]) -> list[dict[str, object]]:
    """Return *found* for JSON; the length is in bytes."""
    return [
        {
            "path": str(leftover.path),
            "kind": leftover.kind.name.lower(),
            "of": str(leftover.target),
            "length": leftover.length,
        }
        for leftover in found
    ]


def leftover_line(leftover: Leftover) -> str:
    """Return the line that tells people of *leftover*."""
    told = f"{leftover.path}: {leftover.kind.value}, {human_size(leftover.length)}"
    return printable(f"{told}; a program that made {leftover.target.name} was killed")
