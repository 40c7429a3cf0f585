"""Looking at one link alone in the window: what it stores, a note that stays, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redoscope_core import SECTOR, State
from redoscope_gui.maps import MapClass, MapMode
from redoscope_gui.requests import (
    DescribeLink,
    ExplainSector,
    ReadBytes,
    ReadDescriptor,
)
from redoscope_gui.session import Remedy
from redoscope_gui.views.hex.blocks import Blocks
from redoscope_gui.views.hex.words import byte_words, sector_heading
from redoscope_gui.views.inspector import telling
from redoscope_gui.views.map.colours import name_of
from redoscope_gui.window.cautions import cautions

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from redoscope_core import Chain
    from redoscope_gui.session import Session
    from redoscope_gui.window.main import MainWindow


def shown(session: Session) -> Chain:
    """Return the chain on screen."""
    assert session.chain is not None
    return session.chain


def is_alone(session: Session) -> bool:
    """Return whether one link is looked at alone; asked anew each time."""
    return session.is_alone


def absent_sector(chain: Chain) -> int:
    """Return the first sector that the one link of *chain* does not store."""
    areas = chain.areas()
    return int(areas.start[areas.state == State.ABSENT][0])


def test_a_link_is_shown_alone_and_the_whole_chain_again_at_the_same_place(
    session: Session, own_sample: Path
) -> None:
    session.open(own_sample)
    session.select_link(own_sample / "office-000003.vmdk", 4096)
    whole = [link.path for link in shown(session).links]
    session.look_alone()
    assert [link.path.name for link in shown(session).links] == ["office-000003.vmdk"]
    assert is_alone(session)
    assert session.cursor.offset == 4096
    session.look_at_chain()
    assert [link.path for link in shown(session).links] == whole
    assert not is_alone(session)
    assert (session.cursor.path, session.cursor.offset) == (whole[3], 4096)


def test_a_link_whose_parent_is_gone_is_looked_at_alone_by_the_button_of_the_banner(
    window: MainWindow, own_sample: Path
) -> None:
    session = window.session
    (own_sample / "office-000003.vmdk").unlink()
    session.open(own_sample / "office-000004.vmdk")
    assert session.chain is None
    problem = next(each for each in session.problems if Remedy.LOOK_ALONE in each.remedies)
    window.cure(Remedy.LOOK_ALONE, problem)
    assert [link.path.name for link in shown(session).links] == ["office-000004.vmdk"]
    banner = window.explorer.banner
    assert "alone" in banner.label.text()
    assert not banner.to_chain.isHidden()
    session.reload()
    assert is_alone(session)
    banner.to_chain.click()
    assert session.chain is None
    assert banner.to_chain.isHidden()


def test_another_link_that_is_chosen_ends_looking_at_one_alone(
    session: Session, own_sample: Path
) -> None:
    session.open(own_sample)
    session.look_alone()
    session.select_link(own_sample / "office-000001.vmdk")
    assert not is_alone(session)
    assert len(shown(session).links) > 1


def test_the_command_looks_at_a_child_alone_and_back_and_a_base_disk_has_no_use_for_it(
    window: MainWindow, own_sample: Path
) -> None:
    session = window.session
    session.open(own_sample)
    action = window.commands.action("chain.look_alone")
    assert action.isEnabled()
    assert not action.isChecked()
    action.trigger()
    assert is_alone(session)
    assert action.isChecked()
    assert not window.commands.action("chain.hash").isEnabled()
    action.trigger()
    assert not is_alone(session)
    assert window.commands.action("chain.hash").isEnabled()
    session.select_generation(0)
    assert not action.isEnabled()
    assert action in window.panes.chain_view.tree.actions()


def test_what_the_link_does_not_store_asks_the_parent_in_every_pane(
    session: Session, own_sample: Path
) -> None:
    session.open(own_sample)
    session.look_alone()
    chain = shown(session)
    sector = absent_sector(chain)
    read = ReadBytes(chain, 0, sector * SECTOR, SECTOR).run()
    assert not read.faults
    assert read.asks_parent
    blocks = Blocks()
    blocks.add(ReadBytes(chain, 0, sector * SECTOR // 4096 * 4096, 4096).run())
    held = blocks.sector((0, None), sector)
    assert held is not None
    assert "asks the parent" in sector_heading((sector, 128), held, 0, None, ["a"]).what
    assert "asks the parent" in byte_words(sector * SECTOR, held, 0)
    assert name_of(MapMode.CHANGED, MapClass.ABSENT, ["a"], alone=True) == "asks the parent"
    assert name_of(MapMode.CHANGED, MapClass.ABSENT, ["a"]) != "asks the parent"
    told = ExplainSector(chain, 0, sector).run()
    assert "asks its parent" in telling.summary(told)
    assert [row.digest for row in told.generations] == [""]
    described = DescribeLink(chain, 0).run()
    facts = {fact.cells[0]: fact.cells[1] for fact in telling.link_facts(described)}
    assert "alone" in facts["Role"]
    assert facts["Parent content ID"] == f"{described.parent_cid:08x}"
    (note,) = cautions(session)
    assert chain.path.name in note


def test_what_the_link_stores_reads_as_in_its_chain(session: Session, own_sample: Path) -> None:
    session.open(own_sample)
    whole = shown(session)
    own = whole.tip.stored
    first = int(own.start[own.state == State.DATA][0])
    expected = whole.read(first, 1)
    session.look_alone()
    read = ReadBytes(shown(session), 0, first * SECTOR, SECTOR).run()
    assert (read.data, read.states, read.owners) == (expected, (State.DATA,), (0,))


def test_the_descriptor_of_a_link_that_does_not_open_is_read_all_the_same(
    session: Session, own_sample: Path
) -> None:
    child = own_sample / "office-000004.vmdk"
    (own_sample / "office-000003.vmdk").unlink()
    session.open(child)
    answer = ReadDescriptor(child).run()
    assert answer is not None
    assert answer.descriptor is not None
    facts = [fact.cells[:2] for fact in telling.descriptor_facts(answer)]
    assert ("Content ID", f"{answer.descriptor.cid:08x}") in facts
    assert any(name == "Extent" and "SPARSE" in value for name, value in facts)
    (own_sample / "text.vmdk").write_text("no disk at all")
    assert ReadDescriptor(own_sample / "text.vmdk").run() is None


def test_no_generation_is_spoken_of_where_one_link_is_looked_at_alone(
    qtbot: QtBot, window: MainWindow, own_sample: Path
) -> None:
    session = window.session
    session.open(own_sample / "office-000003.vmdk")
    session.look_alone()
    stored = shown(session).tip.stored
    hex_view, timeline = window.panes.hex_view, window.explorer.timeline_view
    assert hex_view is not None
    assert timeline is not None
    surface, owner = hex_view.surface, window.whereabouts.owner
    for state, words in ((State.DATA, "stored by this link"), (State.ZERO, "zeroed by this link")):
        session.go_to(int(stored.start[stored.state == state][0]) * SECTOR)
        qtbot.waitUntil(lambda: "being read" not in surface.spoken_value())
        assert words in surface.spoken_value()
        qtbot.waitUntil(lambda: owner.text() == "stored in office-000003.vmdk")
    assert timeline.count.text() == "This link alone"
    session.look_at_chain()
    assert "of 5" in timeline.count.text()
