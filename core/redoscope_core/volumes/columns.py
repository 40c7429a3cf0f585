"""Values of one length side by side, one row for each thing that is told of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray

__all__ = ["Columns"]


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """The columns are the fields of who inherits this, arrays of one length."""

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(getattr(self, fields(self)[0].name))

    def taking(self, which: NDArray[np.bool_] | NDArray[np.int64] | slice) -> Self:
        """Return some of the rows."""
        return type(self)(*(getattr(self, each.name)[which] for each in fields(self)))

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """Return the rows of all *parts*, of which there is one at least."""
        names = [each.name for each in fields(cls)]
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))
