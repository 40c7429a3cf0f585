"""What other programs make of the forms of a report, and what none of them may hold."""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import html5lib
import xmlschema

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

__all__ = ["cells_of", "elements_of", "page_of", "pictures_of", "texts_of"]

_FORBIDDEN = re.compile(
    r"<script|https?:|file:|javascript:|\son\w+\s*=|<iframe|<img|<link|<object", re.IGNORECASE
)
_SVG = "{http://www.w3.org/2000/svg}"
_OF_PICTURES = {
    *("viewBox", "width", "height", "role", "x", "y", "d", "fill", "stroke"),
    *("font-family", "font-size", "font-weight"),
}
_XHTML = "{http://www.w3.org/1999/xhtml}"


def page_of(folder: Path) -> Element:
    """Return the page of a report, read by a strict parser; it asks nobody for anything."""
    raw = (folder / "report.html").read_bytes()
    assert _FORBIDDEN.search(re.sub(r"<bdi>.*?</bdi>", "", raw.decode("utf-8"))) is None
    page: Element = html5lib.HTMLParser(strict=True).parse(raw)
    known = {"html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "p", "table"}
    known |= {"tbody", "tr", "th", "td", "code", "bdi", "br", "ul", "li", "figure"}
    for each in page.iter():
        if str(each.tag).startswith(_SVG):
            assert str(each.tag).removeprefix(_SVG) in {"svg", "title", "rect", "path", "text"}
            assert set(each.attrib) <= _OF_PICTURES
            continue
        assert str(each.tag).removeprefix(_XHTML) in known
        assert set(each.attrib) <= {"lang", "charset", "http-equiv", "content", "class", "rowspan"}
    return page


def pictures_of(page: Element) -> list[Element]:
    """Return the pictures of a page."""
    return list(page.iter(f"{_SVG}svg"))


def texts_of(page: Element) -> Iterator[str]:
    """Yield what is shown of names."""
    for each in page.iter(f"{_XHTML}bdi"):
        assert not len(each)
        yield each.text or ""


@cache
def _schema() -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(str(Path(__file__).with_name("dfxml.xsd")))


def elements_of(folder: Path) -> Element:
    """Return the root of the DFXML of a report, which fits its schema."""
    raw = (folder / "report.dfxml").read_text("utf-8")
    resource = xmlschema.XMLResource(raw, defuse="always", allow="none")
    assert [each.reason for each in _schema().iter_errors(resource)] == []
    root: Element = resource.root
    return root


def cells_of(path: Path, delimiter: str = ",") -> list[list[str]]:
    """Return the cells of a table, as a program reads it that separates them by *delimiter*."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file, delimiter=delimiter))
