"""What is pictured: each scene puts the window into a state and says which part to save."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from redoscope_core import Chain, State, VmdkError
from redoscope_gui import theme
from redoscope_gui.dialogs.attach import AttachDialog
from redoscope_gui.maps import MapMode
from redoscope_gui.session import Compared
from redoscope_gui.window import MainWindow

__all__ = ["SCENES", "Scene", "close_all"]

SECTOR = 512
_SMALL = 1 << 20
_DIALOGS = {
    "dialog-child": "chain.create_child",
    "dialog-attach": "chain.attach",
    "dialog-new-disk": "file.new_disk",
    "dialog-shortcuts": "help.shortcuts",
    "dialog-about": "help.about",
}
"""Name of the picture, and a command that opens what is on it; unknown commands are left out."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A name, how to get there, and what to save."""

    name: str
    set_up: Callable[[MainWindow], QWidget | None]
    """Returns the part to save; None for the whole window."""


def close_all(window: MainWindow) -> None:
    """Close whatever lies in front of the window."""
    while (popup := QApplication.activePopupWidget()) is not None:
        popup.close()
    for other in QApplication.topLevelWidgets():
        if isinstance(other, QDialog) and other.isVisible():
            other.close()
    window.palette_box.leave()
    window.activateWindow()


def _to_a_change(window: MainWindow) -> None:
    """Put the cursor on text that the chosen link changed, or else on its first grain."""
    session = window.session
    if session.chain is None:
        return
    stored = session.chain.links[session.cursor.generation].stored
    starts = [int(start) for start in stored.start[:64]]
    printable = (start for start in starts if _is_text(session.chain, start))
    session.go_to(next(printable, starts[0] if starts else 0) * SECTOR + 3)


def _is_text(chain: Chain, sector: int) -> bool:
    try:
        content = chain.read(sector, 1)
    except VmdkError:
        return False
    return sum(byte in b"\r\n" or 32 <= byte < 127 for byte in content) > len(content) // 2


def _map(mode: MapMode, *, hilbert: bool = False) -> Callable[[MainWindow], QWidget | None]:
    def set_up(window: MainWindow) -> QWidget | None:
        view = window.explorer.map_view
        if view is None:
            return window.explorer
        view.bar.curve.setChecked(hilbert)
        view.show_mode(mode)
        return window.explorer

    return set_up


def _zoomed(window: MainWindow) -> QWidget | None:
    view = window.explorer.map_view
    if view is not None:
        view.show_mode(MapMode.OWNER)
        for _ in range(4):
            view.canvas.asking.zoom(1)
    return view


def _hex(columns: int) -> Callable[[MainWindow], QWidget | None]:
    def set_up(window: MainWindow) -> QWidget | None:
        view = window.panes.hex_view
        if view is not None:
            view.show_columns(columns)
        return window.panes.hex

    return set_up


def _page(index: int) -> Callable[[MainWindow], QWidget | None]:
    def set_up(window: MainWindow) -> QWidget | None:
        view = window.panes.inspector_view
        if view is not None:
            view.pages.setCurrentIndex(index)
        return window.panes.inspector

    return set_up


def _whole(
    size: tuple[int, int], generation: int, zoom: float = 1.0
) -> Callable[[MainWindow], QWidget | None]:
    def set_up(window: MainWindow) -> QWidget | None:
        if theme.zoom() != zoom:
            window.looks.use_zoom(zoom)
        window.resize(*size)
        window.commands.run("window.reset")
        window.session.select_generation(generation)
        _to_a_change(window)
        for view, mode in ((window.explorer.map_view, MapMode.CHANGED),):
            if view is not None:
                view.bar.curve.setChecked(False)
                view.show_mode(mode)
        return None

    return set_up


def _part_of(size: tuple[int, int], generation: int) -> Callable[[MainWindow], QWidget | None]:
    def set_up(window: MainWindow) -> QWidget | None:
        _whole(size, generation)(window)
        return window.explorer

    return set_up


def _unreadable_sector(window: MainWindow) -> int | None:
    """Return the first sector of the newest generation that cannot be read."""
    chain = window.session.chain
    if chain is None:
        return None
    lost = chain.stored.start[chain.stored.state == State.UNREADABLE]
    return int(lost[0]) if len(lost) else None


def _choose_damaged(window: MainWindow) -> QWidget | None:
    """Choose the link of a folder with the longest chain that has lost grains; show the first."""
    _whole(USUAL, 10_000)(window)
    forest = window.session.forest
    found: list[tuple[int, int, Path]] = []
    for path in forest.nodes if forest is not None else ():
        try:
            with Chain.open(path) as chain:
                lost = chain.stored.start[chain.stored.state == State.UNREADABLE]
                found += [(len(chain.links), int(start), path) for start in lost[:1]]
        except VmdkError:
            continue
    if found:
        _, sector, path = max(found)
        window.session.select_link(path, sector * SECTOR)
    return None


def _unreadable(window: MainWindow) -> QWidget | None:
    """Show the tip and its first bytes that cannot be read."""
    _whole(USUAL, 10_000)(window)
    window.session.go_to((_unreadable_sector(window) or 0) * SECTOR)
    return None


