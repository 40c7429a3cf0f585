"""How much of what a descriptor says is followed without asking."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Trust"]


class Trust(NamedTuple):
    """What somebody allowed who knows where the files come from."""

    outside: bool = False
    """Extents outside the folder of their descriptor."""
    unreplayed: bool = False
    """SESparse extents whose journal was never replayed."""
    bare_flat: bool = False
    """A file that is no virtual disk, as the data of one (a -flat.vmdk alone)."""
