"""The front door of the engine: light to import, and free of the window."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import redoscope_core
import redoscope_core.cli
from redoscope_gui import requests

if TYPE_CHECKING:
    from types import ModuleType

COMMANDS = Path(redoscope_core.cli.__file__).parent
VERBS = ("redoscope_core.machine", "redoscope_core.operations", "redoscope_core.sample")
"""The rooms of what a command has done for it."""
IMPORT = r"from (\S+) import (?:\(\s+)?(\w+) as (\w+)"
"""A line of a stub, or two that the formatter made of it."""


def modules_after(statement: str) -> set[str]:
    """Return the modules of a fresh interpreter that ran *statement*."""
    code = f"{statement}\nimport sys\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60
    )
    return set(done.stdout.split())


def test_importing_the_engine_imports_no_arrays_and_no_window() -> None:
    found = modules_after("import redoscope_core, redoscope_core.errors, redoscope_core.cli")
    assert not {"numpy", "PySide6", "pyqtgraph", "redoscope_gui"} & found


def test_using_the_engine_imports_no_window() -> None:
    found = modules_after("from redoscope_core import *")
    assert "numpy" in found
    assert not {"PySide6", "shiboken6", "pyqtgraph", "redoscope_gui"} & found


@pytest.mark.parametrize("package", [redoscope_core, requests])
def test_every_public_name_is_there(package: ModuleType) -> None:
    names = dir(package)
    assert len(names) > 30
    assert all(getattr(package, name) is not None for name in names)
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        package.nothing  # noqa: B018 - to ask is the test


@pytest.mark.parametrize("package", [redoscope_core, requests])
def test_a_public_name_is_written_once(package: ModuleType) -> None:
    text = Path(str(package.__file__)).with_suffix(".pyi").read_text("utf-8")
    handed_on = [name for _, _, name in re.findall(IMPORT, text)]
    assert sorted(handed_on) == dir(package)
    assert all(name == again for _, name, again in re.findall(IMPORT, text))


@pytest.mark.parametrize("package", [redoscope_core, requests])
def test_a_public_name_is_what_its_module_calls_so(package: ModuleType) -> None:
    text = Path(str(package.__file__)).with_suffix(".pyi").read_text("utf-8")
    for home, name, _ in re.findall(IMPORT, text):
        assert getattr(import_module(home), name) is getattr(package, name)


@pytest.mark.parametrize("file", sorted(COMMANDS.glob("*.py")), ids=lambda file: file.stem)
def test_whatever_operation_a_command_uses_is_public(file: Path) -> None:
    used = {
        name.name
        for statement in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(statement, ast.ImportFrom) and str(statement.module).startswith(VERBS)
        for name in statement.names
    }
    assert used <= set(dir(redoscope_core))
