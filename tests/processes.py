"""Python code in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys

__all__ = ["python"]

_LONG = 60
"""Seconds that it may take."""


def python(code: str) -> subprocess.CompletedProcess[str]:
    """Run *code* and wait for its end."""
    path = os.pathsep.join(entry for entry in sys.path if entry)
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=_LONG,
        check=False,
    )
