"""The command that lists what looks like text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redoscope_core import Chain, make_sample
from tests.core.finished import finished

if TYPE_CHECKING:
    from pathlib import Path

    from tests.core.cli.conftest import Redoscope


def test_texts_are_listed_with_the_generations_that_hold_them(
    redoscope: Redoscope, tmp_path: Path
) -> None:
    finished(make_sample(tmp_path / "office"))
    tip = tmp_path / "office" / "office-000005.vmdk"
    lines = redoscope("strings", tip, "-n", "8").out.splitlines()
    with Chain.open(tip) as chain:
        raw = chain.read(0, chain.capacity)
    for line in lines[:200]:
        offset, name, text = line.split(" ", 2)
        if name == "ascii" and "\\" not in text:
            assert raw.startswith(text.encode(), int(offset))
    document = redoscope("strings", tip, "-n", "8", "--all-generations", "--json").document
    assert len(document["strings"]) > len(lines)
    assert document["complete"]
    ran = redoscope("strings", tip, "-n", "8", "--limit", "3")
    assert (ran.out.splitlines(), ran.status) == (lines[:3], 0)
    assert "stopped at 3 texts" in ran.err
    assert not redoscope("strings", tip, "--limit", "3", "--json").document["complete"]
    assert all(each["generations"] for each in document["strings"])


def test_an_encoding_that_has_no_letters_of_one_byte_is_refused(
    redoscope: Redoscope, chain3: list[Path]
) -> None:
    assert "can't be told" in redoscope.refused("strings", chain3[2], "--encoding", "shift-jis")
    assert redoscope("strings", chain3[2], "-n", "999", "--encoding", "cp037").status == 1
