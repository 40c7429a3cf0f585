"""The chain pane: the forest as a tree with rails."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QPaintEvent, QRegion
from PySide6.QtTest import QAbstractItemModelTester
from typing_extensions import override

from redoscope_core import SECTOR, Link, State
from redoscope_gui import theme
from redoscope_gui.views.chain import ChainView
from redoscope_gui.views.chain.delegate import bar_length
from redoscope_gui.views.chain.rows import ChainRows, Column

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from redoscope_gui.session import Session


@pytest.fixture
def view(qtbot: QtBot, session: Session, sample: Path) -> ChainView:
    """The pane on the sample chain, shown."""
    view = ChainView(session)
    qtbot.addWidget(view)
    view.resize(360, 480)
    session.open(sample)
    with qtbot.waitExposed(view):
        view.show()
    return view


def shown(rows: ChainRows) -> list[str]:
    return [str(rows.index(row, 0).data()) for row in range(rows.rowCount())]


def centre_of(view: ChainView, name: str) -> QPoint:
    row = shown(view.rows).index(name)
    return view.tree.visualRect(view.rows.index(row, Column.NAME)).center()


class Painted(QObject):
    """Keeps what is painted of the tree."""

    def __init__(self, view: ChainView) -> None:
        super().__init__(view)
        self.region = QRegion()
        view.tree.viewport().installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self.region = self.region.united(event.region())
        return False


def test_the_model_keeps_the_rules_of_models(session: Session, sample: Path) -> None:
    rows = ChainRows()
    QAbstractItemModelTester(rows, QAbstractItemModelTester.FailureReportingMode.Fatal)
    session.open(sample)
    rows.show_forest(session.forest)
    rows.show_way((sample / "office.vmdk",), sample / "office.vmdk")
    rows.filter_by("child1a")
    assert shown(rows) == ["office-000002-child1a.vmdk"]
    rows.filter_by("")
    assert rows.rowCount() == 7
    rows.show_forest(None)
    assert rows.rowCount() == 0


def test_base_disks_stand_above_their_children_and_the_branch_beside_its_parent(
    view: ChainView,
) -> None:
    assert shown(view.rows) == [
        "office.vmdk",
        "office-000001.vmdk",
        "office-000002.vmdk",
        "office-000002-child1a.vmdk",
        "office-000003.vmdk",
        "office-000004.vmdk",
        "office-000005.vmdk",
    ]


def test_badges_say_what_a_link_is(view: ChainView) -> None:
    rows = view.rows
    badges = {}
    for row in range(rows.rowCount()):
        link = rows.link_at(rows.index(row, 0))
        assert link is not None
        badges[link.row.path.stem] = [badge.text for badge in link.badges]
    assert badges["office"] == ["base", "frozen"]
    assert badges["office-000002-child1a"] == ["branch", "tip"]
    assert badges["office-000005"] == ["tip"]


def test_a_click_on_a_link_chooses_it(qtbot: QtBot, view: ChainView, session: Session) -> None:
    place = centre_of(view, "office-000002.vmdk")
    qtbot.mouseClick(view.tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert session.cursor.generation == 2


def test_arrow_keys_walk_the_links_and_enter_goes_on(
    qtbot: QtBot, view: ChainView, session: Session
) -> None:
    session.select_generation(0)
    qtbot.keyClick(view.tree, Qt.Key.Key_Down)
    assert session.cursor.generation == 1
    with qtbot.waitSignal(view.link_activated) as gone:
        qtbot.keyClick(view.tree, Qt.Key.Key_Return)
    assert gone.args == [session.cursor.path]


def test_the_current_row_follows_the_cursor(view: ChainView, session: Session) -> None:
    session.select_generation(3)
    assert view.tree.currentIndex().data() == "office-000003.vmdk"


def test_the_filter_finds_names_comments_and_badges(
    qtbot: QtBot, view: ChainView, session: Session
) -> None:
    before = session.cursor
    qtbot.keyClicks(view.filter_box, "BRANCH")
    assert shown(view.rows) == ["office-000002-child1a.vmdk"]
    view.filter_box.setText("monday")
    assert shown(view.rows) == ["office-000001.vmdk"]
    view.filter_box.clear()
    assert len(shown(view.rows)) == 7
    assert session.cursor == before


def test_how_much_a_link_changed_is_counted(view: ChainView, session: Session) -> None:
    assert session.chain is not None
    row = view.rows.row_of(session.chain.links[5].path)
    link = view.rows.link_at(view.rows.index(row, 0))
    assert link is not None
    assert link.changed_bytes == int(session.chain.links[5].stored.count.sum()) * 512
    assert str(view.rows.index(row, Column.CHANGED).data()).endswith("KiB")


@pytest.mark.parametrize(
    ("width", "hidden"),
    [(200, {Column.CHANGED, Column.STORED}), (360, {Column.STORED}), (560, set())],
)
def test_amounts_make_room_for_names(
    qtbot: QtBot, view: ChainView, width: int, hidden: set[Column]
) -> None:
    view.resize(width, 480)
    qtbot.waitUntil(
        lambda: {column for column in Column if view.tree.isColumnHidden(column)} == hidden
    )


def test_the_node_of_a_link_has_the_colour_of_its_generation(
    view: ChainView, session: Session
) -> None:
    session.select_generation(5)
    picture = view.tree.viewport().grab().toImage()
    ratio = picture.devicePixelRatio()
    for row in (0, 1, 4):
        rect = view.tree.visualRect(view.rows.index(row, 0))
        link = view.rows.link_at(view.rows.index(row, 0))
        assert link is not None
        spot = QPoint(rect.left() + theme.STEP + 9, rect.center().y())
        painted = picture.pixelColor(spot * ratio)
        assert painted == theme.link_colour(link.row.generation)


def test_links_with_faults_say_so(qtbot: QtBot, session: Session, own_sample: Path) -> None:
    view = ChainView(session)
    qtbot.addWidget(view)
    (own_sample / "office-000003.vmdk").unlink()
    (own_sample / "torn.vmdk").write_bytes(b"KDMV" + bytes(20))
    session.open(own_sample)
    rows = view.rows
    told = {}
    for row in range(rows.rowCount()):
        link = rows.link_at(rows.index(row, 0))
        if link is not None:
            told[link.row.path.stem] = [badge.text for badge in link.badges]
    assert "orphan" in told["office-000004"]
    assert "unreadable" in told["torn"]


def test_a_bar_shows_little_and_grows_with_the_share() -> None:
    lengths = [bar_length(share) for share in (0.0, 0.00001, 0.001, 0.1, 0.5, 1.0)]
    assert lengths[0] == 0
    assert lengths == sorted(lengths)
    assert lengths[1] > 0
    assert lengths[-1] == 1


def test_a_screen_reader_is_told_what_is_drawn(view: ChainView) -> None:
    row = view.rows.row_of(Path(view.rows.link_at(view.rows.index(3, 0)).row.path))  # type: ignore[union-attr]
    spoken = view.rows.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "office-000002-child1a.vmdk, generation 3, child disk, branch, tip" in str(spoken)


def test_only_the_rows_that_are_not_as_before_are_drawn_again(
    view: ChainView, session: Session
) -> None:
    session.select_generation(4)
    told = []
    view.rows.dataChanged.connect(
        lambda first, last, _roles: told.append((first.row(), last.row()))
    )
    session.select_generation(3)
    assert set(told) == {(4, 4), (5, 5)}, "the row left and the one reached"


def test_links_beside_the_chosen_chain_are_counted_too(view: ChainView) -> None:
    for row in range(view.rows.rowCount()):
        assert view.rows.index(row, Column.CHANGED).data(), shown(view.rows)[row]


def test_a_link_that_does_not_open_is_left_uncounted(
    qtbot: QtBot, session: Session, own_sample: Path
) -> None:
    view = ChainView(session)
    qtbot.addWidget(view)
    (own_sample / "torn.vmdk").write_bytes(b"KDMV" + bytes(20))
    session.open(own_sample)
    assert own_sample / "torn.vmdk" not in view.rows.counted
    assert own_sample / "office-000002-child1a.vmdk" in view.rows.counted


def test_what_a_link_stores_is_what_the_commands_tell(view: ChainView) -> None:
    for row in range(view.rows.rowCount()):
        index = view.rows.index(row, Column.STORED)
        link = view.rows.link_at(index)
        assert link is not None
        with Link.open(link.row.path) as opened:
            data = opened.stored.sectors_in(State.DATA) * SECTOR
        assert index.data() == theme.amount(data)


def test_with_another_generation_the_two_rows_it_concerns_are_painted_alone(
    qtbot: QtBot, session: Session, view: ChainView, sample: Path
) -> None:
    session.open(sample / "office-000005.vmdk")
    view.tree.setFocus()
    qtbot.waitUntil(view.tree.hasFocus)
    session.select_generation(4)
    view.tree.viewport().repaint()
    painted = Painted(view)
    session.select_generation(3)
    names = ("office-000003.vmdk", "office-000004.vmdk")
    qtbot.waitUntil(lambda: all(painted.region.contains(centre_of(view, n)) for n in names))
    others = [name for name in shown(view.rows) if name not in names]
    assert not [name for name in others if painted.region.contains(centre_of(view, name))]


def test_a_row_is_painted_when_it_is_lit_and_when_it_is_no_more(
    qtbot: QtBot, session: Session, view: ChainView, sample: Path
) -> None:
    view.tree.viewport().repaint()
    place, painted = centre_of(view, "office.vmdk"), Painted(view)
    for lit in (frozenset({sample / "office.vmdk"}), frozenset[Path]()):
        painted.region = QRegion()
        session.machines.light(lit)
        qtbot.waitUntil(lambda: painted.region.contains(place))
