"""Every command that writes a named file, each on a stage of its own."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from redoscope_core import create_disk
from redoscope_core.cli import main
from redoscope_core.operations.making.picture import save_picture
from tests.core.links import make_child, write_sector

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["WRITERS", "Writer", "make_stage", "run", "standing"]

_SECTORS = 256


@dataclass(frozen=True, slots=True)
class Writer:
    """A command that writes a file, by the words before and after its name."""

    before: tuple[str, ...]
    after: tuple[str, ...] = ()
    ending: str = ".vmdk"

    def words(self, stage: Path, name: Path) -> list[str]:
        """Return the command; names of disks are those on *stage*."""
        words = [*self.before, str(name), *self.after]
        return [str(stage / word[1:]) if word.startswith("@") else word for word in words]


WRITERS = {
    "create": Writer(("create",), ("--capacity", "1M")),
    "create-flat": Writer(("create",), ("--capacity", "1M", "--type", "monolithicFlat")),
    "create-split": Writer(("create",), ("--capacity", "1M", "--type", "twoGbMaxExtentSparse")),
    "child": Writer(("child", "@tip.vmdk")),
    "clone": Writer(("clone", "@tip.vmdk")),
    "clone-raw": Writer(("clone", "@tip.vmdk"), ("--type", "raw"), ".raw"),
    "clone-stream": Writer(("clone", "@tip.vmdk"), ("--type", "streamOptimized")),
    "read": Writer(("read", "@tip.vmdk", "--out"), (), ".raw"),
    "attach": Writer(
        ("attach", "@lone.vmdk", "--to", "@twin.vmdk", "--persist", "--undo"), (), ".json"
    ),
    "undo": Writer(("undo", "@moved.undo.json", "--redo"), (), ".json"),
    "consolidate": Writer(
        ("consolidate", "@tip.vmdk", "--into", "mid.vmdk", "--undo"), (), ".json"
    ),
    "picture": Writer(("--screenshot",), (), ".png"),
}


def make_stage(stage: Path) -> None:
    """Make a chain of three, and children that can be attached to a twin of their parent."""
    stage.mkdir()
    base = stage / "base.vmdk"
    create_disk(base, _SECTORS, kind="monolithicFlat")
    write_sector(base, 3, b"b")
    shutil.copy(base, stage / "twin.vmdk")
    tip = make_child(make_child(base, "mid.vmdk"), "tip.vmdk")
    write_sector(tip, 5, b"t")
    make_child(base, "lone.vmdk")
    moved = make_child(base, "moved.vmdk")
    saved = stage / "moved.undo.json"
    words = ["attach", moved, "--to", stage / "twin.vmdk", "--persist", "--undo", saved]
    assert main([str(word) for word in words]) == 0


def run(words: list[str]) -> int:
    """Run a command in this process; the window draws nothing and saves ten bytes."""

    def show(
        paths: list[Path],
        screenshot: Path | None,
        *,
        theme: str = "",
        size: tuple[int, int] | None = None,
        force: bool = False,
        sector: int = 0,
    ) -> int:
        del paths, theme, size, sector
        assert screenshot is not None
        save_picture(screenshot, b"ten  bytes", force=force)
        return 0

    return main(words, show=show)


def standing(stage: Path) -> Mapping[str, object]:
    """Return all names on *stage*: where links lead, what files hold, and their modes."""
    return {
        str(path.relative_to(stage)): (
            path.lstat().st_mode,
            str(path.readlink()) if path.is_symlink() else None,
            path.read_bytes() if path.is_file() else None,
        )
        for path in stage.rglob("*")
    }
