"""What others made and we ship has its licence beside it, and the package names them all."""

from __future__ import annotations

import struct
from importlib.metadata import distribution
from pathlib import Path

import pytest

import redoscope_resources

SHIPPED = Path(redoscope_resources.__file__).parent
FONTS = sorted(file for file in SHIPPED.rglob("*") if file.suffix in {".ttf", ".otf"})
DRAWINGS = sorted({file.parent for file in SHIPPED.rglob("*.svg")})
COPYRIGHT, LICENCE = 0, 13
"""Records of a font's name table (OpenType specification, "name")."""
IN_THE_LICENCE = {
    "SIL Open Font License, Version 1.1": ("SIL OPEN FONT LICENSE Version 1.1", "OFL-1.1"),
    "Apache License, Version 2.0": ("Apache License\n", "Apache-2.0"),
}
"""What a font says of its licence: what the text of that one has, and its short name."""


def said_by(font: Path, record: int) -> str:
    """Return what a font says of itself in Unicode."""
    data = font.read_bytes()
    (tables,) = struct.unpack_from(">H", data, 4)
    directory = [struct.unpack_from(">4sIII", data, 12 + 16 * index) for index in range(tables)]
    start = next(offset for tag, _, offset, _ in directory if tag == b"name")
    _, count, texts = struct.unpack_from(">3H", data, start)
    for index in range(count):
        at = start + 6 + 12 * index
        platform, _, _, name, length, offset = struct.unpack_from(">6H", data, at)
        if (platform, name) == (3, record):
            return data[start + texts + offset :][:length].decode("utf-16-be")
    raise AssertionError(f"{font.name} says nothing of itself under {record}")


def licence_of(font: Path) -> Path:
    """Return the text that a font is under: that of its family, beside it."""
    return font.with_name(f"{font.stem.partition('-')[0]}-LICENSE.txt")


def short_name(font: Path) -> str:
    """Return the short name of the licence that a font says it is under."""
    said = said_by(font, LICENCE)
    return next(short for words, (_, short) in IN_THE_LICENCE.items() if words in said)


@pytest.mark.parametrize("font", FONTS, ids=lambda font: font.stem)
def test_the_licence_that_a_font_names_lies_beside_it(font: Path) -> None:
    text = licence_of(font).read_text("utf-8")
    wanted = [
        title for words, (title, _) in IN_THE_LICENCE.items() if words in said_by(font, LICENCE)
    ]
    assert [title for title, _ in IN_THE_LICENCE.values() if title in text] == wanted
    holder = said_by(font, COPYRIGHT).partition("The ")[2].partition(" (")[0]
    assert "Authors" in holder
    assert f"The {holder}" in text.partition("\n")[0]


@pytest.mark.parametrize("folder", DRAWINGS, ids=lambda folder: folder.name)
def test_the_licence_of_icons_lies_beside_them(folder: Path) -> None:
    text = (folder / "LICENSE.txt").read_text("utf-8")
    assert text.startswith("ISC License\n\nCopyright (c) 2026 Lucide Icons")
    # The set that this licence is of draws in this frame; one of another set would need its own.
    strange = [
        file.name
        for file in folder.glob("*.svg")
        if 'viewBox="0 0 24 24"' not in file.read_text("utf-8")
    ]
    assert strange == []


def test_the_package_names_every_licence_and_brings_its_text() -> None:
    package = distribution("redoscope")
    texts = {"LICENSE"} | {
        f"resources/redoscope_resources/{file.relative_to(SHIPPED)}"
        for file in SHIPPED.rglob("*LICENSE*")
    }
    assert len(texts) == len({licence_of(font) for font in FONTS}) + len(DRAWINGS) + 1
    assert set(package.metadata.get_all("License-File") or ()) == texts
    brought = {str(file) for file in package.files or ()}
    assert all(
        any(file.endswith(f".dist-info/licenses/{text}") for file in brought) for text in texts
    )
    named = set((package.metadata["License-Expression"] or "").split(" AND "))
    assert named == {"MIT", "ISC", *(short_name(font) for font in FONTS)}
