"""The one engine thread: takes requests by lane, sends answers back to the GUI thread."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from dataclasses import dataclass

from redoscope_core import Progress
from redoscope_gui.engine.allocation import return_large_arrays
from redoscope_gui.engine.lanes import (
    Answered,
    Cancelled,
    Failed,
    Lane,
    Lanes,
    Message,
    Progressed,
    Request,
    Ticket,
    Work,
)
from redoscope_gui.engine.mailbox import Mailbox

__all__ = ["EngineThread"]

_SHOWN = (Lane.VISIBLE, Lane.PREFETCH)


@dataclass(slots=True)
class _Asked:
    """Who waits for the answer of a ticket."""

    ticket: Ticket
    reply: Callable[[object], None]
    failed: Callable[[Exception], None]
    progressed: Callable[[Progress], None] | None
    cancelled: Callable[[], None] | None


class EngineThread:
    """Runs requests off the GUI thread; all methods are for the GUI thread.

    With *inline* there is no thread: `submit` runs whatever waits before it returns, in the same
    order, which is what most tests use.
    """

    def __init__(self, *, inline: bool = False) -> None:
        self._inline = inline
        self._lanes = Lanes()
        self._ready = threading.Condition()
        self._stopping = False
        self._running: Work | None = None
        self._serial = 0
        self._epoch = 0
        self._asked: dict[int, _Asked] = {}
        self._newest: dict[tuple[Lane, str], int] = {}
        self._inside = False
        self._mailbox = Mailbox(self._deliver)
        self._idle_watch: Callable[[bool], None] | None = None
        self._thread: threading.Thread | None = None
        if not inline:
            self._thread = threading.Thread(target=self._loop, name="engine")
            self._thread.start()

    @property
    def epoch(self) -> int:
        """Rises whenever answers given before are no longer true."""
        return self._epoch

    @property
    def idle(self) -> bool:
        """Whether every request was answered, and every answer delivered."""
        return not self._asked

    @property
    def alive(self) -> bool:
        """Whether the thread runs."""
        return self._thread is not None and self._thread.is_alive()

    def watch_idle(self, watch: Callable[[bool], None]) -> None:
        """Call *watch* with True when the last answer was delivered, False when work begins."""
        self._idle_watch = watch

    def submit(
        self,
        lane: Lane,
        key: str,
        request: Request,
        reply: Callable[[object], None],
        *,
        failed: Callable[[Exception], None],
        progressed: Callable[[Progress], None] | None = None,
        cancelled: Callable[[], None] | None = None,
    ) -> Ticket:
        """Hand in *request*; exactly one of *reply*, *failed* and *cancelled* is called later.

        Of the visible and prefetch lanes only the newest answer of a *key* arrives; an older one,
        and any from before the last `raise_epoch`, is dropped without a call. A dropped answer that
        can be closed is closed.
        """
        self._serial += 1
        ticket = Ticket(self._serial, self._epoch, lane, key)
        was_idle = self.idle
        self._asked[ticket.serial] = _Asked(ticket, reply, failed, progressed, cancelled)
        if lane in _SHOWN:
            self._newest[lane, key] = ticket.serial
        with self._ready:
            if self._stopping:
                self._asked.pop(ticket.serial)
                return ticket
            older = self._lanes.put(Work(ticket, request))
            self._ready.notify()
        if older is not None:
            self._asked.pop(older.ticket.serial, None)
        if was_idle and self._idle_watch is not None:
            self._idle_watch(False)
        if self._inline:
            self._run_inline()
        return ticket

    def cancel(self, ticket: Ticket) -> None:
        """Give up the request of *ticket*; a job says `cancelled` when it has cleaned up."""
        with self._ready:
            running = self._running
            if self._lanes.cancel(ticket.serial):
                self._ready.notify()
            elif running is not None and running.ticket == ticket:
                running.cancelled = True
        if self._inline:
            self._run_inline()

    def raise_epoch(self) -> int:
        """Make all answers that are shown or fetched ahead stale, asked for or not."""
        with self._ready:
            self._epoch += 1
            dropped = list(self._lanes.drop_before(self._epoch))
        for work in dropped:
            self._forget(work.ticket)
        return self._epoch

    def shutdown(self, patience: float | None = 10.0) -> bool:
        """Finish the writes, cancel the rest, join; return whether the thread has ended.

        Waits *patience* seconds for a disk that does not answer. Never kills the thread.
        """
        with self._ready:
            self._stopping = True
            self._ready.notify()
        if self._thread is not None:
            self._thread.join(patience)
        ended = not self.alive
        self._mailbox.close()
        self._asked.clear()
        return ended

    def _loop(self) -> None:
        return_large_arrays()  # here, where it costs the first picture nothing
        while True:
            with self._ready:
                while not self._lanes and not self._stopping:
                    self._ready.wait()
                if self._stopping:
                    break
                work = self._running = self._lanes.take()
            if work is not None:
                self._do(work)
                # Nothing of an answered request is kept alive while the thread waits.
                del work
        self._wind_up()

    def _do(self, work: Work) -> None:
        """Do one step of *work*, and put a job that is not over back at the end of its lane."""
        stale = work.ticket.lane in _SHOWN and work.ticket.epoch < self._epoch
        over = True
        if work.cancelled or stale:
            work.close(self._mailbox.post)
        else:
            over = work.step(self._mailbox.post, whole=work.ticket.lane is not Lane.JOB)
        with self._ready:
            self._running = None
            if not over:
                self._lanes.put(work)

    def _wind_up(self) -> None:
        with self._ready:
            given_up = list(self._lanes.drop_all_but_writes())
        for work in given_up:
            work.close(self._mailbox.post)
        while (write := self._lanes.take()) is not None:
            write.step(self._mailbox.post, whole=True)

    def _run_inline(self) -> None:
        if self._inside:
            return
        self._inside = True
        try:
            while (work := self._lanes.take()) is not None:
                self._running = work
                self._do(work)
                self._mailbox.empty()
        finally:
            self._inside = False

    def _deliver(self, message: Message) -> None:
        asked = self._asked.get(message.ticket.serial)
        if isinstance(message, Progressed):
            if asked is not None and asked.progressed is not None:
                asked.progressed(message.progress)
            return
        self._asked.pop(message.ticket.serial, None)
        try:
            if asked is None or self._is_stale(message.ticket):
                _close_answer(message)
            else:
                _call(asked, message)
        finally:
            self._tell_idle()

    def _is_stale(self, ticket: Ticket) -> bool:
        if ticket.lane not in _SHOWN:
            return False
        newest = self._newest.get((ticket.lane, ticket.key))
        return ticket.epoch < self._epoch or newest != ticket.serial

    def _forget(self, ticket: Ticket) -> None:
        self._asked.pop(ticket.serial, None)
        self._tell_idle()

    def _tell_idle(self) -> None:
        if self.idle and self._idle_watch is not None:
            self._idle_watch(True)


def _call(asked: _Asked, message: Answered | Failed | Cancelled) -> None:
    match message:
        case Answered(answer=answer):
            asked.reply(answer)
        case Failed(error=error):
            asked.failed(error)
        case Cancelled():
            if asked.cancelled is not None:
                asked.cancelled()


def _close_answer(message: Answered | Failed | Cancelled) -> None:
    """Close what a dropped answer brought, say an open chain."""
    if isinstance(message, Answered):
        close = getattr(message.answer, "close", None)
        if callable(close):
            with contextlib.suppress(OSError):
                close()
