"""What is a matter of the format is asked of the engine, and stands nowhere in the window."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import redoscope_core as core
import redoscope_gui

FILES = sorted(Path(redoscope_gui.__file__).parent.rglob("*.py"))
SIZES: set[object] = {core.SECTOR, core.MAX_NEW_CAPACITY, 4192256}
NAMES: set[object] = {core.USUAL_ADAPTER, *core.ADAPTERS, *core.ALGORITHMS}


def said_in(value: ast.AST) -> set[object]:
    """Return what an expression says: its constants, and a sum or power of them as one."""
    if isinstance(value, ast.Constant):
        return {value.value}
    if isinstance(value, ast.BinOp) and not any(
        isinstance(part, ast.Name | ast.Call | ast.Attribute) for part in ast.walk(value)
    ):
        return {eval(compile(ast.Expression(value), "", "eval"))}  # noqa: S307 - 2**37, say
    return {said for part in ast.iter_child_nodes(value) for said in said_in(part)}


def constants_of(text: str) -> set[object]:
    """Return what of the format the constants of a module say again."""
    said: set[object] = set()
    for statement in ast.parse(text).body:
        if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
            said |= said_in(statement.value) & (SIZES | NAMES)
    return said


@pytest.mark.parametrize(
    "text",
    ["S = 512", "M: int = 2**37", "K = ('ide', 'scsi')", "P = 4192256", "Z = bytes(512)"],
)
def test_a_constant_of_the_format_is_seen(text: str) -> None:
    assert len(constants_of(text)) == 1


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_window_defines_no_constant_of_the_format(file: Path) -> None:
    assert constants_of(file.read_text(encoding="utf-8")) == set()