def _dialog(command: str) -> Callable[[MainWindow], QWidget | None]:
    def set_up(window: MainWindow) -> QWidget | None:
        window.commands.run(command)
        QApplication.processEvents()
        front = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        return front or next((d for d in window.findChildren(QDialog) if d.isVisible()), window)

    return set_up


def _hex_menu(window: MainWindow) -> QWidget | None:
    view = window.panes.hex_view
    if view is None:
        return None
    view.setFocus(Qt.FocusReason.OtherFocusReason)
    menu = view.menu()
    menu.popup(view.mapToGlobal(view.rect().center()))
    return menu


def _palette(window: MainWindow) -> QWidget | None:
    window.palette_box.ask()
    return None


def _palette_with(words: str) -> Callable[[MainWindow], QWidget | None]:
    def set_up(window: MainWindow) -> QWidget | None:
        window.palette_box.ask()
        box = QApplication.focusWidget() or window
        for letter in words:
            QTest.keyClick(box, Qt.Key(ord(letter.upper())))
        return None

    return set_up


def _files(window: MainWindow) -> QWidget | None:
    """Show the files, and what became of them since generation 1, if there is one."""
    _whole(USUAL, 10_000)(window)
    window.session.compare(Compared(1) if window.session.cursor.generation > 1 else None)
    window.commands.run("go.files")
    return None


def _no_files(window: MainWindow) -> QWidget | None:
    """Let go of the files and of the comparison again."""
    window.session.compare(None)
    window.panes.guests.files.hide()
    return window.panes.inspector


def _jobs(window: MainWindow) -> QWidget | None:
    """Show the jobs; on a small disk with one that was done."""
    chain = window.session.chain
    if chain is not None and chain.capacity < _SMALL:
        window.commands.run("chain.hash")
    window.panes.jobs.show()
    window.panes.jobs.raise_()
    return window.panes.jobs


def _refused(window: MainWindow) -> QWidget | None:
    """Ask to attach the base disk to the tip: the dialog says why not."""
    dialog = _dialog("chain.attach")(window)
    if isinstance(dialog, AttachDialog):
        dialog.child_box.setCurrentIndex(0)
        dialog.parent_box.setCurrentIndex(dialog.parent_box.count() - 1)
    return dialog


def dialogs(window: MainWindow) -> Iterator[Scene]:
    """Yield a scene for each dialog that this window has a command for."""
    known = {command.id for command in window.commands}
    for name, command in _DIALOGS.items():
        if command in known and window.commands.action(command).isEnabled():
            yield Scene(name, _dialog(command))
    yield Scene("dialog-attach-refused", _refused)
    yield Scene("palette", _palette)
    yield Scene("palette-words", _palette_with("gener"))


def scenes(window: MainWindow) -> Iterator[Scene]:
    """Yield all scenes of a window with something open in it."""
    yield from SCENES
    if window.session.problems:
        yield Scene("window-damaged-link", _choose_damaged)
    if _unreadable_sector(window) is not None:
        yield Scene("window-unreadable", _unreadable)
        yield Scene("map-unreadable", lambda window: window.explorer)
        yield Scene("map-unreadable-near", _zoomed)
        yield Scene("map-unreadable-matrix", _map(MapMode.MATRIX))
        yield Scene("hex-unreadable", lambda window: window.panes.hex)
        yield Scene("inspector-unreadable", _page(0))
        yield Scene("inspector-unreadable-generations", _page(1))
    yield from dialogs(window)


USUAL = (1680, 940)
SCENES = (
    Scene("window", _whole(USUAL, 10_000)),
    Scene("window-older", _whole(USUAL, 1)),
    Scene("window-base", _whole(USUAL, 0)),
    Scene("window-least", _whole((1024, 640), 10_000)),
    Scene("window-large", _whole((2560, 1440), 10_000)),
    Scene("window-1280", _whole((1280, 800), 10_000)),
    Scene("window-1050", _whole((1680, 1050), 10_000)),
    Scene("window-least-large-text", _whole((1024, 640), 10_000, 1.5)),
    Scene("window-1280-large-text", _whole((1280, 800), 10_000, 1.5)),
    Scene("window-1050-large-text", _whole((1680, 1050), 10_000, 1.5)),
    Scene("map-changed", _part_of(USUAL, 2)),
    *(Scene(f"map-{mode.value}", _map(mode)) for mode in MapMode if mode is not MapMode.CHANGED),
    *(
        Scene(f"map-{mode.value}-hilbert", _map(mode, hilbert=True))
        for mode in (MapMode.CHANGED, MapMode.OWNER, MapMode.HEAT)
    ),
    Scene("map-zoomed", _zoomed),
    Scene("hex-8", _hex(8)),
    Scene("hex-32", _hex(32)),
    Scene("hex-16", _hex(16)),
    Scene("hex-menu", _hex_menu),
    *(
        Scene(f"inspector-{name}", _page(index))
        for index, name in enumerate(("lookup", "generations", "values", "link"))
    ),
    Scene("files", _files),
    Scene("inspector-whose", _no_files),
    Scene("timeline", lambda window: window.explorer.timeline_view),
    Scene("chain", lambda window: window.panes.chain),
    Scene("problems", lambda window: window.panes.problems),
    Scene("jobs", _jobs),
)
