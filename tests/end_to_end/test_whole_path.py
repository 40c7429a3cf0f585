"""The whole path as a person goes it, with keyboard and mouse, on the installed program."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.desk import Desk, missing_tools, open_desk

pytestmark = [
    pytest.mark.end_to_end,
    pytest.mark.judge,
    pytest.mark.skipif(bool(missing_tools()), reason=f"needs {', '.join(missing_tools())}"),
]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A display and a HOME that were never used."""
    home = tmp_path / "home"
    home.mkdir()
    with open_desk(home) as opened:
        yield opened


def digests(folder: Path) -> dict[str, str]:
    """Return the hash of each disk in *folder*."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.glob("*.vmdk"))
    }


def test_open_the_sample_find_bytes_create_a_child_attach_it_and_quit(
    desk: Desk, tmp_path: Path
) -> None:
    folder = tmp_path / "sample"
    program = desk.start("demo", "--dir", folder)
    try:
        program.see("office-000005.vmdk - generation 5 - sector .* - Redoscope")
        before = digests(folder)

        program.press("ctrl+l")
        program.type("s16384")
        program.press("Return")
        program.see("generation 5 - sector 16384 - Redoscope")

        program.press("alt+Up", "alt+Up", "alt+Up")
        program.see("office-000002.vmdk - generation 2 - sector 16384 - Redoscope")

        program.press("ctrl+n")
        program.see("^Create child$")
        program.press("ctrl+a")
        program.type("tuesday-again.vmdk")
        program.press("Return")
        program.see("tuesday-again.vmdk - generation 3 - sector 16384 - Redoscope")
        assert digests(folder).items() >= before.items()

        program.press("ctrl+shift+a")
        program.see("^Attach$")
        program.press("Return")
        program.see("tuesday-again.vmdk - generation 3 - .* attached - Redoscope")

        program.press("ctrl+q")
        assert program.end() == (0, "")
    finally:
        program.process.kill()
        program.process.communicate()

    assert digests(folder).items() >= before.items()
    child = folder / "tuesday-again.vmdk"
    chain = subprocess.run(
        ["qemu-img", "info", "--backing-chain", "--output=json", child],
        check=True,
        capture_output=True,
    )
    assert [Path(link["filename"]).name for link in json.loads(chain.stdout)] == [
        "tuesday-again.vmdk",
        "office-000002.vmdk",
        "office-000001.vmdk",
        "office.vmdk",
    ]
    for path, name in ((child, "new"), (folder / "office-000002.vmdk", "old")):
        subprocess.run(
            ["qemu-img", "convert", "-O", "raw", path, tmp_path / f"{name}.raw"], check=True
        )
    assert (tmp_path / "new.raw").read_bytes() == (tmp_path / "old.raw").read_bytes()
    check = subprocess.run(["qemu-img", "check", child], capture_output=True, text=True, check=True)
    assert "No errors" in check.stdout


def test_a_broken_disk_beside_a_sound_one_does_not_stop_the_window(
    desk: Desk, tmp_path: Path
) -> None:
    folder = tmp_path / "sample"
    made = subprocess.run(
        [Path(sys.executable).with_name("redoscope"), "demo", "--dir", folder],
        env=desk.environment | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        check=True,
    )
    assert b"office-000005.vmdk" in made.stdout
    (folder / "broken.vmdk").write_bytes(b"KDMV" + bytes(100))
    program = desk.start(folder)
    try:
        program.see("generation 5 - sector .* - Redoscope")
        program.press("alt+Home")
        program.see("office.vmdk - generation 0 - sector .* - Redoscope")
        program.press("ctrl+q")
        assert program.end() == (0, "")
    finally:
        program.process.kill()
        program.process.communicate()
