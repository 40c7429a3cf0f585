"""Wording: how amounts of time and memory and rates are written."""

from __future__ import annotations

from tests.benchmarks.results import Figure, Result

__all__ = ["amount", "rate", "seconds"]

_SIZES = ((1e9, "G"), (1e6, "M"), (1e3, "k"))
_MANY = 100


def seconds(value: float) -> str:
    """Return *value* seconds in words."""
    if value < 1:
        return f"{value * 1000:.3g} ms" if value * 1000 < _MANY else f"{value * 1000:.0f} ms"
    return f"{value:.3g} s"


def amount(value: float, result: Result) -> str:
    """Return a figure of *result* in words."""
    return f"{value:.0f} MiB" if result.unit == "MiB" else seconds(value)


def rate(figure: Figure, result: Result) -> str:
    """Return how much is done in a second; nothing where that says nothing."""
    if not figure.rate:
        return ""
    for size, letter in _SIZES:
        if figure.rate >= size:
            number = f"{figure.rate / size:.3g}"
            if result.unit == "B":
                return f"{number} {letter}B/s"
            return f"{number}{letter} {result.unit}/s"
    return f"{figure.rate:.3g} {result.unit}/s"
