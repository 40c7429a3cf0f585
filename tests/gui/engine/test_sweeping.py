"""Rings of objects that hold widgets end in the GUI thread, whichever thread allocates."""

from __future__ import annotations

import gc
import threading
from collections.abc import Generator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from redoscope_gui.engine import Sweeping


class Ring(QObject):
    """Holds itself, and notes in which thread it ends."""

    ended_in: list[str] = []  # noqa: RUF012  shared on purpose

    def __init__(self) -> None:
        super().__init__()
        self.itself = self

    def __del__(self) -> None:
        self.ended_in.append(threading.current_thread().name)


@pytest.fixture
def sweeping() -> Generator[Sweeping]:
    """A sweeping that has begun."""
    Ring.ended_in.clear()
    sweeping = Sweeping()
    sweeping.start()
    yield sweeping
    sweeping.stop()
    gc.disable()


def _allocate(kept: list[list[int]]) -> None:
    """Make so many objects that Python would look for rings, were it to."""
    kept.extend([] for _ in range(5_000))


def test_no_ring_ends_in_another_thread(sweeping: Sweeping) -> None:
    Ring()
    kept: list[list[int]] = []
    other = threading.Thread(target=_allocate, args=(kept,))
    other.start()
    other.join()
    assert Ring.ended_in == []
    sweeping.sweep()
    assert Ring.ended_in == ["MainThread"]


@pytest.mark.usefixtures("sweeping")
def test_it_sweeps_by_itself(qtbot: QtBot) -> None:
    Ring()
    kept: list[list[int]] = []
    _allocate(kept)
    qtbot.waitUntil(lambda: Ring.ended_in == ["MainThread"])


def test_afterwards_python_looks_for_rings_again() -> None:
    sweeping = Sweeping()
    sweeping.start()
    assert not gc.isenabled()
    sweeping.stop()
    assert gc.isenabled()
    gc.disable()


def test_a_ring_that_came_after_the_first_full_sweep_is_found(sweeping: Sweeping) -> None:
    gc.unfreeze()  # what the tests themselves set aside
    kept: list[list[int]] = []
    while not gc.get_freeze_count():
        _allocate(kept)
        sweeping.sweep()
    Ring()
    gc.collect()
    assert Ring.ended_in == ["MainThread"]
