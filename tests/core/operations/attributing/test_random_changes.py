"""Whatever changes, each changed sector has one class, and files are told as they are."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.core.operations.attributing.worlds import (
    LATER,
    WHEN,
    blob,
    changes,
    difference,
    disk_of,
    mtool,
    needs,
)

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.judge,
    pytest.mark.skipif(bool(needs("mkfs.fat", "mcopy")), reason=needs("mkfs.fat", "mcopy")),
]
NAMES = tuple(f"F{number}.BIN" for number in range(8))
SIZES = (1, 511, 512, 513, 4096, 5000)
Deed = tuple[str, str, int]


def put(volume: Path, folder: Path, name: str, data: bytes, when: int) -> None:
    """Write a file into *volume*, over one that has that name."""
    source = folder / "source"
    source.write_bytes(data)
    os.utime(source, (when, when))
    mtool(volume, "mcopy", "-m", "-o", source, f"::/{name}")


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, dict[str, bytes]]:
    """A FAT12 volume, a disk with it, and what its files hold."""
    folder = tmp_path_factory.mktemp("random")
    volume = folder / "old.raw"
    with volume.open("wb") as file:
        file.truncate(1 << 20)
    make = ["mkfs.fat", "--invariant", "-F", "12", "-s", "2", str(volume)]
    subprocess.run(make, check=True, capture_output=True)
    held = {name: blob(name, size) for name, size in zip(NAMES, SIZES, strict=False)}
    for name, data in held.items():
        put(volume, folder, name, data, WHEN)
    return volume, disk_of(folder, "old", volume), held


@settings(
    max_examples=3,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    deeds=st.lists(
        st.tuples(
            st.sampled_from(["write", "delete", "rename"]),
            st.sampled_from(NAMES),
            st.sampled_from(SIZES),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_what_is_told_is_what_was_done(
    older: tuple[Path, Path, dict[str, bytes]], tmp_path: Path, deeds: list[Deed]
) -> None:
    volume, old, held = older
    after = tmp_path / "after.raw"
    shutil.copy(volume, after)
    now = dict(held)
    for number, (deed, name, size) in enumerate(deeds):
        if deed == "write":
            now[name] = blob(f"{name} anew {number}", size)
            put(after, tmp_path, name, now[name], LATER)
        elif name in now and deed == "delete":
            mtool(after, "mdel", f"::/{name}")
            del now[name]
        elif name in now:
            mtool(after, "mmove", f"::/{name}", f"::/R{number}.BIN")
            now[f"R{number}.BIN"] = now.pop(name)
    # That the classes add up to what `compare` tells is proved by `difference`.
    told = changes(difference(old, disk_of(tmp_path, "new", after)))
    came = {path for path, each in told.items() if each.kind in {"added", "renamed"}}
    gone = {path for path, each in told.items() if each.kind == "deleted"}
    gone |= {str(each.old_path) for each in told.values() if each.kind == "renamed"}
    modified = {path for path, each in told.items() if each.kind == "modified"}
    assert came == {f"/{name}" for name in now.keys() - held.keys()}
    assert gone == {f"/{name}" for name in held.keys() - now.keys()}
    kept = held.keys() & now.keys()
    assert modified == {f"/{name}" for name in kept if held[name] != now[name]}
