"""A wide screen for the offscreen platform, whose own is so small that it squeezes dialogs."""

from __future__ import annotations

import json
from pathlib import Path

__all__ = ["wide_screen"]

_SCREEN = {"name": "", "x": 0, "y": 0, "width": 3840, "height": 2160, "logicalDpi": 96, "dpr": 1}


def wide_screen(folder: Path) -> str:
    """Write down the screen in *folder*; return what QT_QPA_PLATFORM must be for it."""
    file = folder / "screen.json"
    file.write_text(json.dumps({"screens": [_SCREEN]}), encoding="utf-8")
    return f"offscreen:configfile={file}"
