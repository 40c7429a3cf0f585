"""borg and restic: each keeps a flattened disk in a repository, and brings it back."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.programs.presence import has_program

__all__ = ["Archiver", "archivers"]

_RESTIC = ("env", "RESTIC_PASSWORD=x", "restic", "--quiet", "--no-cache")


@dataclass(frozen=True, slots=True)
class Archiver:
    """A program that keeps files in a repository, each piece of them once."""

    name: str
    home: Path
    """Where its own notes are kept, so that none are left elsewhere."""

    def make(self, repository: Path) -> None:
        """Make an empty repository, in place of one that is there."""
        shutil.rmtree(repository, ignore_errors=True)
        shutil.rmtree(self.home, ignore_errors=True)
        self.home.mkdir()
        if self.name == "borg":
            _run(self._borg("init", "--encryption", "none", repository))
        else:
            _run(self._restic(repository, "init"))

    def keep(self, repository: Path, raw: Path) -> list[object]:
        """Return the words that keep *raw*; all of it is read, as after any change of it."""
        if self.name == "borg":
            return self._borg(
                "create", "--files-cache", "disabled", f"{repository}::{raw.stem}", raw
            )
        return self._restic(repository, "backup", "--force", raw)

    def bring_back(self, repository: Path, raw: Path, target: Path) -> list[object]:
        """Return the words that bring *raw* back, below the folder *target*."""
        if self.name == "borg":
            words = self._borg("extract", f"{repository}::{raw.stem}")
            return ["env", "--chdir", target, *words]
        return self._restic(repository, "restore", "latest", "--target", target)

    def _borg(self, *words: object) -> list[object]:
        allowed = "BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK=yes"
        moved = "BORG_RELOCATED_REPO_ACCESS_IS_OK=yes"
        return ["env", f"BORG_BASE_DIR={self.home}", allowed, moved, "borg", *words]

    @staticmethod
    def _restic(repository: Path, *words: object) -> list[object]:
        return [*_RESTIC, "--repo", repository, *words]


def archivers(folder: Path) -> list[Archiver]:
    """Return those that are here; their notes are kept below *folder*."""
    names = [name for name in ("borg", "restic") if has_program(name)]
    return [Archiver(name, folder / f"{name}-home") for name in names]


def _run(words: Sequence[object]) -> None:
    subprocess.run(list(map(str, words)), check=True, capture_output=True)
