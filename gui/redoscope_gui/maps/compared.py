"""What a generation is compared with: the one rule, for maps and for bytes."""

from __future__ import annotations

__all__ = ["compared_with"]


def compared_with(generation: int, since: int | None) -> int:
    """Return the generation that *generation* is compared with: *since*, or else its parent.

    -1, the parent of the base disk, stores nothing.
    """
    return generation - 1 if since is None else since
