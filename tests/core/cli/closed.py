"""Running commands as one who may not do everything: modes of files count then for root too."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["CALL", "run"]

CALL = "import sys; from redoscope_core.cli import main; sys.exit(main(sys.argv[1:]))"
_NO_POWERS = ("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all")


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command without the power to read what modes forbid."""
    before = _NO_POWERS if os.geteuid() == 0 else ()
    if before and shutil.which(before[0]) is None:
        pytest.skip("root may read every file, and setpriv is not here")
    call = [*before, sys.executable, "-c", CALL, *map(str, words)]
    return subprocess.run(call, capture_output=True, text=True, check=False)
