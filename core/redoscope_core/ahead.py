"""Ahead: work done on other threads before its result is asked for, in order.

Reading, inflating and hashing all let other threads run meanwhile, so one of them can
prepare what another needs next. This is the only place of the engine that starts threads.
"""

from __future__ import annotations

import threading
from itertools import islice
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable
    from typing import Self

__all__ = ["Beside", "ahead"]

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")


class _Raised(NamedTuple):
    """Stands where a result would, if there is none."""

    error: BaseException


def ahead(
    tasks: Iterable[_Task],
    work: Callable[[_Task, int], _Result],
    *,
    threads: int = 1,
    slots: int | None = None,
) -> Generator[_Result, None, None]:
    """Yield `work(task, slot)` for each of *tasks*, in order; *threads* prepare the next ones.

    A *slot* is a number below *slots* (two more than *threads* by default). No two tasks in
    flight have the same, and a slot is used again only once the next result is asked for:
    *work* may keep one buffer for each, and return a view of it. *tasks* are drawn in the
    thread of the caller. Closing the generator waits for what is being worked on and ends
    the threads. What *work* raises comes out where its result would have come.
    """
    slots = threads + 2 if slots is None else slots
    todo: SimpleQueue[tuple[_Task, int] | None] = SimpleQueue()
    # A queue for each slot keeps the order, whichever thread is done first.
    done: list[SimpleQueue[_Result | _Raised]] = [SimpleQueue() for _ in range(slots)]

    def keep_working() -> None:
        while (handed := todo.get()) is not None:
            task, slot = handed
            try:
                done[slot].put(work(task, slot))
            except BaseException as error:  # noqa: BLE001 - told in the caller's thread
                done[slot].put(_Raised(error))

    workers = [
        threading.Thread(target=keep_working, name=f"ahead-{number}", daemon=True)
        for number in range(threads)
    ]
    source = iter(tasks)
    handed = taken = 0
    try:
        for worker in workers:
            worker.start()
        while True:
            for task in islice(source, taken + slots - handed):
                todo.put((task, handed % slots))
                handed += 1
            if taken == handed:
                return
            result = done[taken % slots].get()
            taken += 1
            if isinstance(result, _Raised):
                raise result.error
            yield result
    finally:
        _end(todo, workers)


class Beside:
    """A second thread that does one half of a work while its owner does the other."""

    def __init__(self) -> None:
        """Start the thread."""
        self._todo: SimpleQueue[Callable[[], object] | None] = SimpleQueue()
        self._done: SimpleQueue[BaseException | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._keep_working, name="beside", daemon=True)
        self._thread.start()

    def both(self, there: Callable[[], object], here: Callable[[], object]) -> None:
        """Do *there* in the other thread and *here* in this one; raise what either raises."""
        self._todo.put(there)
        try:
            here()
        finally:
            error = self._done.get()
        if error is not None:
            raise error

    def _keep_working(self) -> None:
        while (work := self._todo.get()) is not None:
            try:
                work()
            except BaseException as error:  # noqa: BLE001 - told in the owner's thread
                self._done.put(error)
            else:
                self._done.put(None)

    def __enter__(self) -> Self:
        """Return it."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the thread."""
        self._todo.put(None)
        self._thread.join()


def _end(todo: SimpleQueue[tuple[_Task, int] | None], workers: list[threading.Thread]) -> None:
    try:
        while True:
            todo.get_nowait()
    except Empty:
        pass
    for _ in workers:
        todo.put(None)
    for worker in workers:
        if worker.ident is not None:
            worker.join()
