"""Hits: where something was found, in arrays that grow while the search runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Hits"]

_FIRST_ROOM = 1024
_BITS = 64


class Hits:
    """Places in the order in which they were found. One thread adds, any thread may read."""

    def __init__(self, generations: int = 1) -> None:
        """Be ready for hits in so many generations."""
        self.generations = generations
        """Generations that may hold a hit, 0 for the base disk."""
        self._count = 0
        self._offset = np.empty(_FIRST_ROOM, np.int64)
        self._length = np.empty(_FIRST_ROOM, np.int64)
        self._spelling = np.empty(_FIRST_ROOM, np.uint16)
        words = -(-generations // _BITS)
        self._held = np.zeros((_FIRST_ROOM, words), np.uint64)

    def __len__(self) -> int:
        """Return how many there are by now."""
        return self._count

    @property
    def offset(self) -> NDArray[np.int64]:
        """Byte of the disk at which each begins."""
        return self._offset[: self._count]

    @property
    def length(self) -> NDArray[np.int64]:
        """Bytes of each, in the newest generation that holds it."""
        return self._length[: self._count]

    @property
    def spelling(self) -> NDArray[np.uint16]:
        """Which spelling of what is sought each is."""
        return self._spelling[: self._count]

    def ascending(self) -> NDArray[np.intp]:
        """Return the rows in the order of the disk."""
        return np.lexsort((self.spelling, self.offset))

    def held_by(self, row: int) -> tuple[int, ...]:
        """Return the generations of which it is known that they hold hit *row*, ascending."""
        value = sum(int(word) << (_BITS * at) for at, word in enumerate(self._held[row]))
        return tuple(each for each in range(self.generations) if value >> each & 1)

    def held_words(self, row: int) -> str:
        """Return `held_by` as runs: 0-2,4."""
        runs: list[list[int]] = []
        for each in self.held_by(row):
            if runs and runs[-1][-1] == each - 1:
                runs[-1].append(each)
            else:
                runs.append([each])
        return ",".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs)

    def holding(self, generation: int) -> NDArray[np.bool_]:
        """Tell of each hit whether it is known that *generation* holds it."""
        word, bit = divmod(generation, _BITS)
        return (self._held[: self._count, word] >> np.uint64(bit) & np.uint64(1)).astype(np.bool_)

    def add(
        self, spelling: int, offset: NDArray[np.int64], length: NDArray[np.int64], generation: int
    ) -> NDArray[np.int64]:
        """Add hits of *spelling* in *generation*; return their rows."""
        first, count = self._count, self._count + len(offset)
        if count > len(self._offset):
            self._grow(max(count, 2 * len(self._offset)))
        self._offset[first:count] = offset
        self._length[first:count] = length
        self._spelling[first:count] = spelling
        rows = np.arange(first, count)
        self.mark(rows, generation)
        self._count = count
        return rows

    def mark(self, rows: NDArray[np.int64], generation: int) -> None:
        """Take down that *generation* holds the hits in *rows*."""
        word, bit = divmod(generation, _BITS)
        self._held[rows, word] |= np.uint64(1 << bit)

    def _grow(self, room: int) -> None:
        # Readers look at what they have got: the old arrays stay as they are.
        more = room - len(self._offset)
        self._offset = np.append(self._offset, np.empty(more, np.int64))
        self._length = np.append(self._length, np.empty(more, np.int64))
        self._spelling = np.append(self._spelling, np.empty(more, np.uint16))
        empty = np.zeros((more, self._held.shape[1]), np.uint64)
        self._held = np.concatenate([self._held, empty])
