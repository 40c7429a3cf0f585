"""A table of plain rows, and the letters that are typed in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from redoscope_gui.plain_rows import PlainRows
from redoscope_gui.rows_table import RowsTable

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


class Numbers(PlainRows):
    """Rows that say their number."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self._count = count
        self.asked = 0

    @override
    def count(self) -> int:
        return self._count

    @override
    def heads(self) -> tuple[str, ...]:
        return ("Number",)

    @override
    def cells(self, row: int) -> tuple[str, ...]:
        self.asked += 1
        return (str(row),)

    @override
    def font_of(self, column: int) -> QFont:
        return QFont()


@pytest.mark.parametrize(("count", "reached"), [(2000, 1999), (1_000_000, 3)])
def test_letters_lead_to_a_row_in_a_list_that_is_short_enough_to_be_asked(
    qtbot: QtBot, count: int, reached: int
) -> None:
    rows = Numbers(count)
    ground = QWidget()
    qtbot.addWidget(ground)
    table = RowsTable(rows, "Numbers", (80,), ground)
    ground.show()
    table.selectRow(3)
    rows.asked = 0
    qtbot.keyClicks(table, "1999")
    assert table.currentIndex().row() == reached
    assert rows.asked < 5 * 2000
