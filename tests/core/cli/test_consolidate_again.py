"""Consolidate called once more: it goes on with what is left, and never takes more than that."""

from __future__ import annotations

import hashlib
import json
import shutil
from typing import TYPE_CHECKING

import pytest

from redoscope_core import Access, Disk, create_disk
from tests.core.cli.kills import Killed, stopped
from tests.core.links import make_chain, make_child
from tests.core.operations.consolidating.merges import content
from tests.judges.trees import fingerprints

if TYPE_CHECKING:
    from pathlib import Path

    from tests.core.cli.conftest import Redoscope

SECTOR = 512


def make_links(folder: Path, kind: str) -> list[Path]:
    """Make a base disk and three children of *kind*, each written."""
    folder.mkdir()
    links = [folder / f"link{number}.vmdk" for number in range(4)]
    create_disk(links[0], 1000)
    for number in range(1, 4):
        make_child(links[number - 1], links[number], kind=kind)
        with Disk.open(links[number], access=Access.WRITE) as disk:
            disk.write(number * 100, bytes([48 + number]) * SECTOR * 50)
    return links


@pytest.fixture
def links(tmp_path: Path) -> list[Path]:
    """Four links."""
    folder = tmp_path / "disks"
    folder.mkdir()
    return make_chain(folder, 4)


@pytest.fixture
def merged(redoscope: Redoscope, links: list[Path]) -> list[Path]:
    """Four links, the three newest of which were merged into the base disk."""
    assert redoscope("consolidate", links[3], "--into", links[0]).status == 0
    return links


@pytest.mark.parametrize("kind", ["monolithicSparse", "twoGbMaxExtentSparse"])
def test_a_removal_that_was_killed_anywhere_is_finished_by_the_same_call(
    redoscope: Redoscope, tmp_path: Path, kind: str
) -> None:
    links = make_links(tmp_path / "made", kind)
    expected = content(links[3])
    assert redoscope("consolidate", links[3], "--into", links[0]).status == 0
    point, over, newest_gone = 0, False, 0
    while not over:
        point += 1
        folder = tmp_path / "copy"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(links[0].parent, folder)
        words = ["consolidate", folder / "link3.vmdk", "--into", folder / "link0.vmdk", "--delete"]
        try:
            with stopped(point):
                over = redoscope(*words).status == 0
        except Killed:
            pass
        known = any(folder.glob("*.undo.json"))
        newest_gone += known and not (folder / "link3.vmdk").exists()
        ran = redoscope(*words)
        assert (ran.status == 0) == known, (point, ran.err)
        names = {path.name for path in folder.iterdir() if not path.name.endswith(".part")}
        assert names == {"link0.vmdk"}, point
        assert content(folder / "link0.vmdk") == expected
    assert newest_gone > 2


@pytest.mark.parametrize("kind", ["monolithicSparse", "twoGbMaxExtentSparse"])
def test_what_a_stopped_removal_left_can_be_looked_at_after_the_undo(
    redoscope: Redoscope, tmp_path: Path, kind: str
) -> None:
    links = make_links(tmp_path / "made", kind)
    child = make_child(links[3], links[3].with_name("child.vmdk"))
    assert redoscope("consolidate", links[3], "--into", links[0]).status == 0
    files = {path.name for path in links[0].parent.iterdir()}
    point, over, newest_gone = 0, False, 0
    while not over:
        point += 1
        folder = tmp_path / "copy"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(links[0].parent, folder)
        try:
            with stopped(point):
                words = ["consolidate", folder / "link3.vmdk", "--into", "base", "--delete"]
                over = redoscope(*words).status == 0
        except Killed:
            pass
        gone = files - {path.name for path in folder.iterdir()}
        left = [folder / f"link{n}.vmdk" for n in (1, 2, 3) if not any(f"k{n}" in g for g in gone)]
        saved = folder / "link3.vmdk.undo.json"
        if "link3.vmdk" in gone and left:
            newest_gone += 1
            assert f"{saved}` takes it back" in redoscope("info", left[-1]).err, point
        if saved.exists() and any((folder / link.name).exists() for link in links[1:]):
            assert redoscope("undo", saved).status == 0, point
        assert [redoscope("info", link).status for link in left] == [0] * len(left), point
        assert redoscope("info", folder / child.name).status == 0, point
    assert newest_gone > 1


@pytest.mark.parametrize("gone", ["link1.vmdk", "link2.vmdk", "link3.vmdk"])
def test_the_undo_gives_no_child_a_parent_that_is_removed(
    redoscope: Redoscope, links: list[Path], gone: str
) -> None:
    make_child(links[3], links[3].with_name("child.vmdk"))
    assert redoscope("consolidate", links[3], "--into", links[0]).status == 0
    links[0].with_name(gone).unlink()
    before = fingerprints(links[0].parent)
    redoscope.refused("undo", links[3].with_name("link3.vmdk.undo.json"), "--dry-run", "--json")
    assert fingerprints(links[0].parent) == before


