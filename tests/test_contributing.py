"""What the page for contributors names is there, and under that name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = (
    ROOT,
    *(ROOT / part for part in ("core/redoscope_core", "gui/redoscope_gui", "gui", "tests/core")),
)
PLACES = sorted(
    set(re.findall(r"`([\w./*]+(?:/|\.\w+))`", (ROOT / "CONTRIBUTING.md").read_text("utf-8")))
)


def test_places_are_named() -> None:
    assert len(PLACES) > 20


@pytest.mark.parametrize("place", PLACES)
def test_a_place_that_contributors_are_sent_to_is_there(place: str) -> None:
    assert any(any(folder.glob(place.rstrip("/"))) for folder in FOLDERS)


@pytest.mark.parametrize("room", ["core", "gui", "tests"])
def test_no_file_is_longer_than_the_page_says(room: str) -> None:
    most = int(re.findall(r"Files under (\d+) lines", (ROOT / "CONTRIBUTING.md").read_text())[0])
    files = (ROOT / room).rglob("*.py")
    lines = {str(file.relative_to(ROOT)): file.read_bytes().count(b"\n") for file in files}
    assert len(lines) > 100
    assert {name: count for name, count in lines.items() if count > most} == {}
