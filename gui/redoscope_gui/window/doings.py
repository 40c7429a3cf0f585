"""What commands need of a window: the two things they look at, and what they can have done.

The main window has all of it. Commands know no more of it than this, so a command can be tested
without a window, and neither file imports the other.
"""

from __future__ import annotations

from typing import Protocol

from redoscope_gui.session import Session
from redoscope_gui.window.panes import Pane, Panes

__all__ = ["Doings"]


class Doings(Protocol):
    """What the user can ask a window to do, beside what session and panes do by themselves."""

    session: Session
    panes: Panes

    def ask_disk(self) -> None:
        """Ask for a file and open it."""

    def ask_folder(self) -> None:
        """Ask for a folder and open it."""

    def ask_disk_to_make(self) -> None:
        """Ask for a new base disk."""

    def ask_child(self) -> None:
        """Ask for a new child of the chosen link."""

    def ask_attach(self) -> None:
        """Ask which child to attach to which parent."""

    def ask_command(self) -> None:
        """Ask for a command, a place or a link."""

    def ask_destination(self) -> None:
        """Ask where to go, in the pane of the bytes."""

    def open_sample(self) -> None:
        """Make the sample chain, or find it again, and open it."""

    def hash_generation(self) -> None:
        """Hash what is shown, as a job, and show the list of jobs."""

    def copy_path(self) -> None:
        """Copy the path of the chosen link."""

    def reveal(self) -> None:
        """Show the folder of the chosen link in the file manager of the desktop."""

    def toggle_pane(self, pane: Pane) -> None:
        """Show *pane* in front, or hide it if it is there already."""

    def toggle_scheme(self) -> None:
        """Go to the other theme."""

    def use_scheme(self, scheme: str) -> None:
        """Dress the window in *scheme* and remember it."""

    def step_zoom(self, step: int) -> None:
        """Make the text larger or smaller by a step."""

    def use_zoom(self, factor: float) -> None:
        """Show all text *factor* times as large and remember it."""

    def show_shortcuts(self) -> None:
        """List the shortcuts."""

    def show_about(self) -> None:
        """Tell what this is."""

    def quit(self) -> None:
        """Close the window, and with it the program."""
