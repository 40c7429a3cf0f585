"""What holds for every test: Hypothesis profiles, the judges' marker, no display."""

from __future__ import annotations

import os
import shutil
import signal
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from collections.abc import Generator

SHIELDED_FROM = (signal.SIGINT, signal.SIGHUP)

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# tmp_path is one folder for all examples of a property; each example makes its own names in it.
SHARED_FOLDER_IS_FINE = (HealthCheck.function_scoped_fixture, HealthCheck.too_slow)

settings.register_profile(
    "fast", max_examples=50, deadline=None, suppress_health_check=SHARED_FOLDER_IS_FINE
)
settings.register_profile(
    "ci",
    max_examples=50,
    deadline=None,
    derandomize=True,
    suppress_health_check=SHARED_FOLDER_IS_FINE,
)


def under_ci() -> bool:
    """Say whether this run decides about a change: there, a skipped test is a failed one."""
    return os.environ.get("CI", "").lower() == "true"


settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if under_ci() else "fast"))


@pytest.fixture(scope="session", autouse=True)
def state_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Generator[None]:
    """Keep what the program remembers of a user away from who runs the tests."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        yield


@pytest.fixture(scope="session", autouse=True)
def nothing_waits_for_the_disk() -> Generator[None]:
    """Have flushes return at once: no test takes the power away, a sixth of the writing ones' time.

    What must be flushed, and when, the recorder of file operations tells.
    """

    def look_at(descriptor: int) -> None:
        os.fstat(descriptor)  # a closed one is an error, as ever

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(os, "fsync", look_at)
        patched.setattr(os, "fdatasync", look_at)
        yield


@pytest.fixture(scope="session", autouse=True)
def signals_as_in_a_terminal() -> Generator[None]:
    """Let the programs that tests start be stopped, also where this run is shielded from that.

    A shell starts what runs in its background deaf to Ctrl-C, and nohup to a hang-up; whoever is
    started by it inherits that.
    """
    shielded = [
        number for number in SHIELDED_FROM if signal.getsignal(number) is signal.Handlers.SIG_IGN
    ]
    for number in shielded:
        signal.signal(number, signal.SIG_DFL)
    yield
    for number in shielded:
        signal.signal(number, signal.SIG_IGN)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, by name, the tests whose judge is not installed."""
    absent = [program for program in ("qemu-img", "qemu-io") if shutil.which(program) is None]
    if not absent:
        return
    for item in items:
        if item.get_closest_marker("judge") is not None:
            reason = f"{item.name} needs {' and '.join(absent)} (Debian: qemu-utils)"
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip into a failure under CI, where every judge must have spoken."""
    del call
    report = yield
    if under_ci() and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and under CI=true a skip is a failure"
    return report
