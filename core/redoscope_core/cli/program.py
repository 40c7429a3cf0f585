"""The program: one way to run a word, one way errors are told, one set of exit statuses.

0: done. 1: the disk or the answer is bad. 2: the call is wrong or an error stopped it.
130, 143, 129: Ctrl-C, SIGTERM, SIGHUP stopped it.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from redoscope_core.cli.at_once import told_at_once
from redoscope_core.cli.stopping import stoppable
from redoscope_core.cli.streams import give_up_output, make_streams_fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redoscope_core.cli.call import Call
    from redoscope_core.cli.window import Printing, Show

__all__ = ["main"]


def main(
    argv: Sequence[str] | None = None,
    *,
    show: Show | None = None,
    printing: Printing | None = None,
) -> int:
    """Run one command and return the exit status; *show* opens the window, *printing* prints.

    Errors are one line on stderr, never a traceback, and with ``--json`` a document too.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    # Nothing here multiplies matrices: the threads for it would only take time to start.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    make_streams_fit()
    told = told_at_once(arguments)
    run = _call(arguments, show, printing) if told is None else None
    try:
        with stoppable():
            status = run.status() if run is not None else 0
            sys.stdout.write(told or "")
            sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our text has enough.
        give_up_output()
        return 0
    # The one place where whatever went wrong becomes a line: there is nobody above to tell.
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001
        return (run or _call(arguments)).failed(error)
    return status


def _call(arguments: list[str], show: Show | None = None, printing: Printing | None = None) -> Call:
    from redoscope_core.cli.call import Call
    from redoscope_core.cli.window import Above

    return Call(arguments, Above(show, printing))
