"""Beside the one cursor there is one comparison: every pane follows it, with the same counts."""

from __future__ import annotations

import random
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from redoscope_core import (
    SECTOR,
    Access,
    Chain,
    Comparison,
    Disk,
    Progress,
    compare,
    create_child,
    create_disk,
)
from redoscope_gui.maps import MapMode
from redoscope_gui.requests import ReadBytes
from redoscope_gui.session import Compared, Session
from redoscope_gui.window import MainWindow

SECTORS = 4096
LINKS = 5


def raw_of(path: Path) -> bytes:
    """The bytes of the disk as it reads at the link at *path*."""
    with Chain.open(path) as chain:
        return chain.read(0, chain.capacity)


@pytest.fixture(scope="module")
def links(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A chain of random writes, some of them of what was there before or of zeros."""
    folder, chance = tmp_path_factory.mktemp("random"), random.Random(20261128)
    links = [folder / f"g{index}.vmdk" for index in range(LINKS)]
    create_disk(links[0], SECTORS)
    for index, path in enumerate(links):
        if index:
            with Chain.open(links[index - 1]) as chain:
                create_child(chain, path)
        before = raw_of(path)
        with Disk.open(path, access=Access.WRITE) as disk:
            for _ in range(6):
                first, count = chance.randrange(SECTORS - 40), chance.randrange(1, 40)
                old = before[first * SECTOR : (first + count) * SECTOR]
                new = bytearray(chance.choice([old, bytes(len(old)), chance.randbytes(len(old))]))
                for _ in range(5):
                    new[chance.randrange(len(new))] ^= 0x55
                disk.write(first, bytes(new))
    return links


def result_of(steps: Generator[Progress, None, Comparison]) -> Comparison:
    """What a job returns."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return cast("Comparison", end.value)


def differing(one: bytes, other: bytes) -> Iterator[int]:
    """The offsets of the bytes that are not the same."""
    return (index for index, (a, b) in enumerate(zip(one, other, strict=True)) if a != b)


@pytest.mark.parametrize("a", range(LINKS))
@pytest.mark.parametrize("b", range(LINKS))
def test_marks_are_those_of_the_raw_images(links: list[Path], a: int, b: int) -> None:
    expected = set(differing(raw_of(links[a]), raw_of(links[b])))
    with Chain.open(links[-1]) as chain:
        answer = ReadBytes(chain, b, 0, SECTORS * SECTOR, since=a).run()
        marked = {index for index, mark in enumerate(answer.changed) if mark}
        assert marked == expected
        older, newer = chain.up_to(a), chain.up_to(b)
        assert result_of(compare(older, newer)).differing_bytes == len(marked)


def test_without_a_the_bytes_compare_with_the_parent(links: list[Path]) -> None:
    with Chain.open(links[-1]) as chain:
        alone = ReadBytes(chain, 3, 0, SECTORS * SECTOR).run()
        told = ReadBytes(chain, 3, 0, SECTORS * SECTOR, since=2).run()
        base = ReadBytes(chain, 0, 0, SECTORS * SECTOR).run()
    assert alone.changed == told.changed
    assert alone.changed.count(1)
    assert not base.changed.count(1)


def heading(window: MainWindow, sector: int) -> str:
    assert window.panes.hex_view is not None
    return window.panes.hex_view.surface.sheet.heading_of(sector).what


def test_every_pane_follows_the_comparison(
    qtbot: QtBot, window: MainWindow, session: Session, tip: Path
) -> None:
    window.open_path(tip)
    session.select_generation(5)
    session.go_to(0x200000)
    sector = 0x200000 // SECTOR
    qtbot.waitUntil(lambda: "parent generation" in heading(window, sector))
    timeline, map_view = window.explorer.timeline_view, window.explorer.map_view
    assert timeline is not None
    assert map_view is not None
    assert session.chain is not None
    raws = [session.chain.up_to(each).read(sector, 1) for each in (1, 4, 5)]
    from_1, from_4 = (len(list(differing(raw, raws[2]))) for raw in raws[:2])
    assert from_1 != from_4
    assert f"{from_4} bytes differ from the parent generation" in heading(window, sector)

    timeline.track.setFocus()
    for _ in range(4):
        qtbot.keyClick(timeline.track, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert session.generation_a == 1
    qtbot.waitUntil(lambda: "generation 1" in heading(window, sector))
    assert f"{from_1} bytes differ from generation 1" in heading(window, sector)
    assert map_view.mode is MapMode.DIFFERENCE
    assert "generation 5 compared with generation 1" in window.windowTitle()
    names = [entry.name for entry in map_view.legend.entries]
    assert names[:3] == ["decided since A", "zeroed since A", "the same since A"]
    assert window.panes.inspector_view is not None
    inspector = window.panes.inspector_view
    inspector.pages.setCurrentIndex(1)
    qtbot.waitUntil(lambda: inspector.generations.facts.rowCount() == 6)
    rows = [inspector.generations.facts.index(row, 0).data() for row in range(6)]
    assert [row[:3] for row in rows] == ["0 o", "A: ", "2 o", "3 o", "4 o", "B: "]
    digests = [inspector.generations.facts.index(row, 3).data() for row in (1, 5)]
    assert all(len(digest) == 64 for digest in digests)
    assert "differs from generation 1" in inspector.summary.text()

    qtbot.keyClick(timeline.track, "d")
    qtbot.waitUntil(lambda: "parent generation" in heading(window, sector))
    assert "compared" not in window.windowTitle()


def test_what_was_zeroed_since_a_is_marked_though_the_parent_has_it_too(
    qtbot: QtBot, window: MainWindow, session: Session, tip: Path
) -> None:
    window.open_path(tip)
    session.compare(Compared(1))
    session.go_to(0x400000)
    sector = 0x400000 // SECTOR
    qtbot.waitUntil(lambda: "differ from generation 1" in heading(window, sector))
    assert "512 bytes differ from generation 1" in heading(window, sector)
