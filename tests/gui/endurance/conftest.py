"""What the tests of endurance share: a window over the true engine, and evidence that stays."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from tests.gui.endurance.damage import make_damaged_folder
from tests.gui.endurance.stage import Stage, evidence, open_stage

from redoscope_gui import theme


@pytest.fixture
def stage(tmp_path: Path) -> Generator[Stage]:
    """The program with nothing open."""
    with open_stage(tmp_path / "redoscope.ini") as stage:
        yield stage


@pytest.fixture(scope="session")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a hundred damaged links, made once: only for reading."""
    return make_damaged_folder(tmp_path_factory.mktemp("damage") / "vm", seed=20261122)


@pytest.fixture
def untouched(sample: Path, damaged: Path) -> Generator[None]:
    """Fail a test after which a file of the sample or of the damaged folder is not as before."""
    before = evidence(sample), evidence(damaged)
    yield
    assert (evidence(sample), evidence(damaged)) == before


@pytest.fixture
def usual_look(dressed: QApplication) -> Generator[None]:
    """Put theme and text zoom back after a test that changes them."""
    yield
    theme.apply_theme(dressed, theme.DARK)


@pytest.fixture
def taken_away(own_sample: Path, tmp_path: Path) -> Callable[[str], Path]:
    """Give a function that moves a file of the own sample elsewhere and returns where it is."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()

    def take(name: str) -> Path:
        return Path(shutil.move(own_sample / name, elsewhere / name))

    return take
