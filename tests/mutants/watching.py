"""Which tests reach which blocks: a copy of the program that writes it down, and its pytest plugin.

In the copy each block begins with `__reached__.add("its name")`. Processes that a test starts
append what they reached to the file that the environment names.
"""

from __future__ import annotations

import ast
import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.mutants.drawing import block_heads

if TYPE_CHECKING:
    from collections.abc import Generator

__all__ = ["Watch", "watched"]

_FILE = "REDOSCOPE_REACHED"
_AT_EXIT = f"""
import atexit, os
__reached__ = set()
def _told():
    name = os.environ.get({_FILE!r})
    if name and __reached__:
        with open(name, "a", encoding="utf-8") as file:
            file.write("".join(each + chr(10) for each in __reached__))
atexit.register(_told)
"""
MODULE = "redoscope_reached"
"""What the watched copy imports."""


def watched(source: str, path: str) -> str:
    """Return the module of *source* so that it writes down which of its blocks run."""
    tree = ast.parse(source)
    for name, body in list(block_heads(tree)):
        call = ast.parse(f"__reached__.add({f'{path}::{name}'!r})").body
        # A docstring stays the first statement.
        told = isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)
        body[int(told) : int(told)] = call
    head = next(
        (
            index + 1
            for index, each in enumerate(tree.body)
            if isinstance(each, ast.ImportFrom) and each.module == "__future__"
        ),
        1,
    )
    tree.body[head:head] = ast.parse(f"from {MODULE} import __reached__").body
    return ast.unparse(tree) + "\n"


def write_down(folder: Path) -> None:
    """Put the module that the watched ones import into *folder*."""
    (folder / f"{MODULE}.py").write_text(_AT_EXIT, "utf-8")


class Watch:
    """Writes a line of JSON for each test that passed: its name, seconds, blocks."""

    def __init__(self, into: Path) -> None:
        self._into = into
        self._others = into.with_suffix(".others")
        self._passed: set[str] = set()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Note what the test reaches."""
        reached: set[str] = getattr(sys.modules.get(MODULE), "__reached__", set())
        reached.clear()
        self._others.unlink(missing_ok=True)
        os.environ[_FILE] = str(self._others)
        start = time.perf_counter()
        answer = yield
        seconds = time.perf_counter() - start
        del os.environ[_FILE]
        # The first test that imports the program makes the module.
        reached = getattr(sys.modules.get(MODULE), "__reached__", set())
        blocks = set(reached)
        if self._others.exists():
            blocks.update(self._others.read_text("utf-8").split("\n"))
        if item.nodeid in self._passed:
            told = {"test": item.nodeid, "seconds": round(seconds, 3), "blocks": sorted(blocks)}
            with self._into.open("a", encoding="utf-8") as file:
                file.write(json.dumps(told) + "\n")
        return answer

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the names of those that passed."""
        if report.when == "call" and report.passed:
            self._passed.add(report.nodeid)
