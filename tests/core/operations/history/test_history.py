"""What became of a file in each generation, judged by what other programs take out of each."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from redoscope_core import (
    Chain,
    FileUnreadable,
    GenerationsKnown,
    InvalidArgument,
    WhatBecame,
    WhyLeft,
    export_files,
    file_history,
    read_content,
)
from tests.core.finished import finished
from tests.core.operations.attributing.worlds import (
    START,
    blob,
    child_with,
    debugfs,
    disk_of,
    needs,
)

if TYPE_CHECKING:
    from pathlib import Path

    from redoscope_core import FileHistory, HistoryFound

_TOOLS = needs("mke2fs", "debugfs", "qemu-img")
pytestmark = [pytest.mark.judge, pytest.mark.skipif(bool(_TOOLS), reason=_TOOLS)]
BODY = blob("body", 9000)
STEPS = (
    ("rm /a", "write two /a"),
    ("ln /a /b", "unlink /a"),
    ("rm /b",),
)


class World:
    """A chain of an ext4 volume: a file is replaced, renamed, deleted, and then shredded."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        volume = folder / "v.raw"
        (folder / "one").write_bytes(BODY)
        (folder / "two").write_bytes(BODY[::-1])
        volume.write_bytes(bytes(2**21))
        make = ["mke2fs", "-q", "-t", "ext4", "-O", "^has_journal", "-b", "1024", str(volume)]
        subprocess.run(make, check=True, capture_output=True, timeout=60)
        debugfs(volume, f"write {folder / 'one'} /a")
        self.tip = disk_of(folder, "link0", volume)
        for number, requests in enumerate(STEPS, 1):
            before = volume.read_bytes()
            debugfs(volume, *(r.replace("two ", f"{folder / 'two'} ") for r in requests))
            self.add(number, before, volume.read_bytes())
        data = volume.read_bytes()
        place = data.index(BODY[::-1][:512])
        volume.write_bytes(data[:place] + bytes(2048) + data[place + 2048 :])
        self.add(4, data, volume.read_bytes())

    def add(self, number: int, before: bytes, after: bytes) -> None:
        """Put a child on top that has what differs."""
        sectors = [s for s in range(0, len(after), 512) if before[s:][:512] != after[s:][:512]]
        writes = {f"at{START + s // 512}": after[s : s + 512] for s in sectors}
        self.tip = child_with(self.tip, f"link{number}", **writes)

    def history(self, path: str) -> HistoryFound:
        """Return the history of *path*."""
        with Chain.open(self.tip) as chain:
            return finished(file_history(chain, path))

    def taken_out(self, generation: int, path: str) -> bytes:
        """Return what other programs say *path* has in a generation."""
        raw = self.folder / f"judged{generation}.raw"
        link = self.folder / f"link{generation}.vmdk"
        convert = ["qemu-img", "convert", "-O", "raw", str(link), str(raw)]
        subprocess.run(convert, check=True, capture_output=True, timeout=60)
        volume, out = self.folder / "judged.raw", self.folder / "out.bin"
        volume.write_bytes(raw.read_bytes()[START * 512 :])
        out.unlink(missing_ok=True)
        debugfs(volume, f"dump {path} {out}")
        return out.read_bytes() if out.exists() else b""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The chain, made once."""
    return World(tmp_path_factory.mktemp("history"))


@pytest.fixture(scope="module")
def told(world: World) -> FileHistory:
    """The history of what is called /b in the end."""
    (found,) = world.history("1:/b").files
    return found


def test_a_file_is_followed_over_its_new_name_to_its_end(told: FileHistory) -> None:
    what = [each.what for each in told.moments]
    assert what[0] is WhatBecame.FIRST
    assert what[1:] == [
        WhatBecame.MODIFIED,
        WhatBecame.RENAMED,
        WhatBecame.DELETED,
        WhatBecame.ABSENT,
    ]
    assert [each.path for each in told.moments] == ["/a", "/a", "/b", None, None]
    assert "shredded_in_part" in told.moments[4].notes
    assert "shredded" not in told.moments[3].notes


def test_each_state_of_its_bytes_is_what_others_take_out_of_these_generations(
    world: World, told: FileHistory
) -> None:
    spans = [(each.first, each.last, each.size) for each in told.contents]
    assert spans == [(0, 0, 9000), (1, 2, 9000)]
    assert world.taken_out(0, "/a") == BODY
    assert world.taken_out(1, "/a") == world.taken_out(2, "/b") == BODY[::-1]
    assert world.taken_out(3, "/b") == world.taken_out(4, "/b") == b""


def test_every_part_is_where_its_link_has_it(world: World, told: FileHistory) -> None:
    for content, body in zip(told.contents, (BODY, BODY[::-1]), strict=True):
        parts = content.parts
        assert parts.total == content.size
        with Chain.open(world.tip) as chain:
            older = chain.up_to(content.last)
            for row in range(len(parts)):
                offset, length = int(parts.offset[row]), int(parts.length[row])
                sector = int(parts.sector[row])
                data = older.read(sector, -(-length // 512))[:length]
                assert data == body[offset : offset + length]
                assert older.owner(sector).link_index == parts.link[row]


def test_bytes_that_were_shredded_are_still_exported_from_the_older_generation(
    world: World, told: FileHistory
) -> None:
    newer = told.contents[1]
    (lost,) = [each for each in newer.overwritten if each.generation == 4]
    assert (lost.parts.total, lost.zeros, lost.free) == (2048, 2048, 2048)
    with Chain.open(world.tip) as chain:
        older = chain.up_to(newer.last)
        done = finished(export_files(older, [newer.path], world.folder / "exported"))
    (file,) = done.files
    assert file.written is not None
    assert file.written.read_bytes() == BODY[::-1]


def test_the_bytes_of_each_generation_are_read_as_far_as_they_are_wanted(
    world: World, told: FileHistory
) -> None:
    with Chain.open(world.tip) as chain:
        read = [finished(read_content(chain, moment)) for moment in told.moments]
        cut = finished(read_content(chain, told.moments[0], most=700))
        assert finished(read_content(chain, told.moments[0], b"no such stream")) is None
    sides = [None if each is None else (each.size, each.data) for each in read]
    turned = (9000, BODY[::-1])
    assert sides == [(9000, BODY), turned, turned, None, None]
    assert cut is not None
    assert (cut.size, cut.data) == (9000, BODY[:700])


def test_bytes_that_can_not_be_read_are_told_and_no_zeros(
    world: World, told: FileHistory, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Chain.open(world.tip) as chain:

        def lost(_self: Chain, _view: object, _sector: int) -> None:
            raise FileUnreadable("the medium is damaged", path=world.tip)

        monkeypatch.setattr(Chain, "read_into", lost)
        found = finished(read_content(chain, told.moments[0]))
    assert found is not None
    assert (found.size, found.data, found.why) == (9000, b"", WhyLeft.UNREADABLE)
    assert found.detail


def test_another_file_of_the_same_generations_is_told_without_comparing_or_parsing_anything(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(*_words: object) -> None:
        raise AssertionError("it is known")

    known = GenerationsKnown()
    with Chain.open(world.tip) as chain:
        finished(file_history(chain, "1:/lost+found", known=known))
    (plain,) = world.history("1:/b").files
    for name in ("compare", "examine_several"):
        monkeypatch.setattr(f"redoscope_core.operations.history.history.{name}", forbidden)
    with Chain.open(world.tip) as chain:
        (found,) = finished(file_history(chain, "1:/b", known=known)).files
    assert [each[:-1] for each in found.moments] == [each[:-1] for each in plain.moments]
    assert list(map(str, found.contents)) == list(map(str, plain.contents))


def test_a_path_that_no_generation_has_has_no_history(world: World) -> None:
    assert world.history("/no").files == []
    for path in ("7:/a", "", "/", "//"):
        with pytest.raises(InvalidArgument, match="not the path of a file of any volume here"):
            world.history(path)
