"""Run in a process of its own, at a scale: show the window in many sizes, print what is cut off.

QT_SCALE_FACTOR=1.5 python -m tests.gui.endurance.sized DISK SETTINGS
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication, QDialog, QTabWidget
from tests.gui.endurance.clipping import clipped
from tests.gui.endurance.stage import Stage, open_stage

from redoscope_gui import theme
from redoscope_gui.maps import MapMode

__all__ = ["SIZES", "main"]

SIZES = ((1024, 640), (1280, 720), (1600, 1000), (3840, 2160))
_DIALOGS = ("chain.create_child", "chain.attach", "help.shortcuts")


def main(disk: Path, settings: Path) -> int:
    """Print what is cut off, and return how much that is."""
    app = QApplication(["redoscope"])
    app.setQuitOnLastWindowClosed(False)
    theme.apply_theme(app, theme.DARK)
    found: list[str] = []
    with open_stage(settings, SIZES[0]) as stage:
        for size in SIZES:
            found += [f"welcome {size}: {line}" for line in _at(stage, size)]
        stage.open(disk)
        stage.window.commands.run("window.reset")
        for size in SIZES:
            found += [f"{size}: {line}" for line in _at(stage, size)]
            found += [f"{size}: {line}" for line in _every_pane(stage)]
        for command in _DIALOGS:
            found += [f"{command}: {line}" for line in _dialog(stage, command)]
    sys.stdout.write("\n".join([*found, ""]))
    return min(len(found), 100)


def _at(stage: Stage, size: tuple[int, int]) -> list[str]:
    stage.window.resize(*size)
    for _ in range(3):
        QCoreApplication.processEvents()
    stage.settle()
    shown = stage.window.size().toTuple()
    if shown != size:
        return [f"the window is {shown}"]
    return clipped(stage.window)


def _every_pane(stage: Stage) -> list[str]:
    """Bring each pane and each page of them to the front, and read the map in each way."""
    window = stage.window
    found: list[str] = []
    view = window.explorer.map_view
    if view is None:
        return ["there is no map"]

    def look(where: str) -> None:
        stage.settle()
        QCoreApplication.processEvents()  # what came last is laid out
        found.extend(f"{where}: {line}" for line in clipped(window))

    for mode in MapMode:
        view.show_mode(mode)
        look(f"map {mode.value}")
    for pane in window.panes:
        was_there = not pane.isHidden()
        pane.hide()
        window.commands.run(f"window.{pane.name}")
        if pane is window.panes.guests.compare:
            window.panes.guests.compare_view.compare()
        look(pane.name)
        pages = pane.findChild(QTabWidget)
        if pages is not None:
            for page in range(pages.count()):
                pages.setCurrentIndex(page)
                look(f"{pane.name} {page}")
        pane.setVisible(was_there)
    stage.session.compare(None)
    view.show_mode(MapMode.CHANGED)
    window.commands.run("window.reset")
    return found


def _dialog(stage: Stage, command: str) -> list[str]:
    stage.window.commands.run(command)
    stage.settle()
    shown = [d for d in stage.window.findChildren(QDialog) if d.isVisible()]
    found = [line for dialog in shown for line in clipped(dialog)]
    for dialog in shown:
        dialog.close()
    QCoreApplication.processEvents()
    return found if shown else ["did not open"]


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
