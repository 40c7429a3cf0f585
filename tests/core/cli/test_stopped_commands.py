"""Commands that were killed before any of their changes: what is said, and the same call again."""

from __future__ import annotations

import errno
import os
import shutil
from typing import TYPE_CHECKING

import pytest

from redoscope_core import Chain, VmdkError
from tests.core.cli.kills import Killed, stopped
from tests.core.links import make_chain, make_child
from tests.core.operations.consolidating.merges import content

if TYPE_CHECKING:
    from pathlib import Path

    from tests.core.cli.conftest import Redoscope


@pytest.fixture
def disks(tmp_path: Path) -> Path:
    """Four links, and a child of the base disk beside them."""
    folder = tmp_path / "disks"
    folder.mkdir()
    make_child(make_chain(folder, 4)[0], folder / "other.vmdk")
    return folder


def copied(disks: Path) -> Path:
    """Return a copy of *disks* to work in."""
    copy = disks.with_name("copy")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(disks, copy)
    return copy


def arguments(command: str, folder: Path) -> list[object]:
    """Return the words of the command *command* in *folder*."""
    far = folder / "far away" / "base.vmdk"
    return {
        "write": ["write", folder / "link3.vmdk", "--start", 3, "--fill", 65, "--count", 300],
        "consolidate": ["consolidate", folder / "link2.vmdk", "--into", folder / "link1.vmdk"],
        "delete": ["consolidate", folder / "link2.vmdk", "--delete"],
        "attach": ["attach", folder / "other.vmdk", "--to", far, "--persist"],
    }[command]


def prepared(command: str, disks: Path) -> None:
    """Make what *command* needs in *disks*."""
    if command == "attach":
        (disks / "far away").mkdir()
        shutil.copy2(disks / "link0.vmdk", disks / "far away" / "base.vmdk")
    if command in {"consolidate", "delete"}:
        (disks / "other.vmdk").unlink()


def reads_or_names_the_undo(disk: Path, expected: bytes) -> bool:
    """Tell whether *disk* reads as *expected*, or says which undo makes it read so."""
    try:
        return content(disk) == expected
    except VmdkError as error:
        return "`redoscope undo " in str(error)


@pytest.mark.parametrize("command", ["write", "consolidate", "delete", "attach"])
def test_the_same_call_goes_on_from_every_point(
    redoscope: Redoscope, disks: Path, command: str
) -> None:
    prepared(command, disks)
    tip = "other.vmdk" if command == "attach" else "link3.vmdk"
    old = content(disks / tip)
    step = {"consolidate": 2, "delete": 3}.get(command, 1)
    point, over = 1 - step, False
    while not over:
        point += step
        folder = copied(disks)
        words = arguments(command, folder)
        try:
            with stopped(point):
                over = redoscope(*words).status == 0
        except Killed:
            pass
        assert command == "write" or reads_or_names_the_undo(folder / tip, old), point
        ran = redoscope(*words)
        # Once the last file is removed, the inverse, nothing tells any more what was done.
        gone = not any(folder.glob("*.undo.json")) and not (folder / "link2.vmdk").exists()
        assert ran.status == 0 or (command == "delete" and gone), (point, ran.err)
        new = content(folder / tip)
        assert new == old or command == "write"
        assert command != "write" or new[3 * 512 : 303 * 512] == b"A" * 300 * 512
        with Chain.open(folder / tip) as chain:
            assert (
                len(chain.links)
                == {"write": 4, "consolidate": 3, "delete": 3, "attach": 2}[command]
            )
    assert point > 6


@pytest.mark.parametrize("command", ["consolidate", "attach"])
@pytest.mark.parametrize("kind", [errno.ENOSPC, errno.EIO])
def test_a_failure_at_any_point_leaves_what_was_and_the_same_call_works(
    redoscope: Redoscope, disks: Path, command: str, kind: int
) -> None:
    prepared(command, disks)
    tip = "other.vmdk" if command == "attach" else "link3.vmdk"
    old = content(disks / tip)
    step = 2 if command == "consolidate" else 1
    point, reached = 1 - step, 2
    while reached > point:
        point += step
        folder = copied(disks)
        words = arguments(command, folder)
        with stopped(point, OSError(kind, os.strerror(kind))) as done:
            ran = redoscope(*words)
        reached = len(done)
        assert ran.status in {0, 2}
        assert content(folder / tip) == old
        again = redoscope(*words)
        assert again.status == 0, point
        assert content(folder / tip) == old


def test_a_torn_text_names_the_undo_and_is_taken_back_by_the_same_call(
    redoscope: Redoscope, disks: Path
) -> None:
    prepared("attach", disks)
    (disks / "other.vmdk").unlink()
    long = "a comment that goes over the edge of a sector " * 20
    redoscope("child", disks / "link0.vmdk", disks / "other.vmdk", "--comment", long)
    words = arguments("attach", disks)
    before = (disks / "other.vmdk").read_bytes()
    assert redoscope(*words).status == 0
    after = (disks / "other.vmdk").read_bytes()
    edge = next(edge for edge in range(512, 20480, 512) if before[:edge] != after[:edge])
    torn = after[:edge] + before[edge:]
    assert torn not in (before, after)
    (disks / "other.vmdk").write_bytes(torn)
    for look in ("info", "check", "hash"):
        ran = redoscope(look, disks / "other.vmdk")
        assert "redoscope undo" in ran.out + ran.err
    ran = redoscope(*words)
    assert (ran.status, "taken back first" in ran.err) == (0, True)
    assert (disks / "other.vmdk").read_bytes() == after


def test_a_merged_link_says_so_in_every_look(redoscope: Redoscope, disks: Path) -> None:
    (disks / "other.vmdk").unlink()
    assert redoscope("consolidate", disks / "link3.vmdk").status == 0
    for command in ("info", "check", "tree"):
        ran = redoscope(command, disks / "link3.vmdk")
        assert "was merged into link2.vmdk" in ran.out + ran.err
        assert "link3.vmdk.undo.json` takes it back; or delete it" in ran.out + ran.err
    assert "was merged into link2.vmdk" in redoscope.refused(
        "write", disks / "link3.vmdk", "--start", 0, "--fill", 1, "--count", 1
    )
    (disks / "link3.vmdk.undo.json").unlink()
    assert "open link2.vmdk instead; or delete it" in redoscope("info", disks / "link3.vmdk").err


def test_a_second_undo_gets_a_name_of_its_own(redoscope: Redoscope, disks: Path) -> None:
    prepared("attach", disks)
    (disks / "other.vmdk.undo.json").write_text("mine")
    assert redoscope(*arguments("attach", disks)).status == 0
    assert (disks / "other.vmdk.undo.json").read_text() == "mine"
    before = (disks / "other.vmdk").read_bytes()
    assert redoscope("undo", disks / "other.vmdk.2.undo.json").status == 0
    assert (disks / "other.vmdk").read_bytes() != before


def test_links_of_several_folders_are_merged_with_an_inverse_above_them(
    redoscope: Redoscope, disks: Path
) -> None:
    (disks / "other.vmdk").unlink()
    below = disks / "below"
    below.mkdir()
    (disks / "link3.vmdk").unlink()
    assert redoscope("child", disks / "link2.vmdk", below / "kid.vmdk").status == 0
    kid = below / "kid.vmdk"
    assert redoscope("write", kid, "--start", 9, "--fill", 66, "--count", 9).status == 0
    expected = content(kid)
    assert redoscope("consolidate", kid).status == 0
    assert content(disks / "link2.vmdk") == expected
    assert redoscope("undo", disks / "kid.vmdk.undo.json").status == 0
    assert content(kid) == expected
