"""The command `redoscope` itself, as a process of its own where Qt's start matters."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from tests.processes import python

from redoscope_gui import __main__ as program
from redoscope_gui.__main__ import main

LONG = 90
"""Seconds that a child process may take."""


def run(*arguments: str | Path, home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command with a fresh home and without a display."""
    kept = {k: v for k, v in os.environ.items() if k not in {"DISPLAY", "WAYLAND_DISPLAY"}}
    kept.pop("QT_QPA_PLATFORM", None)
    kept["PYTHONPATH"] = os.pathsep.join(entry for entry in sys.path if entry)
    folders = {f"XDG_{kind}_HOME": str(home / kind) for kind in ("CONFIG", "DATA", "STATE")}
    kept.update(HOME=str(home), **folders, **environment)
    return subprocess.run(
        [sys.executable, "-m", "redoscope_gui", *map(str, arguments)],
        env=kept,
        capture_output=True,
        text=True,
        timeout=LONG,
        check=False,
    )


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_need_no_qt(option: str) -> None:
    code = (
        "import sys\n"
        "from redoscope_gui.__main__ import main\n"
        f"status = main([{option!r}])\n"
        "assert not [name for name in sys.modules if name.startswith(('PySide6', 'numpy'))]\n"
        "sys.exit(status)\n"
    )
    done = python(code)
    assert done.returncode == 0, done.stderr
    assert "redoscope" in done.stdout


def test_a_command_starts_without_looking_for_rings_again_and_again() -> None:
    code = (
        "import gc, sys\n"
        "from redoscope_gui import __main__ as program\n"
        "begun, run = [], program.main\n"
        "gc.callbacks.append(lambda phase, facts: begun.append(phase) if phase == 'start' else 0)\n"
        "def main():\n"
        "    status = run(['info', '--help'])\n"
        "    print(f'sweeps: {len(begun)}', flush=True)\n"
        "    return status\n"
        "program.main = main\n"
        "program.command()\n"
    )
    done = python(code)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.rpartition("sweeps: ")[2]) <= 1


def test_a_path_that_is_not_there_is_one_line_and_status_2(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["/nowhere/at-all.vmdk"]) == 2
    told = capsys.readouterr().err
    assert told.startswith("redoscope: /nowhere/at-all.vmdk: ")
    assert told.count("\n") == 1


@pytest.mark.parametrize("size", ["big", "12", "1x2x3"])
def test_a_size_that_is_none_is_a_wrong_call(size: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--size", size]) == 2
    assert "1680x940" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("qt", "python", "sound"),
    [
        ("6.11.3", (3, 11), True),
        ("6.8.0", (3, 11), True),
        ("6.12.0", (3, 11), False),
        ("6.12.1", (3, 13), True),
        ("6.11.0", (3, 13), False),
        ("6.11.1", (3, 11), False),
    ],
)
def test_a_pair_of_qt_and_python_that_crashes_is_refused(
    monkeypatch: pytest.MonkeyPatch, qt: str, python: tuple[int, int], *, sound: bool
) -> None:
    monkeypatch.setattr("importlib.metadata.version", lambda _name: qt)
    monkeypatch.setattr("redoscope_gui.__main__.sys.version_info", python)
    assert (program._unsound_pair() == "") is sound


def test_without_a_display_one_line_says_so(tmp_path: Path, tip: Path) -> None:
    done = run(tip, home=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("redoscope: no display")
    assert done.stderr.count("\n") == 1


def test_a_display_that_does_not_answer_is_no_display(tmp_path: Path, tip: Path) -> None:
    done = run(tip, home=tmp_path, DISPLAY=":4711")
    assert done.returncode == 2
    assert done.stderr.startswith("redoscope: no display")


@pytest.mark.end_to_end
@pytest.mark.parametrize("theme", ["dark", "light"])
def test_a_picture_of_a_disk_is_taken_without_a_display(
    tmp_path: Path, tip: Path, theme: str
) -> None:
    picture = tmp_path / "pictures" / "window.png"
    done = run(tip, "--screenshot", picture, "--theme", theme, "--size", "1280x800", home=tmp_path)
    assert done.returncode == 0, done.stderr
    image = QImage(str(picture))
    assert (image.width(), image.height()) == (1280, 800)
    assert (image.pixelColor(3, 3).lightness() > 128) is (theme == "light")
    colours = {image.pixel(x, y) for x in range(0, 1280, 4) for y in range(0, 800, 4)}
    assert len(colours) > 40


@pytest.mark.end_to_end
def test_the_demo_makes_the_sample_and_its_picture(tmp_path: Path) -> None:
    picture = tmp_path / "demo.png"
    done = run("demo", "--dir", tmp_path / "sample", "--screenshot", picture, home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "office-000005.vmdk" in done.stdout
    assert not QImage(str(picture)).isNull()
    assert "Traceback" not in done.stderr