@pytest.mark.parametrize("into", ["0", "base", "link0.vmdk", "path"])
def test_what_is_done_is_said_again_and_nothing_is_written(
    redoscope: Redoscope, merged: list[Path], into: str
) -> None:
    before = fingerprints(merged[0].parent)
    named = str(merged[0]) if into == "path" else into
    ran = redoscope("consolidate", merged[3], "--into", named)
    assert ran.status == 0
    assert "done already: link1.vmdk, link2.vmdk, link3.vmdk were merged into link0.vmdk" in ran.out
    document = redoscope("consolidate", merged[3], "--into", named, "--json").document
    assert (document["already"], document["applied"], document["deleted"]) == (True, True, False)
    assert document["redundant_files"] == [str(path) for path in merged[1:]]
    assert fingerprints(merged[0].parent) == before


def test_a_dry_run_of_a_removal_names_the_files_and_keeps_them(
    redoscope: Redoscope, merged: list[Path]
) -> None:
    before = fingerprints(merged[0].parent)
    ran = redoscope("consolidate", merged[3], "--into", "base", "--delete", "--dry-run")
    assert ran.status == 0
    assert "would remove link1.vmdk, link2.vmdk, link3.vmdk" in ran.out
    assert fingerprints(merged[0].parent) == before


def test_the_parent_need_not_be_named_if_it_is_the_target(
    redoscope: Redoscope, links: list[Path]
) -> None:
    assert redoscope("consolidate", links[3]).status == 0
    assert "done already" in redoscope("consolidate", links[3]).out
    assert redoscope("consolidate", links[3], "--delete").status == 0
    assert not links[3].exists()


@pytest.mark.parametrize("words", [["--into", "link1.vmdk"], ["--into", "tip"], []])
@pytest.mark.parametrize("delete", [["--delete"], []])
def test_another_target_than_the_one_it_was_merged_into_is_refused(
    redoscope: Redoscope, merged: list[Path], words: list[str], delete: list[str]
) -> None:
    before = fingerprints(merged[0].parent)
    line = redoscope.refused("consolidate", merged[3], *words, *delete)
    assert "was merged into link0.vmdk" in line
    assert fingerprints(merged[0].parent) == before


def test_a_link_between_is_no_reason_to_remove_those_above_it(
    redoscope: Redoscope, merged: list[Path]
) -> None:
    before = fingerprints(merged[0].parent)
    redoscope.refused("consolidate", merged[2], "--into", "base", "--delete")
    assert fingerprints(merged[0].parent) == before


def test_a_new_disk_under_the_name_of_a_merged_link_is_never_removed(
    redoscope: Redoscope, merged: list[Path]
) -> None:
    merged[3].unlink()
    merged[2].unlink()
    create_disk(merged[2], 1000)
    line = redoscope.refused("consolidate", merged[3], "--into", merged[0], "--delete")
    assert "the file is not there" in line
    assert merged[1].exists()
    assert content(merged[2]) == bytes(1000 * SECTOR)


def test_nothing_is_removed_after_the_undo(redoscope: Redoscope, links: list[Path]) -> None:
    expected = content(links[3])
    assert redoscope("consolidate", links[3], "--into", links[0]).status == 0
    saved = links[3].with_name("link3.vmdk.undo.json")
    kept = saved.read_bytes()
    assert redoscope("undo", saved).status == 0
    saved.write_bytes(kept)
    links[3].unlink()
    redoscope.refused("consolidate", links[3], "--into", links[0], "--delete")
    assert content(links[2]) != b""
    assert content(links[0]) == expected


def test_a_target_that_was_put_back_or_written_keeps_the_merged_links(
    redoscope: Redoscope, merged: list[Path]
) -> None:
    with Disk.open(merged[0], access=Access.WRITE) as disk:
        disk.write(7, b"n" * SECTOR)
    before = fingerprints(merged[0].parent)
    line = redoscope.refused("consolidate", merged[3], "--into", merged[0], "--delete")
    assert "changed since the others were merged into it" in line
    assert fingerprints(merged[0].parent) == before


def test_without_the_saved_inverse_it_says_so_and_removes_nothing(
    redoscope: Redoscope, merged: list[Path]
) -> None:
    merged[3].with_name("link3.vmdk.undo.json").unlink()
    before = fingerprints(merged[0].parent)
    ran = redoscope("consolidate", merged[3], "--into", merged[0])
    assert (ran.status, "done already" in ran.out) == (0, True)
    redoscope.refused("consolidate", merged[3], "--into", merged[0], "--delete")
    assert fingerprints(merged[0].parent) == before


def test_an_inverse_saved_elsewhere_is_found_where_the_same_call_names_it(
    redoscope: Redoscope, links: list[Path]
) -> None:
    saved = links[0].with_name("mine.json")
    words = ["consolidate", links[3], "--into", links[0], "--undo", saved]
    assert redoscope(*words).status == 0
    assert "done already" in redoscope(*words).out
    links[3].unlink()
    assert redoscope(*words, "--delete").status == 0
    assert list(links[0].parent.iterdir()) == [links[0]]


