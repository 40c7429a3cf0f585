"""The keys that work in one pane alone, beside those of its commands: for the list of keys."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

__all__ = ["keys_of"]


def tr(text: str) -> str:
    """Translate *text* of the list."""
    return QCoreApplication.translate("PaneKeys", text)


def keys_of(pane: str) -> tuple[tuple[str, str], ...]:
    """Return what the keys of the pane called *pane* do, and the keys."""
    return {
        "chain": (
            (tr("Choose the next or the previous link"), "Down, Up"),
            (tr("Go on to the bytes of the link; locate what is missing"), "Return"),
        ),
        "problems": (
            (tr("Go to the place of the problem"), "Return"),
            (tr("List its places, or hide them"), "Right, Left"),
            (tr("Copy the problem"), "Ctrl+C"),
        ),
        "map": (
            (tr("Move by a cell or a row"), "Left, Right, Up, Down"),
            (tr("Move by a page, to the first or the last byte"), "PgUp, PgDown, Home, End"),
            (tr("Select cells"), "Shift+Left, Shift+Right"),
            (tr("Copy the selected range; select nothing"), "Ctrl+C, Esc"),
            (tr("Go on to the bytes of the cell"), "Return"),
        ),
        "timeline": (
            (tr("Step to another generation"), "Left, Right"),
            (tr("Move generation A"), "Shift+Left, Shift+Right"),
        ),
        "hex": (
            (tr("Move by a byte or a row"), "Left, Right, Up, Down"),
            (tr("Move by a page, along the row, to the ends of the disk"), "PgUp, Home, Ctrl+Home"),
            (tr("Select bytes"), "Shift+Left, Shift+Right"),
        ),
        "inspector": (
            (tr("Open or close a line"), "Right, Left"),
            (tr("Copy the line"), "Ctrl+C"),
        ),
        "compare": ((tr("Next or previous difference"), "], ["),),
        "search": ((tr("Search, or stop; in the list: to the bytes of the hit"), "Return"),),
        "entropy": ((tr("Go on to the bytes of the block"), "Return"),),
        "files": (
            (tr("Open or close a directory; go on to the bytes of the file"), "Return"),
            (tr("Next or previous run of the file"), "], ["),
            (tr("Copy the path of the file"), "Ctrl+C"),
        ),
        "beside": ((tr("Next or previous difference"), "], ["),),
        "history": (
            (tr("To the bytes of the generation; of a part, to what it was"), "Return"),
            (tr("Next or previous generation in which its bytes differ"), "], ["),
        ),
        "case": ((tr("Go to the entry; make the saved search"), "Return"),),
        "structures": ((tr("Go on to the bytes of the structure"), "Return"),),
        "jobs": ((tr("Cancel or copy"), "Tab, Space"),),
    }.get(pane, ())
