"""What is wrong with a disk is told with the options that help, and only with such as there are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from redoscope_core import create_disk
from tests.core.links import make_child, write_sector
from tests.judges import handmade
from tests.judges.handmade import SparsePlan

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.core.cli.conftest import Redoscope

CALLS: tuple[tuple[str, ...], ...] = (
    ("info",), ("tree",), ("map",), ("check",), ("hash",), ("dump",), ("allocated",), ("growth",),
    ("owner", "0"), ("search", "00ff"), ("changes", "--since", "*"),
    ("read", "--out", "FOLDER/out.bin"), ("write", "--start", "0", "--fill", "1", "--count", "1"),
    ("child", "FOLDER/kid.vmdk"), ("clone", "FOLDER/copy.vmdk"), ("consolidate", "--dry-run"),
    ("audit", "--list", "FOLDER/list", "--since", "0"),
    ("attach", "--to", "FOLDER/other.vmdk"), ("compare", "FOLDER/other.vmdk"),
)  # fmt: skip
"""Calls that take a disk; its name is their first word."""
_NAMED = re.compile(r"(?:\b([a-z]+) )?(--[a-z][a-z-]+)")


def a_flat_outside(folder: Path) -> Path:
    path = folder / "disk.vmdk"
    create_disk(path, 2048, kind="monolithicFlat")
    (folder / "away").mkdir()
    (folder / "disk-flat.vmdk").rename(folder / "away" / "disk-flat.vmdk")
    path.write_text(path.read_text().replace('"disk-flat', f'"{folder.parent}/x/disk-flat'))
    (folder.parent / "x").mkdir()
    (folder / "away" / "disk-flat.vmdk").rename(folder.parent / "x" / "disk-flat.vmdk")
    return path


def a_missing_parent(folder: Path) -> Path:
    create_disk(folder / "base.vmdk", 2048)
    child = make_child(folder / "base.vmdk", "disk.vmdk")
    (folder / "base.vmdk").unlink()
    return child


def a_parent_in_another_folder(folder: Path) -> Path:
    (folder / "kids").mkdir()
    create_disk(folder / "base.vmdk", 2048)
    child = make_child(folder / "base.vmdk", "disk.vmdk")
    for file in ("disk.vmdk", "base.vmdk"):
        (folder / file).rename(folder / "kids" / file)
    (folder / "kids" / "base.vmdk").rename(folder / "renamed.vmdk")
    return folder / "kids" / child.name


def a_changed_parent(folder: Path) -> Path:
    create_disk(folder / "base.vmdk", 2048)
    child = make_child(folder / "base.vmdk", folder / "disk.vmdk")
    text = child.read_bytes()
    at = text.index(b"parentCID=")
    child.write_bytes(text[:at] + b"parentCID=0badc0de" + text[at + 18 :])
    return child


def a_missing_piece(folder: Path) -> Path:
    path = handmade.split_link(folder / "disk.vmdk", [SparsePlan(2048), SparsePlan(2048)])
    (folder / "disk-s002.vmdk").unlink()
    return path


def a_flat_cut_off(folder: Path) -> Path:
    path = folder / "disk.vmdk"
    create_disk(path, 2048, kind="monolithicFlat")
    with (folder / "disk-flat.vmdk").open("r+b") as file:
        file.truncate(1000)
    return path


def a_bad_entry(folder: Path) -> Path:
    plan = SparsePlan(2048, grains={0: b"a" * 65536})
    path = handmade.sparse_link(folder / "disk.vmdk", plan)
    data = path.read_bytes()
    for at in range(0, plan.overhead * 512, 4):
        if data[at : at + 4] == plan.overhead.to_bytes(4, "little") and at >= 512:
            handmade.patch_u32(path, at, 2**31)
            break
    return path


def bytes_alone(folder: Path) -> Path:
    path = folder / "disk-flat.vmdk"
    path.write_bytes(b"f" * 65536)
    return path


def a_lost_hint(folder: Path) -> Path:
    create_disk(folder / "base.vmdk", 2048)
    child = make_child(folder / "base.vmdk", "disk.vmdk")
    data = child.read_bytes()
    child.write_bytes(data.replace(b"parentFileNameHint", b"#arentFileNameHint"))
    return child


def nothing(folder: Path) -> Path:
    return folder / "disk.vmdk"


TROUBLE: tuple[Callable[[Path], Path], ...] = (
    a_flat_outside, a_missing_parent, a_parent_in_another_folder, a_changed_parent,
    a_missing_piece, a_flat_cut_off, a_bad_entry, bytes_alone, a_lost_hint, nothing,
)  # fmt: skip


def options_of(redoscope: Redoscope, word: str) -> set[str]:
    """Return the options that the command *word* tells of."""
    return set(re.findall(r"--[a-z][a-z-]+", redoscope(word, "--help").out))


@pytest.mark.parametrize("make", TROUBLE)
def test_an_option_that_is_advised_is_one_that_the_command_takes(
    redoscope: Redoscope, tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    folder = tmp_path / "vm"
    folder.mkdir()
    disk = make(folder)
    create_disk(folder / "other.vmdk", 2048)
    (folder / "list").write_text("0,512\n")
    known = {asked[0]: options_of(redoscope, asked[0]) for asked in CALLS}
    advised = set()
    for word, *asked in CALLS:
        ran = redoscope(word, disk, *(each.replace("FOLDER", str(folder)) for each in asked))
        assert ran.status in {0, 1, 2}
        for before, option in _NAMED.findall(ran.out + ran.err):
            told = known.get(before, set()) | known[word] | {"--help"}
            assert option in told, f"{word} advises {before} {option}"
            advised.add(option)
    assert make is nothing or advised


POLICIES: dict[Callable[[Path], Path], tuple[str, ...]] = {
    a_flat_outside: ("--allow-outside",),
    a_missing_parent: ("--search", "BACKUP"),
    a_missing_piece: ("--search", "BACKUP"),
}


@pytest.mark.parametrize("make", POLICIES)
def test_what_opens_a_disk_opens_it_for_writing_too(
    redoscope: Redoscope, tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    folder, backup = tmp_path / "vm", tmp_path / "backup"
    folder.mkdir()
    backup.mkdir()
    disk = make(folder)
    if make is a_missing_parent:
        create_disk(backup / "base.vmdk", 2048)
        write_sector(backup / "base.vmdk", 7, b"p")
        make_child(backup / "base.vmdk", "disk.vmdk")
        (backup / "disk.vmdk").replace(disk)
    elif make is a_missing_piece:
        handmade.split_link(backup / "disk.vmdk", [SparsePlan(2048), SparsePlan(2048)])
        (backup / "disk.vmdk").unlink()
    asked = ("write", disk, "--start", "0", "--fill", "0x5a", "--count", "2")
    redoscope.refused(*asked)
    way = [each.replace("BACKUP", str(backup)) for each in POLICIES[make]]
    done = redoscope(*asked, *way)
    assert (done.status, done.err) == (0, done.err)
    again = redoscope("read", disk, "--count", 3, "--out", "-", *way)
    assert again.raw == b"\x5a" * 1024 + bytes(512)


@pytest.mark.parametrize("make", [a_changed_parent, a_flat_cut_off, a_bad_entry])
def test_what_lets_a_disk_be_read_does_not_let_it_be_damaged_more(
    redoscope: Redoscope, tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    """Writing takes the options too, and says why they do not help it."""
    disk = make(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    asked = ("write", disk, "--start", "0", "--fill", "1", "--count", "1")
    for way in ("--allow-cid-mismatch", "--use-redundant", "--allow-dirty-journal"):
        assert redoscope.refused(*asked, way)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before
