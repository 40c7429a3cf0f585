"""The `redoscope` commands: parse the words, call one operation, print."""

from __future__ import annotations

from redoscope_core.cli.program import WORDS, main

__all__ = ["WORDS", "main"]
