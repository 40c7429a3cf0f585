"""What the palette offers beside commands: places of the disk, and the links that were found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QCoreApplication

from redoscope_core import SECTOR, NoPlace, PlaceFault, Standpoint, place_of
from redoscope_gui import theme
from redoscope_gui.dialogs.palette import Offer
from redoscope_gui.dialogs.palette.fuzzy import Fit, fit
from redoscope_gui.session import Session

__all__ = ["link_offers", "place_offers"]

_SURE = Fit(1000.0)
"""A place that was typed out comes before every command."""


def tr(text: str) -> str:
    """Translate *text* of an offer."""
    return QCoreApplication.translate("MainWindow", text)


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
        return (Offer(title, partial(go, offset), detail, icon="crosshair", fit=_SURE),)

    return offers


def _nowhere(past: bool) -> Offer:  # noqa: FBT001  which of two
    why = tr("past the last byte of the disk") if past else tr("before the first byte of the disk")
    return Offer(tr("Go there"), _stay, icon="crosshair", obstacle=why, fit=_SURE)


def _stay() -> None:
    """Do nothing: it is never offered to be done."""


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
