"""Nothing of a disk is markup, a control character or a hidden mark where the window shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6 import QtGui
from PySide6.QtCore import QCoreApplication, QEvent, QPoint
from PySide6.QtGui import QHelpEvent, QImage
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QToolTip
from tests.gui import shown_texts
from tests.gui.hostile import Watch, hostile_folder, hostile_texts
from tests.judges.handmade import flat_link

from redoscope_core import VmdkError, create_disk
from redoscope_gui import plain
from redoscope_gui.dialogs.attach import AttachDialog
from redoscope_gui.dialogs.create_child import CreateChildDialog
from redoscope_gui.dialogs.report import ReportDialog
from redoscope_gui.requests import CompareGenerations
from redoscope_gui.window.alarm import Alarm

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from redoscope_gui.window import MainWindow


@pytest.fixture
def picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A picture in the working folder, that the texts name."""
    monkeypatch.chdir(tmp_path)
    image = QImage(40, 40, QImage.Format.Format_RGB32)
    image.fill(0xFF0000)
    assert image.save(str(tmp_path / "p.png"))
    return tmp_path / "p.png"


@pytest.fixture
def watch(picture: Path) -> Iterator[Watch]:
    """A watch on the picture."""
    watch = Watch(picture)
    yield watch
    watch.close()


@pytest.fixture
def texts(picture: Path) -> tuple[str, ...]:
    """The forty texts."""
    texts = hostile_texts(picture)
    assert len(texts) == 40
    return texts


def is_hidden(char: str) -> bool:
    """Whether *char* must never be shown as it is; the others are our own."""
    return not char.isprintable() and char not in "\n\u202f\u2002\u200b\u2060"


def nothing_is_taken_for_more(texts: tuple[str, ...]) -> None:
    """Assert that no text that the window holds now is markup, hidden, or a forged line."""
    unseen = [text for text in texts if not text.isprintable()]
    assert shown_texts.guessing_labels() == []
    assert [tip for tip in shown_texts.tips() if QtGui.Qt.mightBeRichText(tip)] == []
    for text in shown_texts.shown():
        assert [char for char in text if is_hidden(char)] == [], text
        assert [raw for raw in unseen if raw in text] == [], text
    for words in shown_texts.captions():
        assert "Fish&Chips" not in words


def point_at_everything() -> None:
    """Let every widget show its tool tip."""
    for widget in QApplication.allWidgets():
        if widget.isVisible():
            middle = QPoint(widget.width() // 2, widget.height() // 2)
            asked = QHelpEvent(QEvent.Type.ToolTip, middle, widget.mapToGlobal(middle))
            QCoreApplication.sendEvent(widget, asked)
            assert not QtGui.Qt.mightBeRichText(QToolTip.text())
    QToolTip.hideText()


def test_the_watch_sees_what_a_label_of_qt_opens(
    qtbot: QtBot, texts: tuple[str, ...], watch: Watch
) -> None:
    label = QLabel(texts[0])
    qtbot.addWidget(label)
    label.show()
    label.grab()
    assert watch.opened()


def test_a_folder_of_hostile_disks_is_shown_as_it_is(
    window: MainWindow, texts: tuple[str, ...], watch: Watch, tip: Path, tmp_path: Path
) -> None:
    window.open_path(tip)
    usual = window.minimumSizeHint()
    folder = hostile_folder(tmp_path / "<b>forged&\n<img src=p.png>", texts)
    window.open_path(folder)
    forest = window.session.forest
    assert forest is not None
    assert len(forest.nodes) == len(texts)
    nothing_is_taken_for_more(texts)
    for path in list(forest.nodes)[::4]:
        window.session.select_link(path)
        window.grab()
    nothing_is_taken_for_more(texts)
    point_at_everything()
    assert not watch.opened()
    assert window.minimumSizeHint().width() <= usual.width() + 100


@pytest.mark.parametrize("number", range(0, 40, 3))
def test_one_hostile_disk_is_shown_as_it_is(
    window: MainWindow, texts: tuple[str, ...], watch: Watch, tmp_path: Path, number: int
) -> None:
    folder = hostile_folder(tmp_path / "one", (texts[number],))
    (disk,) = folder.glob("*.vmdk")
    window.open_path(disk)
    window.grab()
    point_at_everything()
    nothing_is_taken_for_more(texts)
    assert not watch.opened()


def hostile_machine(folder: Path, text: str) -> Path:
    """Make a machine in *folder* that has *text* wherever it says something; return its .vmx."""
    folder.mkdir()
    value = "".join(f"|{byte:02X}" for byte in text.encode("utf-8", "surrogateescape"))
    create_disk(folder / "m.vmdk", 2048)
    disk = 'scsi0:0.present = "TRUE"\nscsi0:0.fileName = "m.vmdk"\n'
    (folder / "m.vmx").write_text(f'displayName = "{value}"\n{disk}')
    keys = ("displayName", "description", "filename", "clone0", "disk0.fileName", "disk0.node")
    named: dict[str, object] = dict.fromkeys(keys, value)
    (folder / "m.vmsd").write_text(
        "".join(
            f'snapshot0.{key} = "{value}"\n'
            for key, value in {"uid": 1, "numClones": 1, **named}.items()
        )
    )
    return folder / "m.vmx"


@pytest.mark.parametrize("number", range(0, 40, 5))
def test_a_hostile_machine_is_shown_as_it_is(
    window: MainWindow, texts: tuple[str, ...], watch: Watch, tmp_path: Path, number: int
) -> None:
    window.open_path(hostile_machine(tmp_path / "usual", "usual"))
    usual = window.minimumSizeHint()
    window.open_path(hostile_machine(tmp_path / "machine", texts[number]))
    view = window.panes.guests.machine_view
    assert view.rows.rowCount() == 2
    view.table.selectRow(0)
    window.grab()
    point_at_everything()
    nothing_is_taken_for_more(texts)
    for command in ("machine.revert", "machine.delete", "machine.take"):
        window.commands.run(command)
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QDialog)
        dialog.grab()
        nothing_is_taken_for_more(texts)
        assert dialog.width() < 1200
        dialog.reject()
    assert not watch.opened()
    assert window.minimumSizeHint().width() <= usual.width() + 100


