"""Which tests reach which code, kept from run to run; measured anew where a test has changed."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from itertools import accumulate
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

__all__ = ["ROOMS", "Reach", "measured"]

ROOMS = (
    "core/redoscope_core/chain",
    "core/redoscope_core/extents",
    "core/redoscope_core/operations/examining",
    "gui/redoscope_gui/session",
)
_NEAR = (
    "tests/gui/session",
    "tests/gui/requests",
    "tests/core/extents",
    "tests/core/operations/examining",
    "tests/core/chain/family",
    "tests/core/chain",
    "tests/core/files",
    "tests/core/link",
    "tests/core/areas",
    "tests/core/survey",
    "tests/core/operations",
    "tests/core/test_hazards_esx.py",
    "tests/core/test_hazards_headers.py",
    "tests/core/test_hazards_streams.py",
    "tests/core/test_hazards_tables.py",
    "tests/core/test_hazards_text.py",
    "tests/core/cli/test_searched_folders.py",
    "tests/core/cli/test_unlisted_folders.py",
    "tests/gui/test_cures.py",
    "tests/gui/test_kinds_opened.py",
    "tests/gui/test_salvage.py",
    "tests/gui/test_taking_back.py",
    "tests/gui/maps",
)
"""Where tests of the rooms are. The rest of the suite takes long to measure, and kills little."""


def measured(root: Path) -> Iterator[Path]:
    """Yield the modules of the rooms below *root*."""
    for room in ROOMS:
        yield from sorted((root / room).rglob("*.py"))


def _test_files(root: Path) -> list[Path]:
    found = [
        path
        for near in _NEAR
        for path in ((root / near).rglob("test_*.py") if (root / near).is_dir() else [root / near])
    ]
    return sorted(path for path in dict.fromkeys(found) if path.exists())


class Reach:
    """What each test reaches, as kept in *folder*; `measure` runs a test file and writes it."""

    def __init__(self, root: Path, folder: Path, measure: Callable[[str, Path], None]) -> None:
        self._seconds: dict[str, float] = {}
        self._by_block: dict[str, set[str]] = defaultdict(set)
        self._by_path: dict[str, set[str]] = defaultdict(set)
        folder.mkdir(parents=True, exist_ok=True)
        for path in _test_files(root):
            name = path.relative_to(root).as_posix()
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            kept = folder / f"{digest[:16]}-{path.stem}.jsonl"
            if not kept.exists():
                new = kept.with_suffix(".new")
                new.write_text("", "utf-8")
                measure(name, new)
                new.replace(kept)
            for line in kept.read_text("utf-8").splitlines():
                self._learn(line)

    def _learn(self, line: str) -> None:
        told = json.loads(line)
        self._seconds[told["test"]] = told["seconds"]
        for block in told["blocks"]:
            self._by_block[block].add(told["test"])
            self._by_path[block.partition("::")[0]].add(told["test"])

    def tests(self, path: str, block: str, seconds: float) -> list[str]:
        """Return the tests that reach *block* of the module at *path*, as many as *seconds* allow.

        Those of the nearest room come first, and the quickest of each room.
        """
        reaching = self._by_block[f"{path}::{block}"] if block else self._by_path[path]
        mirror = PurePosixPath(path).parts
        mirror = ("tests", mirror[0], *mirror[2:])

        def order(test: str) -> tuple[int, float, str]:
            parts = PurePosixPath(test.partition("::")[0]).parts
            shared = next(
                (
                    index
                    for index, pair in enumerate(zip(parts, mirror, strict=False))
                    if pair[0] != pair[1]
                ),
                min(len(parts), len(mirror)),
            )
            return -shared, self._seconds[test], test

        ordered = sorted(reaching, key=order)
        spent = accumulate(self._seconds[each] for each in ordered)
        return [each for each, until in zip(ordered, spent, strict=True) if until <= seconds]
