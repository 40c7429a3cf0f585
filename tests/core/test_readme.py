"""The README of the engine names every file of every room."""

from __future__ import annotations

from pathlib import Path

import pytest

import redoscope_core

ENGINE = Path(redoscope_core.__path__[0])
README = Path(__file__).parents[2] / "core" / "README.md"
FILES = sorted(path for path in ENGINE.rglob("*.py") if path.stem != "__init__")


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ENGINE)))
def test_every_file_of_the_engine_stands_in_its_readme(path: Path) -> None:
    named = f"`{path.name}`" if path.parent == ENGINE else f"`{path.stem}`"
    assert named in README.read_text(encoding="utf-8")
