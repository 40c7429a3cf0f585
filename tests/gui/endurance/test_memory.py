"""What was read is let go of as soon as it is read again, whenever Python clears its rings."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Generator
from pathlib import Path

import pytest
from tests.gui.endurance.stage import Stage

from redoscope_gui.maps import MapMode

pytestmark = pytest.mark.usefixtures("untouched")


@pytest.fixture
def no_rings_cleared() -> Generator[None]:
    """Keep Python from clearing rings of things that hold each other."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("no_rings_cleared")
def test_reading_again_lets_go_of_the_old_tables(stage: Stage, sample: Path) -> None:
    """With 2 TiB they are 200 MiB: two of them at once would be more than the window may take."""
    stage.open(sample)
    view = stage.window.explorer.map_view
    assert view is not None
    for mode in MapMode:
        view.show_mode(mode)
        stage.settle()
    for _ in range(3):
        chain = stage.session.chain
        assert chain is not None
        tables = weakref.ref(chain.stored.start)
        del chain
        stage.session.reload()
        stage.settle()
        assert tables() is None
