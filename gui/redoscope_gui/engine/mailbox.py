"""The way back: answers made in the engine thread are read in the GUI thread."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal

from redoscope_gui.engine.lanes import Message

__all__ = ["Mailbox"]

DRAIN_SECONDS = 0.008
"""How long one turn of the event loop may be spent on messages."""


class Mailbox(QObject):
    """Made in the GUI thread and never moved; any thread may post to it."""

    _rang = Signal(object)
    """Wakes the GUI thread; carries nothing, messages wait in the deque."""

    def __init__(self, deliver: Callable[[Message], None]) -> None:
        super().__init__()
        self._deliver = deliver
        self._messages: deque[Message] = deque()
        self._lock = threading.Lock()
        self._ringing = False
        self._open = True
        self._rang.connect(self._drain, Qt.ConnectionType.QueuedConnection)

    def post(self, message: Message) -> None:
        """Leave *message* and ring, unless a ring is under way."""
        with self._lock:
            if not self._open:
                return
            self._messages.append(message)
            if self._ringing:
                return
            self._ringing = True
            self._rang.emit(None)

    def empty(self) -> None:
        """Deliver all that waits, now; for the caller in the GUI thread only."""
        while self._messages:
            self._deliver(self._messages.popleft())

    def close(self) -> None:
        """Take no more messages and forget those that wait."""
        with self._lock:
            self._open = False
            self._messages.clear()

    def _drain(self, _nothing: object) -> None:
        until = time.perf_counter() + DRAIN_SECONDS
        try:
            while self._messages and time.perf_counter() < until:
                self._deliver(self._messages.popleft())
        finally:
            with self._lock:
                self._ringing = bool(self._messages) and self._open
                if self._ringing:
                    self._rang.emit(None)
