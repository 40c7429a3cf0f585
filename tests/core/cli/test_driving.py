"""Long operations of commands: a signal stops them, also one that a library swallowed."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from redoscope_core import Progress
from redoscope_core.cli.driving import drive
from redoscope_core.cli.stopping import Stopped, stoppable

if TYPE_CHECKING:
    from collections.abc import Generator


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_that_numpy_swallowed_stops_at_the_next_step(number: signal.Signals) -> None:
    done = []

    def steps() -> Generator[Progress, None, str]:
        for step in range(5):
            done.append(step)
            if step == 1:
                with suppress(KeyboardInterrupt):
                    os.kill(os.getpid(), number)
            yield Progress(step, 5)
        return "answer"

    with pytest.raises(Stopped) as caught, stoppable():
        drive("testing", steps())
    assert caught.value.number == number
    assert done == [0, 1]


def test_a_signal_of_a_call_before_stops_nothing() -> None:
    with suppress(Stopped), stoppable():
        os.kill(os.getpid(), signal.SIGINT)

    def steps() -> Generator[Progress, None, str]:
        yield Progress(0, 1)
        return "answer"

    with stoppable():
        assert drive("testing", steps()) == "answer"
