"""The front door of the engine: light to import, and free of the window."""

from __future__ import annotations

import subprocess
import sys

import redoscope_core


def modules_after(statement: str) -> set[str]:
    """Return the modules of a fresh interpreter that ran *statement*."""
    code = f"{statement}\nimport sys\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60
    )
    return set(done.stdout.split())


def test_importing_the_engine_imports_no_arrays_and_no_window() -> None:
    found = modules_after("import redoscope_core, redoscope_core.errors, redoscope_core.cli")
    assert not {"numpy", "PySide6", "pyqtgraph", "redoscope_gui"} & found


def test_using_the_engine_imports_no_window() -> None:
    names = ", ".join(redoscope_core.__all__)
    found = modules_after(f"from redoscope_core import {names}")
    assert "numpy" in found
    assert not {"PySide6", "shiboken6", "pyqtgraph", "redoscope_gui"} & found


def test_every_public_name_is_there() -> None:
    assert all(getattr(redoscope_core, name) is not None for name in redoscope_core.__all__)
    assert set(redoscope_core.__all__) <= set(dir(redoscope_core))
