"""The mutants that are drawn of a module, and the copy of it that tells which blocks ran."""

from __future__ import annotations

import ast
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from tests.mutants.drawing import mutants_of
from tests.mutants.reaching import Reach
from tests.mutants.watching import MODULE, watched

if TYPE_CHECKING:
    from pathlib import Path

FOR_READERS = '''
"""A module."""
from typing import TYPE_CHECKING, cast
if TYPE_CHECKING:
    WORD = 8
__all__ = ["Thing"]
class Thing:
    """A thing."""
    size: int
    "How big it is."
    def __repr__(self) -> str:
        return f"{1 + 2}"
    def name(self, other: "Thing" = None) -> "int | None":
        """Say nothing."""
'''
FOR_RUNNING = '''
def first(values: list[int], least: int) -> int | None:
    """Return the first that is no less."""
    for value in values:
        if value >= least and value:
            return value
    return None
'''


def told(folder: Path, source: str) -> list[str]:
    """Return what the mutants of *source* change, without where."""
    (folder / "code.py").write_text(source, "utf-8")
    return [each.name.partition(" ")[2] for each in mutants_of(folder / "code.py", folder)]


def test_what_is_for_readers_alone_has_no_mutants(tmp_path: Path) -> None:
    assert told(tmp_path, FOR_READERS) == []


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("x = a < b", ["comparison: a < b => a <= b"]),
        ("x = a is b", ["comparison: a is b => a is not b"]),
        ("x = a + b", ["arithmetic: a + b => a - b"]),
        ("x = a and b", ["and/or: a and b => a or b"]),
        ("x = not a", ["not: not a => a"]),
        ("x = 0", ["constant: 0 => 1"]),
        ("x = 7", ["constant: 7 => 8", "constant: 7 => 6"]),
        ("x = True", ["constant: True => False"]),
        ("x = min(a, b)", ["other end: min => max"]),
        ("f(a)", ["removed: f(a) => pass"]),
        ("a.b = c", ["removed: a.b = c => pass"]),
        ("def f():\n    if a:\n        raise b", ["removed: raise b => pass"]),
        (
            "def f() -> None:\n    if a:\n        return\n    g()",
            ["guard: if a: … => pass", "removed: g() => pass"],
        ),
        (
            "def f() -> bool:\n    return a",
            ["return: return a => return True", "return: return a => return False"],
        ),
        ("def f() -> tuple[int, ...]:\n    return a", ["return: return a => return ()"]),
    ],
)
def test_one_thing_is_changed_at_a_time(tmp_path: Path, code: str, changes: list[str]) -> None:
    assert told(tmp_path, code) == changes


def test_each_mutant_is_another_module_and_leaves_the_others_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "code.py").write_text(FOR_RUNNING, "utf-8")
    mutants = mutants_of(tmp_path / "code.py", tmp_path)
    plain = ast.unparse(ast.parse(FOR_RUNNING)) + "\n"
    sources = [each.source for each in mutants]
    assert len({plain, *sources}) == len(mutants) + 1
    assert [each.source for each in mutants] == sources
    for source in sources:
        compile(source, "code.py", "exec")


def test_the_watched_copy_does_the_same_and_tells_its_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached: set[str] = set()
    monkeypatch.setitem(sys.modules, MODULE, SimpleNamespace(__reached__=reached))
    space: dict[str, Any] = {}
    exec(watched(FOR_RUNNING, "code.py"), space)  # noqa: S102 - our own text
    assert space["first"]([1, 2], 5) is None
    assert space["first"].__doc__ == "Return the first that is no less."
    outer = set(reached)
    assert space["first"]([1, 7], 5) == 7
    (tmp_path / "code.py").write_text(FOR_RUNNING, "utf-8")
    within = next(
        each for each in mutants_of(tmp_path / "code.py", tmp_path) if "return value" in each.name
    )
    assert f"code.py::{within.block}" in reached - outer


def test_near_and_quick_tests_are_tried_first_and_a_file_is_measured_once(tmp_path: Path) -> None:
    lines = {
        "tests/core/chain/test_reader.py": [(0.5, "near"), (0.1, "quick")],
        "tests/core/link/test_far.py": [(0.01, "far")],
    }
    for name in lines:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    calls: list[str] = []

    def measure(name: str, into: Path) -> None:
        calls.append(name)
        into.write_text(
            "".join(
                f'{{"test": "{name}::test_{word}", "seconds": {seconds}, '
                '"blocks": ["core/redoscope_core/chain/reader.py::read#0"]}\n'
                for seconds, word in lines[name]
            )
        )

    Reach(tmp_path, tmp_path / "kept", measure)
    reach = Reach(tmp_path, tmp_path / "kept", measure)
    path = "core/redoscope_core/chain/reader.py"
    ordered = [test.partition("test_")[2].rpartition("_")[2] for test in reach.tests(path, "", 9)]
    assert ordered == ["quick", "near", "far"]
    assert len(reach.tests(path, "read#0", 0.3)) == 1
    assert reach.tests(path, "other#0", 9) == []
    assert sorted(calls) == sorted(lines)
