"""The commands of the one comparison: which disk A is, byte by byte, and the ways through it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from redoscope_gui.commands import Command
from redoscope_gui.window.doings import Doings

if TYPE_CHECKING:
    from redoscope_gui.views.compare import CompareView

__all__ = ["compare_commands"]

_PANE = "compare"


def tr(text: str) -> str:
    """Translate *text* of a menu."""
    return QCoreApplication.translate("MainWindow", text)


def compare_commands(window: Doings) -> tuple[Command, ...]:
    """Return the commands of the comparison."""
    return (*_choices(window), *_steps(window), *_exports(window))


def _choices(window: Doings) -> tuple[Command, ...]:
    session = window.session
    comparing = session.comparing
    return (
        Command(
            "compare.other",
            tr("Compare with another dis&k…"),
            window.questions.ask_other,
            "folder-open",
            (),
            lambda: session.chain is not None and not session.is_alone,
            hint=tr("Name a disk that is A; it need not have a link in common with this one"),
            needs=tr("no whole chain is open"),
            words="A difference",
        ),
        Command(
            "compare.pin",
            tr("Compare with this &link from now on"),
            comparing.pin,
            "link-2",
            (),
            lambda: session.chain is not None and not session.is_alone,
            lambda: comparing.is_pinned,
            tr("It stays A, whichever link of whichever disk is chosen"),
            tr("no whole chain is open"),
            words="A pin keep",
        ),
        Command(
            "compare.begin",
            tr("Compare b&yte by byte"),
            comparing.begin,
            "",
            (),
            lambda: comparing.wanted is not None,
            hint=tr("Find in which bytes A and B really differ, in the background"),
            needs=tr("there is no generation A"),
            heavy=True,
        ),
        Command(
            "compare.report",
            tr("&Report…"),
            window.questions.ask_report,
            "file",
            ("Ctrl+Alt+R",),
            lambda: comparing.wanted is not None,
            hint=tr("What changed from A to B, in a folder that another program can check"),
            needs=tr("there is no generation A"),
            words="PDF HTML CSV DFXML evidence print save",
        ),
    )


def _do(window: Doings, deed: Callable[[CompareView], object]) -> Callable[[], None]:
    def call() -> None:
        deed(window.panes.guests.compare_view)

    return call


def _found(window: Doings) -> bool:
    return window.session.comparing.found is not None


def _steps(window: Doings) -> tuple[Command, ...]:
    rows: tuple[tuple[str, str, Callable[[CompareView], object], str], ...] = (
        ("next", tr("Next difference in the l&ist"), lambda view: view.step(True), "]"),
        ("previous", tr("Previous difference in the list"), lambda view: view.step(False), "["),
        (
            "next_grain",
            tr("Next differing grain"),
            lambda view: view.step_grain(forward=True),
            "}",
        ),
        (
            "previous_grain",
            tr("Previous differing grain"),
            lambda view: view.step_grain(forward=False),
            "{",
        ),
        ("next_byte", tr("Next differing bytes"), lambda view: view.step_byte(forward=True), "."),
        (
            "previous_byte",
            tr("Previous differing bytes"),
            lambda view: view.step_byte(forward=False),
            ",",
        ),
    )
    return tuple(
        Command(
            f"compare.{name}",
            title,
            _do(window, deed),
            "",
            (),
            lambda: _found(window),
            hint=tr("From the place of the cursor"),
            needs=tr("A and B are not compared byte by byte yet"),
            pane=_PANE,
            pane_keys=(key,),
        )
        for name, title, deed, key in rows
    )


def _exports(window: Doings) -> tuple[Command, ...]:
    rows: tuple[tuple[str, str, Callable[[CompareView], object]], ...] = (
        (
            "csv",
            tr("Save differences as CSV…"),
            lambda view: view.choose("csv", "CSV", view.save_csv),
        ),
        (
            "json",
            tr("Save differences as JSON…"),
            lambda view: view.choose("json", "JSON", view.save_json),
        ),
        (
            "patch",
            tr("Save a patch from A to B…"),
            lambda view: view.choose("vcdiff", tr("Patch"), view.save_patch),
        ),
    )

    def can_be_saved(name: str) -> bool:
        found = window.session.comparing.whole
        partial_answer = found is not None and found.comparison.is_partial
        return found is not None and not (name == "patch" and partial_answer)

    return tuple(
        Command(
            f"compare.{name}",
            title,
            _do(window, deed),
            "",
            (),
            partial(can_be_saved, name),
            needs=tr("A and B are not compared byte by byte yet"),
            words="export",
        )
        for name, title, deed in rows
    )
