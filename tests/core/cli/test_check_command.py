"""The check command: what it looked at and what not, its places, and the way by a copy."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from tests.core.links import make_child
from tests.judges import handmade
from tests.judges.handmade import SparsePlan
from tests.judges.handmade_stream import StreamPlan, stream_link

if TYPE_CHECKING:
    from pathlib import Path

    from tests.core.cli.conftest import Redoscope

SECTOR = 512
SIZE = 128 * SECTOR
UNREAD = "not at the bytes of grains (--data reads them)"


@pytest.fixture
def stream(tmp_path: Path) -> Path:
    """Three compressed grains, with a damaged one among them."""
    chance = random.Random(1)
    plan = StreamPlan(2048, grains={grain: chance.randbytes(SIZE) for grain in (0, 3, 4)})
    path = stream_link(tmp_path / "stream.vmdk", plan)
    raw = bytearray(path.read_bytes())
    raw[raw.index(b"\x78\x9c") + 30_000 + SIZE] ^= 0x10
    path.write_bytes(raw)
    return path


@pytest.fixture
def sparse(tmp_path: Path) -> Path:
    """Three grains, of which one has a damaged entry, and a sound one in the copy."""
    chance = random.Random(2)
    plan = SparsePlan(2048, grains={grain: chance.randbytes(SIZE) for grain in (0, 3, 4)})
    path = handmade.sparse_link(tmp_path / "sparse.vmdk", plan)
    handmade.patch_u32(path, plan.table_entry(3), 2**31)
    return path


def test_the_summary_says_what_was_looked_at_and_what_was_not(
    redoscope: Redoscope, stream: Path, sparse: Path
) -> None:
    ran = redoscope("check", stream)
    assert ran.status == 0
    told = "0 faults; looked at texts and tables of 1 link; the marks of 3 compressed grains"
    assert ran.out.splitlines()[-1] == f"{told}; {UNREAD}"
    ran = redoscope("check", stream, "--data")
    assert ran.status == 1
    told = "1 fault; looked at texts and tables of 1 link; 3 compressed grains, inflated and proved"
    assert ran.out.splitlines()[-1] == f"{told} by checksum"
    ran = redoscope("check", sparse, "--data")
    assert "texts, tables and redundant tables of 1 link; 128.0 KiB of stored data, read" in ran.out


def test_json_says_the_same_with_every_place(redoscope: Redoscope, stream: Path) -> None:
    document = redoscope("check", stream, "--json").document
    assert document["not_looked_at"] == [{"what": "grain-bytes"}]
    assert document["looked_at"]["marks"] == 3
    document = redoscope("check", stream, "--data", "--json").document
    assert document["not_looked_at"] == []
    assert document["looked_at"] == {
        "links": 1, "redundant_tables": 0, "marks": 3, "grains": 3, "bytes": 0
    }  # fmt: skip
    (finding,) = document["findings"]
    (place,) = finding["places"]
    assert (finding["code"], finding["places_left_out"]) == ("damaged-grains", 0)
    assert (place["grain"], place["sector"], place["why"]) == (3, 384, "damaged-stream")


def test_a_folder_counts_each_link_once(redoscope: Redoscope, sparse: Path) -> None:
    for name in ("one.vmdk", "two.vmdk"):
        make_child(sparse, sparse.with_name(name))
    document = redoscope("check", sparse.parent, "--json").document
    assert document["looked_at"]["links"] == 3
    assert [chain["looked_at"]["links"] for chain in document["chains"]] == [2, 2]


@pytest.mark.parametrize("command", ["hash", "read", "dump", "search", "map", "owner", "compare"])
def test_a_damaged_entry_is_read_by_its_copy_in_every_command_and_that_is_told(
    redoscope: Redoscope, sparse: Path, tmp_path: Path, command: str
) -> None:
    words: dict[str, list[object]] = {
        "hash": [],
        "read": ["--start", 384, "--count", 1, "--out", tmp_path / "out"],
        "dump": ["--start", 384, "--count", 1],
        "search": ["00"],
        "map": [],
        "owner": [384],
        "compare": [sparse],
    }
    ran = redoscope(command, sparse, *words[command], "--use-redundant")
    assert ran.status == 0
    assert "since that was asked for: 1 table entry and 0 grain tables" in ran.err


def test_an_unreadable_entry_names_the_option_and_check_says_why(
    redoscope: Redoscope, sparse: Path, stream: Path
) -> None:
    assert "--use-redundant reads what is sound" in redoscope("hash", sparse).err
    ran = redoscope("check", sparse)
    assert "(the second is sound: the other leads nowhere)" in ran.out
    assert "--use-redundant reads what is sound" in ran.out
    assert "redundant" not in redoscope("check", stream, "--data").out


def test_a_clone_by_the_copies_is_sound(redoscope: Redoscope, sparse: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.vmdk"
    assert redoscope("clone", sparse, copy, "--use-redundant").status == 0
    assert redoscope("check", copy, "--data").status == 0
    whole = redoscope("hash", sparse, "--use-redundant").out.split()[0]
    assert redoscope("hash", copy).out.split()[0] == whole
