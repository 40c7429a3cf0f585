"""Frozen questions, each with `run()` that returns a frozen answer.

They run on any thread, so they hold no Qt. Long ones are generators of Progress that return the
answer. The stub beside this file, `__init__.pyi`, has each name once; a name is imported when it is
first used.
"""

from redoscope_core import published

__getattr__, __dir__ = published(__name__, __file__)
