"""The whole way of a machine with snapshots, read by qemu-img after each step."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.core.operations.snapshots.machine_run import NODES, MachineRun, content, texts_of
from tests.judges.trees import fingerprint

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.judge


class Judge:
    """Keeps what each generation has to read as, and asks qemu-img whether it does."""

    def __init__(self, run: MachineRun, folder: Path) -> None:
        """Keep raw images of the generations of *run* in *folder*."""
        self.run = run
        self.folder = folder
        self.apart = fingerprint(run.folder / "apart.vmdk")

    def __call__(self) -> None:
        """Compare all that the list names, and what the machine runs on."""
        machine = self.run.machine
        named = {(s.entry.uid, d.node): d.link for s in machine.snapshots for d in s.disks}
        assert set(named) == set(self.run.listed())
        for key, data in self.run.listed().items():
            self.compare(named[key], data)
        assert fingerprint(self.run.folder / "apart.vmdk") == self.apart

    def state(self, expected: dict[str, bytes]) -> None:
        """Compare what the machine runs on with *expected*."""
        for node, data in expected.items():
            self.compare(self.run.leaf(node), data)

    def compare(self, link: Path | None, data: bytes) -> None:
        """Compare the disk *link* with *data*."""
        assert link is not None
        raw = self.folder / "expected.raw"
        raw.write_bytes(data)
        words = ["qemu-img", "compare", "-f", "vmdk", "-F", "raw", str(link), str(raw)]
        ran = subprocess.run(words, capture_output=True, text=True, check=False)
        assert (ran.returncode, ran.stdout.strip()) == (0, "Images are identical.")


def undone(run: MachineRun, texts: dict[str, bytes], saved: Path) -> None:
    """Check that the inverse *saved* brings *texts* back byte for byte."""
    run.undone(saved)
    assert texts_of(run.folder) == texts


@pytest.mark.parametrize("kind", ["monolithicSparse", "monolithicFlat"])
def test_every_generation_that_is_listed_reads_as_before_after_each_step(
    tmp_path: Path, kind: str
) -> None:
    run = MachineRun(tmp_path / "web", kind=kind, seed=7)
    judge = Judge(run, tmp_path)
    for step in ("one", "two", "back", "three", "four"):
        texts, state = texts_of(run.folder), run.state()
        if step == "back":
            undone(run, texts, run.revert(1))
            judge.state(state)
            run.revert(1)
            state = {node: run.known[1, node] for node in NODES}
        else:
            _, saved = run.take(step)
            judge()
            undone(run, texts, saved)
            run.known = {k: data for k, data in run.known.items() if k in run.generations()}
            judge.state(state)
            run.take(step)
        judge()
        judge.state(state)
        for node in NODES:
            run.write(node)
    assert [disk.chain[-1] for disk in run.machine.disks[:2]] == [run.leaf(n) for n in NODES]
    state = run.state()
    middle = next(s.entry.uid for s in run.machine.snapshots if s.entry.name == "three")
    for uid in (middle, 2):
        run.delete(uid)
        judge()
        judge.state(state)
    run.delete_all()
    judge.state(state)
    assert {disk.link for disk in run.machine.disks} == {
        run.folder / f"{name}.vmdk" for name in ("web", "data", "apart")
    }
    assert content(run.folder / "web.vmdk") == state["scsi0:0"]
