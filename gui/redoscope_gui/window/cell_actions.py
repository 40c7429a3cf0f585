"""The commands of the map's own menu: what is done with a cell, with what is selected, with it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QGuiApplication

from redoscope_core import SECTOR
from redoscope_gui import theme
from redoscope_gui.commands import Command
from redoscope_gui.requests import CountOwners, OwnersCounted, SaveDocument
from redoscope_gui.window.doings import Doings

if TYPE_CHECKING:
    from redoscope_gui.views.map import MapView

__all__ = ["CELL_MENU", "cell_commands"]

CELL_MENU = (
    *("map.show_bytes", "map.select_cell", "", "map.copy_range", "edit.copy_dump"),
    *("edit.hash_selection", "edit.save_selection", "case.bookmark", "map.owners", ""),
    *("map.export_picture", "map.export_data"),
)
"""The commands of that menu, in order; an empty name parts them."""


def tr(text: str) -> str:
    """Translate *text* of a menu."""
    return QCoreApplication.translate("MainWindow", text)


def _do(window: Doings, deed: Callable[[MapView], object]) -> Callable[[], None]:
    def call() -> None:
        if window.explorer.map_view is not None:
            deed(window.explorer.map_view)

    return call


def cell_commands(window: Doings) -> tuple[Command, ...]:
    """Return the commands about cells of the map."""
    session = window.session

    def is_open() -> bool:
        return session.chain is not None and window.explorer.map_view is not None

    rows: tuple[tuple[str, str, Callable[[MapView], object], str, str, str], ...] = (
        (
            "show_bytes",
            tr("Show the bytes he&re"),
            lambda view: view.bytes_wanted.emit(session.cursor.offset),
            *("binary", tr("Go to the bytes at the cursor"), ""),
        ),
        (
            "select_cell",
            tr("Se&lect the cell"),
            lambda view: view.canvas.hand.select_cell(),
            *("", tr("All sectors of the cell that the cursor is in"), ""),
        ),
        (
            "copy_range",
            tr("Copy the ran&ge"),
            lambda view: view.canvas.copy_range(),
            *("copy", tr("Where the selected sectors are, or those of the cell"), "address"),
        ),
        (
            "owners",
            tr("Who own&s the range"),
            lambda view: _count(window, view),
            *(
                "",
                tr("How much of the selected sectors each link owns, copied as a table"),
                "total",
            ),
        ),
        (
            "export_picture",
            tr("Save the map as a pict&ure…"),
            lambda view: _save_picture(window, view),
            *("", tr("As it stands: PNG, or SVG"), "export png svg image"),
        ),
        (
            "export_data",
            tr("Sa&ve the map as data…"),
            lambda view: _save_data(window, view),
            *("", tr("How much each class has of each cell: CSV, or JSON"), "export csv json"),
        ),
    )
    return tuple(
        Command(
            f"map.{name}",
            title,
            _do(window, deed),
            icon,
            (),
            is_open,
            hint=hint,
            needs=tr("no chain is open"),
            words=words,
        )
        for name, title, deed, icon, hint, words in rows
    )


def _count(window: Doings, view: MapView) -> None:
    session = window.session
    if session.chain is not None:
        first, count = view.canvas.hand.range_here()
        request = CountOwners(session.chain, session.cursor.generation, first, count)
        session.ask("map-owners", request, partial(_tell, window))


def _tell(window: Doings, answer: OwnersCounted) -> None:
    """Say who owns how much, and put the whole of it on the clipboard."""
    chain = window.session.chain
    if chain is None:
        return
    rows = [("owner", "name", "data_sectors", "zero_sectors")]
    told = []
    for link, data, zero in answer.owners:
        name = tr("nobody") if link < 0 else chain.links[link].path.name
        rows.append((str(link), name, str(data), str(zero)))
        told.append(f"{name} {theme.amount((data + zero) * SECTOR)}")
    if answer.unreadable:
        rows.append(("", tr("unreadable"), str(answer.unreadable), "0"))
        told.append(tr("%s unreadable") % theme.amount(answer.unreadable * SECTOR))
    QGuiApplication.clipboard().setText("\n".join("\t".join(row) for row in rows))
    window.session.message.emit(tr("Owners: %s (copied)") % ", ".join(told))


def _save(window: Doings, target: Path | None, data: Callable[[Path], bytes]) -> None:
    if target is not None:
        said = tr("Saved %s") % target.name
        request = SaveDocument(target, data(target))
        window.session.ask("map-save", request, lambda _path: window.session.message.emit(said))


def _save_picture(window: Doings, view: MapView) -> None:
    target = window.questions.name_for_map(("png", "svg"))
    _save(window, target, view.picture_as)


def _save_data(window: Doings, view: MapView) -> None:
    target = window.questions.name_for_map(("csv", "json"))
    _save(window, target, view.data_as)