@pytest.mark.parametrize("letter", ["w", "w "])
def test_a_long_name_pushes_no_control_out_of_the_window(
    window: MainWindow, tip: Path, tmp_path: Path, letter: str
) -> None:
    window.open_path(tip)
    usual = window.minimumSizeHint()
    name = (letter * 240)[:240]
    flat_link(tmp_path / f"{name}.vmdk", b"f" * 2048 * 512, kind="vmfs")
    window.open_path(tmp_path / f"{name}.vmdk")
    assert window.session.chain is not None
    assert "owner" in window.whereabouts.owner.text()
    window.grab()
    assert window.whereabouts.minimumSizeHint().width() <= 1000
    assert window.minimumSizeHint().width() <= usual.width() + 100
    assert window.width() == 1400
    for control in (window.explorer.banner, window.whereabouts, window.breadcrumb):
        assert control.mapTo(window, control.rect().topRight()).x() <= window.width()


def _dialogs(window: MainWindow, path: Path) -> dict[str, Callable[[], QDialog]]:
    session = window.session
    return {
        "attach": lambda: AttachDialog(session, path, window),
        "child": lambda: CreateChildDialog(session, path, window),
        "report": lambda: ReportDialog(
            session, CompareGenerations(path, 0, 0, session.policy), path, path.parent / path.stem
        ),
    }


@pytest.mark.parametrize("which", ["attach", "child", "report"])
def test_dialogs_show_hostile_names_as_they_are(
    window: MainWindow, texts: tuple[str, ...], watch: Watch, tmp_path: Path, which: str
) -> None:
    folder = hostile_folder(tmp_path / "dialogs", texts)
    window.open_path(folder)
    for path in sorted(folder.glob("*.vmdk"))[::8]:
        dialog = _dialogs(window, path)[which]()
        dialog.show()
        dialog.grab()
        nothing_is_taken_for_more(texts)
        assert dialog.width() < 1200
        dialog.close()
        dialog.deleteLater()
    assert not watch.opened()


def test_the_alarm_shows_an_error_as_it_is(
    window: MainWindow, texts: tuple[str, ...], watch: Watch
) -> None:
    for text in texts[::5]:
        alarm = Alarm(window)
        alarm._show(f"ValueError: {text}", text)
        nothing_is_taken_for_more(texts)
        for box in QApplication.topLevelWidgets():
            if isinstance(box, QDialog) and box.isVisible():
                box.grab()
                box.close()
    assert not watch.opened()


def test_reported_errors_are_shown_as_they_are(
    window: MainWindow, texts: tuple[str, ...], watch: Watch
) -> None:
    for text in texts:
        window.session.report(VmdkError(text, path=Path(text.replace("\x00", "0")), cure=text))
    window.grab()
    nothing_is_taken_for_more(texts)
    assert not watch.opened()


@given(st.text(st.sampled_from("<>/&!? ;=\n\tabiqtlimgsrcpx\u202e'\"ampquot"), max_size=80))
def test_no_tool_tip_is_markup(text: str) -> None:
    assert not QtGui.Qt.mightBeRichText(plain.tip(text))
    assert not QtGui.Qt.mightBeRichText(plain.tip(text, text))


@given(st.text())
def test_spelling_out_leaves_nothing_hidden_and_is_done_once(text: str) -> None:
    once = plain.spelled(text)
    assert once.replace("\u202f", "").replace("\u2002", "").isprintable()
    assert plain.spelled(once) == once == plain.spelled(str(once))


@given(st.text(max_size=300))
def test_a_caption_underlines_no_letter(text: str) -> None:
    assert plain.caption(text).replace("&&", "").count("&") == 0
