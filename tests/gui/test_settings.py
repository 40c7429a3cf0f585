"""What is remembered between runs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray

from redoscope_gui.settings import Settings


def test_what_was_set_is_there_in_the_next_run(tmp_path: Path) -> None:
    first = Settings(tmp_path / "redoscope.ini")
    first.scheme = "light"
    first.zoom = 1.5
    first.geometry = QByteArray(b"\x00\x01")
    first.add_recent(Path("/one.vmdk"))
    first.add_recent(Path("/two.vmdk"))
    first.add_recent(Path("/one.vmdk"))
    first.save()
    second = Settings(tmp_path / "redoscope.ini")
    assert second.scheme == "light"
    assert second.zoom == 1.5
    assert second.geometry == QByteArray(b"\x00\x01")
    assert second.recent == (Path("/one.vmdk"), Path("/two.vmdk"))


def test_two_windows_keep_what_the_other_has_set(tmp_path: Path) -> None:
    file = tmp_path / "redoscope.ini"
    one, other = Settings(file), Settings(file)
    one.zoom = 1.5
    one.save()
    other.scheme = "light"
    other.save()
    assert (Settings(file).zoom, Settings(file).scheme) == (1.5, "light")


def test_a_folder_that_takes_no_file_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "taken").touch()
    settings = Settings(tmp_path / "taken" / "redoscope.ini")
    settings.zoom = 1.5
    settings.save()
    assert settings.zoom == 1.5


def test_a_new_user_has_nothing_remembered(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "none" / "redoscope.ini")
    assert settings.scheme == ""
    assert settings.zoom == 1.0
    assert settings.geometry.isEmpty()
    assert settings.recent == ()


def test_a_spoiled_file_does_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "redoscope.ini"
    file.write_text("[look]\nzoom=huge\n[recent]\npaths=/only.vmdk\n")
    settings = Settings(file)
    assert settings.zoom == 1.0
    assert settings.recent == (Path("/only.vmdk"),)


def test_only_so_many_recent_paths_are_kept(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "redoscope.ini")
    for number in range(40):
        settings.add_recent(Path(f"/{number}.vmdk"))
    assert len(settings.recent) == 12
    assert settings.recent[0] == Path("/39.vmdk")


@pytest.mark.parametrize("others", [(), (Path("/one.vmdk"),)])
@pytest.mark.parametrize(
    "raw", [b"/a\xff.vmdk", b"/\x80\x81", b"/a\n\x1b.vmdk", "/\u202e@,;\\.vmdk".encode(), b"/%s"]
)
def test_a_name_of_any_bytes_is_remembered(
    tmp_path: Path, raw: bytes, others: tuple[Path, ...]
) -> None:
    first = Settings(tmp_path / "redoscope.ini")
    for path in (*others, Path(os.fsdecode(raw))):
        first.add_recent(path)
    first.save()
    del first
    again = Settings(tmp_path / "redoscope.ini")
    assert again.recent == (Path(os.fsdecode(raw)), *others)
    again.add_recent(Path("/last.vmdk"))
    assert again.recent == (Path("/last.vmdk"), Path(os.fsdecode(raw)), *others)
