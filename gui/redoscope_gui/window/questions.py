"""The dialogs of the window: what it asks the user, one at a time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from redoscope_core import log_beside
from redoscope_gui.commands import Commands
from redoscope_gui.dialogs.about import AboutBox
from redoscope_gui.dialogs.attach import AttachDialog
from redoscope_gui.dialogs.back_up import BackUpDialog
from redoscope_gui.dialogs.create_child import CreateChildDialog
from redoscope_gui.dialogs.new_disk import NewDiskDialog
from redoscope_gui.dialogs.prune import PruneDialog
from redoscope_gui.dialogs.report import ReportDialog
from redoscope_gui.dialogs.restore import RestoreDialog
from redoscope_gui.dialogs.shortcuts import ShortcutsDialog
from redoscope_gui.dialogs.snapshots import SnapshotsDialog
from redoscope_gui.presence import is_folder, is_there
from redoscope_gui.requests import SnapshotVerb
from redoscope_gui.session import Session
from redoscope_gui.settings import Settings
from redoscope_gui.window.case_questions import CaseQuestions
from redoscope_gui.window.pane_keys import keys_of

__all__ = ["Questions"]

_MOST_TRIED = 20
"""Names of a folder that are tried."""


def tr(text: str) -> str:
    """Translate *text* of a dialog."""
    return QCoreApplication.translate("MainWindow", text)


class Questions:
    """Asks for files and folders, and opens the forms that make something."""

    def __init__(
        self, window: QWidget, session: Session, settings: Settings, commands: Commands
    ) -> None:
        self._window = window
        self._session = session
        self._settings = settings
        self._commands = commands
        self.case = CaseQuestions(window, session, settings)
        self.open_path: Callable[[Path], None] = session.open
        """What is done with a file or folder that was chosen."""

    def ask_disk(self) -> None:
        """Ask for a file and open it."""
        chosen, _ = QFileDialog.getOpenFileName(
            self._window,
            tr("Open a virtual disk"),
            str(self.last_folder()),
            tr("Virtual disks (*.vmdk *.vmx);;All files (*)"),
        )
        if chosen:
            self.open_path(Path(chosen))

    def ask_other(self) -> None:
        """Ask for a disk that the shown one is compared with."""
        dialog = QFileDialog(self._window, tr("Compare with a virtual disk"))
        dialog.setDirectory(str(self.last_folder()))
        dialog.setNameFilter(tr("Virtual disks (*.vmdk);;All files (*)"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        with_link = self._session.comparing.with_link
        dialog.fileSelected.connect(lambda chosen: with_link(Path(chosen)))
        self._open(dialog)

    def ask_folder(self) -> None:
        """Ask for a folder and open it."""
        chosen = QFileDialog.getExistingDirectory(
            self._window, tr("Open a folder of virtual disks"), str(self.last_folder())
        )
        if chosen:
            self.open_path(Path(chosen))

    def name_for_list(self, disk: Path) -> Path | None:
        """Ask what the list of all that can't be read of *disk* is to be called.

        A name that is taken is refused by who writes it; the dialog must not promise to replace it.
        """
        chosen, _ = QFileDialog.getSaveFileName(
            self._window,
            tr("Save the list of what can't be read"),
            str(log_beside(disk)),
            tr("Lists (*.json);;All files (*)"),
            options=QFileDialog.Option.DontConfirmOverwrite,
        )
        return Path(chosen) if chosen else None

    def name_for_selection(self, disk: Path, offset: int) -> Path | None:
        """Ask what the bytes of *disk* from byte *offset* on are to be called as a file.

        A name that is taken is refused by who writes it: two files are made.
        """
        chosen, _ = QFileDialog.getSaveFileName(
            self._window,
            tr("Save the selection"),
            str(disk.with_name(f"{disk.stem}-0x{offset:X}.bin")),
            options=QFileDialog.Option.DontConfirmOverwrite,
        )
        return Path(chosen) if chosen else None

    def name_for_map(self, endings: tuple[str, ...]) -> Path | None:
        """Ask what a file of the map is to be called; its ending says which form it has."""
        path = self._session.cursor.path or self.last_folder() / "map"
        proposed = path.with_name(f"{path.stem}-map.{endings[0]}")
        forms = ";;".join(f"{ending.upper()} (*.{ending})" for ending in endings)
        chosen, form = QFileDialog.getSaveFileName(
            self._window, tr("Save the map"), str(proposed), forms
        )
        if not chosen:
            return None
        target = Path(chosen)
        wanted = next((e for e in endings if form.startswith(e.upper())), endings[0])
        known = target.suffix.casefold().removeprefix(".") in endings
        return target if known else target.with_name(f"{target.name}.{wanted}")

    def ask_folder_to_look_in(self, then: Callable[[Path], None]) -> None:
        """Ask for a folder in which something missing is looked for; *then* is called with it."""
        dialog = QFileDialog(self._window, tr("Folder to look in"), str(self.last_folder()))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda chosen: then(Path(chosen)))
        self._open(dialog)

    def ask_child(self) -> None:
        """Ask for a new child of the chosen link."""
        if self._session.cursor.path is not None:
            chosen = self._session.cursor.path
            self._open(CreateChildDialog(self._session, chosen, self._window))

    def ask_attach(self) -> None:
        """Ask which child to attach to which parent."""
        self._open(AttachDialog(self._session, self._session.cursor.path, self._window))

    def ask_snapshots(self, verb: SnapshotVerb) -> None:
        """Show what *verb* would do to the machine that is shown, and ask whether to do it."""
        self._open(SnapshotsDialog(self._session, verb, self._window))

    def ask_backup(self) -> None:
        """Ask which generation is backed up, and into which folder."""
        shown, chain = self._session.backups.folder, self._session.chain
        if chain is not None:
            beside = chain.path.parent  # not in it: there they would be taken for links of it
            folder = shown or beside.with_name(f"{beside.name}-backups")
            self._open(BackUpDialog(self._session, folder, self._window))

    def ask_report(self) -> None:
        """Ask for a report of what is compared; the window goes on beside it."""
        scene, pair = self._session.scene, self._session.comparing.wanted
        if pair is None or scene.chain is None:
            return
        a = scene.chain.links[pair.a].path if pair.other is None else pair.other
        beside = pair.path.parent  # neither in it, nor above or below it
        case = self._session.casework.state
        free = _free(beside.with_name(f"{beside.name}-report"))
        if case is not None:
            free = _free(case.case.reports / f"{a.stem}-{pair.path.stem}")
        dialog = ReportDialog(self._session, pair, a, free, self._window)
        if case is not None:
            dialog.title_box.setText(case.case.head.title)
            dialog.number_box.setText(case.case.head.exhibit)
            dialog.examiner_box.setText(case.case.head.examiner)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()

    def ask_backups(self) -> None:
        """Ask for a folder of backups, and show what is kept there."""
        chosen = QFileDialog.getExistingDirectory(
            self._window, tr("Open a folder of backups"), str(self.last_folder())
        )
        if chosen:
            self._session.backups.show(Path(chosen))

    def ask_restore(self) -> None:
        """Ask which point is restored, and to which new disk."""
        folder = self._session.backups.folder
        place = self.last_folder() if folder is None else folder.parent
        self._open(RestoreDialog(self._session, place, self._window))

    def ask_pruning(self) -> None:
        """Ask which points are to go."""
        self._open(PruneDialog(self._session, self._window))

    def ask_disk_to_make(self) -> None:
        """Ask for a new base disk."""
        self._open(NewDiskDialog(self._session, self.last_folder(), self._window))

    def show_shortcuts(self, pane: str = "", title: str = "") -> None:
        """List the shortcuts, those of the pane called *pane*, shown as *title*, first."""
        moves = keys_of(pane)
        self._open(ShortcutsDialog(self._commands, pane, title, moves, parent=self._window))

    def show_about(self) -> None:
        """Tell what this is."""
        self._open(AboutBox(self._window))

    def last_folder(self) -> Path:
        """Return the folder of what was opened last and is still there."""
        recent = next((path for path in self._settings.recent if is_there(path)), Path.home())
        return recent if is_folder(recent) else recent.parent

    def _open(self, dialog: QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()


def _free(plain: Path) -> Path:
    """Return a folder for a report that is not taken: *plain*, or that with a number."""
    more = (plain.with_name(f"{plain.name}-{number}") for number in range(2, _MOST_TRIED))
    return next((path for path in (plain, *more) if not is_there(path)), plain)
