"""The machine of the sample: two disks, snapshots on two branches, the screens that they kept."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from time import time_ns

import pytest

from redoscope_core import (
    Chain,
    delete_snapshots,
    machine_at,
    machine_findings,
    open_checkpoint,
    plan_delete,
    plan_take,
    save_block,
)
from redoscope_core.sample import SampleState, find_sample, make_sample
from redoscope_core.sample.machine import SNAPSHOTS, VMX
from tests.command import COMMAND, environment
from tests.core.finished import finished

README = Path(__file__).parents[3] / "README.md"
PAGES = ("Backups", "Machines and their snapshots")
"""Pages of the README whose commands are to be typed in the folder of the sample."""
BASH = shutil.which("bash")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a sample; nobody writes to it."""
    return finished(make_sample(tmp_path_factory.mktemp("sample") / "sample")).parent


@pytest.fixture
def sample(made: Path, tmp_path: Path) -> Path:
    """A copy that may be changed."""
    return shutil.copytree(made, tmp_path / "sample")


def test_two_disks_run_on_the_tips_and_nothing_is_wrong(made: Path) -> None:
    machine = machine_at(made)
    assert [(disk.named.node, disk.named.file_name) for disk in machine.disks] == [
        ("scsi0:0", "office-000005.vmdk"),
        ("scsi0:1", "records-000001.vmdk"),
    ]
    assert list(machine_findings(machine, time_ns() // 1000)) == []
    assert machine.findings == ()


def test_the_tree_of_snapshots_branches_at_tuesday_and_each_froze_its_link(made: Path) -> None:
    machine = machine_at(made)
    told = {each.entry.uid: each for each in machine.snapshots}
    assert sorted(uid for uid, each in told.items() if each.entry.parent == 3) == [4, 6]
    for snapshot in SNAPSHOTS:
        froze = [disk.link for disk in told[snapshot.uid].disks]
        assert froze == [made / link for link in snapshot.links]
    assert machine.snapshot_text.current == 5


def test_each_snapshot_kept_the_screen_and_the_text_of_its_machine(
    made: Path, tmp_path: Path
) -> None:
    pictures = set()
    for snapshot in SNAPSHOTS:
        path = made / snapshot.file_name
        picture = tmp_path / f"{snapshot.uid}.png"
        with open_checkpoint(path) as checkpoint:
            tag = checkpoint.find("MKSVMX", "imageData")
            text = checkpoint.find("Snapshot", "cfgFile")
            assert tag is not None
            assert text is not None
            save_block(checkpoint, tag, picture, like=path)
            assert all(link.encode() in checkpoint.bytes_of(text) for link in snapshot.links)
        pictures.add(picture.read_bytes())
        assert picture.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
    assert len(pictures) == len(SNAPSHOTS)


def test_snapshots_can_be_taken_and_deleted_and_the_sample_says_that_it_was_changed(
    sample: Path,
) -> None:
    before = {}
    for snapshot in SNAPSHOTS:
        for link in snapshot.links:
            with Chain.open(sample / link) as chain:
                before[link] = chain.read(0, chain.capacity)
    finished(plan_take(machine_at(sample), name="mine").switch.run())
    assert finished(find_sample(sample)).state is SampleState.CHANGED
    finished(delete_snapshots(plan_delete(machine_at(sample), 4)))
    for each in machine_at(sample).snapshots:
        for disk in each.disks[:1] if each.entry.uid <= 6 else ():
            assert disk.link is not None
            with Chain.open(disk.link) as chain:
                name = next(s.links[0] for s in SNAPSHOTS if s.uid == each.entry.uid)
                assert chain.read(0, chain.capacity) == before[name]


@pytest.mark.parametrize("gone", [VMX, "office.vmsd", "records.vmdk"])
def test_a_sample_that_lacks_some_of_its_machine_is_not_whole(sample: Path, gone: str) -> None:
    (sample / gone).unlink()
    assert finished(find_sample(sample)).state is not SampleState.WHOLE


def commands_of(page: str) -> list[str]:
    """Return the commands that the README has on *page*, as they stand."""
    text = README.read_text(encoding="utf-8")
    found = re.search(rf"^## {page}\n(.*?)(?=^## )", text, re.DOTALL | re.MULTILINE)
    assert found is not None
    lines = [line[4:] for line in found[1].splitlines() if line.startswith("    redoscope ")]
    assert lines, page
    return lines


@pytest.mark.skipif(BASH is None, reason="no bash")
@pytest.mark.parametrize("page", PAGES)
def test_what_the_readme_says_of_the_sample_can_be_typed_as_it_stands(
    page: str, sample: Path
) -> None:
    script = "\n".join(commands_of(page))
    on_path = environment({"PATH": f"{Path(COMMAND).parent}:/usr/bin:/bin", "COLUMNS": "100"})
    done = subprocess.run(
        [str(BASH), "-e"], input=script, text=True, env=on_path, cwd=sample, check=False,
        capture_output=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, (done.stdout, done.stderr)
