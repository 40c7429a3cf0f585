"""Selected bytes, from any offset on: those of the raw image, hashed and saved, or refused."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redoscope_core import (
    AlreadyExists,
    Chain,
    CorruptVmdk,
    FileRefused,
    OutOfRange,
    PartialChain,
    create_child,
    create_disk,
)
from redoscope_core.operations.examining.digest_selected import digest_selected
from redoscope_core.operations.making.save_selected import save_selected, sidecar_of
from redoscope_core.operations.walking.selected import held_in, selected_pieces
from tests.core.chains import ChainPlan, chain_plans
from tests.core.finished import finished
from tests.judges import handmade

if TYPE_CHECKING:
    from collections.abc import Generator

SECTOR = 512


@pytest.fixture
def folder() -> Generator[Path]:
    """A folder for each example that is drawn."""
    made = Path(tempfile.mkdtemp())
    yield made
    shutil.rmtree(made)


@settings(max_examples=40)
@given(plan=chain_plans(), data=st.data())
def test_any_bytes_of_any_generation_are_those_of_the_raw_image(
    plan: ChainPlan, data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        paths = plan.build(folder / "disks")
        index = data.draw(st.integers(0, len(paths) - 1))
        raw = plan.content(index)
        offset = data.draw(st.integers(0, len(raw) - 1))
        length = data.draw(st.integers(0, len(raw) - offset))
        wanted = raw[offset : offset + length]
        with Chain.open(paths[index]) as chain:
            held = finished(held_in(chain, offset, length))
            read = bytearray()
            for piece in selected_pieces(chain, held, offset, length):
                assert piece.offset == offset + len(read)
                assert piece.stored or not any(piece.data)
                read += piece.data
            assert read == wanted
            digits = hashlib.sha256(wanted).hexdigest()
            assert finished(digest_selected(chain, offset, length)).hexadecimal == digits
            saved = finished(save_selected(chain, offset, length, folder / "part.bin"))
        assert (folder / "part.bin").read_bytes() == wanted
        assert json.loads(saved.sidecar.read_text()) == {
            "file": "part.bin",
            "disk": str(paths[index]),
            "generation": index,
            "cid": f"{saved.content_id:08x}",
            "offset": offset,
            "length": length,
            "sha256": digits,
        }


def test_zeros_of_two_tebibytes_need_neither_memory_nor_room(folder: Path) -> None:
    path = folder / "large.vmdk"
    create_disk(path, 2**32 // 64)
    with Chain.open(path) as chain:
        saved = finished(save_selected(chain, 777, 2**30, folder / "part.bin"))
    assert saved.path.stat().st_size == 2**30
    assert saved.path.stat().st_blocks * SECTOR < 2**20
    hashed = hashlib.sha256()
    for _ in range(2**10):
        hashed.update(bytes(2**20))
    assert saved.sha256 == hashed.hexdigest()


@pytest.mark.parametrize("taken", ["part.bin", "part.bin.json"])
def test_a_taken_name_is_refused_and_nothing_is_left(folder: Path, taken: str) -> None:
    create_disk(folder / "disk.vmdk", 128)
    (folder / taken).write_bytes(b"mine")
    before = sorted(folder.iterdir())
    with Chain.open(folder / "disk.vmdk") as chain, pytest.raises(AlreadyExists):
        finished(save_selected(chain, 0, 100, folder / "part.bin"))
    assert sorted(folder.iterdir()) == before
    assert (folder / taken).read_bytes() == b"mine"


@pytest.mark.parametrize("force", [False, True])
def test_a_disk_is_never_replaced(folder: Path, *, force: bool) -> None:
    create_disk(folder / "disk.vmdk", 128)
    create_disk(folder / "other.vmdk", 128)
    before = (folder / "other.vmdk").read_bytes()
    with Chain.open(folder / "disk.vmdk") as chain, pytest.raises(FileRefused):
        finished(save_selected(chain, 0, 100, folder / "other.vmdk", force=force))
    assert (folder / "other.vmdk").read_bytes() == before
    assert not sidecar_of(folder / "other.vmdk").exists()


def test_saving_that_is_stopped_leaves_nothing(folder: Path) -> None:
    create_disk(folder / "disk.vmdk", 2**18)
    with Chain.open(folder / "disk.vmdk") as chain:
        steps = save_selected(chain, 0, 2**27, folder / "part.bin")
        next(steps)
        steps.close()
    assert [each.name for each in folder.iterdir()] == ["disk.vmdk"]


def test_what_can_not_be_read_is_never_made_up(folder: Path) -> None:
    grains = {grain: random.Random(grain).randbytes(65536) for grain in range(3)}
    plan = handmade.SparsePlan(3 * 128, grains=grains)
    path = handmade.sparse_link(folder / "cut.vmdk", plan)
    path.write_bytes(path.read_bytes()[:-65536])
    with Chain.open(path) as chain:
        sound = finished(digest_selected(chain, 5, 2 * 65536 - 5))
        assert sound.hexadecimal == hashlib.sha256((grains[0] + grains[1])[5:]).hexdigest()
        for act in (
            digest_selected(chain, 2 * 65536 - 1, 2),
            save_selected(chain, 2 * 65536 - 1, 2, folder / "part.bin"),
        ):
            with pytest.raises(CorruptVmdk):
                finished(act)
    assert [each.name for each in folder.iterdir()] == ["cut.vmdk"]


def test_what_asks_a_parent_that_is_left_out_is_refused(folder: Path) -> None:
    create_disk(folder / "base.vmdk", 256)
    with Chain.open(folder / "base.vmdk") as base:
        create_child(base, folder / "child.vmdk")
    with Chain.open_alone(folder / "child.vmdk") as chain, pytest.raises(PartialChain):
        finished(digest_selected(chain, 0, 10))


@pytest.mark.parametrize(("offset", "length"), [(-1, 1), (0, 128 * 512 + 1), (128 * 512, 1)])
def test_bytes_outside_the_disk_are_refused(folder: Path, offset: int, length: int) -> None:
    create_disk(folder / "disk.vmdk", 128)
    with Chain.open(folder / "disk.vmdk") as chain, pytest.raises(OutOfRange):
        finished(digest_selected(chain, offset, length))
