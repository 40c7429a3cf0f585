"""The one engine thread with its four lanes, and the mailbox in the GUI thread.

Threads live here only. Requests and answers are frozen; a stale answer never arrives.
"""

from __future__ import annotations

from redoscope_gui.engine.lanes import Lane, Request, Ticket
from redoscope_gui.engine.sweeping import Sweeping
from redoscope_gui.engine.thread import EngineThread

__all__ = ["EngineThread", "Lane", "Request", "Sweeping", "Ticket"]
