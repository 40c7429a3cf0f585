"""What commands need of a window: the parts they look at, and what they can have done.

The main window has all of it. Commands know no more of it than this, so a command can be tested
without a window, and neither file imports the other.
"""

from __future__ import annotations

from typing import Protocol

from redoscope_gui.session import Job, Problem, Remedy, Session
from redoscope_gui.settings import Settings
from redoscope_gui.window.explorer import Explorer
from redoscope_gui.window.looks import Looks
from redoscope_gui.window.panes import Pane, Panes
from redoscope_gui.window.questions import Questions

__all__ = ["Doings"]


class Doings(Protocol):
    """What the user can ask a window to do, beside what its parts do by themselves."""

    session: Session
    settings: Settings
    panes: Panes
    explorer: Explorer
    looks: Looks
    questions: Questions

    def ask_command(self, needle: str = "") -> None:
        """Ask for a command, a place or a link; *needle* is typed already."""

    def check_folder(self) -> None:
        """Ask for a folder, open it, and show what is wrong in it."""

    def show_keys(self) -> None:
        """List the keys, those of the pane in focus first."""

    def close_source(self) -> None:
        """Let go of what is open, and show the first page."""

    def cure(self, remedy: Remedy, problem: Problem) -> None:
        """Do what a button of the Problems pane, of the tree or of the banner offers."""

    def ask_destination(self) -> None:
        """Ask where to go, in the pane of the bytes."""

    def open_sample(self) -> None:
        """Make the sample chain, or find it again, and open it."""

    def hash_generation(self) -> None:
        """Hash what is shown, as a job, and show the list of jobs."""

    def show_job(self, job: Job | None) -> None:
        """Show the list of jobs, if *job* began."""

    def list_unreadable(self) -> None:
        """Ask for a file, list what can't be read in it, as a job, and show the list of jobs."""

    def copy_path(self) -> None:
        """Copy the path of the chosen link."""

    def reveal(self) -> None:
        """Show the folder of the chosen link in the file manager of the desktop."""

    def toggle_pane(self, pane: Pane) -> None:
        """Show *pane* in front, or hide it if it is there already."""

    def quit(self) -> None:
        """Close the window, and with it the program."""
