"""The pictures of a report are drawn from its figures, and a name in them is only text."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redoscope_core import Chain, Disk, create_child, create_disk
from redoscope_core.chain.access import Access
from redoscope_core.operations.reporting import pictures as made_by
from redoscope_core.operations.reporting.pictures import PICTURES, shares
from tests.core.links import make_chain
from tests.core.operations.reporting.judges_of_forms import page_of, pictures_of
from tests.core.operations.reporting.reports import document_of, made_report, rows_of

if TYPE_CHECKING:
    from pathlib import Path
    from xml.etree.ElementTree import Element

    from redoscope_core import ReportMade

SVG = "{http://www.w3.org/2000/svg}"
DIFFERS, GROUND = "d55e00", "#eef1f6"


def texts_in(picture: Element) -> list[str]:
    """Return the words of a picture."""
    return [each.text or "" for each in picture.iter(f"{SVG}text")]


def coloured(picture: Element) -> list[tuple[float, float, float]]:
    """Return top, left edge and width of all rectangles that are not ground."""
    return [
        (float(each.attrib["y"]), float(each.attrib["x"]), float(each.attrib["width"]))
        for each in picture.iter(f"{SVG}rect")
        if each.attrib["fill"] != GROUND
    ]


@given(
    lengths=st.lists(st.tuples(st.integers(0, 5), st.integers(1, 9)), max_size=8),
    columns=st.integers(1, 12),
)
def test_a_column_has_the_share_that_counting_sectors_gives(
    lengths: list[tuple[int, int]], columns: int
) -> None:
    sectors: list[bool] = []
    for gap, count in lengths:
        sectors += [False] * gap + [True] * count
    sectors += [False] * 3
    start = [at for at, on in enumerate(sectors) if on and not (at and sectors[at - 1])]
    counts = [[*sectors[at:], False].index(False) for at in start]
    edges = [len(sectors) * at // columns for at in range(columns + 1)]
    told = shares(np.array(start, np.int64), np.array(counts, np.int64), np.array(edges))
    for share, low, high in zip(told, edges, edges[1:], strict=False):
        assert share == float(Fraction(sum(sectors[low:high]), max(high - low, 1)))


def test_a_report_has_the_tree_the_map_and_the_differences(made: ReportMade) -> None:
    tree, stored, differences = pictures_of(page_of(made.folder))
    assert len(PICTURES) == 3
    assert texts_in(tree) == ["0  old.vmdk  OLD", "1  middle.vmdk", "2  new.vmdk  NEW"]
    assert texts_in(stored) == ["0  old.vmdk  OLD", "1  middle.vmdk", "2  new.vmdk  NEW", "differs"]
    document = document_of(made.folder)
    classes = document["comparison"]["sectors_by_class"]
    assert sorted(texts_in(differences)) == sorted(
        f"{name}  {count}" for name, count in classes.items() if count
    )


def test_each_range_is_seen_where_it_lies(made: ReportMade) -> None:
    _, stored, differences = pictures_of(page_of(made.folder))
    document = document_of(made.folder)
    capacity = max(each["capacity"] for each in document["generations"])
    last = max(top for top, _, _ in coloured(stored))
    drawn = [(left, wide) for top, left, wide in coloured(stored) if top == last]
    for row in rows_of(document):
        middle = 230 + 730 * (row["start"] + row["count"] / 2) / capacity
        assert any(left - 1 <= middle <= left + wide + 1 for left, wide in drawn)
    assert coloured(differences)


def test_a_lone_sector_is_seen_and_equal_disks_have_no_differences(
    tmp_path: Path,
) -> None:
    base, child = tmp_path / "evidence" / "<b>&\u202e.vmdk", tmp_path / "evidence" / "kid.vmdk"
    base.parent.mkdir()
    create_disk(base, 2**17)
    with Chain.open(base) as chain:
        create_child(chain, child)
    with Disk.open(child, access=Access.WRITE) as disk:
        disk.write(2**16, b"x" * 512)
    page = page_of(made_report(base, child, tmp_path / "one", formats=["html"]).folder)
    tree, stored, differences = pictures_of(page)
    assert texts_in(tree)[0] == "0  <b>&\\u202e.vmdk  OLD"
    assert len(coloured(stored)) == 2
    assert len(coloured(differences)) == 1
    same = page_of(made_report(base, base, tmp_path / "same", formats=["html"]).folder)
    assert len(pictures_of(same)) == 2


def test_of_a_long_chain_the_first_and_the_last_links_are_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(made_by, "_MOST", 4)
    folder = tmp_path / "evidence"
    folder.mkdir()
    base, *_, tip = make_chain(folder, 7)
    page = page_of(made_report(base, tip, tmp_path / "out", formats=["html"]).folder)
    told = texts_in(pictures_of(page)[0])
    assert (len(told), told[2]) == (5, "\u2026 3 links \u2026")
    assert [words.split()[0] for words in told if "links" not in words] == ["0", "1", "5", "6"]
