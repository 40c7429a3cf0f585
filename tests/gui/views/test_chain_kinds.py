"""Each kind of link has a picture of its own in the chain pane, and words for it."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics, QImage
from tests.gui import zoo

from redoscope_core import Form
from redoscope_gui import theme
from redoscope_gui.views.chain import ChainView
from redoscope_gui.views.chain.delegate import GLYPH, rails_width
from redoscope_gui.views.chain.kinds import GLYPHS, UNKNOWN
from redoscope_gui.views.chain.rows import Column

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from redoscope_gui.session import Session


@pytest.fixture
def view(qtbot: QtBot, session: Session, tmp_path: Path) -> ChainView:
    """The pane on a folder with a link of every kind, and a file that is none."""
    for make in zoo.KINDS.values():
        make(tmp_path)
    (tmp_path / "torn.vmdk").write_bytes(b"KDMV" + bytes(20))
    view = ChainView(session)
    qtbot.addWidget(view)
    view.resize(420, 900)
    session.open(tmp_path)
    with qtbot.waitExposed(view):
        view.show()
    return view


def glyph_in(view: ChainView, row: int, picture: QImage) -> QImage:
    """Return what is painted where the picture of the kind of *row* belongs: below its name."""
    cell = view.tree.visualRect(view.rows.index(row, Column.NAME))
    link = view.rows.link_at(view.rows.index(row, Column.NAME))
    assert link is not None
    name = QFontMetrics(theme.title_font() if link.chosen else theme.ui_font()).height()
    badges = QFontMetrics(theme.small_font()).height()
    left = cell.left() + round(rails_width(view.rows)) + theme.HALF
    middle = cell.top() + (cell.height() - name - badges - 2) / 2 + name + 2 + badges / 2
    spot = QRect(left, round(middle - GLYPH / 2), GLYPH, GLYPH)
    ratio = picture.devicePixelRatio()
    return picture.copy(QRect(spot.topLeft() * ratio, spot.size() * ratio))


def forms(view: ChainView) -> dict[Form | None, int]:
    """Return the row of each form."""
    found = {}
    for row in range(view.rows.rowCount()):
        link = view.rows.link_at(view.rows.index(row, 0))
        if link is not None:
            found[link.node.form] = row
    return found


def test_every_kind_is_told_apart_by_its_form(view: ChainView) -> None:
    assert set(forms(view)) == {*Form, None}


@pytest.mark.parametrize("scheme", theme.SCHEMES)
def test_every_kind_has_a_picture_of_its_own(
    view: ChainView, session: Session, scheme: str, dressed: object
) -> None:
    del dressed
    theme.use_scheme(scheme)
    session.select_link(next(p for p in session.forest.nodes if p.stem == "torn"))  # type: ignore[union-attr]
    picture = view.tree.viewport().grab().toImage()
    shapes = []
    for row in forms(view).values():
        glyph = glyph_in(view, row, picture)
        ground = glyph.pixelColor(0, 0)
        inked = [
            glyph.pixelColor(x, y) != ground
            for y in range(glyph.height())
            for x in range(glyph.width())
        ]
        assert 20 < sum(inked) < 220, "a picture, with air around it"
        shapes.append(tuple(inked))
    theme.use_scheme(theme.DARK)
    assert len(set(shapes)) == len(shapes)


def test_the_pictures_are_of_the_shipped_family() -> None:
    folder = resources.files("redoscope_resources") / "icons"
    assert set(GLYPHS) == set(Form)
    for name in (*GLYPHS.values(), UNKNOWN):
        drawing = (folder / f"{name}.svg").read_text(encoding="utf-8")
        assert 'viewBox="0 0 24 24"' in drawing
        assert 'stroke-width="2"' in drawing
        assert "currentColor" in drawing


@pytest.mark.parametrize(
    ("form", "words"),
    [
        (Form.SPARSE, "monolithicSparse, one sparse file"),
        (Form.STREAM, "streamOptimized, compressed stream"),
        (Form.BARE, "an extent without its descriptor"),
        (Form.ELSEWHERE, "vmfsRawDeviceMap, the data lies elsewhere"),
        (Form.FOREIGN_CHILD, "monolithicSparse, child made by VirtualBox"),
    ],
)
def test_tool_tip_and_screen_reader_name_the_kind(view: ChainView, form: Form, words: str) -> None:
    index = view.rows.index(forms(view)[form], 0)
    assert f"Kind: {words}" in index.data(Qt.ItemDataRole.ToolTipRole).split("\n")
    assert words in index.data(Qt.ItemDataRole.AccessibleTextRole)


def test_the_filter_finds_a_kind(view: ChainView) -> None:
    view.filter_box.setText("compressed")
    assert [view.rows.index(row, 0).data() for row in range(view.rows.rowCount())] == [
        "export.vmdk"
    ]


def test_a_name_is_whole_with_its_extension(
    view: ChainView, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a narrow pane it gives way in its middle, so that both ends are seen."""
    drawn: list[str] = []
    view.resize(200, 900)
    true = QFontMetrics.elidedText

    def noted(self: QFontMetrics, text: str, mode: Qt.TextElideMode, width: int) -> str:
        shown = true(self, text, mode, width)
        if text.endswith(".vmdk"):
            drawn.append(shown)
        return shown

    monkeypatch.setattr(QFontMetrics, "elidedText", noted)
    view.tree.viewport().grab()
    assert drawn
    assert all(name.endswith("k") for name in drawn), drawn
