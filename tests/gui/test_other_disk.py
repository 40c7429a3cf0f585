"""A may be a generation of another disk: every pane follows it, with the counts of raw images."""

from __future__ import annotations

import csv
import json
import random
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import numpy.typing as npt
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot
from tests.core.operations.examining.test_patch import applied

from redoscope_core import SECTOR, Access, Chain, Disk, State, create_child, create_disk
from redoscope_gui.maps import MapClass, MapMode, OtherDisk
from redoscope_gui.session import Compared, Session
from redoscope_gui.views.compare import CompareView
from redoscope_gui.views.map import MapView
from redoscope_gui.window import MainWindow

LEFT = Qt.MouseButton.LeftButton
Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Pair:
    """Links of two disks, base disk first; A is the last of the first, B that of the second."""

    one: tuple[Path, ...]
    other: tuple[Path, ...]

    def raw(self, path: Path) -> Bytes:
        """The disk as it reads at a link, padded to the larger one of the two."""
        with Chain.open(path) as chain:
            data = chain.read(0, chain.capacity)
        with Chain.open(self.one[-1]) as a, Chain.open(self.other[-1]) as b:
            most = max(a.capacity, b.capacity) * SECTOR
        return np.frombuffer(data.ljust(most, b"\0"), np.uint8)

    @property
    def raws(self) -> tuple[Bytes, Bytes]:
        return self.raw(self.one[-1]), self.raw(self.other[-1])

    @property
    def differing(self) -> Bytes:
        """The sectors that differ."""
        one, other = (raw.reshape(-1, SECTOR) for raw in self.raws)
        return np.flatnonzero((one != other).any(axis=1)).astype(np.int64)


def write_randomly(path: Path, chance: random.Random) -> None:
    with Disk.open(path, access=Access.WRITE) as disk:
        for _ in range(5):
            first = chance.randrange(disk.chain.capacity - 300)
            count = chance.randrange(1, 280)
            data = chance.choice([bytes(count * SECTOR), chance.randbytes(count * SECTOR)])
            disk.write(first, data)


def make_links(folder: Path, name: str, sectors: int, count: int, seed: int) -> tuple[Path, ...]:
    chance = random.Random(seed)
    links = [folder / f"{name}{number}.vmdk" for number in range(count)]
    create_disk(links[0], sectors)
    for number, path in enumerate(links):
        if number:
            with Chain.open(links[number - 1]) as chain:
                create_child(chain, path)
        write_randomly(path, chance)
    return tuple(links)


@pytest.fixture(params=["strangers", "branches"])
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> Pair:
    """Two disks of other sizes without a link in common, or two branches of one disk."""
    if request.param == "strangers":
        (tmp_path / "other").mkdir()
        one = make_links(tmp_path / "other", "a", 3000, 2, 11)
        return Pair(one, make_links(tmp_path, "b", 4096, 3, 12))
    stem = make_links(tmp_path, "s", 4096, 2, 13)
    ends = (tmp_path / "left.vmdk", tmp_path / "right.vmdk")
    for number, end in enumerate(ends):
        with Chain.open(stem[-1]) as chain:
            create_child(chain, end)
        write_randomly(end, random.Random(20 + number))
    return Pair((*stem, ends[0]), (*stem, ends[1]))


@pytest.fixture
def pane(qtbot: QtBot, window: MainWindow, session: Session, pair: Pair) -> CompareView:
    """B is shown, A was named in a file dialog, and the compare pane is in front."""
    window.open_path(pair.other[-1])
    window.toggle_pane(window.panes.guests.compare)
    view = window.panes.guests.compare_view
    qtbot.waitUntil(view.isVisible)
    window.commands.run("compare.other")
    dialog = window.findChild(QFileDialog)
    assert dialog is not None
    dialog.fileSelected.emit(str(pair.one[-1]))
    dialog.close()
    assert isinstance(session.generation_a, OtherDisk)
    return view


