"""The words of search: in which generations, since which link, in which encodings."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.core.cli.conftest import Redoscope
from tests.core.links import grow_chain

SECTOR = 512


@pytest.fixture
def tip(tmp_path: Path) -> Path:
    """Three links: one word in all generations, one until it was written over, one since then."""
    written = [{10: b"always", 300: b"early"}, {300: b"later"}, {600: "Später".encode("utf-16-le")}]
    for disk, words in zip(grow_chain(tmp_path, 1024, 3), written, strict=True):
        for sector, word in words.items():
            disk.write(sector, b"." + word.ljust(SECTOR - 1, b"."))
    return disk.path


def test_each_match_tells_which_generations_hold_it(redoscope: Redoscope, tip: Path) -> None:
    told = {
        word: redoscope("search", tip, word, "--all-generations").out.splitlines()[1:]
        for word in ("always", "early", "later")
    }
    assert told == {
        "always": [f"{10 * SECTOR + 1} 10 0-2"],
        "early": [f"{300 * SECTOR + 1} 300 0"],
        "later": [f"{300 * SECTOR + 1} 300 1-2"],
    }


def test_since_leaves_out_what_lies_where_nothing_was_decided(
    redoscope: Redoscope, tip: Path
) -> None:
    assert redoscope("search", tip, "later", "--since", "0").status == 0
    assert redoscope("search", tip, "later", "--since", "1").status == 1
    assert redoscope("search", tip, "always", "--since", "base").status == 1
    assert redoscope("search", tip, "early", "--since", "0", "--all-generations").status == 0


def test_a_text_is_sought_in_every_encoding_named_and_in_any_case(
    redoscope: Redoscope, tip: Path
) -> None:
    words = ("search", tip, "SPÄTER", "--encoding", "cp1252", "--encoding", "utf-16", "--json")
    assert redoscope(*words).status == 1
    (match,) = redoscope(*words, "-i").document["matches"]
    offset = 600 * SECTOR + 1
    assert match == {"offset": offset, "sector": 600, "length": 12, "as": "utf-16-le"}


def test_any_byte_fits_two_question_marks(redoscope: Redoscope, tip: Path) -> None:
    ran = redoscope("search", tip, "6c ?? 74 ?? 72", "--hex", "--json")
    assert [each["sector"] for each in ran.document["matches"]] == [300]
    assert "5?" in redoscope.refused("search", tip, "5? 00", "--hex")
    assert "any bytes" in redoscope.refused("search", tip, "????", "--hex")
