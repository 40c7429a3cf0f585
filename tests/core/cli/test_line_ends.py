"""A line end in a name never begins a line: what a name says is not taken for our words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from redoscope_core import create_disk

if TYPE_CHECKING:
    from pathlib import Path

    from tests.core.cli.conftest import Redoscope

CLAIM = "redoscope: note: all is well"
NAMES = {"a line feed": "\n", "both": "\r\n", "NEL": "\x85", "a separator": "\u2028"}
DISK_CALLS: dict[str, list[str]] = {
    "info": [],
    "map": [],
    "owner": ["0"],
    "hash": [],
    "check": [],
    "tree": [],
    "dump": ["--count", "1"],
    "changes": ["--since", "*"],
}
WRONG_CALLS: dict[str, list[str]] = {
    "a disk that is not there": ["info", "NAME"],
    "a word": ["NAME"],
    "a word to help with": ["help", "NAME"],
    "an option": ["create", "d.vmdk", "--NAME"],
    "a choice": ["create", "d.vmdk", "--capacity", "1M", "--type", "NAME"],
    "a size": ["create", "d.vmdk", "--capacity", "NAME"],
    "a parent": ["child", "NAME", "d.vmdk"],
    "a saved plan": ["undo", "NAME"],
    "a folder": ["tree", "NAME"],
    "an argument too many": ["undo", "a", "NAME"],
}


def begins_a_line(text: str) -> bool:
    """Tell whether the claim stands at the begin of a line, wherever a program sees one."""
    return any(line.lstrip().startswith(CLAIM) for line in text.splitlines())


@pytest.mark.parametrize("end", NAMES.values(), ids=NAMES)
@pytest.mark.parametrize("word", DISK_CALLS)
def test_a_disk_whose_name_holds_a_line_end_is_spelled_out(
    redoscope: Redoscope, tmp_path: Path, word: str, end: str
) -> None:
    create_disk(tmp_path / "d.vmdk", 2048)
    named = (tmp_path / "d.vmdk").rename(tmp_path / f"d{end}{CLAIM}.vmdk")
    asked = named.parent if word == "tree" else named
    ran = redoscope(word, asked, *DISK_CALLS[word])
    assert ran.status in {0, 1}
    assert not begins_a_line(ran.out + ran.err)
    several = redoscope(word, asked, asked) if word in {"info", "hash", "map", "tree"} else ran
    assert not begins_a_line(several.out + several.err)


@pytest.mark.parametrize("end", NAMES.values(), ids=NAMES)
@pytest.mark.parametrize("call", WRONG_CALLS.values(), ids=WRONG_CALLS)
def test_an_argument_with_a_line_end_is_one_line_of_error(
    redoscope: Redoscope, tmp_path: Path, call: list[str], end: str
) -> None:
    hostile = f"x{end}{CLAIM}"
    words = [word.replace("NAME", hostile).replace("d.vmdk", f"{tmp_path}/d.vmdk") for word in call]
    refused = redoscope.refused(*words)
    assert not begins_a_line(refused)
    assert len(refused.splitlines()) == 1


def test_what_is_missing_and_its_choices_are_one_line(redoscope: Redoscope) -> None:
    refused = redoscope.refused("completion")
    assert "there are bash, zsh, fish" in refused


def test_a_folder_without_disks_is_not_told_to_be_sound(
    redoscope: Redoscope, tmp_path: Path
) -> None:
    assert "no virtual disk is in the folder" in redoscope.refused("check", tmp_path)
    assert redoscope("check", tmp_path).out == ""
