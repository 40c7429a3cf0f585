"""What was worked out of generations and maps is kept here, within one bound in bytes.

Everything stands on the one shelf, whoever put it there: generations with what they read from,
links alone, rewrites, maps that were drawn. What was used last is kept longest. Arrays that several
of these share (a map and the generation it was drawn of) are counted once.
"""

from __future__ import annotations

import threading
import weakref
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["MOST_BYTES", "OVERLAY_BYTES", "SHELF", "SHELF_BYTES", "Shelf"]

MOST_BYTES = 512 << 20
"""Of all generations and maps that are kept, of the engine's too."""
OVERLAY_BYTES = 192 << 20
"""The part of it that the engine has for what the generations of the shown chain store."""
SHELF_BYTES = MOST_BYTES - OVERLAY_BYTES
"""The part of it that the shelf has."""

Kept = TypeVar("Kept")


@dataclass(slots=True, eq=False)
class _Entry:
    """One thing on the shelf, and what it weighed when it was used last."""

    value: object
    arrays: Callable[[], Iterable[npt.NDArray[Any]]]
    weight: dict[int, npt.NDArray[Any]]
    """Those arrays by their identity, which stays theirs as long as they are held here."""


class Shelf:
    """Keeps values by owner and key, up to a bound in bytes. Safe from any thread.

    An owner is held weakly: when it goes, so does what is kept for it.
    """

    def __init__(self, most_bytes: int = SHELF_BYTES) -> None:
        self.most_bytes = most_bytes
        self._lock = threading.Lock()
        self._entries: OrderedDict[tuple[int, Hashable], _Entry] = OrderedDict()
        self._owners: dict[int, weakref.ref[object]] = {}
        self._gone: deque[int] = deque()
        """Owners that went: told from wherever rings of objects end, so taken up later."""
        self._uses: Counter[int] = Counter()
        self._bytes = 0

    @property
    def used(self) -> int:
        """Bytes of all that is kept, each array once."""
        with self._lock:
            self._sweep()
            return self._bytes

    def count(self, owner: object) -> int:
        """Return how much is kept for *owner*."""
        with self._lock:
            self._sweep()
            return sum(holder == id(owner) for holder, _ in self._entries)

    def holds(self, owner: object, key: Hashable) -> bool:
        """Return whether something is kept for *owner* under *key*; that is no use of it."""
        with self._lock:
            self._sweep()
            return (id(owner), key) in self._entries

    def find(self, owner: object, key: Hashable) -> object | None:
        """Return what is kept for *owner* under *key*, or None."""
        with self._lock:
            self._sweep()
            entry = self._entries.get((id(owner), key))
            if entry is None:
                return None
            self._entries.move_to_end((id(owner), key))
            self._weigh(entry)
            self._make_room()
            return entry.value

    def keep(
        self,
        owner: object,
        key: Hashable,
        value: Kept,
        arrays: Callable[[], Iterable[npt.NDArray[Any]]],
    ) -> Kept:
        """Keep *value* for *owner* under *key*, and return it, or what another thread put there.

        *arrays* returns those that the value holds; it is asked again whenever it is used.
        """
        place = (id(owner), key)
        with self._lock:
            self._sweep()
            entry = self._entries.get(place)
            if entry is None:
                if place[0] not in self._owners:
                    gone = self._gone
                    self._owners[place[0]] = weakref.ref(owner, lambda _: gone.append(place[0]))
                entry = self._entries[place] = _Entry(value, arrays, {})
            self._entries.move_to_end(place)
            self._weigh(entry)
            self._make_room()
            return cast("Kept", entry.value)

    def made(
        self,
        owner: object,
        key: Hashable,
        make: Callable[[], Kept],
        arrays: Callable[[Kept], Iterable[npt.NDArray[Any]]],
    ) -> Kept:
        """Return what is kept for *owner* under *key*; it is made if it is not there."""
        found = self.find(owner, key)
        if found is not None:
            return cast("Kept", found)
        value = make()  # nobody waits meanwhile: this may take a while
        return self.keep(owner, key, value, lambda: arrays(value))

    def forget(self, owner: object) -> None:
        """Let go what is kept for *owner*."""
        with self._lock:
            self._gone.append(id(owner))
            self._sweep()

    def _sweep(self) -> None:
        while self._gone:
            gone = self._gone.popleft()
            self._owners.pop(gone, None)
            for place in [place for place in self._entries if place[0] == gone]:
                self._drop(self._entries.pop(place))

    def _weigh(self, entry: _Entry) -> None:
        """Count what *entry* holds now: a chain holds more once it was read from."""
        before = entry.weight
        entry.weight = {id(array): array for array in entry.arrays()}
        for each, array in entry.weight.items():
            self._uses[each] += 1
            if self._uses[each] == 1:
                self._bytes += array.nbytes
        self._release(before)

    def _drop(self, entry: _Entry) -> None:
        self._release(entry.weight)
        entry.weight = {}

    def _release(self, weight: dict[int, npt.NDArray[Any]]) -> None:
        for each, array in weight.items():
            self._uses[each] -= 1
            if not self._uses[each]:
                del self._uses[each]
                self._bytes -= array.nbytes

    def _make_room(self) -> None:
        """Drop what was used longest ago; what was used last stays, however much it is."""
        while self._bytes > self.most_bytes and len(self._entries) > 1:
            self._drop(self._entries.popitem(last=False)[1])


SHELF = Shelf()
"""The one shelf of the program: memory is one thing too."""
