"""Values of one length side by side, one row for each thing that is told of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

__all__ = ["Columns"]


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """The columns are the fields of who inherits this, arrays of one length."""

    narrow: ClassVar[Mapping[str, type[np.generic]]] = {}
    """Types of the columns that are no long numbers, where they are made of bytes or of rows."""

    @classmethod
    def types(cls) -> dict[str, np.dtype[Any]]:
        """Return the type of each column, in order."""
        return {each.name: np.dtype(cls.narrow.get(each.name, np.int64)) for each in fields(cls)}

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
