"""Links as far as it matters which is made from which."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hypothesis import strategies as st

__all__ = ["Twig", "grove", "groves"]


@dataclass(frozen=True)
class Twig:
    """As much of a link as branches need."""

    parent: Path | None
    children: tuple[Path, ...] = ()
    faults: tuple[object, ...] = ()
    modified: float = 0.0


def grove(**parents: str | None) -> dict[Path, Twig]:
    """Return links by name, each with the name of its parent, in the order given."""
    return {
        Path(name): Twig(
            None if parent is None else Path(parent),
            tuple(Path(child) for child, its in parents.items() if its == name),
        )
        for name, parent in parents.items()
    }


@st.composite
def groves(draw: st.DrawFn) -> dict[Path, Twig]:
    """Up to 24 links, each made from an earlier one or from none."""
    count = draw(st.integers(1, 24))
    parents: dict[str, str | None] = {"n0": None}
    for number in range(1, count):
        above = draw(st.none() | st.integers(0, number - 1))
        parents[f"n{number}"] = None if above is None else f"n{above}"
    return grove(**parents)
