"""Buttons whose words change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QPushButton, QWidget

from redoscope_gui.theme import SwitchButton

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.mark.parametrize(("begin", "stop"), [("List", "Stop it now"), ("Compare with it", "Stop")])
def test_a_button_keeps_its_size_whichever_words_it_says(
    qtbot: QtBot, begin: str, stop: str
) -> None:
    ground = QWidget()
    qtbot.addWidget(ground)
    button = SwitchButton(begin, stop, ground)
    sizes = []
    for running in (False, True, False):
        button.show_running(running=running)
        assert button.text() == (stop if running else begin)
        sizes.append((button.sizeHint(), button.minimumSizeHint()))
    longest = QPushButton(max(begin, stop, key=len), ground).sizeHint()
    assert sizes == [(longest, longest)] * 3
