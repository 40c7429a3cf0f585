"""The commands of the Case menu: a case, what is kept in it, its evidence and its trail."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QCoreApplication, Qt

from redoscope_gui.commands import Command
from redoscope_gui.window.case_mark import copy_head
from redoscope_gui.window.doings import Doings

__all__ = ["case_commands"]


def tr(text: str) -> str:
    """Translate *text* of a menu."""
    return QCoreApplication.translate("MainWindow", text)


def case_commands(window: Doings) -> tuple[Command, ...]:
    """Return the commands about a case."""
    return (*_cases(window), *_marks(window), *_entries(window), *_proofs(window))


def _is_open(window: Doings) -> bool:
    return window.session.casework.state is not None


def _cases(window: Doings) -> tuple[Command, ...]:
    questions, work = window.questions.case, window.session.casework
    is_open = partial(_is_open, window)
    return (
        Command(
            "case.new",
            tr("&New case…"),
            questions.ask_new,
            "briefcase",
            hint=tr("A folder of its own for bookmarks, notes, digests and the trail"),
            words="investigation examiner exhibit",
        ),
        Command(
            "case.open",
            tr("&Open case…"),
            questions.ask_case,
            "folder-open",
            hint=tr("Open the folder of a case"),
        ),
        Command(
            "case.recent",
            tr("Open &recent case…"),
            lambda: window.ask_command(tr("Case") + ":"),
            "history",
            (),
            lambda: bool(window.settings.recent_cases),
            hint=tr("The cases that were open last"),
            needs=tr("no case was opened before"),
        ),
        Command(
            "case.close",
            tr("&Close case"),
            work.close,
            "x",
            (),
            is_open,
            hint=tr("Let go of the case; the disk stays open, and nothing more is told the trail"),
            needs=tr("no case is open"),
        ),
        Command(
            "case.show",
            tr("Show the case &pane"),
            partial(_show, window),
            "list-tree",
            ("Ctrl+Shift+K",),
            lambda: window.session.forest is not None,
            hint=tr("Bookmarks, notes, searches, evidence and trail"),
            needs=tr("nothing is open"),
        ),
    )


def _show(window: Doings) -> None:
    """Show the case pane, and give it the focus."""
    panes = window.panes
    if not panes.guests.case.in_front:
        window.toggle_pane(panes.guests.case)
    panes.guests.case_view.setFocus(Qt.FocusReason.ShortcutFocusReason)


def _marks(window: Doings) -> tuple[Command, ...]:
    questions, work = window.questions.case, window.session.casework
    needs = tr("no case is open, or no whole chain is shown")
    rows: tuple[tuple[str, str, Callable[[], None], str, str, str], ...] = (
        (
            *("bookmark", tr("&Bookmark the selection…"), questions.ask_bookmark),
            *("bookmark", "Ctrl+D", tr("The selected sectors, or the one at the cursor")),
        ),
        (
            *("bookmark_file", tr("Bookmark the &file…"), questions.ask_bookmark_of_file),
            *("file", "Ctrl+Shift+M", tr("The file chosen in the list, else that at the cursor")),
        ),
    )
    marks = tuple(
        Command(
            f"case.{name}",
            title,
            handler,
            icon,
            (key,),
            lambda: work.can_mark,
            hint=hint,
            needs=needs,
            words="mark tag remember",
        )
        for name, title, handler, icon, key, hint in rows
    )
    note = Command(
        "case.note",
        tr("Add a no&te…"),
        questions.ask_note,
        "sticky-note",
        ("Ctrl+E",),
        partial(_is_open, window),
        hint=tr("On the case, the link, the selected sectors or the file"),
        needs=tr("no case is open"),
        words="comment remark",
    )
    return (*marks, note, *_searches(window))


def _searches(window: Doings) -> tuple[Command, ...]:
    work = window.session.casework

    def save() -> None:
        saved = window.panes.guests.search_view.form.saved()
        if saved is None:
            words = tr("Nothing is sought: type it into the Search pane")
            window.session.message.emit(words)
        else:
            window.questions.case.ask_search(saved)

    return (
        Command(
            "case.save_search",
            tr("&Save this search…"),
            save,
            "search",
            ("Ctrl+Alt+F",),
            lambda: _is_open(window) and window.session.chain is not None,
            hint=tr("What stands in the Search pane, to be made again on any disk"),
            needs=tr("no case is open, or no chain"),
        ),
        Command(
            "case.go",
            tr("&Go to the entry"),
            lambda: _go(window),
            "crosshair",
            (),
            lambda: work.entry is not None,
            hint=tr("To the bytes of a bookmark; a saved search is made again"),
            needs=tr("no entry of the case is chosen"),
            pane="case",
            pane_keys=("Return",),
            words="run saved search",
        ),
    )


def _go(window: Doings) -> None:
    entry = window.session.casework.entry
    if entry is not None:
        window.panes.guests.case_view.go(entry)


def _entries(window: Doings) -> tuple[Command, ...]:
    questions, work = window.questions.case, window.session.casework

    def remove() -> None:
        if work.entry is not None:
            work.remove(work.entry)

    rows: tuple[tuple[str, str, Callable[[], None], str, tuple[str, ...], str], ...] = (
        (
            *("edit", tr("&Edit the entry…"), questions.ask_change, "table-properties", ("F2",)),
            tr("Name, colour, note and tags of the chosen entry"),
        ),
        (
            *("tag", tr("T&ag the entry…"), lambda: questions.ask_change(tags=True), "", ()),
            tr("Words by which entries are found again"),
        ),
        (
            *("remove", tr("Re&move the entry"), remove, "x", ()),
            tr("Of the chosen entry; the trail still tells what it was"),
        ),
    )
    return tuple(
        Command(
            f"case.{name}",
            title,
            handler,
            icon,
            keys,
            lambda: work.entry is not None,
            hint=hint,
            needs=tr("no entry of the case is chosen"),
            heavy=name == "remove",
        )
        for name, title, handler, icon, keys, hint in rows
    )


def _proofs(window: Doings) -> tuple[Command, ...]:
    work = window.session.casework
    is_open = partial(_is_open, window)
    no_case = tr("no case is open")
    rows: tuple[tuple[str, str, Callable[[], None], str, Callable[[], bool], str, str], ...] = (
        (
            *("digests", tr("Take &digests of the evidence")),
            *(lambda: window.show_job(work.hash_evidence()), "lock", lambda: work.can_mark),
            tr("MD5, SHA-1 and SHA-256 of every file of this disk: how it is before the work"),
            tr("no case is open, or no whole chain is shown"),
        ),
        (
            *("verify", tr("&Verify the case")),
            *(lambda: window.show_job(work.verify()), "circle-check", is_open),
            tr("Evidence against its digests, after the work; trail, database and signatures"),
            no_case,
        ),
        (
            *("verify_trail", tr("Verify the tra&il")),
            *(lambda: window.show_job(work.judge_trail()), "", is_open),
            tr("Whether a record of it was changed, cut out or swapped"),
            no_case,
        ),
        (
            *("sign", tr("Sign the &head of the trail…"), window.questions.case.ask_key),
            *("", is_open, tr("With a key of ssh-keygen, in the folder of the case"), no_case),
        ),
        (
            *("copy_head", tr("Cop&y the head of the trail")),
            *(lambda: copy_head(window.session), "copy", is_open),
            tr("Kept where nobody can change it, it proves the trail"),
            no_case,
        ),
    )
    return tuple(
        Command(
            f"case.{name}",
            title,
            handler,
            icon,
            (),
            enabled,
            hint=hint,
            needs=needs,
            words="audit log hash checksum integrity",
            heavy=name != "copy_head",
        )
        for name, title, handler, icon, enabled, hint, needs in rows
    )
