"""A report is asked for beside the window, previewed without a digest, and made as a job."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication, QTextDocument
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QWidget
from pytestqt.qtbot import QtBot
from tests.core.finished import finished

from redoscope_core import Printed, verify_report
from redoscope_core.code import ReportChanges, as_code
from redoscope_gui.dialogs.report import ReportDialog
from redoscope_gui.printing.sheets import SheetView
from redoscope_gui.session import JobState, Session
from redoscope_gui.theme import ui_font
from redoscope_gui.window import MainWindow

OK = QDialogButtonBox.StandardButton.Ok
LEFT = Qt.MouseButton.LeftButton
KEYS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


def compared(session: Session, own_sample: Path) -> None:
    """Compare the newest link with the base disk."""
    session.comparing.with_link(own_sample / "office.vmdk")


def shown_dialog() -> ReportDialog:
    """Return the dialog that is on screen."""
    (found,) = (
        each
        for each in QApplication.topLevelWidgets()
        if isinstance(each, ReportDialog) and each.isVisible()
    )
    return found


@pytest.fixture
def dialog(qtbot: QtBot, explorer: MainWindow, own_sample: Path) -> ReportDialog:
    """The dialog, opened by its key."""
    compared(explorer.session, own_sample)
    explorer.activateWindow()
    qtbot.keyClick(explorer, Qt.Key.Key_R, KEYS)
    return shown_dialog()


def only(dialog: ReportDialog, *forms: str) -> None:
    """Have *dialog* ask for these forms alone."""
    for name, box in dialog.form_boxes.items():
        box.setChecked(name in {"json", *forms})


def test_a_report_is_made_by_keyboard_and_its_folder_opened(
    qtbot: QtBot,
    dialog: ReportDialog,
    own_sample: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert not dialog.isModal()
    assert dialog.folder == own_sample.with_name("own-report")
    assert dialog.form_boxes["json"].isChecked()
    assert not dialog.form_boxes["json"].isEnabled()
    qtbot.keyClicks(dialog.title_box, "The <b>office</b>")
    qtbot.keyClicks(dialog.number_box, "17")
    qtbot.keyClicks(dialog.examiner_box, "A. N. Examiner")
    qtbot.keyClick(dialog.examiner_box, Qt.Key.Key_Return)
    folder = own_sample.with_name("own-report")
    found = finished(verify_report(folder))
    assert found.is_sound
    assert {"report.pdf", "report.html", "report.json"} <= {each.name for each in found.files}
    run = json.loads((folder / "report.json").read_bytes())["run"]
    assert (run["title"], run["case_number"], run["who"]) == (
        "The <b>office</b>", "17", "A. N. Examiner"
    )  # fmt: skip
    told = dialog.reason.label.text().replace("\u200b", "")
    assert str(found.manifest_sha256) in told
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    qtbot.mouseClick(dialog.open_button, LEFT)
    qtbot.mouseClick(dialog.copy_button, LEFT)
    assert opened == [QUrl.fromLocalFile(str(folder))]
    assert QGuiApplication.clipboard().text() == str(folder)
    dialog.close()


def test_beside_the_evidence_it_is_refused_in_a_sentence_unless_that_is_asked_for(
    dialog: ReportDialog, own_sample: Path
) -> None:
    only(dialog, "csv")
    dialog.folder_box.setText(str(own_sample / "report"))
    assert "lies beside the evidence" in dialog.reason.label.text()
    assert not dialog.buttons.button(OK).isEnabled()
    # A link to that folder is followed by the engine alone, and told when the report is made.
    elsewhere = own_sample.parent / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "link").symlink_to(own_sample)
    dialog.folder_box.setText(str(elsewhere / "link" / "report"))
    dialog.buttons.button(OK).click()
    assert "does not lie beside evidence" in dialog.reason.label.text()
    assert not (own_sample / "report").exists()
    assert not dialog.open_button.isEnabled()
    dialog.folder_box.setText(str(own_sample / "report"))
    dialog.beside_box.setChecked(True)
    dialog.buttons.button(OK).click()
    assert (own_sample / "report" / "ranges.csv").exists()
    dialog.buttons.button(OK).click()
    assert "not empty" in dialog.reason.label.text()
    dialog.folder_box.setText(str(own_sample / "office.vmdk"))
    assert "is a file" in dialog.reason.label.text()
    assert not dialog.buttons.button(OK).isEnabled()
    dialog.folder_box.setText(" ")
    assert "Name a folder" in dialog.reason.label.text()
    dialog.close()


def test_the_preview_tells_what_changed_and_writes_nothing(
    qtbot: QtBot, dialog: ReportDialog, own_sample: Path
) -> None:
    before = sorted(own_sample.parent.rglob("*"))
    dialog.title_box.setText("<img src=x>")
    qtbot.mouseClick(dialog.preview_button, LEFT)
    text = dialog.sheet.toPlainText()
    assert text.startswith("<img src=x>")
    assert "/SALARIES.TXT" in text
    assert "A preview" in text
    assert sorted(own_sample.parent.rglob("*")) == before
    assert dialog.working.isHidden()
    dialog.close()


def test_a_sheet_loads_no_file_that_its_text_names(dialog: ReportDialog, tmp_path: Path) -> None:
    picture = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"></svg>'
    (tmp_path / "x.svg").write_text(picture)
    view = SheetView(dialog)
    html = f'<a href="http:x">a</a><img src="{tmp_path / "x.svg"}"><img src="mine">'
    view.show_sheet(Printed("t", html, {"mine": picture}, 600), ui_font())
    sheet, kind = view.document(), QTextDocument.ResourceType.ImageResource
    for name in (str(tmp_path / "x.svg"), f"file://{tmp_path / 'x.svg'}", "http://x/y.png"):
        assert sheet.resource(kind.value, QUrl(name)).width() == 1
        assert view.loadResource(kind.value, QUrl(name)).width() == 1  # type: ignore[attr-defined]
    assert sheet.resource(kind.value, QUrl("mine")).width() > 100
    assert not view.openLinks()
    dialog.close()


def test_it_is_shown_as_code(qtbot: QtBot, dialog: ReportDialog, own_sample: Path) -> None:
    only(dialog, "html")
    dialog.number_box.setText("it's 17")
    qtbot.mouseClick(dialog.code_button, LEFT)
    window = dialog.code_button.window_shown
    assert window is not None
    deed = ReportChanges(
        *(own_sample / "office.vmdk", own_sample / "office-000005.vmdk", dialog.folder),
        *(("json", "html"), "", "it's 17"),
    )
    assert window.tabs.texts[0].toPlainText() == as_code(deed).command.rstrip("\n")
    dialog.folder_box.setText("")
    assert window.tabs.texts[0].toPlainText().startswith("Nothing yet")
    dialog.close()


def test_it_needs_a_generation_a(explorer: MainWindow) -> None:
    assert explorer.session.comparing.wanted is None
    assert not explorer.commands.run("compare.report")
    assert explorer.commands["compare.report"].needs == "there is no generation A"


def test_everything_in_it_has_a_name(dialog: ReportDialog) -> None:
    for each in dialog.findChildren(QWidget):
        if each.focusPolicy() & Qt.FocusPolicy.TabFocus and each.isVisibleTo(dialog):
            text = getattr(each, "text", str)()
            assert each.accessibleName() or text, each
    dialog.close()


def test_it_is_stopped_in_the_middle_and_nothing_is_left(
    qtbot: QtBot, threaded_session: Session, own_sample: Path, tmp_path: Path
) -> None:
    session = threaded_session
    with qtbot.waitSignal(session.chain_changed, timeout=10_000):
        session.open(own_sample / "office-000005.vmdk")
    qtbot.waitUntil(lambda: session.chain is not None, timeout=10_000)
    compared(session, own_sample)
    pair = session.comparing.wanted
    assert pair is not None
    dialog = ReportDialog(session, pair, own_sample / "office.vmdk", tmp_path / "out")
    qtbot.addWidget(dialog)
    dialog.show()
    told: list[str] = []
    session.job_changed.connect(lambda _job: told.append(dialog.working.words.text()))
    qtbot.mouseClick(dialog.buttons.button(OK), LEFT)
    assert dialog.working.is_busy
    assert not dialog.buttons.button(OK).isEnabled()
    qtbot.waitUntil(lambda: any("hashing" in words for words in told), timeout=10_000)
    qtbot.mouseClick(dialog.working.stop_button, LEFT)
    qtbot.waitUntil(lambda: not dialog.working.is_busy, timeout=10_000)
    job = dialog.working.job
    assert job is not None
    assert job.state is JobState.CANCELLED
    assert "nothing of it is left" in dialog.reason.label.text()
    assert not (tmp_path / "out").exists()
    assert dialog.buttons.button(OK).isEnabled()
