"""The sample chain in a session: made once, found again, told to be changed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from redoscope_core import Access, Disk
from redoscope_gui.session import JobState

if TYPE_CHECKING:
    from redoscope_gui.session import Session


def test_the_sample_chain_is_made_once_and_found_again(session: Session, tmp_path: Path) -> None:
    folder = tmp_path / "data" / "sample"
    session.open_sample(folder)
    assert session.cursor.path == folder / "office-000005.vmdk"
    made = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    session.open_sample(folder)
    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == made
    assert [job.state for job in session.jobs] == [JobState.DONE, JobState.DONE]


def test_the_sample_chain_begins_at_the_diary(session: Session, tmp_path: Path) -> None:
    session.open_sample(tmp_path / "sample")
    assert session.cursor.sector == 4096
    assert session.chain is not None
    assert session.chain.read(4096, 1).startswith(b"Fri 02 Jan")


def test_a_changed_sample_is_said_to_be_changed(session: Session, own_sample: Path) -> None:
    told: list[str] = []
    session.message.connect(told.append)
    with Disk.open(own_sample / "office-000005.vmdk", access=Access.WRITE) as disk:
        disk.write(9000, b"x" * 512)
    session.open_sample(own_sample)
    assert session.cursor.path == own_sample / "office-000005.vmdk"
    assert "This sample was changed since it was made" in told


def test_instead_of_a_sample_that_lacks_a_link_another_is_made(
    session: Session, own_sample: Path
) -> None:
    told: list[str] = []
    session.message.connect(told.append)
    (own_sample / "office-000003.vmdk").unlink()
    left = sorted(own_sample.iterdir())
    session.open_sample(own_sample)
    assert session.cursor.path == own_sample.with_name("own-2") / "office-000005.vmdk"
    assert sorted(own_sample.iterdir()) == left
    assert any(str(own_sample) in text for text in told)
