"""Take all pictures, in both themes and at scale 1 and 2.

Of the sample, of the sample with a part cut off, of damaged links, and of the 2 TiB chain:

    python -m tests.pictures FOLDER [--huge CHAIN_FOLDER] [--only sample,cut,damaged,huge,welcome]
    python -m tests.pictures resources/pictures --best --huge CHAIN_FOLDER

Each scale runs in a process of its own, since Qt reads it once. The 2 TiB chain is made where
`--huge` says, unless it is there; without the option it is left out. With `--best` only the
pictures of `resources/PICTURES.md` are kept.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.huge_chain import make_huge_chain
from tests.gui.endurance.damage import make_damaged_folder
from tests.gui.endurance.screen import wide_screen

__all__ = ["main"]

_SCALES = ("1", "2")
_BEST = {
    "sample-light-1x/window-older.png": "older-generation.png",
    "sample-dark-1x/map-difference.png": "difference.png",
    "sample-dark-1x/files.png": "changed-files.png",
    "damaged-dark-1x/window-damaged-link.png": "damaged-folder.png",
    "huge-dark-1x/map-zoomed.png": "two-tebibytes.png",
}
"""The pictures of the page, and what they are called there."""
_SUBJECTS = ("welcome", "sample", "cut", "damaged", "huge")
_CUT_AT = 0.55
"""How much of itself the newest link of the sample keeps to be "cut"."""


def main() -> int:
    """Take the pictures of every scale, or with `--scale` those of one."""
    given = _parser().parse_args()
    given.folder = given.folder.absolute()
    if given.scale:
        return _take(given)
    with TemporaryDirectory(prefix="redoscope-pictures-") as held:
        platform = wide_screen(Path(held))
        for scale in _SCALES[:1] if given.best else _SCALES:
            words = [sys.executable, "-m", "tests.pictures", *sys.argv[1:], "--scale", scale]
            if given.best:
                words += ["--into", held]
            asked = {"QT_QPA_PLATFORM": platform, "QT_SCALE_FACTOR": scale}
            status = subprocess.run(words, env=os.environ | asked, check=False).returncode
            if status:
                return status
        if given.best:
            _keep_best(Path(held), given.folder)
    return 0


def _keep_best(taken: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, best in _BEST.items():
        if (taken / name).exists():
            shutil.copyfile(taken / name, folder / best)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.pictures", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("--huge", type=Path, help="folder of the 2 TiB chain")
    parser.add_argument("--only", default=",".join(_SUBJECTS), help="subjects, with commas")
    parser.add_argument("--themes", default="dark,light", help="themes, with commas")
    parser.add_argument("--best", action="store_true", help="keep those of the page alone")
    parser.add_argument("--into", type=Path, help="where one process puts its pictures")
    parser.add_argument("--scale", default="", help="one scale, in this process")
    return parser


def _subjects(given: argparse.Namespace, folder: Path) -> Iterator[tuple[str, Path | None]]:
    """Make what is asked for and yield each by name."""
    from redoscope_core import make_sample  # noqa: PLC0415  brings numpy

    wanted = set(given.only.split(","))
    if "welcome" in wanted:
        yield "welcome", None
    if "sample" in wanted:
        for _ in make_sample(folder / "office"):
            pass
        yield "sample", folder / "office"
    if "cut" in wanted:
        for _ in make_sample(folder / "cut"):
            pass
        tip = folder / "cut" / "office-000005.vmdk"
        os.truncate(tip, int(tip.stat().st_size * _CUT_AT))
        yield "cut", tip
    if "damaged" in wanted:
        yield "damaged", make_damaged_folder(folder / "damaged", seed=1)
    if "huge" in wanted and given.huge is not None:
        yield "huge", make_huge_chain(given.huge)


def _take(given: argparse.Namespace) -> int:
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415  after the scale is set

    from redoscope_gui import theme  # noqa: PLC0415  as above

    app = QApplication(["redoscope"])
    app.setApplicationName("Redoscope")
    with TemporaryDirectory(prefix="redoscope-pictures-") as held:
        folder = Path(held)
        for name, path in _subjects(given, folder):
            for scheme in given.themes.split(","):
                theme.apply_theme(app, scheme)
                out = (given.into or given.folder) / f"{name}-{scheme}-{given.scale}x"
                _picture(out, path, folder)
    return 0


def _picture(out: Path, path: Path | None, folder: Path) -> None:
    from tests.pictures.camera import Camera, open_window  # noqa: PLC0415  imports Qt
    from tests.pictures.scenes import USUAL, close_all, scenes  # noqa: PLC0415  as above

    with open_window(folder / f"{out.name}.ini", USUAL) as window:
        camera = Camera(window, out)
        if path is None:
            window.settings.add_recent(Path("/vm/gone/web01-000003.vmdk"))
            window.settings.add_recent(folder)
            window.welcome.show_recent([(path, None) for path in window.settings.recent])
            camera.take("welcome")
            window.resize(1024, 640)
            camera.take("welcome-least")
        else:
            window.open_path(path)
            camera.settle()
            for scene in scenes(window):
                part = scene.set_up(window)
                camera.settle()
                camera.take(scene.name, part)
                close_all(window)
        sys.stdout.write(f"{out}: {len(camera.taken)} pictures\n")


if __name__ == "__main__":
    sys.exit(main())
