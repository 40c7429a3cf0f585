"""Values that hold arrays are told apart by what they are alone: arrays have no one truth."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
from typing import TYPE_CHECKING

import redoscope_core
import redoscope_gui

if TYPE_CHECKING:
    from collections.abc import Iterator

ARRAYS = ("NDArray", "ndarray", "Ints")


def values() -> Iterator[type]:
    """Yield every dataclass of the engine and of the window."""
    for package in (redoscope_core, redoscope_gui):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if found.name.endswith("__main__"):
                continue
            for each in vars(importlib.import_module(found.name)).values():
                if isinstance(each, type) and each.__module__ == found.name:
                    yield each


def compares_arrays(value: type) -> bool:
    """Whether `==` of two of them asks an array whether it is true."""
    if not dataclasses.is_dataclass(value) or "__eq__" not in vars(value):
        return False
    texts = [str(field.type) for field in dataclasses.fields(value) if field.compare]
    return any(name in text for name in ARRAYS for text in texts)


def test_no_value_compares_its_arrays() -> None:
    found = [f"{each.__module__}.{each.__name__}" for each in values() if compares_arrays(each)]
    assert found == [], "give it eq=False"


def test_there_are_values_that_hold_arrays_and_some_that_compare() -> None:
    every = [each for each in values() if dataclasses.is_dataclass(each)]
    assert len(every) > 200
    assert any("__eq__" in vars(each) for each in every)
