"""Every count and mark of the one comparison is that of raw images made by another program."""

from __future__ import annotations

import random
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from pytestqt.qtbot import QtBot
from tests.gui.test_other_disk import make_links, read_as
from tests.judges import qemu

from redoscope_core import SECTOR, Chain, State
from redoscope_gui.maps import MapClass, MapMode
from redoscope_gui.session import Compared, Session
from redoscope_gui.views.inspector import InspectorView
from redoscope_gui.window import MainWindow

pytestmark = pytest.mark.judge

SECTORS, LINKS = 4096, 5


@pytest.mark.parametrize("seed", range(3))
def test_all_panes_tell_what_the_raw_images_tell(
    qtbot: QtBot, window: MainWindow, session: Session, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    links = make_links(tmp_path, "g", SECTORS, LINKS, 100 + seed)
    b = chance.randrange(1, LINKS)
    a = chance.randrange(b)
    one, other = (np.frombuffer(qemu.read(links[each]), np.uint8) for each in (a, b))
    differs = one != other
    by_sector = differs.reshape(-1, SECTOR).sum(axis=1)
    sectors = np.flatnonzero(by_sector)

    window.open_path(links[-1])
    session.select_generation(b)
    session.compare(Compared(a))
    view, pane = window.explorer.map_view, window.panes.guests.compare_view
    hex_view, inspector = window.panes.hex_view, window.panes.inspector_view
    assert view is not None
    assert pane is not None
    assert hex_view is not None
    assert inspector is not None
    window.commands.run("map.exact")
    qtbot.waitUntil(lambda: read_as(view) is MapMode.EXACT)
    assert view.strip_drawn is not None
    totals = dict(view.strip_drawn.totals)
    with Chain.open(links[b]) as chain:
        held = np.zeros(SECTORS, np.bool_)
        for area in range(len(chain.stored)):
            if chain.stored.state[area] == State.DATA:
                first = int(chain.stored.start[area])
                held[first : first + int(chain.stored.count[area])] = True
    assert totals.get(MapClass.DATA, 0) == int(held[sectors].sum())
    assert totals.get(MapClass.ZERO, 0) == int((~held[sectors]).sum())

    told = pane.totals.text().replace("\u202f", "")
    grains = len(np.unique(sectors // 128))
    begins = 1 + int((np.diff(sectors) > 1).sum())
    assert told == (
        f"{differs.sum()} bytes differ, in {len(sectors)} sectors, {grains} grains, {begins} runs"
    )
    assert pane.runs.rowCount() == begins
    assert pane.runs.sectors == len(sectors)

    for sector in (*chance.sample(sectors.tolist(), 3), *same_ones(by_sector, chance)):
        session.go_to(sector * SECTOR)
        count = int(by_sector[sector])
        here = f"It {'differs from' if count else 'is the same in'} generation {a}."
        qtbot.waitUntil(partial(told_in, inspector, here))
        window.panes.hex.raise_()
        qtbot.waitUntil(lambda: hex_view.surface.asking.sector(session.cursor.sector) is not None)
        words = f"{count} byte{'s' * (count > 1)} differ{'s' * (count == 1)} from generation {a}"
        assert (words in hex_view.surface.sheet.heading_of(sector).what) == (count > 0)
        shown = hex_view.surface.asking.sector(sector)
        assert shown is not None
        marked = np.frombuffer(shown.changed, np.uint8)
        assert np.array_equal(marked, differs[sector * SECTOR : (sector + 1) * SECTOR])


def told_in(inspector: InspectorView, words: str) -> bool:
    return words in inspector.summary.text()


def same_ones(by_sector: npt.NDArray[np.int64], chance: random.Random) -> list[int]:
    return chance.sample(np.flatnonzero(by_sector == 0).tolist(), 2)
