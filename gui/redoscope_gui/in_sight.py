"""In sight: what is pointed out in one pane is scrolled to in another."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QAbstractItemView

__all__ = ["bring_into_sight"]


def bring_into_sight(view: QAbstractItemView, indexes: Sequence[QModelIndex]) -> None:
    """Scroll *view* to the first of *indexes*, unless one of them is seen already."""
    shown = view.viewport().rect()
    if indexes and not any(shown.contains(view.visualRect(each).center()) for each in indexes):
        view.scrollTo(indexes[0])
