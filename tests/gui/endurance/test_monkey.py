"""A few seconds of random hands; `python -m tests.benchmarks.endurance` does it for minutes."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QEventLoop, QTimer
from tests.gui.endurance.damage import make_damaged_folder
from tests.gui.endurance.fence import fenced, stay_open
from tests.gui.endurance.monkey import Monkey
from tests.gui.endurance.pulse import watched
from tests.gui.endurance.stage import evidence, open_stage

pytestmark = pytest.mark.usefixtures("usual_look")

ACTIONS = 250
LONGEST = 30_000
STANDSTILL = 0.5


@pytest.mark.parametrize(("seed", "what"), [(1, "sample"), (2, "damaged")])
def test_random_hands_do_no_harm(sample: Path, tmp_path: Path, seed: int, what: str) -> None:
    folder = tmp_path / "vm"
    if what == "sample":
        shutil.copytree(sample, folder)
    else:
        make_damaged_folder(folder, seed=seed, count=26)
    before = evidence(folder)
    paths = [folder, *sorted(folder.glob("*.vmdk"))[:3]]
    with (
        fenced(tmp_path) as fence,
        open_stage(tmp_path / "settings" / "redoscope.ini") as stage,
        stay_open(stage.window),
    ):
        stage.open(folder)
        monkey = Monkey(stage.window, seed, paths)
        with watched(STANDSTILL) as pulse:
            act(monkey, ACTIONS)
        monkey.stop()
    trail = "\n".join(monkey.trail)
    assert monkey.done >= ACTIONS, trail
    assert [(hang.own, hang.stack) for hang in pulse.hangs] == [], trail
    after = evidence(folder)
    assert {name: after.get(name) for name in before} == before, trail
    assert fence.refused == []


def act(monkey: Monkey, times: int) -> None:
    """Let *monkey* act so often, or for as long as a test may take."""
    loop = QEventLoop()
    timer = QTimer()
    timer.timeout.connect(lambda: loop.quit() if monkey.done >= times else None)
    timer.start(5)
    end = QTimer()
    end.setSingleShot(True)
    end.timeout.connect(loop.quit)
    end.start(LONGEST)
    monkey.start()
    loop.exec()
    timer.stop()
    end.stop()


def test_the_fence_refuses_what_lies_outside(tmp_path: Path) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    inside.mkdir()
    with fenced(inside) as fence:
        (inside / "a").write_text("may be", encoding="utf-8")
        with pytest.raises(PermissionError):
            outside.write_text("may not be", encoding="utf-8")
        with pytest.raises(PermissionError):
            (inside / "a").rename(outside)
        assert (inside / "a").read_text("utf-8") == "may be"
        (inside / "below").mkdir()
        (inside / "below" / "b").touch()
        shutil.rmtree(inside / "below")
    assert len(fence.refused) == 2
    outside.write_text("no fence stands any more", encoding="utf-8")


def test_the_fence_keeps_evidence_as_it_is(tmp_path: Path) -> None:
    kept, other = tmp_path / "office.vmx", tmp_path / "other"
    kept.write_text("as it was", encoding="utf-8")
    with fenced(tmp_path, [kept]) as fence:
        other.write_text("may be", encoding="utf-8")
        for change in (kept.unlink, lambda: other.rename(kept), lambda: kept.open("ab")):
            with pytest.raises(PermissionError):
                change()
    assert len(fence.refused) == 3
    assert kept.read_text("utf-8") == "as it was"


def test_the_pulse_notes_a_standstill() -> None:
    held = threading.Event()
    with watched(0.1) as pulse:
        loop = QEventLoop()
        QTimer.singleShot(50, lambda: held.wait(0.4))
        QTimer.singleShot(600, loop.quit)
        loop.exec()
    assert len(pulse.hangs) == 1
    assert pulse.hangs[0].seconds > 0.3
    assert "test_monkey.py" in pulse.hangs[0].stack
