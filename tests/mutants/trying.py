"""A copy of the project, and tests run in it by forks of a process that is warm already."""

from __future__ import annotations

import gc
import itertools
import os
import resource
import select
import shutil
import signal
import subprocess
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.mutants.reaching import Reach, measured
from tests.mutants.watching import Watch, watched, write_down

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.mutants.drawing import Mutant

__all__ = ["Ground", "Verdict", "warm_up"]

_MEMORY = 12 << 30
"""Bytes of addresses that a run may take: a mutant may ask for any number of them."""
_QUIET = ("-x", "-q", "--tb=line", "-p", "no:randomly", "-p", "no:cacheprovider", "-p", "no:xdist")
_WARM = "ignore::pytest.PytestAssertRewriteWarning"
_NOT_FOUND = 4
_FIRST = 4.0
"""Seconds of tests that are tried first; a start of pytest with many takes long."""
_LONG = 1800.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a mutant."""

    killed: bool
    by: str
    """The test that failed, or why none did."""


class Witness:
    """Notes the first test that fails."""

    def __init__(self, into: Path) -> None:
        self._into = into

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a failure."""
        if report.failed:
            self._into.write_text(report.nodeid, "utf-8")

    def pytest_collection_finish(self) -> None:
        """Let the sweeping after each test of the window pass over what was imported."""
        gc.freeze()

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note a test file that can't be imported."""
        if report.failed:
            self._into.write_text(f"import of {report.nodeid}", "utf-8")


def warm_up() -> None:
    """Import what all tests need but the program itself, and draw few examples, without chance."""
    for name in ("numpy", "PySide6.QtWidgets", "pyqtgraph", "rich.progress", "click", "deflate"):
        __import__(name)
    settings.register_profile(
        "mutants",
        max_examples=25,
        deadline=None,
        derandomize=True,
        database=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=tuple(HealthCheck),
    )
    os.environ["HYPOTHESIS_PROFILE"] = "mutants"
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    mine = [name for name in sys.modules if name.startswith("redoscope")]
    assert mine == [], "the forks must import the program from the copy"
    gc.freeze()


class Ground:
    """A copy of the project at *root*, in *folder*, in which mutants are tried."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.root = folder / "tree"
        self._folder = folder
        self._watched: dict[Path, str] = {}
        """What the modules are that are watched at the moment."""
        self._times = itertools.count(1_000_000_000)
        names = subprocess.run(
            ["git", "ls-files", "-co", "--exclude-standard"],
            cwd=root,
            check=True,
            capture_output=True,
            text=True,
        )
        for name in filter(None, names.stdout.split("\n")):
            if (root / name).is_file():
                (self.root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(root / name, self.root / name)
        self._environ = {
            "PYTHONPATH": os.pathsep.join(str(self.root / part) for part in _PARTS),
            "PYTHONPYCACHEPREFIX": str(folder / "bytecode"),
        }

    def measure(self, tests: str, into: Path) -> None:
        """Run the file *tests* on a watched program and write to *into* what each test reaches."""
        if not self._watched:
            write_down(self.root / "core")
            for path in measured(self.root):
                source = path.read_text("utf-8")
                self._watched[path] = source
                self._put(path, watched(source, path.relative_to(self.root).as_posix()))
        # -x is for mutants: here a test that fails is merely of no use.
        status = self._run([*_QUIET[1:], tests], [Watch(into)], _LONG)
        ends = (
            pytest.ExitCode.OK,
            pytest.ExitCode.TESTS_FAILED,
            pytest.ExitCode.NO_TESTS_COLLECTED,
        )
        if status not in ends:
            told = (self._folder / "shown").read_text("utf-8", "replace")
            raise SystemExit(f"the tests were not measured (status {status}):\n{told}")

    def _stop_watching(self) -> None:
        for path, source in self._watched.items():
            self._put(path, source)
        self._watched.clear()

    def try_mutant(self, mutant: Mutant, reach: Reach, patience: float) -> Verdict:
        """Run tests that reach *mutant* on it, the nearest and quickest first.

        They took *patience* seconds at most when they were measured.
        """
        self._stop_watching()
        path = self.root / mutant.path
        before = path.read_text("utf-8")
        self._put(path, mutant.source)
        try:
            tried = 0
            for seconds in (_FIRST, patience):
                tests = reach.tests(mutant.path, mutant.block, seconds)[tried:]
                tried += len(tests)
                verdict = self._tried(tests, seconds) if tests else None
                if verdict is not None:
                    return verdict
            return Verdict(killed=False, by=f"{tried} tests pass" if tried else "no test is there")
        finally:
            self._put(path, before)

    def _tried(self, tests: Sequence[str], seconds: float) -> Verdict | None:
        """Return the verdict of *tests* if they have one."""
        witness = self._folder / "witness"
        witness.unlink(missing_ok=True)
        status = self._run([*_QUIET, "--timeout=60", *tests], [Witness(witness)], 6 * seconds + 60)
        told = witness.read_text("utf-8") if witness.exists() else ""
        if status is None:
            return Verdict(killed=True, by="time: it hangs, or does far more work")
        if told or status not in {pytest.ExitCode.OK, _NOT_FOUND}:
            return Verdict(killed=True, by=told or f"exit status {status}")
        # Names of tests may be made of what was changed; that such a name is gone proves nothing.
        return None

    def _put(self, path: Path, source: str) -> None:
        """Write a module, with a time that no compiled one has."""
        path.write_text(source, "utf-8")
        time = next(self._times)
        os.utime(path, (time, time))

    def _run(self, arguments: list[str], plugins: list[object], seconds: float) -> int | None:
        """Run pytest in a fork and return its exit status, or None if it took too long."""
        process = os.fork()
        if process == 0:
            self._become_pytest(arguments, plugins, int(seconds))
        handle = os.pidfd_open(process)
        try:
            ended = bool(select.select([handle], [], [], 3 * seconds)[0])
        finally:
            os.close(handle)
            os.killpg(process, signal.SIGKILL)
            status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        shutil.rmtree(self._folder / "tests", ignore_errors=True)
        return None if not ended or -status in {signal.SIGXCPU, signal.SIGKILL} else status

    def _become_pytest(self, arguments: list[str], plugins: list[object], seconds: int) -> None:
        os.setsid()
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        shown = os.open(self._folder / "shown", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(shown, 1)
        os.dup2(shown, 2)
        os.environ.update(self._environ)
        os.chdir(self.root)
        for name in [name for name in sys.modules if name.partition(".")[0] == "tests"]:
            del sys.modules[name]
        sys.path[:0] = [str(self.root), *(str(self.root / part) for part in _PARTS)]
        sys.dont_write_bytecode = False
        sys.pycache_prefix = self._environ["PYTHONPYCACHEPREFIX"]
        where = f"--basetemp={self._folder / 'tests'}"
        status = int(pytest.ExitCode.INTERNAL_ERROR)
        try:
            status = int(pytest.main([where, "-W", _WARM, *arguments], plugins=plugins))
        finally:
            traceback.print_exc()
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)


_PARTS = ("core", "gui", "resources")
