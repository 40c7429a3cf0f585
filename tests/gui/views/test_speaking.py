"""What hex view and map say to a screen reader, asked as one asks: through QAccessible."""

from __future__ import annotations

import gc
from collections.abc import Generator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from tests.gui.views.map_hands import GRAIN, settle

from redoscope_gui import speaking
from redoscope_gui.session import Session
from redoscope_gui.views.hex import HexView
from redoscope_gui.views.map import MapView

VALUE, NAME = QAccessible.Text.Value, QAccessible.Text.Name


def ask(widget: QWidget, what: QAccessible.Text) -> str:
    return str(QAccessible.queryAccessibleInterface(widget).text(what))


@pytest.fixture
def spoken(monkeypatch: pytest.MonkeyPatch) -> list[tuple[QWidget, str]]:
    """What was said unasked."""
    said: list[tuple[QWidget, str]] = []

    def note(widget: QWidget, value: str) -> None:
        said.append((widget, value))

    for module in ("hex.view", "map.canvas", "map.canvas"):
        monkeypatch.setattr(f"redoscope_gui.views.{module}.value_spoken", note)
    return said


@pytest.fixture
def hex_view(qtbot: QtBot, session: Session, tip: Path) -> Generator[HexView]:
    """The bytes of the newest generation of the sample."""
    view = HexView(session)
    qtbot.addWidget(view)
    view.resize(720, 480)
    with qtbot.waitExposed(view):
        view.show()
    session.open(tip)
    qtbot.waitUntil(lambda: view.surface.asking.byte_at(0) is not None)
    yield view
    view.hide()


def go_to(qtbot: QtBot, session: Session, view: HexView, offset: int) -> str:
    session.go_to(offset)
    qtbot.waitUntil(lambda: view.surface.asking.byte_at(offset) is not None)
    return ask(view.surface, VALUE)


def test_the_bytes_have_role_name_and_value(
    qtbot: QtBot, session: Session, hex_view: HexView
) -> None:
    found = QAccessible.queryAccessibleInterface(hex_view.surface)
    assert found.role() == QAccessible.Role.Document
    assert found.state().focusable
    assert found.text(NAME) == "Bytes"
    chain = session.chain
    assert chain is not None
    start = int(chain.tip.stored.start[0])
    before, now = chain.up_to(4).read(start, 8), chain.read(start, 8)
    changed = next(at for at in range(len(now)) if now[at] != before[at])
    offset = start * 512 + changed
    expected = f"offset 0x{offset:X}, byte {now[changed]:02X}, changed in generation 5"
    assert go_to(qtbot, session, hex_view, offset) == expected
    assert go_to(qtbot, session, hex_view, 0) == "offset 0x0, byte EB, stored in generation 0"


def test_every_state_has_its_words(qtbot: QtBot, session: Session, hex_view: HexView) -> None:
    chain = session.chain
    assert chain is not None
    areas = chain.areas()
    for state, words in ((0, "never stored"), (1, "zeroed in generation")):
        sector = int(areas.start[areas.state == state][0])
        assert words in go_to(qtbot, session, hex_view, sector * 512 + 1)


def test_the_selection_is_told(qtbot: QtBot, hex_view: HexView) -> None:
    hex_view.surface.setFocus()
    qtbot.keyClick(hex_view.surface, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert ask(hex_view.surface, VALUE).endswith("2 bytes selected, 0x0 to 0x1")
    assert hex_view.footer.words == ask(hex_view.surface, VALUE)


def test_moves_are_said_unasked(
    qtbot: QtBot, spoken: list[tuple[QWidget, str]], hex_view: HexView
) -> None:
    spoken.clear()
    qtbot.keyClick(hex_view.surface, Qt.Key.Key_Right)
    assert spoken[-1] == (hex_view.surface, ask(hex_view.surface, VALUE))
    assert spoken[-1][1].startswith("offset 0x1, byte FE, ")


def test_the_map_has_role_name_and_value(
    qtbot: QtBot, session: Session, map_view: MapView, spoken: list[tuple[QWidget, str]]
) -> None:
    canvas = map_view.canvas
    found = QAccessible.queryAccessibleInterface(canvas)
    assert found.role() == QAccessible.Role.Chart
    assert found.text(NAME) == "Map of the disk"
    session.go_to(17 * GRAIN)
    assert found.text(VALUE) == "Cell at 0x110000, 128 sectors: changed"
    assert spoken[-1] == (canvas, found.text(VALUE))
    qtbot.keyClick(canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    settle(qtbot, map_view)
    assert found.text(VALUE).endswith("256 sectors selected")
    assert spoken[-1] == (canvas, found.text(VALUE))


def test_without_a_disk_they_say_so(qtbot: QtBot, session: Session, view: MapView) -> None:
    bytes_alone = HexView(session)
    qtbot.addWidget(bytes_alone)
    assert ask(bytes_alone.surface, VALUE) == "no disk is open"
    assert ask(view.canvas, VALUE) == "Open a disk to see its map here."


def test_interfaces_go_with_their_widgets(session: Session) -> None:
    for _ in range(20):
        view = HexView(session)
        assert ask(view.surface, NAME) == "Bytes"
        view.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        del view
        gc.collect()
    assert len(speaking._kept) < 10