def forged(saved: Path, **changes: object) -> None:
    """Let the document *saved* say something else of the merged links, with its checksum."""
    document = json.loads(saved.read_text())
    merged = document["merged"] | changes
    document["merged"] = merged
    document["merged_sha256"] = hashlib.sha256(json.dumps(merged).encode()).hexdigest()
    saved.write_text(json.dumps(document))


@pytest.mark.parametrize("name", ["mine.vmdk", "link0.vmdk", "../outside.vmdk"])
def test_a_document_alone_lets_no_disk_be_removed(
    redoscope: Redoscope, merged: list[Path], name: str
) -> None:
    folder = merged[0].parent
    for other in (folder / "mine.vmdk", folder.parent / "outside.vmdk"):
        create_disk(other, 1000)
    forged(folder / "link3.vmdk.undo.json", links=[name, *(path.name for path in merged[1:])])
    redoscope("consolidate", merged[3], "--into", merged[0], "--delete")
    assert (folder / name).exists()
    assert merged[0].exists()


@pytest.mark.parametrize(
    "changes", [{"links": []}, {"links": [7]}, {"cid": "no"}, {"into": ""}, {"into": None}]
)
def test_a_document_that_says_nonsense_of_merged_links_is_none(
    redoscope: Redoscope, merged: list[Path], changes: dict[str, object]
) -> None:
    saved = merged[0].with_name("link3.vmdk.undo.json")
    forged(saved, **changes)
    assert "not a saved plan" in redoscope.refused("undo", saved)


def test_a_changed_list_of_merged_links_is_told_by_its_checksum(
    redoscope: Redoscope, merged: list[Path]
) -> None:
    saved = merged[0].with_name("link3.vmdk.undo.json")
    document = json.loads(saved.read_text())
    document["merged"]["links"].pop(0)
    saved.write_text(json.dumps(document))
    assert "changed or cut" in redoscope.refused("undo", saved)


def test_a_child_that_was_made_of_a_merged_link_since_keeps_it(
    redoscope: Redoscope, links: list[Path], tmp_path: Path
) -> None:
    kid = make_child(links[3], links[3].with_name("kid.vmdk"))
    away = tmp_path / "away" / "kid.vmdk"  # where nobody looks
    away.parent.mkdir()
    kid.rename(away)
    assert redoscope("consolidate", links[3], "--into", links[0]).status == 0
    away.rename(kid)
    before = fingerprints(kid.parent)
    line = redoscope.refused("consolidate", links[3], "--into", links[0], "--delete")
    assert "kid.vmdk made from it" in line
    assert "was merged into" in redoscope.refused("consolidate", kid, "--into", "base", "--delete")
    assert fingerprints(kid.parent) == before


@pytest.mark.parametrize("named", ["link0.vmdk", "other.vmdk", "other-s001.vmdk"])
@pytest.mark.parametrize("again", [True, False])
def test_a_file_that_another_disk_needs_is_never_removed(
    redoscope: Redoscope, tmp_path: Path, named: str, *, again: bool
) -> None:
    links = make_links(tmp_path / "made", "twoGbMaxExtentSparse")
    folder = links[0].parent
    kind = "twoGbMaxExtentSparse" if named == "other-s001.vmdk" else "monolithicSparse"
    made = redoscope("create", folder / "other.vmdk", "--capacity", 1000 * SECTOR, "--type", kind)
    assert made.status == 0
    if again:
        assert redoscope("consolidate", links[3], "--into", links[0]).status == 0
    text = links[2].read_text()
    assert '"link2-s001.vmdk"' in text
    links[2].write_text(text.replace("link2-s001.vmdk", named))
    before = fingerprints(folder)
    ran = redoscope("consolidate", links[3], "--into", links[0], "--delete")
    assert ran.status == 2
    assert f"{folder / named}: a file " in ran.err
    assert fingerprints(folder) == before


@pytest.mark.parametrize("again", [True, False])
def test_what_is_not_called_as_data_of_a_disk_is_never_removed(
    redoscope: Redoscope, tmp_path: Path, *, again: bool
) -> None:
    links = make_links(tmp_path / "made", "twoGbMaxExtentSparse")
    letter = links[2].with_name("letter.txt")
    shutil.copy(links[2].with_name("link2-s001.vmdk"), letter)
    if again:
        assert redoscope("consolidate", links[3], "--into", links[0]).status == 0
    links[2].write_text(links[2].read_text().replace("link2-s001.vmdk", letter.name))
    before = fingerprints(letter.parent)
    ran = redoscope("consolidate", links[3], "--into", links[0], "--delete")
    assert ran.status == 2
    assert f"{letter}: a file that a merged link names" in ran.err
    assert fingerprints(letter.parent) == before


def test_each_merged_link_says_what_it_was_merged_into(
    redoscope: Redoscope, merged: list[Path]
) -> None:
    for link in merged[1:]:
        assert f"{link}" in redoscope("info", link).err
        assert "was merged into link0.vmdk" in redoscope("info", link).err
    assert redoscope("undo", merged[3].with_name("link3.vmdk.undo.json")).status == 0
    for link in merged[1:]:
        assert redoscope("info", link).status == 0
