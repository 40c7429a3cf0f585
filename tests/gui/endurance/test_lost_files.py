"""Files of an open chain disappear, are cut off or replaced: told, never passed off as zeros."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.gui.endurance.stage import Stage, evidence, run_until

from redoscope_core import Chain
from redoscope_gui.requests import BytesRead, ReadBytes

SECTOR = 512
TIP = "office-000005.vmdk"
MIDDLE = "office-000002.vmdk"


@pytest.fixture
def opened(stage: Stage, own_sample: Path) -> Stage:
    """The own sample, open at its newest generation."""
    stage.open(own_sample / TIP)
    assert stage.session.chain is not None
    return stage


def place_of(stage: Stage, link: str, *, last: bool = False) -> int:
    """Return the first or the last sector that the chain takes from *link*."""
    chain = stage.session.chain
    assert chain is not None
    index = [one.path.name for one in chain.links].index(link)
    starts = chain.stored.start[chain.stored.link == index]
    if not last:
        return int(starts[0])
    return next(int(start) for start in reversed(starts) if any(chain.read(int(start), 1)))


def read(stage: Stage, sector: int) -> BytesRead:
    """Read a sector as the hex view does."""
    chain = stage.session.chain
    assert chain is not None
    answer = ReadBytes(chain, len(chain.links) - 1, sector * SECTOR, SECTOR).run()
    assert isinstance(answer, BytesRead)
    return answer


def sees(stage: Stage, offset: int) -> int | None:
    """Return the byte that the hex view shows at *offset*; None if it shows that it has none."""
    view = stage.window.panes.hex_view
    assert view is not None
    stage.session.go_to(offset)
    stage.settle()
    run_until(lambda: not view.surface._asking_soon.isActive())
    stage.settle()
    shown = view.surface.asking.sector(offset // SECTOR)
    if shown is None or shown.fault:
        return None
    return shown.data[offset % SECTOR]


def told(stage: Stage) -> list[str]:
    """Return the lines of the Problems pane, each with its cure."""
    assert all(problem.cure for problem in stage.session.problems)
    return [f"{p.path}: {p.text}" for p in stage.session.problems]


def shows_the_pane(stage: Stage) -> bool:
    """Return whether the Problems pane can be seen and lists something."""
    rows = stage.window.panes.problems_view.rows
    return stage.window.panes.problems.isVisible() and rows.rowCount() > 0


@pytest.mark.parametrize("name", ["office.vmdk", MIDDLE, TIP])
def test_a_link_that_disappears(
    opened: Stage, taken_away: Callable[[str], Path], own_sample: Path, name: str
) -> None:
    with Chain.open(own_sample / TIP) as chain:
        expected = chain.read(place_of(opened, name), 1)
    away = taken_away(name)
    # What is open goes on being read.
    place = place_of(opened, name)
    assert read(opened, place).data[:SECTOR] == expected
    assert sees(opened, place * SECTOR) == expected[0]
    opened.session.reload()
    opened.settle()
    assert shows_the_pane(opened)
    assert told(opened)
    if name != TIP:
        # The links that are left do not make a disk; nothing is shown in its place.
        assert sees(opened, place * SECTOR) is None
    shutil.move(away, own_sample / name)
    opened.session.reload()
    opened.settle()
    assert opened.session.problems == ()
    assert sees(opened, place * SECTOR) == expected[0]


@pytest.mark.parametrize("name", ["office.vmdk", MIDDLE, TIP])
def test_a_link_that_is_cut_off(opened: Stage, own_sample: Path, name: str) -> None:
    place = place_of(opened, name, last=True)
    other = place_of(opened, "office-000004.vmdk")
    before = read(opened, place).data
    spared = read(opened, other).data
    assert any(before)
    path = own_sample / name
    whole = path.read_bytes()
    chain = opened.session.chain
    assert chain is not None
    found = chain.owner(place)
    assert found.offset is not None
    os.truncate(path, found.offset)
    answer = read(opened, place)
    assert answer.faults
    assert read(opened, other).data == spared
    opened.session.reload()
    opened.settle()
    assert sees(opened, place * SECTOR) is None
    assert shows_the_pane(opened)
    assert any(name in line for line in told(opened))
    path.write_bytes(whole)
    opened.session.reload()
    opened.settle()
    assert opened.session.problems == ()
    assert sees(opened, place * SECTOR) == before[0]


def test_a_link_that_is_cut_off_below_the_eyes(opened: Stage, own_sample: Path) -> None:
    """Without reading again: the hex view asks, is refused, and the pane says so."""
    place = place_of(opened, MIDDLE, last=True)
    os.truncate(own_sample / MIDDLE, 65_536)
    assert sees(opened, place * SECTOR) is None
    inspector = opened.window.panes.inspector_view
    assert inspector is not None
    assert shows_the_pane(opened)
    assert any(MIDDLE in line for line in told(opened))


def test_a_link_that_is_replaced(opened: Stage, own_sample: Path) -> None:
    """Another file under the name: what is open stays what it was until it is read again."""
    place = place_of(opened, MIDDLE)
    before = read(opened, place).data
    path = own_sample / MIDDLE
    other = own_sample / "other.tmp"
    shutil.copy(own_sample / "office-000002-child1a.vmdk", other)
    other.replace(path)
    assert read(opened, place).data == before
    opened.session.reload()
    opened.settle()
    assert shows_the_pane(opened)
    assert told(opened)


def test_a_link_that_is_overwritten_by_garbage(opened: Stage, own_sample: Path) -> None:
    place = place_of(opened, MIDDLE)
    path = own_sample / MIDDLE
    content = bytearray(path.read_bytes())
    content[:65_536] = bytes(range(256)) * 256
    path.write_bytes(content)
    for sector in (place, 0, 4096):
        opened.session.go_to(sector * SECTOR)
        opened.settle()
    opened.session.reload()
    opened.settle()
    assert shows_the_pane(opened)
    assert any(MIDDLE in line for line in told(opened))
    assert sees(opened, place * SECTOR) is None


def test_the_whole_folder_disappears(opened: Stage, own_sample: Path) -> None:
    away = own_sample.with_name("away")
    own_sample.rename(away)
    opened.session.go_to(4096 * SECTOR)
    opened.session.reload()
    opened.settle()
    assert shows_the_pane(opened)
    assert told(opened)
    away.rename(own_sample)
    opened.session.reload()
    opened.settle()
    assert opened.session.problems == ()
    assert sees(opened, 4096 * SECTOR) is not None


def test_nothing_of_this_writes(opened: Stage, own_sample: Path) -> None:
    before = evidence(own_sample)
    for index in range(6):
        opened.session.select_generation(index)
        opened.session.go_to(index * 7_000_000)
        opened.settle()
    opened.session.reload()
    opened.settle()
    assert evidence(own_sample) == before
