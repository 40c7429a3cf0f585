"""The `redoscope` commands: parse the words, call one operation, print."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redoscope_core.cli.stopping import end_by

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redoscope_core.cli.window import Printing, Show

__all__ = ["end_by", "main"]


def main(
    argv: Sequence[str] | None = None,
    *,
    show: Show | None = None,
    printing: Printing | None = None,
) -> int:
    """Run one command and return the exit status; see `program.main`."""
    from redoscope_core.cli.program import main as run

    return run(argv, show=show, printing=printing)
