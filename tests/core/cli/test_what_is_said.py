"""What commands say of places, links, limits and sizes: the whole truth, in one language."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from redoscope_core import Access, Disk, create_child, create_disk
from redoscope_core.chain.chain import Chain
from tests.core.links import make_chain

if TYPE_CHECKING:
    from tests.core.cli.conftest import Redoscope

SECTOR = 512


@pytest.fixture
def pieces(tmp_path: Path) -> Path:
    """A disk of 5 GiB in pieces of 2, with a grain in the first and in the second."""
    path = tmp_path / "d.vmdk"
    create_disk(path, 5 * 2**21, kind="twoGbMaxExtentSparse")
    with Disk.open(path, access=Access.WRITE) as disk:
        disk.write(0, b"first".ljust(SECTOR))
        disk.write(4194304, b"second".ljust(SECTOR))
    return path


def test_a_map_names_the_piece_that_holds_the_bytes(redoscope: Redoscope, pieces: Path) -> None:
    data = [area for area in redoscope("map", pieces, "--json").document if area["state"] == "data"]
    assert [Path(area["file"]).name for area in data] == ["d-s001.vmdk", "d-s002.vmdk"]
    for area, begin in zip(data, (b"first", b"second"), strict=True):
        assert Path(area["file"]).read_bytes()[area["offset"] :].startswith(begin)
    lines = redoscope("map", pieces, "--no-heads").out.splitlines()
    assert [line.split()[-1] for line in lines if " data " in line] == [a["file"] for a in data]


READERS: dict[str, list[str]] = {
    "map": [],
    "owner": ["0"],
    "dump": [],
    "hash": [],
    "search": ["0"],
    "changes": ["--since", "*"],
    "info": [],
}


@pytest.mark.parametrize("word", READERS)
@pytest.mark.parametrize("index", [0, 1])
def test_a_disk_at_a_link_is_the_disk_of_that_link(
    redoscope: Redoscope, chain3: list[Path], word: str, index: int
) -> None:
    for more in ([], ["--json"]):
        at = redoscope(word, chain3[2], *READERS[word], *more, "--at", index)
        own = redoscope(word, chain3[index], *READERS[word], *more)
        assert at.status == own.status
        named = [str(chain3[2]), str(chain3[index])] if more or word == "hash" else ["", ""]
        if not more:
            assert at.out == own.out.replace(named[1], named[0])
        elif word == "map":
            assert at.document == own.document
        else:
            unlike = ("disk", "path", "notes")
            assert {k: v for k, v in at.document.items() if k not in unlike} == {
                k: v for k, v in own.document.items() if k not in unlike
            }


def test_read_clone_and_compare_take_a_link_too(
    redoscope: Redoscope, chain3: list[Path], tmp_path: Path
) -> None:
    words = ["read", chain3[2], "--count", 1, "--out", "-", "--at"]
    assert [redoscope(*words, at).raw for at in ("base", "link1.vmdk", "tip")] == [
        bytes([digit]) * SECTOR for digit in b"012"
    ]
    redoscope("clone", chain3[2], tmp_path / "copy.vmdk", "--at", "0")
    assert redoscope("compare", tmp_path / "copy.vmdk", chain3[0]).status == 0
    assert redoscope("compare", chain3[2], "--at", "0").status == 1
    assert redoscope("compare", chain3[2], chain3[0], "--at", "base").status == 0
    assert redoscope("compare", chain3[2], chain3[2], "--at", "1", "--b-at", "1").status == 0
    assert redoscope("compare", chain3[2]).status == 2


@pytest.mark.parametrize("name", ["copy.raw", "COPY.IMG", "evidence.dd"])
def test_a_copy_named_as_raw_bytes_is_told_how_these_are_made(
    redoscope: Redoscope, chain3: list[Path], tmp_path: Path, name: str
) -> None:
    told = redoscope.refused("clone", chain3[2], tmp_path / name)
    assert "--type raw" in told
    assert not (tmp_path / name).exists()
    assert redoscope("clone", chain3[2], tmp_path / name, "--type", "raw").status == 0
    assert (tmp_path / name).read_bytes()[:SECTOR] == b"2" * SECTOR
    assert "read DISK --out -" in redoscope.refused("clone", chain3[2], "-")


@pytest.mark.parametrize(
    ("place", "sector"),
    [
        ("128", 128),
        ("s128", 128),
        ("0x10000", 128),
        ("64K", 128),
        ("0.25M", 512),
        ("g1", 128),
        ("50%", 512),
        ("end", 1023),
        ("end-s8", 1016),
        ("0x10001", 128),
    ],
)
def test_a_place_is_written_the_same_way_everywhere(
    redoscope: Redoscope, chain3: list[Path], place: str, sector: int
) -> None:
    assert redoscope("owner", chain3[2], place, "--json").document["sector"] == sector
    if place == "0x10001":
        assert "begin at s128 or s129" in redoscope.refused("dump", chain3[2], "--start", place)
        return
    assert redoscope("dump", chain3[2], "--start", place, "--json").document["start"] == sector
    raw = redoscope("read", chain3[2], "--start", place, "--out", "-").raw
    assert len(raw) == (1024 - sector) * SECTOR
    wrote = redoscope(
        "write", chain3[2], "--start", place, "--fill", 1, "--count", "0x200", "--json"
    )
    assert (wrote.document["start"], wrote.document["count"]) == (sector, 1)


@pytest.mark.parametrize("place", ["x", "+1", "-1", "1..2K", "0xg", "", "9" * 5000, "0.0001K"])
def test_what_is_no_place_is_a_wrong_call(
    redoscope: Redoscope, chain3: list[Path], place: str
) -> None:
    redoscope.refused("owner", chain3[2], "--", place)
    redoscope.refused("dump", chain3[2], f"--start={place}")


@pytest.mark.parametrize("limit", [1, 2, 3, 4])
def test_search_says_whether_its_limit_kept_matches_back(
    redoscope: Redoscope, tmp_path: Path, limit: int
) -> None:
    path = tmp_path / "d.vmdk"
    create_disk(path, 1024)
    with Disk.open(path, access=Access.WRITE) as disk:
        for sector in (1, 500, 1000):
            disk.write(sector, b"needle".ljust(SECTOR))
    ran = redoscope("search", path, "needle", "--limit", limit, "--json")
    assert ran.document["complete"] is (limit >= 3)
    assert len(ran.document["matches"]) == min(limit, 3)
    assert ("--limit" in ran.err) is (limit < 3)
    text = redoscope("search", path, "needle", "--limit", limit)
    assert len(text.out.splitlines()) == min(limit, 3) + 1
    assert text.err == ran.err


def test_pages_of_changes_follow_one_another_and_say_where_to_go_on(
    redoscope: Redoscope, tmp_path: Path
) -> None:
    create_disk(tmp_path / "base.vmdk", 2048)
    with Chain.open(tmp_path / "base.vmdk") as base:
        create_child(base, tmp_path / "kid.vmdk")
    with Disk.open(tmp_path / "kid.vmdk", access=Access.WRITE) as disk:
        for sector in (0, 512, 1024, 1536):
            disk.write(sector, bytes(range(256)) * 2)
    words = ["changes", tmp_path / "kid.vmdk", "--since", "base.vmdk", "--no-heads"]
    whole = redoscope(*words)
    assert (whole.err, len(whole.out.splitlines())) == ("", 4)
    found, start = "", "0"
    for _ in range(4):
        page = redoscope(*words, "--limit", 1, "--start-offset", start)
        found += page.out
        start = page.err.strip().rpartition(" ")[2]
    assert (found, start) == (whole.out, "")
    assert redoscope(*words, "--limit", 4).err == ""
    assert redoscope(*words, "--start", "s1024").out == "".join(whole.out.splitlines(True)[2:])


@pytest.mark.parametrize("written", [0, 1])
def test_disks_of_different_capacities_are_never_equal(
    redoscope: Redoscope, tmp_path: Path, written: int
) -> None:
    small, large = tmp_path / "small.vmdk", tmp_path / "large.vmdk"
    create_disk(small, 1024)
    create_disk(large, 2048)
    if written:
        with Disk.open(large, access=Access.WRITE) as disk:
            disk.write(2000, b"x" * SECTOR)
    for pair in ((small, large), (large, small)):
        ran = redoscope("compare", *pair, "--json")
        assert (ran.status, ran.document["equal"]) == (1, False)
        assert sorted(ran.document["capacities"]) == [1024, 2048]
        assert ran.document["paths"] == [str(path) for path in pair]
        assert ran.document["sectors"] == written
        told = redoscope("compare", *pair)
        assert told.status == 1
        assert "the 1024 sectors from 1024 on are in one only" in told.out


def test_a_base_disk_has_no_parent_to_ask(redoscope: Redoscope, chain3: list[Path]) -> None:
    told = redoscope("owner", chain3[2], 512).out
    assert told.count("ask the parent") == 2
    assert "no parent to ask" in told
    assert "ask the parent" not in redoscope("owner", chain3[0], 512).out


@pytest.mark.parametrize(
    "words",
    [
        ["zz", "--hex"],
        ["abc", "--hex"],
        ["", "--hex"],
        ["\u0660\u0660", "--hex"],
        ["(", "--regex"],
        ["a{1,99999999999999999999}", "--regex"],
        ["(?P<a", "--regex"],
        ["*", "--regex"],
        ["x", "--encoding", "nope"],
        ["x", "--encoding", "rot13"],
        ["\u0434", "--encoding", "latin-1"],
        ["aa", "--hex", "--regex"],
    ],
    ids=" ".join,
)
def test_a_pattern_that_cannot_be_sought_is_told_in_our_own_words(
    redoscope: Redoscope, chain3: list[Path], words: list[str]
) -> None:
    line = redoscope.refused("search", chain3[2], *words)
    for foreign in ("fromhex", "codec", "subpattern", "unterminated", "non-hexadecimal", "Error"):
        assert foreign not in line


def test_one_bad_disk_of_several_does_not_stop_the_others_and_the_worst_status_counts(
    redoscope: Redoscope, chain3: list[Path], tmp_path: Path
) -> None:
    gone = tmp_path / "gone.vmdk"
    for word in ("hash", "info", "map", "check", "tree"):
        assert redoscope(word, chain3[2], chain3[1]).status == 0
        ran = redoscope(word, chain3[2], gone, chain3[1], "--json")
        assert ran.status == 2
        assert [one["disk"] for one in ran.document["disks"]] == [
            str(path) for path in (chain3[2], gone, chain3[1])
        ]
        assert ["error" in one for one in ran.document["disks"]] == [False, True, False]
        assert ran.err.count("gone.vmdk: the file is not there") == 1
        assert str(chain3[1]) in redoscope(word, gone, chain3[1]).out or word == "tree"


def test_a_folder_is_checked_by_its_chains(redoscope: Redoscope, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    make_chain(tmp_path / "a", 3)
    bad = make_chain(tmp_path / "b", 2)
    ran = redoscope("check", tmp_path)
    assert ran.status == 0
    assert "2 chains, 0 with faults" in ran.out
    raw = bad[0].read_bytes()
    at = raw.index(b"CID=") + len(b"CID=")
    bad[0].write_bytes(raw[:at] + b"0badc1d0" + raw[at + 8 :])
    ran = redoscope("check", tmp_path, "--json")
    assert (ran.status, ran.document["sound"]) == (1, False)
    assert sorted(chain["sound"] for chain in ran.document["chains"]) == [False, True]
    assert redoscope("check", "/dev/null").status == 2


def test_a_dump_folds_equal_lines_and_says_who_supplies_them(
    redoscope: Redoscope, chain3: list[Path]
) -> None:
    lines = redoscope("dump", chain3[2], "--count", "end").out.splitlines()
    assert lines[0].startswith("# link2.vmdk: from byte ")
    assert lines[2] == "*"
    assert lines[-1] == f"{1024 * SECTOR:012x}"
    assert "# no link stores this: it reads as zeros" in lines
    assert len(lines) < 40
    rows = [line for line in lines if line[0] not in "#*"]
    whole = redoscope("dump", chain3[2], "--count", "end", "--all", "--plain").out.splitlines()
    assert set(rows) <= set(whole)
    assert len(whole) == 1024 * SECTOR // 16 + 1


def test_tree_and_info_say_the_same_of_what_a_link_stores(
    redoscope: Redoscope, chain3: list[Path]
) -> None:
    listed = redoscope("tree", chain3[2], "--json").document["links"]
    links = redoscope("info", chain3[2], "--json").document["links"]
    assert {node["path"]: node["data_sectors"] for node in listed} == {
        link["path"]: link["data_sectors"] for link in links
    }
    tree, info = redoscope("tree", chain3[2]).out, redoscope("info", chain3[2]).out
    told = [part.split("  ")[-1].strip() for part in tree.splitlines() if part.endswith("stored")]
    assert len(told) == 3
    assert all(f"     {words}: " in info for words in told)


def test_one_is_told_in_the_singular(redoscope: Redoscope, tmp_path: Path) -> None:
    one, other = tmp_path / "one.vmdk", tmp_path / "other.vmdk"
    create_disk(one, 1024)
    create_disk(other, 1024)
    ran = redoscope("write", one, "--start", 0, "--fill", 1, "--count", 1)
    assert "wrote 1 sector from" in ran.out
    assert redoscope("compare", one, other).out.endswith("1 run, 1 sector, 512 bytes\n")
    assert "a chain of 1 link," in redoscope("info", one).out


@pytest.mark.parametrize(("size", "sectors"), [("1.5M", 3072), ("0x100000", 2048), ("1024B", 2)])
def test_a_size_may_have_a_point(
    redoscope: Redoscope, tmp_path: Path, size: str, sectors: int
) -> None:
    path = tmp_path / "d.vmdk"
    ran = redoscope("create", path, "--capacity", size, "--json")
    assert (ran.status, ran.document["capacity"]) == (0, sectors)
