"""What tests of the hex view share: the view, shown, and what it shows."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from redoscope_gui.session import Session
from redoscope_gui.views.hex import HexView
from redoscope_gui.views.hex.surface import HexSurface


def at_the_end(surface: HexSurface) -> bool:
    scrolling = surface.scrolling
    return scrolling.top == scrolling.rows.last_top(scrolling.visible_rows())


def in_view(surface: HexSurface, offset: int) -> bool:
    """Whether the row of a byte is one of those that show."""
    scrolling = surface.scrolling
    line = scrolling.rows.row_of(offset) - scrolling.top
    return 0 <= line < scrolling.visible_rows()


def settle(qtbot: QtBot, view: HexView) -> None:
    """Wait until the bytes at the cursor are shown."""
    surface = view.surface
    qtbot.waitUntil(lambda: not surface._asking_soon.isActive(), timeout=5000)


def expected(session: Session, offset: int, count: int) -> bytes:
    assert session.chain is not None
    chain = session.chain.up_to(session.cursor.generation)
    first = offset // 512
    sectors = -(-(offset + count) // 512) - first
    return chain.read(first, sectors)[offset - first * 512 :][:count]


def shown(view: HexView, offset: int, count: int) -> list[int | None]:
    return [view.surface.asking.byte_at(offset + step) for step in range(count)]
