"""The command that shows the program to newcomers: demo."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from redoscope_core.cli.driving import drive
from redoscope_core.cli.parameters import DISK
from redoscope_core.cli.printing import print_notes, say
from redoscope_core.cli.trees import print_tree
from redoscope_core.cli.window import Above, open_window

__all__ = ["demo", "has_display"]


def has_display() -> bool:
    """Tell whether a window could be seen here."""
    if not sys.platform.startswith("linux"):
        return True
    if os.environ.get("QT_QPA_PLATFORM", "").startswith(("offscreen", "minimal")):
        return False
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


@click.command()
@click.option(
    "--dir",
    "folder",
    type=DISK,
    default=None,
    metavar="FOLDER",
    help="Where to make the sample chain.",
)
@click.option(
    "--screenshot",
    type=DISK,
    default=None,
    metavar="PNG",
    help="Save a picture of the window and leave.",
)
@click.option("--force", is_flag=True, help="Have the picture replace PNG if that is there.")
@click.option(
    "--fresh",
    is_flag=True,
    help="If the sample was changed, make another one beside it.",
)
@click.pass_obj
def demo(
    above: Above, folder: Path | None, screenshot: Path | None, *, force: bool, fresh: bool
) -> int:
    """Make the sample chain and open it.

    Without a display, print its tree and save a picture of the window.
    """
    from redoscope_core.operations.making.picture import check_picture
    from redoscope_core.sample import DIARY_SECTOR
    from redoscope_core.survey.forest import Forest

    if screenshot is not None:
        check_picture(screenshot, force=force)
    tip = _sample(folder or _default_folder(), fresh=fresh)
    folder = tip.parent
    if above.show is not None and has_display() and screenshot is None:
        return open_window(above.show, [tip], sector=DIARY_SECTOR)
    print_tree(Forest.scan(folder, tables=True))
    if above.show is None:
        return 0
    picture = screenshot or folder / "redoscope.png"
    # Under its own name in the sample's folder the picture may be made anew each time.
    force = force or screenshot is None
    status = open_window(above.show, [tip], picture, theme="dark", force=force)
    if status == 0:
        say(f"the picture of the window is in {picture}")
    return status


def _default_folder() -> Path:
    from platformdirs import user_data_path

    return user_data_path("redoscope") / "sample"


def _sample(folder: Path, *, fresh: bool) -> Path:
    """Return the tip of the sample chain in *folder* or beside it, which is made if there is none.

    Raises:
        AlreadyExists: The sample that is there can't be used any more, or something else is there.
    """
    from redoscope_core.errors import AlreadyExists
    from redoscope_core.sample import SampleState, find_sample, fresh_sample

    found = drive("looking at the sample chain", find_sample(folder))
    if found.state is SampleState.NONE or (fresh and found.state is not SampleState.WHOLE):
        made = drive("making the sample chain", fresh_sample(folder))
        if found.state is not SampleState.NONE:
            text = f"a new sample was made in {made.folder}; the one in {found.folder} stays"
            print_notes([text])
        return made.tip
    if found.state is SampleState.UNUSABLE:
        raise AlreadyExists(
            "links of the sample chain were merged, deleted or damaged since it was made",
            path=found.folder,
            cure="`redoscope demo --fresh` makes a new one beside it",
        )
    if found.state is SampleState.CHANGED:
        text = (
            f"the sample in {found.folder} was changed since it was made; "
            "`redoscope demo --fresh` makes a new one beside it"
        )
        print_notes([text])
    return found.tip
