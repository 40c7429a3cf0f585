"""What the palette offers beside commands: places of the disk, and the links that were found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QCoreApplication

from redoscope_core import (
    SECTOR,
    CaseEntry,
    NoPlace,
    PlaceFault,
    Standpoint,
    encodings_known,
    place_of,
)
from redoscope_gui import theme
from redoscope_gui.dialogs.palette import Offer
from redoscope_gui.dialogs.palette.fuzzy import Fit, fit
from redoscope_gui.dialogs.palette.offers import Source
from redoscope_gui.presence import is_there
from redoscope_gui.session import Session, grouped
from redoscope_gui.settings import Settings
from redoscope_gui.structure_words import kind_name
from redoscope_gui.views.problems import LOOK
from redoscope_gui.window.explorer import Explorer
from redoscope_gui.window.panes import Panes

__all__ = ["Sought", "other_offers", "place_offers"]

_SURE = Fit(1000.0)
"""A place that was typed out comes before every command."""
_MAYBE = Fit(0.5)
"""Digits alone may be meant for a name: what is called so comes before the place."""


_COMPARE = "comp"


def tr(text: str) -> str:
    """Translate *text* of an offer."""
    return QCoreApplication.translate("MainWindow", text)


class Sought(Protocol):
    """What offers are made of."""

    session: Session
    settings: Settings
    explorer: Explorer
    panes: Panes

    def open_path(self, path: Path) -> None:
        """Open a disk, a .vmx or a folder."""


def other_offers(window: Sought) -> tuple[Source, ...]:
    """Return the sources of all but commands and places."""
    return (
        link_offers(window.session),
        compare_offers(window.session),
        problem_offers(window.session),
        recent_offers(window.settings, window.open_path),
        case_offers(window.settings, window.session),
        entry_offers(window.session, window.panes),
        legend_offers(window.explorer),
        encoding_offers(window.panes),
        structure_offers(window.session, window.panes),
    )


def place_offers(session: Session, arrived: Callable[[], None]) -> Callable[[str], Sequence[Offer]]:
    """Return the source that reads places as the go-to box does; *arrived* follows the jump."""

    def go(offset: int) -> None:
        session.go_to(offset)
        arrived()

    def offers(needle: str) -> Sequence[Offer]:
        chain = session.chain
        if chain is None:
            return ()
        standpoint = Standpoint(session.cursor.offset, chain.capacity * SECTOR, chain.grain_size)
        try:
            offset = place_of(needle, standpoint)
        except NoPlace as error:
            if error.fault in {PlaceFault.BEFORE_START, PlaceFault.PAST_END}:
                return (_nowhere(error.fault is PlaceFault.PAST_END),)
            return ()
        sector = offset // SECTOR
        detail = tr("sector %s, grain %s") % (
            theme.grouped(sector),
            theme.grouped(sector // chain.grain_size),
        )
        title = tr("Go to 0x%X") % offset
        return (Offer(title, partial(go, offset), detail, icon="crosshair", fit=_fit_of(needle)),)

    return offers


def _behind(how: Fit | None) -> Fit | None:
    """Return *how* behind all that fits among the commands and the links."""
    return None if how is None else Fit(how.score - _SURE.score, how.places)


def _fit_of(needle: str) -> Fit:
    return _MAYBE if needle.strip().isdigit() else _SURE


def _nowhere(past: bool) -> Offer:  # noqa: FBT001  which of two
    why = tr("past the last byte of the disk") if past else tr("before the first byte of the disk")
    return Offer(tr("Go there"), _stay, icon="crosshair", obstacle=why, fit=_SURE)


def _stay() -> None:
    """Do nothing: it is never offered to be done."""


def problem_offers(session: Session) -> Callable[[str], Sequence[Offer]]:
    """Return the source of the problems, once letters are typed: each leads to its place."""

    def offers(needle: str) -> Sequence[Offer]:
        found = []
        for group in grouped(session.problems) if needle else ():
            problem = group.head
            name = "" if problem.path is None else problem.path.name
            how = _behind(fit(needle, problem.what))
            link = problem.link or problem.path
            if how is not None and link is not None:
                offset = None if problem.sector is None else problem.sector * SECTOR
                go = partial(session.select_link, link, offset)
                icon, _ = LOOK[problem.severity]
                found.append(Offer(problem.what, go, name, icon=icon, fit=how))
        return found

    return offers


def recent_offers(
    settings: Settings, open_path: Callable[[Path], None]
) -> Callable[[str], Sequence[Offer]]:
    """Return the source of what was opened last, once letters are typed."""
    return _last_ones(lambda: settings.recent, tr("Recent: %s"), "history", open_path)


def case_offers(settings: Settings, session: Session) -> Callable[[str], Sequence[Offer]]:
    """Return the source of the cases that were open last, once letters are typed."""
    opened = session.casework.open
    return _last_ones(lambda: settings.recent_cases, tr("Case: %s"), "briefcase", opened)


def _last_ones(
    paths: Callable[[], Sequence[Path]], words: str, icon: str, open_path: Callable[[Path], None]
) -> Callable[[str], Sequence[Offer]]:
    """Return the source of *paths*, which *open_path* opens, once letters are typed."""

    def offers(needle: str) -> Sequence[Offer]:
        found = []
        for path in paths() if needle else ():
            title = words % path.name
            how = _behind(fit(needle, title))
            if how is not None:
                gone = "" if is_there(path) else tr("it is not there any more")
                run, where = partial(open_path, path), str(path.parent)
                found.append(Offer(title, run, where, icon=icon, obstacle=gone, fit=how))
        return found

    return offers


def entry_offers(session: Session, panes: Panes) -> Callable[[str], Sequence[Offer]]:
    """Return the source of bookmarks and saved searches of the case, once letters are typed."""

    def go(entry: CaseEntry) -> None:
        panes.guests.case_view.go(entry)

    def offers(needle: str) -> Sequence[Offer]:
        found = []
        state = session.casework.state
        for entry in state.entries if state is not None and needle else ():
            is_search = entry.search is not None
            words = tr("Saved search: %s") if is_search else tr("Bookmark: %s")
            how = _behind(fit(needle, words % entry.name)) if entry.name else None
            if how is not None:
                icon = "search" if is_search else "bookmark"
                title, run = words % entry.name, partial(go, entry)
                found.append(Offer(title, run, ", ".join(entry.tags), icon=icon, fit=how))
        return found

    return offers


def legend_offers(explorer: Explorer) -> Callable[[str], Sequence[Offer]]:
    """Return the source of the classes of the legend, once letters are typed: hide or show one."""

    def offers(needle: str) -> Sequence[Offer]:
        found = []
        view = explorer.map_view
        for entry in view.legend.entries if view is not None and needle else ():
            hidden = view is not None and entry.kind in view.legend.hidden
            words = tr("Show %s in the map") if hidden else tr("Hide %s in the map")
            title = words % entry.name
            how = _behind(fit(needle, title))
            if how is not None and view is not None:
                run = partial(view.legend.toggle, entry.kind)
                found.append(Offer(title, run, tr("legend"), icon="eye", fit=how))
        return found

    return offers


def encoding_offers(panes: Panes) -> Callable[[str], Sequence[Offer]]:
    """Return the source of what the text column can be read as, once letters are typed."""

    def offers(needle: str) -> Sequence[Offer]:
        found = []
        view = panes.hex_view
        for name in encodings_known() if view is not None and needle else ():
            title = tr("Text column: %s") % name
            how = _behind(fit(needle, title))
            if how is not None and view is not None:
                run = partial(view.show_encoding, name)
                found.append(Offer(title, run, tr("bytes"), fit=how))
        return found

    return offers


def structure_offers(session: Session, panes: Panes) -> Callable[[str], Sequence[Offer]]:
    """Return the source of the structures that are listed, once letters are typed."""

    def offers(needle: str) -> Sequence[Offer]:
        found = []
        # Until its pane was shown nothing is listed.
        listed = bool(needle) and panes.guests.structures.is_filled
        for structure, partition in panes.guests.structures_view.rows.found if listed else ():
            title = kind_name(structure.kind)
            how = _behind(fit(needle, title))
            if how is not None:
                where = tr("at 0x%X") % structure.offset
                if partition is not None:
                    where = tr("%s, partition %d") % (where, partition)
                run = partial(session.go_to, structure.offset)
                found.append(Offer(title, run, where, icon="list-tree", fit=how))
        return found

    return offers


def compare_offers(session: Session) -> Callable[[str], Sequence[Offer]]:
    """Return the source of the links that can be A, once letters are typed."""

    def offers(needle: str) -> Sequence[Offer]:
        sought = needle.casefold().startswith(_COMPARE)  # else each link would stand there twice
        if session.forest is None or session.chain is None or not sought or session.is_alone:
            return ()
        found = []
        for path in session.forest.nodes:
            title = tr("Compare with %s") % path.name
            how = _behind(fit(needle, title))
            if how is not None and path != session.cursor.path:
                run = partial(session.comparing.with_link, path)
                found.append(Offer(title, run, str(path.parent), icon="git-branch", fit=how))
        return found

    return offers


def link_offers(session: Session) -> Callable[[str], Sequence[Offer]]:
    """Return the source of the links that were found, once letters are typed."""

    def offers(needle: str) -> Sequence[Offer]:
        if session.forest is None or not needle:
            return ()
        found = []
        for path, node in session.forest.nodes.items():
            how = fit(needle, path.name)
            if how is not None:
                choose = partial(session.select_link, path)
                icon = "git-branch" if node.is_child else "hard-drive"
                found.append(Offer(path.name, choose, node.comment, icon=icon, fit=how))
        return found

    return offers