def test_every_pane_follows_a_of_another_disk(
    qtbot: QtBot, window: MainWindow, session: Session, pane: CompareView, pair: Pair
) -> None:
    name = f"{len(pair.one) - 1} ({pair.one[-1].name})"
    sector = int(pair.differing[0])
    one, other = (raw.reshape(-1, SECTOR)[sector] for raw in pair.raws)
    count = int(np.count_nonzero(one != other))
    window.panes.hex.raise_()
    session.go_to(sector * SECTOR)
    hex_view, inspector = window.panes.hex_view, window.panes.inspector_view
    assert hex_view is not None
    assert inspector is not None
    differs = f"{count} byte{'s' * (count > 1)} differ{'s' * (count == 1)} from generation {name}"
    qtbot.waitUntil(lambda: differs in hex_view.surface.sheet.heading_of(sector).what)
    qtbot.waitUntil(lambda: f"differs from generation {name}" in inspector.summary.text())
    inspector.pages.setCurrentIndex(1)
    rows = [inspector.generations.facts.index(row, 0).data() for row in range(2)]
    assert rows[0] == f"A: {len(pair.one) - 1} {pair.one[-1].name}"
    assert f"compared with generation {name}" in window.windowTitle()
    assert window.explorer.timeline_view is not None
    assert f"Difference {name}" in window.explorer.timeline_view.count.text()
    places = [label.text() for label in window.statusBar().findChildren(type(pane.totals))]
    assert f"A: generation {name}" in places
    assert pane.older.currentText() == f"A: {pair.one[-1].name}"
    assert pane.pair.titles[0] == f"A  {name}"


