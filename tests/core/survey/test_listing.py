"""Folders that hide something: told, while the rest goes on."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

import pytest

from redoscope_core import Policy, TooManyFiles, sentences
from redoscope_core.chain.family.parents import find_parent
from redoscope_core.files.file import DiskFile
from redoscope_core.leniency import Leniency
from redoscope_core.link.link import read_descriptor
from redoscope_core.survey.forest import Forest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TEXT = (
    "# Disk DescriptorFile\nversion=1\nCID=00000001\nparentCID={parent}\n"
    'createType="monolithicFlat"\nparentFileNameHint="base.vmdk"\nRW 8 ZERO\n'
)


def disk(path: Path, parent: str = "ffffffff") -> Path:
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_text(TEXT.format(parent=parent))
    return path


def test_a_symbolic_link_that_leads_out_is_told_and_not_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = disk(tmp_path / "outside" / "secret.vmdk")
    here = tmp_path / "here"
    sound = disk(here / "sound.vmdk")
    leads_out = here / "out.vmdk"
    leads_out.symlink_to(secret)
    opened: list[str] = []
    really = os.open

    def seen(path: str, flags: int) -> int:
        opened.append(os.path.realpath(path))
        return really(path, flags)

    with monkeypatch.context() as watched:
        watched.setattr("redoscope_core.files.file.os.open", seen)
        forest = Forest.scan(here, tables=True)
    assert str(sound) in opened
    assert str(secret) not in opened
    assert not forest.nodes[sound].faults
    assert "leads out" in sentences.text(forest.nodes[leads_out].faults[0])
    followed = Forest.scan(here, policy=Policy().allowing(Leniency.OUTSIDE))
    assert not followed.nodes[leads_out].faults


def test_a_folder_that_may_not_be_listed_is_told_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = disk(tmp_path / "sound.vmdk")
    disk(tmp_path / "closed" / "d.vmdk")
    really = os.scandir

    def refused(path: str) -> Iterator[os.DirEntry[str]]:
        if os.fspath(path).endswith("closed"):
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return really(path)

    monkeypatch.setattr(os, "scandir", refused)
    forest = Forest.scan(tmp_path)
    assert list(forest.nodes) == [sound]
    assert [error.path for error in forest.unseen] == [tmp_path / "closed"]


@pytest.mark.parametrize("leading_to", ["folder", "machine"])
def test_other_links_that_lead_out_are_told(tmp_path: Path, leading_to: str) -> None:
    disk(tmp_path / "outside" / "secret.vmdk")
    (tmp_path / "outside" / "m.vmx").write_text('scsi0:0.fileName = "secret.vmdk"\n')
    here = tmp_path / "here"
    sound = disk(here / "sound.vmdk")
    place = here / ("away" if leading_to == "folder" else "m.vmx")
    target = tmp_path / "outside"
    place.symlink_to(target if leading_to == "folder" else target / "m.vmx")
    forest = Forest.scan(here)
    assert list(forest.nodes) == [sound]
    assert [error.path for error in forest.unseen] == [place]


@pytest.mark.parametrize("number", [errno.EMFILE, errno.ENFILE])
def test_too_many_open_files_are_no_missing_parent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    disk(tmp_path / "base.vmdk")
    child = disk(tmp_path / "child.vmdk", parent="00000001")
    with DiskFile(child) as file:
        descriptor = read_descriptor(file)

    def refused(path: Path, *_: object) -> int:
        raise OSError(number, os.strerror(number), str(path))

    monkeypatch.setattr("redoscope_core.files.file._open", refused)
    with pytest.raises(TooManyFiles, match="too many open files"):
        find_parent(child, descriptor, Policy())
