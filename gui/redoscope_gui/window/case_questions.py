"""The dialogs about a case: which one, what stands in an entry, which key signs."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from redoscope_core import CaseEntry, CaseEntryKind, MarkColour, SavedSearch
from redoscope_gui import theme
from redoscope_gui.dialogs.case_entry import CaseEntryDialog, Subject
from redoscope_gui.dialogs.new_case import NewCaseDialog
from redoscope_gui.requests import PlaceWanted
from redoscope_gui.session import Session
from redoscope_gui.settings import Settings

__all__ = ["CaseQuestions"]


def tr(text: str) -> str:
    """Translate *text* of a dialog."""
    return QCoreApplication.translate("MainWindow", text)


class CaseQuestions:
    """Asks for cases, entries and keys; each dialog hands to the session what it is told."""

    def __init__(self, window: QWidget, session: Session, settings: Settings) -> None:
        self._window = window
        self._session, self._work = session, session.casework
        self._settings = settings

    @property
    def _folder(self) -> Path:
        """The folder that cases lie in, as far as that is known."""
        recent = self._settings.recent_cases
        return recent[0].parent if recent else Path.home()

    def ask_new(self) -> None:
        """Ask for a new case."""
        suggested = self._folder / tr("case")
        examiner = self._settings.examiner
        self._open(NewCaseDialog(self._session, suggested, examiner, self._window))

    def ask_case(self) -> None:
        """Ask for the folder of a case, and open it."""
        chosen = QFileDialog.getExistingDirectory(
            self._window, tr("Open a case"), str(self._folder)
        )
        if chosen:
            self._work.open(Path(chosen))

    def ask_key(self) -> None:
        """Ask for the key that signs the head of the trail."""
        home = Path.home() / ".ssh"
        chosen, _ = QFileDialog.getOpenFileName(
            self._window, tr("Key of ssh-keygen to sign with"), str(home), tr("All files (*)")
        )
        if chosen:
            self._work.sign(Path(chosen))

    # --- entries -----------------------------------------------------------------------------

    def ask_bookmark(self) -> None:
        """Ask what a bookmark of the selection is to be called."""
        subjects = self._subjects(files_first=False)
        if subjects:
            self._ask_entry(_bookmark(self._name_of(subjects[0])), subjects)

    def ask_bookmark_of_file(self) -> None:
        """Ask what a bookmark of the chosen file is to be called, else of that at the cursor."""
        subjects = self._subjects(files_first=True)
        if not subjects or subjects[0][1] is None or subjects[0][1].file is None:
            words = tr("No file that is listed has the byte at the cursor")
            self._session.message.emit(words)
            return
        self._ask_entry(_bookmark(subjects[0][1].file.rsplit("/", 1)[-1]), subjects)

    def ask_note(self) -> None:
        """Ask for a note: on the selection, the file, the link, the case."""
        subjects = [*self._subjects(files_first=False), (tr("the case"), None)]
        self._ask_entry(CaseEntry(CaseEntryKind.NOTE), subjects)

    def ask_search(self, search: SavedSearch) -> None:
        """Ask what *search* is to be called."""
        entry = CaseEntry(CaseEntryKind.SEARCH, search.pattern[:_LONGEST], search=search)
        self._ask_entry(entry, [(tr("any disk: %s") % search.pattern[:_LONGEST], None)])

    def ask_change(self, *, tags: bool = False) -> None:
        """Ask what is to stand in the chosen entry; with *tags* these come first."""
        entry, state = self._work.entry, self._work.state
        if entry is None or state is None:
            return
        if entry.search is not None:
            words = entry.search.pattern[:_LONGEST]
        elif entry.place is None:
            words = tr("the case")
        else:
            words = tr("the place that it has")
        self._ask_entry(entry, [(words, None)], tags=tags)

    def _ask_entry(self, entry: CaseEntry, subjects: list[Subject], *, tags: bool = False) -> None:
        dialog = CaseEntryDialog(self._session, entry, subjects, self._window, tags_first=tags)
        self._open(dialog)

    def _subjects(self, *, files_first: bool) -> list[Subject]:
        """Return what an entry can be about: selected sectors, the file, the link."""
        work = self._work
        found: list[Subject] = []
        sectors, link, file = work.sectors_here(), work.link_here(), self._file(files_first)
        if sectors is not None:
            found.append((_sector_words(sectors), sectors))
        if file is not None and file.file is not None:
            words = tr("file {file}, generation {number}")
            told = words.format(file=file.file, number=file.generation)
            found.insert(0 if files_first else 1, (told, file))
        if link is not None:
            name = link.chain.links[link.generation].path.name
            words = tr("link {name}, generation {number}")
            found.append((words.format(name=name, number=link.generation), link))
        return found

    def _file(self, chosen_first: bool) -> PlaceWanted | None:  # noqa: FBT001  which of two
        files = self._session.files
        here = files.file_at(self._session.cursor.offset)
        asked = (files.chosen or here) if chosen_first else here
        return None if asked is None else self._work.file_here(asked.asked_as)

    def _name_of(self, subject: Subject) -> str:
        wanted = subject[1]
        if wanted is None or wanted.start is None:
            return subject[0]
        return tr("sector %s") % theme.grouped(wanted.start)

    def _open(self, dialog: QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()


_LONGEST = 60


def _bookmark(name: str) -> CaseEntry:
    return CaseEntry(CaseEntryKind.BOOKMARK, name, colour=MarkColour.ORANGE)


def _sector_words(wanted: PlaceWanted) -> str:
    start, count = wanted.start or 0, wanted.count or 1
    words = tr("sector {first}, generation {number}")
    if count > 1:
        words = tr("sectors {first} to {last}, generation {number}")
    first, last = theme.grouped(start), theme.grouped(start + count - 1)
    return words.format(first=first, last=last, number=wanted.generation)