def test_marks_totals_and_files_are_those_of_the_raw_images(
    qtbot: QtBot,
    pane: CompareView,
    pair: Pair,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one, other = pair.raws
    sectors = pair.differing
    qtbot.mouseClick(pane.begin, LEFT)
    assert pane.found is not None
    told = pane.totals.text().replace("\u202f", "")
    assert told.startswith(f"{np.count_nonzero(one != other)} bytes differ, in {len(sectors)} sec")
    listed = [range(start, start + count) for start, count in map(pane.runs.place, range_of(pane))]
    assert [sector for run in listed for sector in run] == sectors.tolist()

    names = ["d.csv", "d.json", "d.vcdiff"]
    for button, name in zip(pane.exports, names, strict=True):
        chosen = Mock(return_value=(str(tmp_path / name), ""))
        monkeypatch.setattr(QFileDialog, "getSaveFileName", chosen)
        qtbot.mouseClick(button, LEFT)
        qtbot.waitUntil((tmp_path / name).exists)
    rows = list(csv.DictReader((tmp_path / "d.csv").read_text().splitlines()))
    saved = [int(row["start_sector"]) + n for row in rows for n in range(int(row["sectors"]))]
    assert saved == sectors.tolist()
    document = json.loads((tmp_path / "d.json").read_text())
    assert document["a"] == {"generation": len(pair.one) - 1, "name": pair.one[-1].name}
    assert (document["sectors"], document["bytes"]) == (
        len(sectors),
        np.count_nonzero(one != other),
    )
    with Chain.open(pair.one[-1]) as a, Chain.open(pair.other[-1]) as b:
        raws = a.read(0, a.capacity), b.read(0, b.capacity)
    assert applied((tmp_path / "d.vcdiff").read_bytes(), raws[0]) == raws[1]


def test_keys_walk_the_differences_by_byte_and_by_grain(
    qtbot: QtBot, session: Session, pane: CompareView, pair: Pair
) -> None:
    one, other = pair.raws
    sectors = pair.differing
    pane.begin.click()
    session.go_to(0)
    mask = one != other
    begins = np.flatnonzero(mask & ~np.append(False, mask[:-1]))
    pane.pair.setFocus()
    for wanted in begins[begins > 0][:3]:
        qtbot.keyClick(pane.pair, ".")
        assert session.cursor.offset == wanted
    qtbot.keyClick(pane.pair, ",")
    assert session.cursor.offset == begins[begins > 0][1]
    grains = np.unique(sectors // 128)
    session.go_to(0)
    for grain in grains[grains > 0][:2]:
        qtbot.keyClick(pane.pair, "}")
        assert session.cursor.sector // 128 == grain
        assert session.cursor.sector == sectors[sectors // 128 == grain][0]
    qtbot.keyClick(pane.pair, "{")
    assert session.cursor.sector // 128 == grains[grains > 0][0]


def range_of(pane: CompareView) -> range:
    return range(pane.runs.rowCount())


def test_filters_part_data_from_zeros(qtbot: QtBot, pane: CompareView, pair: Pair) -> None:
    pane.begin.click()
    with Chain.open(pair.other[-1]) as chain:
        stored = np.zeros(chain.capacity, np.bool_)
        for area in range(len(chain.stored)):
            if chain.stored.state[area] == State.DATA:
                start = int(chain.stored.start[area])
                stored[start : start + int(chain.stored.count[area])] = True
    for step, wanted in ((1, True), (1, False)):
        for _ in range(step):
            qtbot.keyClick(pane.kinds, Qt.Key.Key_Down)
        pane.kinds.activated.emit(pane.kinds.currentIndex())
        listed = [n for r in range_of(pane) for n in range(*span(pane, r))]
        assert listed == [n for n in pair.differing.tolist() if stored[n] == wanted]
        assert f"{len(listed)} sectors of them" in pane.totals.text().replace("\u202f", "")


def span(pane: CompareView, row: int) -> tuple[int, int]:
    start, count = pane.runs.place(row)
    return start, start + count


def read_as(view: MapView) -> MapMode | None:
    """How the strip reads."""
    return None if view.strip_drawn is None else view.strip_drawn.scope.mode


def test_the_map_tells_what_was_decided_otherwise_and_what_really_differs(
    qtbot: QtBot, window: MainWindow, session: Session, pane: CompareView, pair: Pair
) -> None:
    assert pane.found is None
    view = window.explorer.map_view
    assert view is not None
    view.show_mode(MapMode.DIFFERENCE)
    qtbot.waitUntil(lambda: read_as(view) is MapMode.DIFFERENCE)
    assert view.strip_drawn is not None
    shared = pair.one[:2] == pair.other[:2]
    totals = dict(view.strip_drawn.totals)
    assert (totals.get(MapClass.INHERITED, 0) > 0) == shared
    decided = totals.get(MapClass.DATA, 0) + totals.get(MapClass.ZERO, 0)
    with Chain.open(pair.other[-1]) as chain:
        capacity = chain.capacity
    inside = pair.differing[pair.differing < capacity]
    assert decided >= len(inside)

    window.commands.run("map.exact")
    qtbot.waitUntil(lambda: read_as(view) is MapMode.EXACT)
    drawn = view.strip_drawn
    assert drawn is not None
    totals = dict(drawn.totals)
    assert totals.get(MapClass.DATA, 0) + totals.get(MapClass.ZERO, 0) == len(inside)
    session.select_generation(0)
    qtbot.waitUntil(view.canvas.words.isVisible)
    assert "not compared byte by byte" in view.canvas.words.text()
    window.commands.run("compare.begin")
    qtbot.waitUntil(lambda: not view.canvas.words.isVisible())


def test_a_link_stays_a_whichever_disk_is_chosen(
    window: MainWindow, session: Session, own_sample: Path
) -> None:
    window.open_path(own_sample / "office-000002-child1a.vmdk")
    assert window.commands.run("compare.pin")
    session.select_link(own_sample / "office-000005.vmdk")
    session.comparing._follow_pin()
    older = session.generation_a
    assert isinstance(older, OtherDisk)
    assert older.path == own_sample / "office-000002-child1a.vmdk"
    window.commands.run("timeline.compare")
    assert session.generation_a is None
    assert not session.comparing.is_pinned
    assert not window.commands.action("compare.pin").isChecked()


def test_the_palette_and_the_box_offer_links_of_other_disks(
    window: MainWindow, session: Session, own_sample: Path
) -> None:
    window.open_path(own_sample / "office-000005.vmdk")
    window.palette_box.ask("compare with office-000002-child1a")
    chosen = window.palette_box.chosen
    assert chosen is not None
    assert chosen.title == "Compare with office-000002-child1a.vmdk"
    chosen.run()
    window.palette_box.leave()
    older: object = session.generation_a
    assert isinstance(older, OtherDisk)
    view = window.panes.guests.compare_view
    box = view.older
    own = box.findText("A: 1 office-000001.vmdk")
    box.setCurrentIndex(own)
    box.activated.emit(own)
    assert (session.comparison, session.generation_a) == (Compared(1), 1)
    assert str(own_sample / "office-000001.vmdk") in box.toolTip()
    view_of_map = window.explorer.map_view
    assert view_of_map is not None
    window.commands.run("map.owner")
    window.commands.run("map.difference")
    box.setCurrentIndex(0)
    box.activated.emit(0)
    assert session.comparison is None
    assert view_of_map.mode is MapMode.OWNER
