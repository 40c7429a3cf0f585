"""Saved plans: believed as far as their folder goes, and no further."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from redoscope_core import CorruptVmdk, FileRefused, MalformedDocument, VmdkError, create_disk
from redoscope_core.format.descriptor import MAX_TEXT
from redoscope_core.format.plan_text import MAX_PLAN_TEXT
from redoscope_core.link.edit import Edit
from redoscope_core.link.plans_beside import PlansBeside
from redoscope_core.link.standing import Standing
from redoscope_core.operations.edits.plan import Plan

if TYPE_CHECKING:
    from pathlib import Path

HEAD = b"# Disk DescriptorFile\n"


def document(*edits: dict[str, Any], version: object = 2) -> str:
    """Return a document whose checksum is right."""
    digest = hashlib.sha256(json.dumps(list(edits)).encode()).hexdigest()
    return json.dumps({"redoscope_plan": version, "sha256": digest, "edits": list(edits)})


def edit(path: object, offset: object = 0, old: bytes = HEAD, new: bytes = HEAD) -> dict[str, Any]:
    """Return an edit as a document has it."""
    texts = {"old": base64.b64encode(old).decode(), "new": base64.b64encode(new).decode()}
    return {"path": str(path) if path is not None else 5, "offset": offset, **texts, "why": "x"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a disk's text in it, and a file beside the folder."""
    (tmp_path / "outside").write_bytes(HEAD)
    inside = tmp_path / "case"
    inside.mkdir()
    (inside / "d.vmdk").write_bytes(HEAD)
    (inside / "way out.vmdk").symlink_to("../outside")
    (inside / "notes.txt").write_text("not a disk")
    return inside


def refused(folder: Path, text: str | bytes) -> VmdkError:
    """Return the error that reading *text* as a saved plan ends with."""
    saved = folder / "x.undo.json"
    saved.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(VmdkError) as caught:
        Plan.read(saved)
    assert caught.value.path == saved
    assert "\n" not in str(caught.value)
    return caught.value


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("name", ["../outside", "way out.vmdk", "a/../../outside", "/etc/passwd"])
def test_no_name_leads_out_of_the_folder(folder: Path, name: str, version: int) -> None:
    error = refused(folder, document(edit(name), version=version))
    assert isinstance(error, FileRefused)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("notes.txt", None),
        (".bashrc", b"alias x=y\n"),
        ("d-flat.vmdk", bytes(1024)),
        ("m.vmx", b"\x7fELF\0"),
        ("m.vmsd", b"text\0and what is none"),
        ("m.vmx", b"\x1b[2J"),
        ("d-ctk.vmdk", b"\x74\xa2\x34\x12"),
    ],
)
def test_nothing_but_disks_and_texts_of_machines_is_edited(
    folder: Path, name: str, content: bytes | None
) -> None:
    if content is not None:
        (folder / name).write_bytes(content)
    assert isinstance(refused(folder, document(edit(name))), FileRefused)


@pytest.mark.parametrize("name", ["d.vmdk", "m.vmx", "m.vmsd"])
def test_disks_and_texts_of_machines_are_edited(folder: Path, name: str) -> None:
    (folder / name).write_bytes(HEAD)
    saved = folder / "x.undo.json"
    saved.write_text(document(edit(name, 2, b"D", b"d")))
    Plan.read(saved).apply(undo=folder / "redo.json")
    assert (folder / name).read_bytes() == HEAD.replace(b"D", b"d", 1)


def test_nothing_is_put_behind_the_end_of_a_file(folder: Path) -> None:
    (folder / "x.undo.json").write_text(document(edit("d.vmdk", len(HEAD), bytes(4), b"more")))
    with pytest.raises(CorruptVmdk, match="changed since"):
        Plan.read(folder / "x.undo.json").apply(undo=folder / "redo.json")
    assert (folder / "d.vmdk").read_bytes() == HEAD


def longer(path: Path, by: int, *, back: bool = False) -> dict[str, Any]:
    """Return an edit that puts *by* bytes behind the end of *path*, or takes them *back*."""
    nothing, more = bytes(by), b"#" * by
    if back:
        return edit(path.name, path.stat().st_size - by, more, nothing) | {"longer": -by}
    return edit(path.name, path.stat().st_size, nothing, more) | {"longer": by}


