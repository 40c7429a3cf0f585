"""The facts of the inspector as rows: an index that somebody kept too long harms nobody."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from redoscope_gui.views.inspector.facts import Fact, FactsModel

MANY = [Fact((f"fact {n}", "x"), children=(Fact((f"below {n}", "y")),)) for n in range(5)]


def test_rows_keep_the_rules_of_models(dressed: object) -> None:
    del dressed
    model = FactsModel(("Asked", "Answer"))
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    for facts in (MANY, MANY[:1], [], MANY[2:], MANY):
        model.show(facts)
        assert model.rowCount() == len(facts)
    del tester


def test_an_index_from_before_a_reset_leads_nowhere(dressed: object) -> None:
    del dressed
    model = FactsModel(("Asked", "Answer"))
    model.show(MANY)
    kept = model.index(4, 0)
    below = model.index(0, 0, kept)
    model.show(MANY[:1])
    for index in (kept, below):
        assert model.fact(index) is None
        assert model.data(index, Qt.ItemDataRole.DisplayRole) is None
        assert not model.parent(index).isValid()
        assert model.rowCount(index) == 0
        assert not model.index(0, 0, index).isValid()
