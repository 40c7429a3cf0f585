"""The rules that hold for every test, tested: absent judges, and skips where they count."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = """
import pytest

@pytest.mark.judge
def test_that_asks_a_judge():
    pass

def test_that_asks_nobody():
    pass

@pytest.mark.xfail(reason="expected")
def test_that_is_known_to_fail():
    raise AssertionError
"""


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """A folder with our rules and three tests."""
    shutil.copy(Path(__file__).with_name("conftest.py"), tmp_path / "conftest.py")
    (tmp_path / "test_example.py").write_text(EXAMPLE)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n    judge: asks a judge\n")
    return tmp_path


def run(folder: Path, *, ci: bool, judges: bool) -> subprocess.CompletedProcess[str]:
    """Run the tests of *folder* in a process of its own."""
    environment = {**os.environ, "CI": "true" if ci else ""}
    if not judges:
        environment["PATH"] = str(folder)
    plugins = [word for name in ("randomly", "hypothesispytest") for word in ("-p", f"no:{name}")]
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rA", *plugins, "-p", "no:cacheprovider", "."],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        cwd=folder,
        env=environment,
    )


def test_a_test_without_its_judge_is_skipped_by_name(example: Path) -> None:
    ran = run(example, ci=False, judges=False)
    assert ran.returncode == 0
    assert "1 passed, 1 skipped, 1 xfailed" in ran.stdout
    assert "test_that_asks_a_judge needs qemu-img and qemu-io" in ran.stdout


def test_a_skip_is_a_failure_under_ci(example: Path) -> None:
    ran = run(example, ci=True, judges=False)
    assert ran.returncode == 1
    assert "1 passed, 1 xfailed, 1 error" in ran.stdout
    assert "test_that_asks_a_judge was skipped" in ran.stdout


@pytest.mark.judge
@pytest.mark.parametrize("ci", [False, True])
def test_with_its_judge_every_test_runs(example: Path, *, ci: bool) -> None:
    ran = run(example, ci=ci, judges=True)
    assert ran.returncode == 0
    assert "2 passed, 1 xfailed" in ran.stdout