def test_a_text_becomes_as_long_as_a_text_may_be_and_no_longer(folder: Path) -> None:
    disk, saved = folder / "d.vmdk", folder / "x.undo.json"
    room = MAX_TEXT - len(HEAD)
    assert isinstance(refused(folder, document(longer(disk, room + 1))), FileRefused)
    saved.write_text(document(longer(disk, room)))
    Plan.read(saved).apply(undo=folder / "redo.json")
    assert disk.stat().st_size == MAX_TEXT
    Plan.read(folder / "redo.json").apply(undo=folder / "undo.json")
    assert disk.read_bytes() == HEAD


@pytest.mark.parametrize("back", [True, False])
def test_what_is_no_text_keeps_its_length(folder: Path, *, back: bool) -> None:
    create_disk(folder / "s.vmdk", 2048)
    with (folder / "s.vmdk").open("ab") as file:
        file.write(b"#" * 512)
    error = refused(folder, document(longer(folder / "s.vmdk", 512, back=back)))
    assert isinstance(error, FileRefused)
    assert "changes the length" in error.what


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[" * 100_000,
        "[1]",
        "1e400",
        "null",
        b"\xff" * 50,
        '{"redoscope_plan": 2, "edits": 5}',
        document(version=3),
        document(edit("d.vmdk", -1)),
        document(edit("d.vmdk", 2**70)),
        document(edit("d.vmdk", 2**63 - 1)),
        document(edit("d.vmdk", 1.5)),
        document(edit("d.vmdk", True)),
        document(edit("d.vmdk\0x")),
        document(edit("")),
        document(edit(None)),
        document(edit("d.vmdk", 0, b"", b"")),
        document(edit("d.vmdk", 0, b"ab", b"abc")),
        document(edit("d.vmdk") | {"old": "*"}),
        document(edit("d.vmdk") | {"new": 7}),
        document(edit("d.vmdk") | {"new": None}),
        document(edit("d.vmdk") | {"why": None}),
        document(edit("d.vmdk") | {"longer": 1}),
        document(edit("d.vmdk") | {"longer": 2**70}),
        document(edit("d.vmdk")).replace('"offset": 0', '"offset": 1'),
    ],
)
def test_what_is_no_saved_plan_is_told_in_one_line(folder: Path, text: str | bytes) -> None:
    error = refused(folder, text)
    assert isinstance(error, MalformedDocument)
    assert "saved plan" in error.what


def test_a_file_too_long_to_be_one_is_not_read(folder: Path) -> None:
    saved = folder / "x.undo.json"
    with saved.open("wb") as file:
        file.truncate(MAX_PLAN_TEXT + 1)
    with pytest.raises(MalformedDocument, match="not a saved plan"):
        Plan.read(saved)


def needed_for(path: Path) -> Path | None:
    """Return the saved inverse that takes back what was made of *path* in part."""
    return PlansBeside().standing(path, Standing.PART)


def changed(folder: Path) -> Plan:
    """Return a plan for the disk in *folder*."""
    return Plan.of([Edit(folder / "d.vmdk", 0, HEAD, HEAD.upper(), "capitals")])


def test_a_saved_plan_edits_the_copy_of_a_folder_that_it_is_in(folder: Path) -> None:
    changed(folder).apply(undo=folder / "x.undo.json")
    copy = folder.parent / "copy"
    shutil.copytree(folder, copy, symlinks=True)
    Plan.read(copy / "x.undo.json").apply(undo=copy / "redo.json")
    assert (copy / "d.vmdk").read_bytes() == HEAD
    assert (folder / "d.vmdk").read_bytes() == HEAD.upper()


def test_an_absolute_name_of_the_first_release_is_followed_where_the_folder_still_is(
    folder: Path,
) -> None:
    text = document(edit(folder / "d.vmdk", 2, b"D", b"d"), version=1)
    (folder / "x.undo.json").write_text(text)
    assert Plan.read(folder / "x.undo.json").edits[0].path == folder / "d.vmdk"
    copy = folder.parent / "copy"
    shutil.copytree(folder, copy, symlinks=True)
    assert "moved or copied" in str(refused(copy, text))


def test_an_edit_made_in_part_tells_which_inverse_takes_it_back(folder: Path) -> None:
    old, new = HEAD + b"a" * 2000, HEAD.upper() + b"b" * 2000
    (folder / "d.vmdk").write_bytes(old)
    assert needed_for(folder / "d.vmdk") is None
    Plan.of([Edit(folder / "d.vmdk", 0, old, new, "x")]).apply(undo=folder / "x.undo.json")
    assert needed_for(folder / "d.vmdk") is None
    (folder / "d.vmdk").write_bytes(old[:512] + new[512:1024] + old[1024:])
    assert needed_for(folder / "d.vmdk") == folder / "x.undo.json"
    assert needed_for(folder / "notes.txt") is None
